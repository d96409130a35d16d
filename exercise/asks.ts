// What came of asking for keys? Whether the metadata service gave them, withheld them, or the program asked wrongly.

import type { FaultSpan, SeenRequest } from "./observation.ts";

/** Faults that leave a good program its keys: it asks in time, asks for another token, or does without what is missing. */
const SURVIVABLE = ["late-renewal", "revoked-tokens", "missing-token-ttl", "wrong-date", "revoked-credentials"];
/** Faults that leave a document whole, but with keys that are no good. */
const WITHHOLDING = ["stale-credentials", "expired-credentials"];

/** By their ids. */
export type Spans = ReadonlyMap<string, FaultSpan>;

export const byId = (faults: readonly FaultSpan[]): Spans => new Map(faults.map((span) => [span.id, span]));

export const isSurvivable = ({ fault }: FaultSpan): boolean => SURVIVABLE.includes(fault);

/** The kinds of the faults that struck; undefined for one that is not known. */
const kindsOf = ({ fault }: SeenRequest, faults: Spans) =>
  fault === undefined ? [] : fault.split(" ").map((id) => faults.get(id)?.fault);

/** Whether a document with keys came whole, as far as can be told: who waits for a slow answer may have given it up. */
export function cameWhole(request: SeenRequest, faults: Spans): boolean {
  if (request.purpose !== "credentials" || request.status !== 200 || request.accessKeyId === undefined) return false;
  return kindsOf(request, faults).every((kind) => [...SURVIVABLE, ...WITHHOLDING].includes(kind ?? ""));
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
  const kinds = kindsOf(request, faults);
  if (kinds.some((kind) => !SURVIVABLE.includes(kind ?? ""))) return "vain";
  if (status === 403 || status >= 500 || status === 0) return "vain";
  if (status === 404 && purpose === "role") return "vain";
  if (purpose !== "credentials" || status !== 200) return undefined;
  return accessKeyId === undefined ? "vain" : "served";
}

/** After keys were asked for in vain, so long it is no fault of the program that it has none: SDKs ask again after 15 minutes at most. */
export const VAIN_MILLISECONDS = 20 * 60_000;

/** Whether the program had just asked in vain, taken along the requests in their order. */
export class VainAsking {
  readonly #faults: () => Spans;
  #at = Number.NEGATIVE_INFINITY;

  constructor(faults: () => Spans) {
    this.#faults = faults;
  }

  isVain(at: number): boolean {
    return at - this.#at <= VAIN_MILLISECONDS;
  }

  take(request: SeenRequest): void {
    const outcome = outcomeOf(request, this.#faults());
    if (outcome === "served") this.#at = Number.NEGATIVE_INFINITY;
    if (outcome === "vain") this.#at = request.lastAt ?? request.at;
  }
}

/** Connections that are refused leave nothing in the log. */
export const wereConnectionsRefused = (faults: readonly FaultSpan[], at: number): boolean =>
  faults.some(
    ({ fault, face, from, until = Number.POSITIVE_INFINITY }) =>
      fault === "refuse-connection" && face !== "aws" && from <= at && at <= until + VAIN_MILLISECONDS,
  );
