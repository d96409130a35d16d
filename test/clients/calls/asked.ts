// How is a call written down, so that any client can make it, with what earlier answers have told?

export type Kept = Readonly<Record<string, string>>;
/** `kept` names what of an answer is to be remembered, by its path; a later member that is `$NAME` is that value. */
export type Asked = readonly [operation: string, members: object, kept?: Kept];
/** One whose members are not known before, such as codes of an MFA device. */
export type Computed = readonly [operation: string, members: (kept: Kept, at: number) => object, kept?: Kept];
/** Time passes. */
export interface Advance {
  readonly advance: string;
}

/** The members with what is kept in their places. */
export function told<T>(members: T, kept: Kept): T {
  const inPlace = (_: string, value: unknown) =>
    typeof value === "string" && /^\$[A-Z]+$/.test(value) ? kept[value.slice(1)] : value;
  const text = JSON.stringify(members, inPlace);
  return JSON.parse(text);
}

/** What stands at a path such as `Instances.0.InstanceId`. */
export const member = (answer: unknown, path: string): string =>
  path.split(".").reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], answer) as string;
