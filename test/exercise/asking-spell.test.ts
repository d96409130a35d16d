// When is a program between two tries of one renewal, so that no clock may leap?

import { expect, test } from "vitest";
import { AskingSpell, nextTrySeconds } from "../../exercise/asking-spell.ts";
import type { SeenRequest } from "../../exercise/observation.ts";

const token = (at: number, status: number): SeenRequest => ({ at, purpose: "token", status });
const credentials = (at: number): SeenRequest => ({ at, purpose: "credentials", status: 200, accessKeyId: "K" });

test("after a try that brought no keys, for three seconds", () => {
  const spell = new AskingSpell();
  expect(spell.isTrying(0, 0)).toBe(false);
  spell.take(token(100, 503), 50);
  expect([100, 3099, 3100].map((now) => spell.isTrying(now, 60))).toEqual([true, true, false]);
  spell.take(token(1600, 503), 70);
  expect([1700, 4599, 4600].map((now) => spell.isTrying(now, 80))).toEqual([true, true, false]);
});

test("no longer once there are keys, and not because of calls", () => {
  const spell = new AskingSpell();
  spell.take({ at: 0, purpose: "call", status: 403 }, 0);
  expect(spell.isTrying(1, 1)).toBe(false);
  spell.take(token(10, 200), 10);
  expect(spell.isTrying(11, 11)).toBe(true);
  spell.take(credentials(20), 20);
  expect(spell.isTrying(21, 21)).toBe(false);
});

test("who asks at every call is not waited for all the time; after a rest another spell begins", () => {
  const spell = new AskingSpell();
  let waited = 0;
  // A call a minute in simulated time, ten a second in real time.
  for (let call = 0; call < 200; call++) {
    spell.take(token(call * 60_000, 503), call * 100);
    if (spell.isTrying(call * 60_000 + 50, call * 100 + 50)) waited += 100;
  }
  expect(waited).toBe(5000);
  const later = 200 * 60_000 + 180_000;
  spell.take(token(later, 503), 30_000);
  expect(spell.isTrying(later + 1, 30_001)).toBe(true);
});

test.each([
  ["computes", { isComputing: true, nextDueSeconds: 30 }, 0],
  ["waits for the next try", { isComputing: false, nextDueSeconds: 1 }, 1],
  ["waits for its next round", { isComputing: false, nextDueSeconds: 29 }, undefined],
  ["waits for something else than a time", { isComputing: false }, undefined],
])("when a program tries again that %s", (_, activity, expected) => {
  expect(nextTrySeconds({ ...activity, unmovedTimers: [] })).toBe(expected);
});

test("of a program whose clock is not moved nobody knows that it rests", () => {
  expect(nextTrySeconds(undefined)).toBe(0);
});
