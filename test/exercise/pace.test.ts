// How far do the clocks leap? In proportion to what is near, and never past what happens next.

import { describe, expect, test } from "vitest";
import { leapSeconds, type Situation } from "../../exercise/pace.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const quiet: Situation = { now: 0, expiries: [], happenedAt: -10 * HOUR, nextAt: undefined, isUnsettled: false };

test.each<readonly [string, Partial<Situation>, number]>([
  ["nothing is known: the longest leap", {}, 30 * 60],
  ["six hours before the expiry", { expiries: [6 * HOUR] }, 30 * 60],
  ["an hour and ten minutes before it", { expiries: [70 * MINUTE] }, 10 * 60],
  ["an hour and a minute before it", { expiries: [61 * MINUTE] }, 3 * 60],
  ["an hour after it", { expiries: [-HOUR] }, 3 * 60],
  ["in a window of 15 minutes", { expiries: [15 * MINUTE] }, 45],
  ["15 minutes after the expiry", { expiries: [-15 * MINUTE] }, 45],
  ["at the expiry", { expiries: [0] }, 1],
  ["of several programs the nearest counts", { expiries: [6 * HOUR, -2 * MINUTE, HOUR] }, 6],
  ["between two steps there are twenty looks", { happenedAt: -5 * MINUTE, nextAt: 5 * MINUTE }, 30],
  ["never past the next step", { happenedAt: -10 * HOUR, nextAt: 7_000 }, 7],
  ["not within a second of it", { nextAt: 900 }, 0],
  ["nor when it is due", { nextAt: 0 }, 0],
  ["a call has not gone well since a step", { happenedAt: -10 * MINUTE, isUnsettled: true }, 30],
  ["and at once after it", { happenedAt: 0, isUnsettled: true }, 1],
  ["nobody is looked at any more: whole seconds all the same", { expiries: [33_333] }, 1],
])("%s", (_, situation, seconds) => {
  expect(leapSeconds({ ...quiet, ...situation })).toBe(seconds);
});

describe("a life of six hours", () => {
  const passed = (window: number) => {
    let [now, leaps] = [0, 0];
    while (now < 6 * HOUR - window) {
      now += leapSeconds({ ...quiet, now, expiries: [6 * HOUR] }) * 1000;
      leaps++;
    }
    return { left: 6 * HOUR - now, leaps };
  };

  test.each([
    [15 * MINUTE, 45],
    [5 * MINUTE, 67],
    [10_000, 140],
  ])("a window of %i ms is met within 5 %%, in at most %i leaps", (window, most) => {
    const { left, leaps } = passed(window);
    expect(left).toBeLessThanOrEqual(window);
    expect(left).toBeGreaterThanOrEqual(Math.min(window * 0.95, window - 1000));
    expect(leaps).toBeLessThanOrEqual(most);
  });
});
