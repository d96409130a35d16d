import { describe, expect, test } from "vitest";
import { compareUtf8, SortedMap } from "../../../aws-api/s3/sorted-map.ts";
import { dice } from "../../../entropy/dice.ts";

const inUtf8Order = (keys: Iterable<string>) =>
  [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe("compareUtf8", () => {
  const texts = [
    "",
    "a",
    "a/",
    "aa",
    "b",
    "Z",
    "é",
    "\u{d7ff}",
    "\u{e000}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10000}",
    "\u{1f600}",
  ];
  test.each(texts)("orders %j as bytes do", (a) => {
    for (const b of texts) {
      expect(Math.sign(compareUtf8(a, b)), `${a} with ${b}`).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }
  });
});

describe("SortedMap", () => {
  test("reads in order from any place, whatever was set and deleted (seed 41)", () => {
    const throws = dice(41);
    const map = new SortedMap<number>();
    const oracle = new Map<string, number>();
    const alphabet = [..."ab/\u{fffd}\u{1f600}0"];
    for (let step = 0; step < 20_000; step++) {
      const key = Array.from({ length: throws.integer(7) }, () => throws.pick(alphabet)).join("");
      if (throws.chance(0.4)) expect(map.delete(key)).toBe(oracle.delete(key));
      else {
        map.set(key, step);
        oracle.set(key, step);
      }
    }
    expect(map.size).toBe(oracle.size);
    expect(oracle.size).toBeGreaterThan(3_000);
    const ordered = inUtf8Order(oracle.keys());
    expect([...map.entries()]).toEqual(ordered.map((key) => [key, oracle.get(key)]));
    for (let round = 0; round < 200; round++) {
      const from = throws.pick(ordered);
      const [next] = map.entriesFrom((key) => compareUtf8(key, from) <= 0);
      expect(next?.[0]).toBe(ordered[ordered.indexOf(from) + 1]);
    }
  });

  test("an emptied map has nothing", () => {
    const map = new SortedMap<number>();
    map.set("a", 1);
    map.set("b", 2);
    map.clear();
    expect([map.size, map.get("a"), [...map.entries()]]).toEqual([0, undefined, []]);
  });
});
