import { describe, expect, test } from "vitest";
import { DEFAULT_ROTATION, rotationSettings } from "../../credential-rotator/configuration.ts";
import { isDue, type LastTry, renewalWait, retryWait } from "../../credential-rotator/renewal.ts";
import { HOUR, MINUTE, SECOND, START } from "./world.ts";

/** The simulated clock is a day ahead of the real one. */
const REAL = START - 24 * HOUR;
const last: LastTry = {
  begun: { at: START, realAt: REAL },
  waitMilliseconds: HOUR,
  failures: 0,
  forcedRotations: 2,
};
const moved = (simulated: number, real: number) => ({ at: START + simulated, realAt: REAL + real });

describe("a set is due", () => {
  test.each([
    ["before it was ever asked for", undefined, moved(0, 0), 0, true],
    ["not at once", last, moved(0, 0), 2, false],
    ["not a millisecond early, on either clock", last, moved(HOUR - 1, HOUR - 1), 2, false],
    ["when simulated time has passed, though no real time has", last, moved(HOUR, 0), 2, true],
    ["when real time has passed, though the simulated clock stands", last, moved(0, HOUR), 2, true],
    ["not when the machine's clock steps back", last, moved(1, -HOUR), 2, false],
    ["when a renewal was forced", last, moved(0, 0), 3, true],
    ["when what was forced was forgotten", last, moved(0, 0), 0, true],
  ])("%s", (_name, tried, now, forced, expected) => {
    expect(isDue(tried, now, forced)).toBe(expected);
  });
});

test.each([
  ["as often as wished", "1h", 6 * HOUR, HOUR],
  ["the lead before its end", "1h", HOUR, 55 * MINUTE],
  ["at half of a short life", "1h", 4 * MINUTE, 2 * MINUTE],
  ["again and again when the source gives the same", "1h", 3 * SECOND, SECOND],
  ["never without a pause", "1h", 1, SECOND],
  ["a long-term key as often as wished", "10m", 6 * HOUR, 10 * MINUTE],
])("the next set comes %s", (_name, every, lifetime, expected) => {
  expect(renewalWait(rotationSettings({ every }, DEFAULT_ROTATION), lifetime)).toBe(expected);
});

test("a failed try is repeated as EC2 does, twice as late each time, but every five minutes at least", () => {
  const waits = Array.from({ length: 10 }, (_, i) => retryWait(i + 1) / SECOND);
  expect(waits).toEqual([2.7, 5.4, 10.8, 21.6, 43.2, 86.4, 172.8, 300, 300, 300]);
});
