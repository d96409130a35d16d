import { describe, expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";

describe("dice", () => {
  test("the same seed throws the same", () => {
    const throws = (seed: number | string) => {
      const { next, integer, pick, chance } = dice(seed);
      return [next(), integer(6), pick(["a", "b", "c"]), chance(0.5), next()];
    };
    expect(throws("7/throttling")).toEqual(throws("7/throttling"));
    expect(throws("7/throttling")).not.toEqual(throws("7/outage"));
  });

  test("throws spread evenly over all sides, seed 3", () => {
    const { integer, next, pick } = dice(3);
    const counts = Array.from({ length: 6 }, () => 0);
    for (let i = 0; i < 6_000; i++) counts[integer(6)] = (counts[integer(6)] ?? 0) + 1;
    for (let i = 0; i < 1_000; i++) expect(next()).toSatisfy((value: number) => value >= 0 && value < 1);
    for (const count of counts) expect(count).toBeGreaterThan(800);
    expect(new Set(Array.from({ length: 100 }, () => pick("abc".split("")))).size).toBe(3);
  });

  test("chance: never at 0, always at 1, about as often as it says between, seed 4", () => {
    const { chance } = dice(4);
    const hits = (probability: number) =>
      Array.from({ length: 2_000 }, () => chance(probability)).filter(Boolean).length;
    expect([hits(0), hits(1)]).toEqual([0, 2_000]);
    expect(hits(0.25)).toSatisfy((count: number) => count > 400 && count < 600);
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity])("no dice with %s sides", (sides) => {
    expect(() => dice(1).integer(sides)).toThrow(RangeError);
  });

  test("nothing to pick from is refused", () => {
    expect(() => dice(1).pick([])).toThrow(RangeError);
  });
});
