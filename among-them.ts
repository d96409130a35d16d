// Which names are there? For who mistyped one.

/** `; there are alice, bob`, or nothing. */
export function amongThem(names: readonly string[]): string {
  if (names.length === 0) return "";
  return `; there ${names.length === 1 ? "is" : "are"} ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
}
