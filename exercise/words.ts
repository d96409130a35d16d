// How are instants, spans and counts written in what is told of a program?

import { iso } from "../control/iso.ts";

const HOUR_SECONDS = 3600;
const MINUTE_SECONDS = 60;

/** `3 h 12 min`, `14 min`, `1 min 30 s`, `8 s`, `400 ms`: as fine as one needs to know it. */
export function span(milliseconds: number): string {
  const seconds = Math.abs(milliseconds) / 1000;
  if (seconds > 0 && seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const whole = Math.round(seconds);
  if (whole < MINUTE_SECONDS) return `${whole} s`;
  const minutes = Math.floor(whole / MINUTE_SECONDS);
  if (minutes < 10) return joined([minutes, "min"], [whole % MINUTE_SECONDS, "s"]);
  const rounded = Math.round(seconds / MINUTE_SECONDS);
  if (whole < HOUR_SECONDS) return `${rounded} min`;
  return joined([Math.floor(rounded / 60), "h"], [rounded % 60, "min"]);
}

const joined = (...parts: readonly [number, string][]) =>
  parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(" ");

/** `2026-11-24T06:00:00Z`. */
export const instant = (at: number): string => iso(at).replace(/\.\d+Z$/, "Z");

/** `1 call`, `1,204 calls`, `no call`. */
export const count = (number: number, noun: string): string =>
  number === 0 ? `no ${noun}` : `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** `A`, `A and B`, `A, B and 3 more`. */
export function list(names: readonly string[]): string {
  if (names.length <= 2) return names.join(" and ");
  return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}
