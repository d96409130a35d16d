// When was it signed? The forms in which AWS takes a date, and the one in which it is signed.

const ISO_8601 = /^(\d{4})(-?)(\d{2})\2(\d{2})T(\d{2})(:?)(\d{2})\6(\d{2})Z$/;
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (GMT|[+-]0000)$/;

/** Epoch milliseconds of ISO 8601 in basic or extended form; undefined when it is neither or no such day exists. */
export function isoInstant(text: string): number | undefined {
  const found = ISO_8601.exec(text);
  if (!found) return undefined;
  const [, year, , month, day, hours, , minutes, seconds] = found;
  const instant = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
  // Date.parse takes 30 February and 24:00:00; AWS's form then shows another day than was sent.
  return !Number.isNaN(instant) && basicIso(instant).startsWith(`${year}${month}${day}`) ? instant : undefined;
}

/** Of a `Date` header, which may also have the form of RFC 9110, as botocore's signer sends it. */
export function dateHeaderInstant(text: string): number | undefined {
  if (!IMF_FIXDATE.test(text)) return isoInstant(text);
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** ISO 8601 basic format: `20151124T123600Z`. Years 0 to 9999. */
export function basicIso(instant: number): string {
  return new Date(instant).toISOString().replace(/-|:|\.\d{3}/g, "");
}
