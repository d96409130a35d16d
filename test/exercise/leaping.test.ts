// How far do the clocks leap while a program waits for its next try? A second at a time, and not where it wakes sooner.

import { expect, test } from "vitest";
import { nextTrySeconds } from "../../exercise/asking-spell.ts";
import { LeapPatience, leapAll } from "../../exercise/leaping.ts";
import { ownProgram } from "./own-program.ts";

/** Leaps once with a program that sleeps so long; resolves to how far, and whether it slept to the end in real time before. */
async function leapWith(sleepSeconds: number, wantedSeconds: number) {
  let hasWoken = false;
  await using program = ownProgram(async ({ sleep }) => {
    await sleep(sleepSeconds);
    hasWoken = true;
    await sleep(3600);
    return 0;
  });
  const { warped } = program;
  if (warped === undefined) throw new Error("its clock is not moved");
  const leaping = {
    warped,
    answeredAt: () => Number.NEGATIVE_INFINITY,
    nextTrySeconds: async () => nextTrySeconds(await warped.activity()),
  };
  const advanced: number[] = [];
  let hadWoken: boolean | undefined;
  const server = {
    isAnswering: () => false,
    answeredAt: () => Number.NEGATIVE_INFINITY,
    advance: async (seconds: number) => {
      hadWoken = hasWoken;
      advanced.push(seconds);
    },
  };
  const leapt = await leapAll([leaping], server, wantedSeconds, new LeapPatience());
  return { leapt, advanced, leaps: program.leaps, hadWoken };
}

test.each([
  ["rests: as far as is wanted", 30, 60, 60, false],
  ["waits a second for its next try: over that alone", 1, 60, 1, false],
  ["waits a second, where one is wanted", 1, 1, 1, false],
  ["wakes in a moment: it has woken before, and then as far as is wanted", 0.3, 60, 60, true],
])("with a program that %s", async (_, sleepSeconds, wantedSeconds, leapt, hadWoken) => {
  expect(await leapWith(sleepSeconds, wantedSeconds)).toEqual({ leapt, advanced: [leapt], leaps: [leapt], hadWoken });
});
