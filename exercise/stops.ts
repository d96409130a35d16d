// Did the program stop calling while it asked for keys without success, although those that it had were alive?

import { isAsk, outcomeOf, type Spans } from "./asks.ts";
import type { KeyLife, SeenRequest, Stop } from "./observation.ts";

interface Known {
  faults(): Spans;
  /** In the order of their issue. */
  lives(): readonly KeyLife[];
}

/** Takes requests in their order, and keeps the longest time in which it asked again and called nobody. */
export class Stops {
  readonly #known: Known;
  #open: Stop | undefined;
  longest: Stop | undefined;

  constructor(known: Known) {
    this.#known = known;
  }

  take(request: SeenRequest): void {
    const outcome = outcomeOf(request, this.#known.faults());
    if (request.purpose === "call" || outcome === "served") this.#open = undefined;
    else if (isAsk(request) && (outcome === "vain" || request.status !== 200)) this.#failed(request.at);
  }

  #failed(at: number): void {
    const open = this.#open ?? this.#begin(at);
    if (open === undefined) return;
    this.#open = { ...open, until: Math.min(at, open.expiresAt) };
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
