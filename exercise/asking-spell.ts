// Is a program in the midst of asking for keys? Between two tries of one renewal a client waits a second or less, and it gives the whole up
// after some seconds: a leap in between would be longer than all of that, and end it.

import type { Activity } from "../clock/warp/warp.ts";
import { isAsk } from "./asks.ts";
import type { SeenRequest } from "./observation.ts";

/** So long a client waits between two tries. */
const PAUSE_SECONDS = 1.5;
/** So long after a request that brought no keys the next try may still come: a client waits a second for the answer, and then it pauses. */
const NEXT_TRY_MILLISECONDS = 3_000;
/** One spell is not waited for any longer, in real time: some clients ask at every call for as long as they are not given any. */
const LONGEST_MILLISECONDS = 5_000;
/** Who has asked for nothing for so long begins another spell; it is longer than leaps are while much happens. */
const REST_MILLISECONDS = 180_000;

/**
 * In so many seconds a program may try again: 0 while it computes, and where its clock is not moved so that nobody knows what it does.
 * Undefined where it rests for longer than a client does between two tries.
 */
export function nextTrySeconds(activity: Activity | undefined): number | undefined {
  if (activity === undefined || activity.isComputing) return 0;
  const { nextDueSeconds } = activity;
  return nextDueSeconds !== undefined && nextDueSeconds <= PAUSE_SECONDS ? nextDueSeconds : undefined;
}

/** Instants are simulated, in epoch milliseconds, where they are not said to be real. */
export class AskingSpell {
  #lastAt = Number.NEGATIVE_INFINITY;
  #beganRealAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;

  take(request: SeenRequest, realNow: number): void {
    if (!isAsk(request)) return;
    const { at, purpose, status } = request;
    if (at - this.#lastAt > REST_MILLISECONDS) this.#beganRealAt = realNow;
    this.#lastAt = at;
    this.#triedAt = purpose === "credentials" && status === 200 ? Number.NEGATIVE_INFINITY : at;
  }

  /** By its requests alone: what it does may tell that it has given up. */
  isTrying(now: number, realNow: number): boolean {
    return now - this.#triedAt < NEXT_TRY_MILLISECONDS && realNow - this.#beganRealAt < LONGEST_MILLISECONDS;
  }
}
