import { expect, test } from "vitest";
import { byLines } from "../../../clock/warp/orders.ts";
import { dice } from "../../../entropy/dice.ts";

test.each([1, 2, 3])("lines come whole however they are cut, seed %i", (seed) => {
  const { integer } = dice(seed);
  const lines = Array.from({ length: 50 }, (_, i) => ({ leap: i, text: "x".repeat(integer(30)) }));
  const taken: unknown[] = [];
  const take = byLines((line) => taken.push(line));
  let text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  while (text) {
    const cut = 1 + integer(40);
    take(text.slice(0, cut));
    text = text.slice(cut);
  }
  expect(taken).toEqual(lines);
});
