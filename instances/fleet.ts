// Which machine is asking? The instances of the present state, made when they are asked for. A template of 100,000 costs nothing
// until then, and only so many made ones are kept.

import { LRUCache } from "lru-cache";
import type { Instance } from "./instance.ts";
import { type Caller, createLookup, type Place } from "./lookup.ts";
import { makeInstance } from "./make.ts";
import type { InstancesState } from "./state.ts";

export interface Fleet {
  /** How many instances there are, those of templates included. */
  readonly size: number;
  byName(name: string): Instance | undefined;
  byInstanceId(instanceId: string): Instance | undefined;
  /**
   * The instance that the listener means, else the one that the source address means, else the only one there is. Undefined
   * for a stranger among several, who is to be refused.
   */
  callerOf(caller: Caller): Instance | undefined;
  /** The instances with an entry of their own, not those of templates. */
  declared(): Instance[];
  /** The listeners that mean an instance, as configured (`127.0.0.1:1338`), with its name. */
  listeners(): { readonly name: string; readonly listen: string }[];
}

/** How many made instances are kept, and how many answers to callers. */
const KEPT = 16_384;

/** The fleet of a state that may change: what it keeps is made anew when `state` gives another one. */
export function createFleet(state: () => InstancesState): Fleet {
  let view = viewOf(state());
  const current = () => {
    const now = state();
    if (now !== view.state) view = viewOf(now);
    return view;
  };
  return {
    get size() {
      return current().lookup.size;
    },
    byName: (name) => current().instance(current().lookup.ofName(name)),
    byInstanceId: (instanceId) => current().instance(current().lookup.ofInstanceId(instanceId)),
    callerOf: (caller) => current().callerOf(caller),
    declared() {
      const { state, instance } = current();
      const single = [...state.entries.values()].filter(({ configuration }) => configuration.count === undefined);
      return single.map((entry) => instance({ entry, index: 0 }) as Instance);
    },
    listeners: () =>
      [...current().state.entries.values()].flatMap(({ name, configuration: { listen } }) =>
        listen === undefined ? [] : [{ name, listen }],
      ),
  };
}

/** One state, looked at: its lookups, and what was made of it so far. */
function viewOf(state: InstancesState) {
  const lookup = createLookup(state);
  const made = new LRUCache<string, Instance>({ max: KEPT });
  const callers = new LRUCache<string, Instance>({ max: KEPT });
  const instance = (place: Place | undefined): Instance | undefined => {
    if (!place) return undefined;
    const key = `${place.index} ${place.entry.name}`;
    const kept = made.get(key);
    if (kept) return kept;
    const instance = makeInstance(state, place.entry, place.index);
    made.set(key, instance);
    return instance;
  };
  const callerOf = (caller: Caller): Instance | undefined => {
    const key = `${caller.localAddress} ${caller.localPort} ${caller.remoteAddress}`;
    const kept = callers.get(key);
    if (kept) return kept;
    const found = instance(lookup.ofCaller(caller));
    if (found) callers.set(key, found);
    return found;
  };
  return { state, lookup, instance, callerOf };
}
