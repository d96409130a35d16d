// Which numbers does `4xx`, `400-499`, `>=400` or `401,403` mean? Ranges as queries write them.

/** Whether a number is in the range. */
export type Range = (value: number) => boolean;

/** Reads one bound; throws, or gives NaN, when it is none. */
export type ReadBound = (text: string) => number;

const COMPARISONS: Readonly<Record<string, (bound: number) => Range>> = {
  "<": (bound) => (value) => value < bound,
  "<=": (bound) => (value) => value <= bound,
  ">": (bound) => (value) => value > bound,
  ">=": (bound) => (value) => value >= bound,
  "": (bound) => (value) => value === bound,
};

/** The range of a text: alternatives by commas, each `A`, `A-B`, `<A`, `<=A`, `>A` or `>=A`. Undefined when it is none. */
export function readRange(text: string, read: ReadBound): Range | undefined {
  const alternatives = text.split(",").map((alternative) => alternativeOf(alternative.trim(), read));
  if (alternatives.includes(undefined)) return undefined;
  const [first, ...others] = alternatives as Range[];
  return others.length === 0 ? first : (value) => (alternatives as Range[]).some((range) => range(value));
}

function alternativeOf(text: string, read: ReadBound): Range | undefined {
  const [, sign = "", first = "", last] = /^(<=|>=|<|>|)\s*([^\s<>=-]+)(?:\s*-\s*([^\s<>=-]+))?$/.exec(text) ?? [];
  const from = boundOf(first, read);
  if (from === undefined || (last !== undefined && sign !== "")) return undefined;
  if (last === undefined) return COMPARISONS[sign]?.(from);
  const to = boundOf(last, read);
  return to === undefined || to < from ? undefined : (value) => value >= from && value <= to;
}

function boundOf(text: string, read: ReadBound): number | undefined {
  try {
    const bound = read(text);
    return Number.isFinite(bound) ? bound : undefined;
  } catch {
    return undefined;
  }
}

/** Statuses: `404`, `4xx` for all of its class, and 0 for no answer at all. */
export function readStatusRange(text: string): Range | undefined {
  const spelled = text.replace(/\b([1-5])xx\b/gi, (_, digit) => `${digit}00-${digit}99`);
  return readRange(spelled, (bound) => (/^([1-5]\d\d|0)$/.test(bound) ? Number(bound) : Number.NaN));
}
