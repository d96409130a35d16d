// Is this one request too many? A bucket of tokens for each key, as golang.org/x/time/rate has it. The rate is one of the machine and
// counts in real time: a clock that stands still would never fill a bucket.

import { LRUCache } from "lru-cache";

export interface RateLimit {
  /** Takes a token; false where none is left. `realAt` is in epoch milliseconds. */
  allows(key: string, realAt: number): boolean;
}

const KEPT = 10_000;

/** Buckets that hold `burst` tokens and get `perSecond`. */
export function rateLimit(perSecond: number, burst: number): RateLimit {
  const buckets = new LRUCache<string, { tokens: number; at: number }>({ max: KEPT });
  return {
    allows(key, realAt) {
      const bucket = buckets.get(key) ?? { tokens: burst, at: realAt };
      // The machine's clock may be put back.
      const passed = Math.max(0, realAt - bucket.at);
      const tokens = Math.min(burst, bucket.tokens + (passed * perSecond) / 1000);
      const allowed = tokens >= 1;
      buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: realAt });
      return allowed;
    },
  };
}
