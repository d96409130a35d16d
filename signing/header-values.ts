// What do the headers of a request say, as they are signed?

/**
 * Values by lower-case name, each as `canonical` writes it; repeated headers joined by commas in the order of the wire. Only
 * ASCII white space counts as such: to others, characters here are bytes of UTF-8.
 */
export function headerValues(rawHeaders: readonly string[], canonical = trimAll): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    const value = canonical(rawHeaders[i + 1] as string);
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return values;
}

/** Version 4: no white space at the ends, and one space for each run of it. */
function trimAll(value: string): string {
  if (!/^[ \t]|[ \t]$|[ \t]{2}|[\t\r\n]/.test(value)) return value;
  return value.replace(/[ \t\r\n]+/g, " ").replace(/^ | $/g, "");
}

/** Version 2: no white space at the ends. */
export function trimEnds(value: string): string {
  return value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
}
