import { expect, test } from "vitest";
import { EC2_ROTATION } from "../../credential-rotator/configuration.ts";
import { foldRotation, NO_ROTATION, type RotationEvent } from "../../credential-rotator/state.ts";

const fold = (...events: RotationEvent[]) => events.reduce(foldRotation, NO_ROTATION);
const force = (at: number, instanceId?: string): RotationEvent => ({
  type: "rotation.forced",
  at,
  ...(instanceId !== undefined && { instanceId }),
});
const load = (at: number, lifetime: string): RotationEvent => ({
  type: "configuration.loaded",
  at,
  configuration: { rotation: { lifetime }, instances: { a: {}, b: { rotation: "ec2" } } },
});

test("forced rotations stand in the order of their instants, whatever order they came in", () => {
  const state = fold(force(20), force(10), force(20), force(40), force(30, "i-1"), force(15, "i-1"), force(5, "i-2"));
  expect(state.forcedForAll).toEqual([10, 20, 20, 40]);
  expect([...state.forced]).toEqual([
    ["i-1", [15, 30]],
    ["i-2", [5]],
  ]);
});

test("the first settings hold from the beginning, others from when they were loaded, the same ones change nothing", () => {
  const { entries } = fold(load(1000, "2h"), load(2000, "2h"), load(3000, "1h"));
  expect(entries.get("a")?.map(({ from, settings }) => [from, settings.lifetimeMilliseconds])).toEqual([
    [Number.NEGATIVE_INFINITY, 7_200_000],
    [3000, 3_600_000],
  ]);
  expect(entries.get("b")).toEqual([{ from: Number.NEGATIVE_INFINITY, settings: EC2_ROTATION }]);
});

test("a reset forgets what was forced, and keeps the settings", () => {
  const state = fold(load(1000, "2h"), force(10), force(10, "i-1"), { type: "world.reset", at: 20 });
  expect(state).toEqual(fold(load(1000, "2h")));
});
