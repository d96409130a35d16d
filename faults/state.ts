// Which faults are there now? Their events, and the fold that makes their state: those of the configuration, and those raised since.
// How often each struck is no event: it counts from the start of the process.

import type { WrittenFault } from "./table.ts";

export interface RaisedFault {
  /** `configuration-1`, `fault-1`, … */
  readonly id: string;
  readonly fault: WrittenFault;
  /** Epoch milliseconds. */
  readonly raisedAt: number;
  /** Of its dice. */
  readonly seed: number | string;
}

export interface FaultsState {
  /** As the configuration has them. */
  readonly configured: readonly RaisedFault[];
  readonly current: readonly RaisedFault[];
  /** How many were raised beside the configuration since it was loaded or reset. */
  readonly raisedCount: number;
}

export const NO_FAULTS: FaultsState = { configured: [], current: [], raisedCount: 0 };

/** What this room reads of the configuration when it is loaded. */
export interface FaultsConfigured {
  readonly type: "configuration.loaded";
  readonly at: number;
  readonly configuration: { readonly faults?: readonly WrittenFault[] };
}

export interface FaultRaised {
  readonly type: "fault.raised";
  readonly at: number;
  readonly id: string;
  readonly fault: WrittenFault;
}

export interface FaultCleared {
  readonly type: "fault.cleared";
  readonly at: number;
  /** All of them where it is absent. */
  readonly id?: string;
}

/** All is to be again as the configuration says, and begins anew. */
export interface FaultsReset {
  readonly type: "world.reset";
  readonly at: number;
}

export type FaultsEvent = FaultsConfigured | FaultRaised | FaultCleared | FaultsReset;

/** The id of the next fault that is raised. */
export const nextFaultId = ({ raisedCount }: FaultsState) => `fault-${raisedCount + 1}`;

/** @param seedOf the seed of a fault that has none of its own, by its id: always the same. */
export function foldFaults(state: FaultsState, event: FaultsEvent, seedOf: (id: string) => number): FaultsState {
  const raised = (id: string, fault: WrittenFault): RaisedFault => ({
    id,
    fault,
    raisedAt: event.at,
    seed: fault.seed ?? seedOf(id),
  });
  switch (event.type) {
    case "configuration.loaded":
      return configured(state, event.configuration.faults ?? [], raised);
    case "fault.raised": {
      const current = [...state.current, raised(event.id, event.fault)];
      return { ...state, current, raisedCount: state.raisedCount + 1 };
    }
    case "fault.cleared":
      return { ...state, current: state.current.filter(({ id }) => event.id !== undefined && id !== event.id) };
    case "world.reset": {
      const again = state.configured.map(({ id, fault }) => raised(id, fault));
      return { configured: again, current: again, raisedCount: 0 };
    }
  }
}

/** Who loads the same faults again leaves them as they are, counts and windows too; those that were raised by hand stay. */
function configured(
  state: FaultsState,
  faults: readonly WrittenFault[],
  raised: (id: string, fault: WrittenFault) => RaisedFault,
): FaultsState {
  if (JSON.stringify(faults) === JSON.stringify(state.configured.map(({ fault }) => fault))) return state;
  const anew = faults.map((fault, index) => raised(`configuration-${index + 1}`, fault));
  const byHand = state.current.filter((one) => !state.configured.includes(one));
  return { ...state, configured: anew, current: [...anew, ...byHand] };
}
