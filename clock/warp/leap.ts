// How do the clocks of several programs leap at once, together with a server's?

import { assertForward } from "../setting.ts";

export interface StandOptions {
  /**
   * A wait for descriptors that has lasted so long is no request under way: a server on this machine answers sooner. 0.2 unless given;
   * less where one asks the server whether it is answering, more where the server is far.
   */
  readonly stillSeconds?: number;
}

/** A program that can be made to stand still. */
export interface Standing {
  stand(leapSeconds: number, options?: StandOptions): Promise<Stood>;
}

/** It stands still. */
export interface Stood {
  /** Real epoch milliseconds. */
  readonly since: number;
  /** Lets it go on, its clocks moved by so many seconds. */
  goOn(seconds: number): Promise<void>;
}

/**
 * Moves the clocks of several programs forward at once: when all stand still `meanwhile` is called, then all leap and go on. They go on
 * as they were, and false is returned, when `meanwhile` returns false ("not now") or fails. Programs that have ended are left out;
 * rejects when all have. RangeError when the seconds are negative or not finite.
 */
export async function leapTogether(
  programs: readonly Standing[],
  seconds: number,
  meanwhile?: () => unknown,
  options?: StandOptions,
): Promise<boolean> {
  assertForward(seconds, "the seconds to leap by");
  const standing = await Promise.allSettled(programs.map((program) => program.stand(seconds, options)));
  const stood = standing.filter((one) => one.status === "fulfilled").map(({ value }) => value);
  const [gone] = standing.filter((one) => one.status === "rejected");
  if (stood.length === 0 && gone) throw gone.reason;
  let isNow = false;
  try {
    isNow = (await meanwhile?.()) !== false;
  } finally {
    await Promise.allSettled(stood.map(({ goOn }) => goOn(isNow ? seconds : 0)));
  }
  return isNow;
}
