// How long is "6h" or "1h30m"? Durations as people write them: in the configuration, on the command line, in control calls.

const MILLISECONDS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** One or more numbers with their units: `6h`, `1h30m`, `0.5s`, `2d 12h`. Plain enough for a JSON Schema of any reader. */
export const DURATION = /^\d+(\.\d+)?(ms|[dhms])( ?\d+(\.\d+)?(ms|[dhms]))*$/;

/** Milliseconds of such a text. RangeError when it is none. */
export function parseDuration(text: string): number {
  if (!DURATION.test(text)) throw new RangeError(`not a duration: ${JSON.stringify(text)}; write 6h, 90s or 1h30m`);
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    milliseconds += Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
  }
  return Math.round(milliseconds);
}
