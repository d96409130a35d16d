// How do the dice fall? Seeded chance for faults and tests: the same seed, the same throws.

import { seededEntropy } from "./random.ts";

export interface Dice {
  /** From 0 (inclusive) to 1 (exclusive), with 48 bits. */
  next(): number;
  /** A whole number from 0 to `below`, exclusive. RangeError unless `below` is a whole number from 1 up. */
  integer(below: number): number;
  /** One of the choices, each as likely. RangeError when there is none. */
  pick<Choice>(choices: readonly Choice[]): Choice;
  /** True with this probability: never at 0, always at 1. */
  chance(probability: number): boolean;
}

/** Dice for one purpose; name it in the seed (`"7/throttling"`), so that two purposes do not disturb each other's throws. */
export function dice(seed: number | string): Dice {
  const entropy = seededEntropy(seed);
  const next = () => entropy.bytes(6).readUIntBE(0, 6) / 2 ** 48;
  const integer = (below: number) => {
    if (!Number.isSafeInteger(below) || below < 1)
      throw new RangeError(`dice need a whole number of sides from 1 up, not ${below}`);
    return Math.floor(next() * below);
  };
  return {
    next,
    integer,
    pick: <Choice>(choices: readonly Choice[]) => choices[integer(choices.length)] as Choice,
    chance: (probability) => next() < probability,
  };
}
