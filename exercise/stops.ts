// Did the program stop calling while it asked for keys without success, although those that it had were alive?

import { isAsk, outcomeOf, type Spans } from "./asks.ts";
import type { KeyLife, SeenRequest, Stop } from "./observation.ts";

interface Known {
  faults(): Spans;
  /** In the order of their issue. */
  lives(): readonly KeyLife[];
}

/** A call that comes so soon after keys were asked for goes with it: asking did not keep the program from calling. */
const TOGETHER_MILLISECONDS = 2_000;

/** Takes requests in their order, and keeps the longest time in which it asked again and called nobody. */
export class Stops {
  readonly #known: Known;
  #open: Stop | undefined;
  /** When it last asked without success, and may be about to call all the same. */
  #askedAt: number | undefined;
  longest: Stop | undefined;

  constructor(known: Known) {
    this.#known = known;
  }

  take(request: SeenRequest): void {
    const { at, purpose, status } = request;
    if (this.#askedAt !== undefined && at - this.#askedAt > TOGETHER_MILLISECONDS) this.#extend(this.#askedAt);
    const outcome = outcomeOf(request, this.#known.faults());
    if (purpose === "call" || outcome === "served") {
      this.#open = undefined;
      this.#askedAt = undefined;
    } else if (isAsk(request) && (outcome === "vain" || status !== 200)) {
      this.#open ??= this.#begin(at);
      this.#askedAt = at;
    }
  }

  #extend(at: number): void {
    if (this.#open === undefined) return;
    this.#open = { ...this.#open, until: Math.min(at, this.#open.expiresAt) };
    const { from, until } = this.#open;
    if (until - from > (this.longest ? this.longest.until - this.longest.from : 0)) this.longest = this.#open;
  }

  #begin(at: number): Stop | undefined {
    const inUse = this.#known.lives().findLast(({ firstUsedAt = Number.POSITIVE_INFINITY }) => firstUsedAt < at);
    if (inUse === undefined || inUse.expiresAt <= at) return undefined;
    const { accessKeyId, expiresAt } = inUse;
    return { from: at, until: at, accessKeyId, expiresAt };
  }
}
