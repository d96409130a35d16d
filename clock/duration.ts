// How long is "1h30m"? Durations as people write them in flags and configuration, and back.

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;
const SHAPE = new RegExp(`^(?=.)${UNITS.map(([unit]) => `(?:(\\d+(?:\\.\\d+)?)${unit})?`).join("")}$`);

/**
 * Whole milliseconds of `6h`, `1h30m`, `90s`, `500ms` or `1.5d`, larger units first; a bare number, as text too, is seconds.
 * RangeError when it is written otherwise or is beyond what a number holds.
 */
export function parseDuration(duration: string | number): number {
  const text = String(duration).trim();
  const amounts = SHAPE.exec(/^[\d.]+$/.test(text) ? `${text}s` : text)?.slice(1);
  const milliseconds = amounts?.reduce((sum, amount, i) => sum + Number(amount ?? 0) * (UNITS[i]?.[1] ?? 0), 0);
  if (milliseconds === undefined || !Number.isSafeInteger(Math.round(milliseconds)))
    throw new RangeError(`\`${duration}\` is no duration: write it like 6h, 1h30m, 90s or 500ms`);
  return Math.round(milliseconds);
}

/** `1h30m` for 5,400,000: what parseDuration reads back. RangeError when negative or not finite. */
export function formatDuration(milliseconds: number): string {
  if (!(milliseconds >= 0 && milliseconds < Infinity)) throw new RangeError(`${milliseconds} ms is no duration`);
  let left = Math.round(milliseconds);
  let text = "";
  for (const [unit, size] of UNITS) {
    const amount = Math.floor(left / size);
    if (amount > 0) text += `${amount}${unit}`;
    left -= amount * size;
  }
  return text || "0s";
}
