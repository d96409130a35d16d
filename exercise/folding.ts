// How are hours of busy calls kept in little room, without losing what a check needs? Requests of one simulated minute that are
// alike become one, but never across a landmark: what a check may ask to lie before or after something else.

import { outcomeOf, type Spans, VainAsking, wereConnectionsRefused } from "./asks.ts";
import type { KeyLife, SeenRequest } from "./observation.ts";

const MINUTE_MILLISECONDS = 60_000;

/** What is known of the run so far; it may grow. */
export interface Landmarks {
  faults(): Spans;
  life(accessKeyId: string): KeyLife | undefined;
  /** Begins and ends of faults, steps, expiries; in any order. */
  instants(): readonly number[];
}

type Row = { -readonly [Name in keyof SeenRequest]: SeenRequest[Name] };

/** Takes requests in their order. */
export class Folding {
  readonly rows: SeenRequest[] = [];
  readonly #landmarks: Landmarks;
  readonly #vain: VainAsking;
  /** Rows that may still take more, by what they have in common; of the present stretch alone. */
  readonly #open = new Map<string, Row>();
  #stretch = "";
  /** Counts what happens in the requests themselves: keys that are new, a first call after their expiry, asking that turns vain or good. */
  #turns = 0;
  #wasVain = false;
  readonly #met = new Set<string>();

  constructor(landmarks: Landmarks) {
    this.#landmarks = landmarks;
    this.#vain = new VainAsking(() => landmarks.faults());
  }

  take(request: SeenRequest): void {
    this.#turn(request);
    const stretch = `${Math.floor(request.at / MINUTE_MILLISECONDS)} ${this.#instantsUntil(request.at)} ${this.#turns}`;
    if (stretch !== this.#stretch) this.#open.clear();
    this.#stretch = stretch;
    const key = likeness(request);
    const row = this.#open.get(key);
    if (row !== undefined) {
      row.count = (row.count ?? 1) + 1;
      row.lastAt = Math.max(row.lastAt ?? row.at, request.at);
      return;
    }
    const first: Row = { ...request };
    this.#open.set(key, first);
    this.rows.push(first);
  }

  #turn(request: SeenRequest): void {
    const { at, purpose, accessKeyId } = request;
    const before = this.#wasVain;
    this.#wasVain = this.#vain.isVain(at);
    if (before !== this.#wasVain) this.#turns++;
    const outcome = outcomeOf(request, this.#landmarks.faults());
    if (outcome !== undefined && (outcome === "vain") !== this.#wasVain) this.#turns++;
    this.#vain.take(request);
    this.#wasVain = this.#vain.isVain(at);
    if (accessKeyId === undefined) return;
    this.#meet(`${purpose} ${accessKeyId}`);
    if (purpose !== "call" || at < (this.#landmarks.life(accessKeyId)?.expiresAt ?? Number.POSITIVE_INFINITY)) return;
    const isExcused = this.#wasVain || wereConnectionsRefused([...this.#landmarks.faults().values()], at);
    this.#meet(`${isExcused ? "excused" : "blamed"} ${accessKeyId}`);
  }

  #meet(what: string): void {
    if (this.#met.has(what)) return;
    this.#met.add(what);
    this.#turns++;
  }

  #instantsUntil(at: number): number {
    let count = 0;
    for (const instant of this.#landmarks.instants()) if (instant <= at) count++;
    return count;
  }
}

function likeness({
  purpose,
  status,
  imdsVersion,
  accessKeyId,
  action,
  errorCode,
  fault,
  userAgent,
}: SeenRequest): string {
  return JSON.stringify([purpose, status, imdsVersion, accessKeyId, action, errorCode, fault, userAgent]);
}
