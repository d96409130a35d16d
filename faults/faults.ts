// Which faults are at work, and on whom? Follows the state, keeps the counts, and finds an instance's faults by one look into a map.

import type { Instance } from "../instances/instance.ts";
import type { Face } from "./fault.ts";
import { isMeant } from "./limits.ts";
import { LiveFault } from "./live-fault.ts";
import type { FaultsState, RaisedFault } from "./state.ts";
import type { WrittenFault } from "./table.ts";

export interface FaultReport {
  readonly id: string;
  readonly fault: WrittenFault;
  /** Of its dice; the same seed in the fault gives the same decisions. */
  readonly seed: number | string;
  /** Epoch milliseconds. */
  readonly from: number;
  /** Infinity where it has no end. */
  readonly until: number;
  readonly inForce: boolean;
  /** How many requests it could have struck, and how many it did, since it was raised or the process began. */
  readonly matched: number;
  readonly struck: number;
}

export class Faults {
  readonly #state: () => FaultsState;
  #seen: FaultsState | undefined;
  #live: readonly LiveFault[] = [];
  /** Null for an instance that none of them concerns. */
  #ofInstances = new WeakMap<Instance, readonly LiveFault[] | null>();
  #atAws: readonly LiveFault[] = [];

  constructor(state: () => FaultsState) {
    this.#state = state;
  }

  /** What may strike the requests of an instance at IMDS; undefined where nothing may. */
  ofInstance(instance: Instance): readonly LiveFault[] | undefined {
    this.#follow();
    if (this.#live.length === 0) return undefined;
    const kept = this.#ofInstances.get(instance);
    if (kept !== undefined) return kept ?? undefined;
    const found = this.#live.filter((live) => live.acts("imds") && concerns(live, instance));
    this.#ofInstances.set(instance, found.length === 0 ? null : found);
    return found.length === 0 ? undefined : found;
  }

  /** What may strike requests at the AWS endpoints. */
  get atAws(): readonly LiveFault[] {
    this.#follow();
    return this.#atAws;
  }

  /** Whether a listener gives no connection now: it serves this one instance, or whoever comes. */
  shutsDoor(face: Face, instance: Instance | undefined, at: number): boolean {
    this.#follow();
    return this.#live.some(
      (live) =>
        live.shutsDoor &&
        live.acts(face) &&
        live.isInForce(at) &&
        (live.raised.fault.instance === undefined || (instance !== undefined && concerns(live, instance))),
    );
  }

  /** The next instant after `at` at which a listener may have to shut or to open; undefined when none is awaited. */
  nextDoorChange(at: number): number | undefined {
    this.#follow();
    const shutting = this.#live.filter((live) => live.shutsDoor);
    const instants = shutting.flatMap(({ window }) => [window.from, window.until]).filter((instant) => instant > at);
    return instants.filter(Number.isFinite).sort((one, other) => one - other)[0];
  }

  report(at: number): readonly FaultReport[] {
    this.#follow();
    return this.#live.map((live) => {
      const { raised, window, matched, struck } = live;
      const { id, fault, seed } = raised;
      return { id, fault, seed, ...window, inForce: live.isInForce(at), matched, struck };
    });
  }

  #follow(): void {
    const state = this.#state();
    if (state === this.#seen) return;
    const known = new Map<RaisedFault, LiveFault>(this.#live.map((live) => [live.raised, live]));
    this.#live = state.current.map((raised) => known.get(raised) ?? new LiveFault(raised));
    this.#atAws = this.#live.filter((live) => live.acts("aws"));
    this.#ofInstances = new WeakMap();
    this.#seen = state;
  }
}

const concerns = ({ raised: { fault } }: LiveFault, instance: Instance) =>
  fault.instance === undefined || isMeant(fault.instance, instance);
