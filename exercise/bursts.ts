// Which requests to the metadata service belong together? Those that follow each other at once are one renewal.

import { isAsk } from "./asks.ts";
import type { Burst, SeenRequest } from "./observation.ts";

/** Between two leaps time passes as it really does, and workers that renew together are closer than this; processes one after the other are not. */
const GAP_MILLISECONDS = 250;

/** A leap of the clocks may tear a renewal between an answer and the next request: it is no longer than this. */
const TEAR_MILLISECONDS = 20 * 60_000;

type Growing = { -readonly [Name in keyof Burst]: Burst[Name] } & { newAccessKeyIds: string[] };

/** Takes requests in their order. Keeps those bursts that brought new keys and the largest two, so that it never grows beyond the keys. */
export class Bursts {
  readonly #kept: Burst[] = [];
  readonly #known = new Set<string>();
  #open: Growing | undefined;
  /** Whether the last answer leads to another request of the same renewal. */
  #isUnfinished = false;
  #mostRequests: Burst | undefined;
  #mostTokens: Burst | undefined;

  take(request: SeenRequest): void {
    const { at, purpose, status, accessKeyId } = request;
    if (purpose === "call") return;
    if (this.#open === undefined || at - this.#open.lastAt > this.#gapBefore(request)) {
      this.#close();
      this.#open = { at, lastAt: at, requests: 0, tokens: 0, newAccessKeyIds: [] };
    }
    const burst = this.#open;
    burst.lastAt = Math.max(burst.lastAt, at);
    this.#isUnfinished = status === 200 && (purpose === "token" || purpose === "role");
    if (isAsk(request)) burst.requests++;
    if (purpose === "token" && status === 200) burst.tokens++;
    if (purpose !== "credentials" || status !== 200 || accessKeyId === undefined) return;
    if (!this.#known.has(accessKeyId)) burst.newAccessKeyIds.push(accessKeyId);
    this.#known.add(accessKeyId);
  }

  /** After the last request. */
  finish(): readonly Burst[] {
    this.#close();
    const all = [...this.#kept, this.#mostRequests, this.#mostTokens].filter((burst) => burst !== undefined);
    return [...new Set(all)].sort((a, b) => a.at - b.at);
  }

  #gapBefore({ purpose }: SeenRequest): number {
    const isNextStep = purpose === "role" || purpose === "credentials";
    return this.#isUnfinished && isNextStep ? TEAR_MILLISECONDS : GAP_MILLISECONDS;
  }

  #close(): void {
    const burst = this.#open;
    if (burst === undefined) return;
    this.#open = undefined;
    if (burst.newAccessKeyIds.length > 0) this.#kept.push(burst);
    if (burst.requests > (this.#mostRequests?.requests ?? 0)) this.#mostRequests = burst;
    if (burst.tokens > (this.#mostTokens?.tokens ?? 0)) this.#mostTokens = burst;
  }
}
