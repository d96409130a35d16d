// Which machine is asking? The instances of the present state, made when they are asked for. A template of 100,000 costs nothing
// until then, and only so many made ones are kept.

import { LRUCache } from "lru-cache";
import { type Instance, isGone } from "./instance.ts";
import { instanceAt, type Life, type Stretch } from "./life.ts";
import { type Caller, createLookup, type Place } from "./lookup.ts";
import { makeInstance, nameAt } from "./make.ts";
import type { InstanceEntry, InstancesState } from "./state.ts";

/** An instance may change: each question names the instant (epoch milliseconds) at which it is looked at. */
export interface Fleet {
  /** How many instances there are, those of templates included. */
  readonly size: number;
  byName(name: string, at: number): Instance | undefined;
  byInstanceId(instanceId: string, at: number): Instance | undefined;
  /** What the instance is called and, of one of a template, its template too; tells that without making it. */
  nameOf(instanceId: string): { readonly name: string; readonly entry: string } | undefined;
  /**
   * The instance that the listener means, else the one that the source address means, else the one that an unknown
   * caller is to be, else the only one there is. Undefined for a stranger who is to be refused.
   */
  callerOf(caller: Caller, at: number): Instance | undefined;
  /** Whom a caller is taken for that neither a listener nor a source address means. */
  stranger(at: number): Instance | undefined;
  /** The instances with an entry of their own, not those of templates. */
  declared(at: number): Instance[];
  /** All of them, those of templates too, one after the other. */
  all(at: number): Generator<Instance>;
  /** At least one in each subnet. */
  sample(at: number): Generator<Instance>;
  /** The only one that there is: whom a question without a name means. One that was launched counts where no other is configured. */
  only(at: number): Instance | undefined;
  /** The ids of the instances to which something has happened. */
  changedIds(): Iterable<string>;
  /** The listeners that mean an instance, as configured (`127.0.0.1:1338`), with its name. */
  listeners(): { readonly name: string; readonly listen: string }[];
}

/** How many made instances are kept, and how many answers to callers. */
const KEPT = 16_384;

/** So many addresses has a subnet: members of a template that lie further apart are in different ones. */
const SUBNET_SIZE = 4096;

/** The fleet of a state that may change: what it keeps is made anew when `state` gives other entries. */
export function createFleet(state: () => InstancesState): Fleet {
  const slots = new LRUCache<string, Slot>({ max: KEPT });
  let view = viewOf(state(), slots);
  const current = () => {
    const now = state();
    if (now.entries === view.state.entries) return view;
    if (accountOf(now) !== accountOf(view.state)) slots.clear();
    view = viewOf(now, slots);
    return view;
  };
  const look = (slot: Slot | undefined, at: number) => slot && lookAt(slot, state().lives, at);
  const single = (at: number) => {
    const { state, slotOf } = current();
    const entries = [...state.entries.values()].filter(({ configuration }) => configuration.count === undefined);
    return entries.map((entry) => look(slotOf({ entry, index: 0 }), at) as Instance);
  };
  const launchedAlone = (at: number) => {
    const living = single(at).filter((each) => !isGone(each.state));
    return living.length === 1 ? living[0] : undefined;
  };
  const stranger = (at: number) => {
    const { slotOf, lookup } = current();
    return lookup.meansLaunched ? launchedAlone(at) : look(slotOf(lookup.stranger), at);
  };
  function* each(at: number, step: number): Generator<Instance> {
    const { state, slotOf } = current();
    for (const entry of state.entries.values()) {
      const { count = 1 } = entry.configuration;
      for (let index = 0; index < count; index += step) yield look(slotOf({ entry, index }), at) as Instance;
      if (step > 1 && count > 1) yield look(slotOf({ entry, index: count - 1 }), at) as Instance;
    }
  }
  return {
    get size() {
      return current().lookup.size;
    },
    nameOf(instanceId) {
      const place = current().lookup.ofInstanceId(instanceId);
      return place && { name: nameAt(place), entry: place.entry.name };
    },
    byName(name, at) {
      const { slotOf, lookup } = current();
      return look(slotOf(lookup.ofName(name)), at);
    },
    byInstanceId(instanceId, at) {
      const { slotOf, lookup } = current();
      return look(slotOf(lookup.ofInstanceId(instanceId)), at);
    },
    callerOf(caller, at) {
      const { slotOfCaller, lookup } = current();
      return look(slotOfCaller(caller), at) ?? (lookup.meansLaunched ? launchedAlone(at) : undefined);
    },
    stranger,
    declared: single,
    all: (at) => each(at, 1),
    sample: (at) => each(at, SUBNET_SIZE),
    only(at) {
      const { state, lookup, slotOf } = current();
      if (lookup.configuredSize === 0) return launchedAlone(at);
      const [entry] = state.entries.values();
      return lookup.configuredSize === 1 && entry ? look(slotOf({ entry, index: 0 }), at) : undefined;
    },
    changedIds: () => state().lives.keys(),
    listeners: () =>
      [...current().state.entries.values()].flatMap(({ name, configuration: { listen } }) =>
        listen === undefined ? [] : [{ name, listen }],
      ),
  };
}

/** One instance: as it was launched, and as it was when it was last looked at. */
interface Slot {
  readonly entry: InstanceEntry;
  readonly launched: Instance;
  life: Life | undefined;
  stretch: Stretch;
}

/** What an instance is made of beside its entry. */
const accountOf = ({ accountId, region, delays }: InstancesState) => [accountId, region, delays].join();

function lookAt(slot: Slot, lives: InstancesState["lives"], at: number): Instance {
  const life = lives.size === 0 ? undefined : lives.get(slot.launched.instanceId);
  const { stretch } = slot;
  if (life !== slot.life || at < stretch.from || at >= stretch.until) {
    slot.life = life;
    slot.stretch = instanceAt(slot.launched, life, at);
  }
  return slot.stretch.instance;
}

/** One state, looked at: its lookups, and in `slots` what was made so far. What is of the same entry stays, whatever else changes. */
function viewOf(state: InstancesState, slots: LRUCache<string, Slot>) {
  const lookup = createLookup(state);
  const callers = new LRUCache<string, Slot>({ max: KEPT });
  const slotOf = (place: Place | undefined): Slot | undefined => {
    if (!place) return undefined;
    const key = `${place.index} ${place.entry.name}`;
    const kept = slots.get(key);
    if (kept?.entry === place.entry) return kept;
    const launched = makeInstance(state, place.entry, place.index);
    const slot = { entry: place.entry, launched, life: undefined, stretch: instanceAt(launched, undefined, 0) };
    slots.set(key, slot);
    return slot;
  };
  const slotOfCaller = (caller: Caller): Slot | undefined => {
    const key = `${caller.localAddress} ${caller.localPort} ${caller.remoteAddress}`;
    const kept = callers.get(key);
    if (kept) return kept;
    const found = slotOf(lookup.ofCaller(caller) ?? lookup.stranger);
    if (found) callers.set(key, found);
    return found;
  };
  return { state, lookup, slotOf, slotOfCaller };
}
