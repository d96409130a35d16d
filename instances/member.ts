// Which member of a template has this name, or this instance id? Both hold the answer, so that 100,000 instances need no table.
// The last eight digits of an id are the index, spread over 32 bits, the eight before them the template's series, blurred by
// those: ids that look as random as EC2's, and each is read back in a few multiplications.

/** `fleet-17` is the member 17 of the template `fleet`. */
export const memberName = (template: string, index: number) => `${template}-${index}`;

/** What a name says if there is a template of that name; undefined when no member can have it. */
export function readMemberName(name: string): { readonly template: string; readonly index: number } | undefined {
  const [, template, digits] = /^(.+)-(0|[1-9]\d{0,8})$/.exec(name) ?? [];
  return template === undefined ? undefined : { template, index: Number(digits) };
}

/** Any odd number multiplies reversibly modulo 2^32; this prime spreads well, and its inverse undoes it. */
const SPREAD = 0x9e3779b1;
const UNSPREAD = 0x0e8b2f51;

/** The finalizer of MurmurHash3: 32 bits in, 32 bits out, every bit of the one moving half of the other. */
function blur(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

const digits = (number: number) => (number >>> 0).toString(16).padStart(8, "0");

/** The id of the member `index` of the template with that series, a number of 32 bits. */
export function memberId(series: number, index: number): string {
  const low = Math.imul(index, SPREAD) + series;
  return `i-0${digits(series ^ blur(low))}${digits(low)}`;
}

/** What `memberId` put into an id; any id of that shape gives something, which may be no template's. */
export function readMemberId(id: string): { readonly series: number; readonly index: number } | undefined {
  const [, high, low] = /^i-0([0-9a-f]{8})([0-9a-f]{8})$/.exec(id) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const spread = Number.parseInt(low, 16) | 0;
  const series = (Number.parseInt(high, 16) ^ blur(spread)) >>> 0;
  return { series, index: Math.imul(spread - series, UNSPREAD) >>> 0 };
}
