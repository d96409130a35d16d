// What shape does a value of a policy document have? JSON, where one value may stand for a list of one.

/** The value itself, or a list with only it. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
