// What came of asking for keys? Whether the metadata service gave them, withheld them, or the program asked wrongly.

import type { FaultReport } from "../control/controls.ts";
import type { FaultSpan, SeenRequest } from "./observation.ts";

/** Faults with which a good program gets its keys all the same: it asks in time or again, or does without what is missing. */
const SURVIVABLE = [
  "late-renewal",
  "revoked-tokens",
  "missing-token-ttl",
  "wrong-date",
  "revoked-credentials",
  "slow-first-byte",
  "slow-body",
];
/** Faults that leave the document with the keys as it is; who waits for a slow answer may have given it up. */
const LEAVES_WHOLE = ["stale-credentials", "expired-credentials", "late-renewal", "revoked-tokens", "wrong-date"];

/** Whether asking again gets past it: by its kind, or because it does not strike each time. */
export const isSurvivable = ({ fault, probability = 1, count, requestsPerSecond }: FaultReport["fault"]): boolean =>
  SURVIVABLE.includes(fault) || probability < 1 || count !== undefined || Number(requestsPerSecond ?? 0) > 0;

/** By their ids. */
export type Spans = ReadonlyMap<string, FaultSpan>;

export const byId = (faults: readonly FaultSpan[]): Spans => new Map(faults.map((span) => [span.id, span]));

/** The faults that struck; undefined for one that is not known. */
const struckBy = ({ fault }: SeenRequest, faults: Spans): readonly (FaultSpan | undefined)[] =>
  fault === undefined ? [] : fault.split(" ").map((id) => faults.get(id));

/** Whether a document with keys came whole, as far as can be told. */
export function cameWhole(request: SeenRequest, faults: Spans): boolean {
  if (request.purpose !== "credentials" || request.status !== 200 || request.accessKeyId === undefined) return false;
  return struckBy(request, faults).every((span) => LEAVES_WHOLE.includes(span?.fault ?? ""));
}

/** Requests for a token, the role or its credentials. */
export const isAsk = ({ purpose }: SeenRequest): boolean =>
  purpose === "token" || purpose === "role" || purpose === "credentials";

/**
 * Of a request for keys: "served", or "vain" where they were not to be had, whatever the program did. Undefined for a step on the way,
 * and where the program itself was wrong: without a token or with a dead one (401), with a malformed request (400), for a role
 * that is not the instance's (404).
 */
export function outcomeOf(request: SeenRequest, faults: Spans): "served" | "vain" | undefined {
  if (!isAsk(request)) return undefined;
  const { purpose, status, accessKeyId } = request;
  const struck = struckBy(request, faults);
  if (struck.some((span) => span?.isSurvivable !== true)) return "vain";
  if (purpose === "credentials" && status === 200 && accessKeyId !== undefined) return "served";
  if (struck.length > 0) return undefined;
  if (status === 403 || status >= 500 || (status === 404 && purpose === "role")) return "vain";
  return purpose === "credentials" && status === 200 ? "vain" : undefined;
}

/** After keys were asked for in vain, so long it is no fault of the program that it has none: SDKs ask again after 15 minutes at most. */
export const VAIN_MILLISECONDS = 20 * 60_000;

/** A call that comes so soon after new keys were served was signed before: other threads call meanwhile. */
export const UNDER_WAY_MILLISECONDS = 1_000;

/** Whether the program had just asked in vain, taken along the requests in their order. */
export class VainAsking {
  readonly #faults: () => Spans;
  #at = Number.NEGATIVE_INFINITY;
  #servedAt = Number.POSITIVE_INFINITY;

  constructor(faults: () => Spans) {
    this.#faults = faults;
  }

  isVain(at: number): boolean {
    return at - this.#at <= VAIN_MILLISECONDS && at - this.#servedAt <= UNDER_WAY_MILLISECONDS;
  }

  take(request: SeenRequest): void {
    const outcome = outcomeOf(request, this.#faults());
    const at = request.lastAt ?? request.at;
    if (outcome === "vain") [this.#at, this.#servedAt] = [at, Number.POSITIVE_INFINITY];
    if (outcome === "served") this.#servedAt = Math.min(this.#servedAt, at);
  }
}

/** Connections that are refused leave nothing in the log. */
export const wereConnectionsRefused = (faults: readonly FaultSpan[], at: number): boolean =>
  faults.some(
    ({ fault, face, from, until = Number.POSITIVE_INFINITY }) =>
      fault === "refuse-connection" && face !== "aws" && from <= at && at <= until + VAIN_MILLISECONDS,
  );
