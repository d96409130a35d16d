// Where on a timeline is an instant? Linear, with a label at round times.

import { elapsed } from "../words.ts";

export interface Scale {
  /** Epoch milliseconds at the left and at the right edge. */
  readonly from: number;
  readonly until: number;
  /** Pixels of the edges. */
  readonly left: number;
  readonly right: number;
}

export const position = ({ from, until, left, right }: Scale, instant: number): number =>
  left + ((instant - from) / (until - from)) * (right - left);

/** Not beyond the edges. */
export const clamped = (scale: Scale, instant: number): number =>
  Math.min(scale.right, Math.max(scale.left, position(scale, instant)));

export const isShown = ({ from, until }: Scale, instant: number): boolean => instant >= from && instant <= until;

const STEPS_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
const LEAST_PIXELS = 64;

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** At round times since `origin`, as many as there is room for. */
export function ticks(scale: Scale, origin: number): readonly Tick[] {
  const secondsOfPixel = (scale.until - scale.from) / 1000 / (scale.right - scale.left);
  const least = secondsOfPixel * LEAST_PIXELS;
  const days = Math.ceil(least / 86_400);
  const step = (STEPS_SECONDS.find((seconds) => seconds >= least) ?? days * 86_400) * 1000;
  const found: Tick[] = [];
  for (let since = Math.ceil((scale.from - origin) / step) * step; origin + since <= scale.until; since += step) {
    const label = elapsed(since);
    found.push({ at: origin + since, label: step < 60_000 ? label : label.slice(0, -3) });
  }
  return found;
}
