// Where do a name, an id, a listener and a source address lead? An index as large as the configuration, whatever the counts: a
// template costs one item, and the rest is arithmetic.

import { addressNumber, isAddress, parseListener } from "./address.ts";
import { instanceIdOf, seriesOf } from "./make.ts";
import { readMemberId, readMemberName } from "./member.ts";
import type { InstanceEntry, InstancesState } from "./state.ts";

/** An entry and a number in it: where lookups lead. That of an entry without `count` is 0. */
export interface Place {
  readonly entry: InstanceEntry;
  readonly index: number;
}

/** Where a request came in, and from where; addresses as the socket writes them. */
export interface Caller {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
}

export interface Lookup {
  /** How many instances there are, those of templates included. */
  readonly size: number;
  ofName(name: string): Place | undefined;
  ofInstanceId(instanceId: string): Place | undefined;
  /** Whom the listener or the source address means. */
  ofCaller(caller: Caller): Place | undefined;
  /** Whom somebody else is taken for; undefined for nobody, and where only the instant can tell. */
  readonly stranger: Place | undefined;
  /** How many of them the configuration has. */
  readonly configuredSize: number;
  /** Whether the configuration has no instance, and says nothing of strangers: then the only one that was launched is meant. */
  readonly meansLaunched: boolean;
}

/** The entries by all that leads to them. */
interface Index {
  readonly size: number;
  /** Those of the configuration alone. */
  readonly configuredSize: number;
  readonly ids: ReadonlyMap<string, Place>;
  readonly series: ReadonlyMap<number, InstanceEntry>;
  readonly listeners: ReadonlyMap<string, Place>;
  readonly sources: ReadonlyMap<bigint, Place>;
  readonly sourceRanges: readonly { readonly entry: InstanceEntry; readonly first: bigint }[];
}

/** The `unknownCaller` that is nobody. */
export const REFUSE = "refuse";

export function createLookup(state: InstancesState): Lookup {
  const index = indexOf(state);
  return {
    size: index.size,
    configuredSize: index.configuredSize,
    stranger: placeOfStranger(index, state),
    meansLaunched: index.configuredSize === 0 && state.unknownCaller === undefined,
    ofName: (name) => placeOfName(state, name),
    ofInstanceId(instanceId) {
      const member = readMemberId(instanceId);
      return index.ids.get(instanceId) ?? (member && placeIn(index.series.get(member.series), member.index));
    },
    ofCaller: (caller) => placeOfListener(index, caller) ?? placeOfSource(index, caller),
  };
}

/** The place in a template, where it has so many. */
const placeIn = (entry: InstanceEntry | undefined, index: number): Place | undefined =>
  entry && index < (entry.configuration.count ?? 0) ? { entry, index } : undefined;

function indexOf({ accountId, entries }: InstancesState): Index {
  const [ids, series] = [new Map<string, Place>(), new Map<number, InstanceEntry>()];
  const [listeners, sources] = [new Map<string, Place>(), new Map<bigint, Place>()];
  const sourceRanges = [];
  let [size, configuredSize] = [0, 0];
  for (const entry of entries.values()) {
    const { count, listen } = entry.configuration;
    // What was launched is known by its private address, as in a VPC; after the end of one it is the next one's.
    const sourceAddress = entry.configuration.sourceAddress ?? (entry.launch && entry.privateIpAddress);
    const place = { entry, index: 0 };
    const listener = listen === undefined ? undefined : parseListener(listen);
    size += count ?? 1;
    if (!entry.launch) configuredSize += count ?? 1;
    if (listener) listeners.set(listenerKey(listener.address, listener.port), place);
    if (count === undefined) ids.set(instanceIdOf(accountId, entry, 0), place);
    else series.set(seriesOf(accountId, entry.name), entry);
    if (sourceAddress === undefined) continue;
    if (count === undefined) sources.set(addressNumber(sourceAddress), place);
    else sourceRanges.push({ entry, first: addressNumber(sourceAddress) });
  }
  return { size, configuredSize, ids, series, listeners, sources, sourceRanges };
}

const listenerKey = (address: string, port: number) => `${addressNumber(address)} ${port}`;

function placeOfListener({ listeners }: Index, { localAddress, localPort }: Caller): Place | undefined {
  if (listeners.size === 0 || !isAddress(localAddress)) return undefined;
  for (const address of [localAddress, "0.0.0.0", "::"]) {
    const place = listeners.get(listenerKey(address, localPort));
    if (place) return place;
  }
  return undefined;
}

function placeOfSource({ sources, sourceRanges }: Index, { remoteAddress }: Caller): Place | undefined {
  if (!isAddress(remoteAddress)) return undefined;
  const address = addressNumber(remoteAddress);
  const place = sources.get(address);
  if (place) return place;
  for (const { entry, first } of sourceRanges) {
    const found = address < first ? undefined : placeIn(entry, Number(address - first));
    if (found) return found;
  }
  return undefined;
}

function placeOfName({ entries }: InstancesState, name: string): Place | undefined {
  const entry = entries.get(name);
  if (entry && entry.configuration.count === undefined) return { entry, index: 0 };
  const member = readMemberName(name);
  return member && placeIn(entries.get(member.template), member.index);
}

/**
 * Who is not known is the instance that the configuration names, or the only one that it has, or nobody: what is launched later takes no
 * program's identity away.
 */
function placeOfStranger({ configuredSize }: Index, state: InstancesState): Place | undefined {
  const { entries, unknownCaller } = state;
  if (unknownCaller !== undefined) return unknownCaller === REFUSE ? undefined : placeOfName(state, unknownCaller);
  const entry = configuredSize === 1 ? entries.values().find(({ launch }) => launch === undefined) : undefined;
  return entry && { entry, index: 0 };
}
