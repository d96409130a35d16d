// How does AWS write an instant, a number, a truth? Instants in bodies as ISO 8601, in headers as RFC 9110's HTTP date.
// A parser gives undefined for a text that is none of its kind.

/** `2026-11-24T00:00:00Z`, as the query protocol writes; fractions of a second are cut off. */
export function isoSeconds(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** `2026-11-24T00:00:00.000Z`, as S3 writes. */
export function isoMilliseconds(instant: number): string {
  return new Date(instant).toISOString();
}

let lastSecond = Number.NaN;
let lastText = "";

/** `Tue, 24 Nov 2026 00:00:00 GMT`. Every reply has one, so the last is kept. */
export function httpDate(instant: number): string {
  const second = Math.floor(instant / 1000);
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toUTCString();
    lastSecond = second;
  }
  return lastText;
}

/** Epoch milliseconds of an ISO 8601 text, an HTTP date or epoch seconds. */
export function parseTimestamp(text: string): number | undefined {
  const trimmed = text.trim();
  const instant = /^-?\d{1,11}(\.\d+)?$/.test(trimmed) ? Number(trimmed) * 1000 : Date.parse(trimmed);
  return Number.isNaN(instant) ? undefined : Math.trunc(instant);
}

/** Integers of up to 18 digits, which are as many as a long may need. */
export function parseInteger(text: string): number | undefined {
  return /^\s*-?\d{1,18}\s*$/.test(text) ? Number(text) : undefined;
}

export function parseBoolean(text: string): boolean | undefined {
  const trimmed = text.trim().toLowerCase();
  return trimmed === "true" ? true : trimmed === "false" ? false : undefined;
}
