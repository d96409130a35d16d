// Is a program in the midst of asking for keys? Between two tries of one renewal a client waits a second or less, and it gives the whole up
// after some seconds: a leap in between would be longer than all of that, and end it.

import type { Activity } from "../clock/warp/warp.ts";
import { isAsk } from "./asks.ts";
import type { SeenRequest } from "./observation.ts";

/** So long a client waits between two tries. */
const PAUSE_MILLISECONDS = 1_500;
/** So long after a request that brought no keys, in real time, the next try may still come: it waits a second for the answer, and then it pauses. */
const NEXT_TRY_MILLISECONDS = 3_000;
/** One spell is not waited for any longer, in real time: some clients ask at every call for as long as they are not given any. */
const LONGEST_MILLISECONDS = 5_000;
/** Who has asked for nothing for so long, in simulated time, begins another spell; it is longer than leaps are while much happens. */
const REST_MILLISECONDS = 180_000;

/** Does it rest for longer than a client does between two tries? What it does is unknown of a program whose clock we do not move. */
export const isResting = (activity: Activity | undefined): boolean =>
  activity !== undefined &&
  !activity.isComputing &&
  (activity.nextDueSeconds ?? Number.POSITIVE_INFINITY) > PAUSE_MILLISECONDS / 1000;

export class AskingSpell {
  #lastAt = Number.NEGATIVE_INFINITY;
  #beganRealAt = Number.NEGATIVE_INFINITY;
  #triedRealAt = Number.NEGATIVE_INFINITY;

  take(request: SeenRequest, realNow: number): void {
    if (!isAsk(request)) return;
    if (request.at - this.#lastAt > REST_MILLISECONDS) this.#beganRealAt = realNow;
    this.#lastAt = request.at;
    const isServed = request.purpose === "credentials" && request.status === 200;
    this.#triedRealAt = isServed ? Number.NEGATIVE_INFINITY : realNow;
  }

  /** By its requests alone: what it does may tell that it has given up. */
  isTrying(realNow: number): boolean {
    return realNow - this.#triedRealAt < NEXT_TRY_MILLISECONDS && realNow - this.#beganRealAt < LONGEST_MILLISECONDS;
  }
}
