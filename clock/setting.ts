// What does a clock with such a setting read? The arithmetic of moved time, free of any clock.

import type { ClockSetting } from "./clock.ts";

/** Where every clock stops: the last second that AWS's ISO 8601 instants, and a certificate, can name. */
export const END_OF_TIME = Date.parse("9999-12-31T23:59:59Z");

/** The simulated instant, in whole epoch milliseconds, at the real instant `realAt`. */
export function reading(setting: ClockSetting, realAt: number): number {
  return Math.min(END_OF_TIME, Math.floor(setting.simulatedAt + (realAt - setting.realAt) * setting.speed));
}

/**
 * The setting of a clock that reads `simulatedAt` at `realAt` and runs on at `speed`. Of a paused clock it names no real
 * instant, so that a world whose clock is moved by hand alone keeps the same settings each time it is played.
 */
export function settingAt(simulatedAt: number, realAt: number, speed: number): ClockSetting {
  return { realAt: speed === 0 ? 0 : realAt, simulatedAt, speed };
}

/** Real milliseconds until a clock that reads `now` reads `instant`, rounded up; Infinity when it is paused or never will. */
export function realMillisecondsUntil(instant: number, now: number, speed: number): number {
  if (instant > END_OF_TIME) return Infinity;
  return instant <= now ? 0 : Math.ceil((instant - now) / speed);
}

/** RangeError unless `value` is finite and at least 0; `what` names it in the message. */
export function assertForward(value: number, what: string): void {
  if (!(value >= 0 && value < Infinity)) throw new RangeError(`${what} must be a number from 0 up, not ${value}`);
}
