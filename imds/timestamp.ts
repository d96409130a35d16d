// How are instants written here? In HTTP's way in headers, in ISO 8601 without fractions in documents.

let dateSecond = Number.NaN;
let dateText = "";

/** `Sat, 26 Sep 2026 11:03:58 GMT` (RFC 9110 §5.6.7). Written once a second: every answer of that second has it. */
export function httpDate(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(at).toUTCString();
  }
  return dateText;
}

/** `2026-09-26T11:03:58Z` */
export const isoSeconds = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
