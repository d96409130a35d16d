// What has happened to the instances? Their events, and the fold that makes their state of them. An entry of the configuration
// is one item of the state, a template of 100,000 too.

import { derivedHexId } from "../entropy/derive.ts";
import { addressAfter, isPrivateIpv4 } from "./address.ts";
import type { InstanceConfiguration, InstancesConfiguration } from "./configuration.ts";
import type { Delays } from "./instance.ts";
import { type AccountEvent, foldAccount, type LaunchFacts, type MetadataDefaults, withoutLaunches } from "./launch.ts";
import { foldLife, type Life, type LifeAttribute, type LifeChange } from "./life.ts";
import { wholeSecond } from "./timeline.ts";
import { zoneOf } from "./zone.ts";

export interface InstanceEntry {
  readonly name: string;
  readonly configuration: InstanceConfiguration;
  /** Epoch milliseconds on a whole second, as EC2 has it. */
  readonly launchTime: number;
  /** Since when its instance profile is attached; undefined without one. */
  readonly associatedAt: number | undefined;
  /** Of a template the first one; the others count up from it. */
  readonly privateIpAddress: string;
  /** Of what RunInstances made; undefined where the configuration says it. */
  readonly launch?: LaunchFacts;
}

export interface InstancesState {
  readonly accountId: string;
  readonly region: string;
  readonly delays: Delays;
  readonly entries: ReadonlyMap<string, InstanceEntry>;
  /** By instance id, of those to which something has happened. */
  readonly lives: ReadonlyMap<string, Life>;
  /** What the account has set for new instances. */
  readonly metadataDefaults: MetadataDefaults;
  /** By the id of the resource: all but instances, whose tags are part of their lives. */
  readonly resourceTags: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** `refuse`, or the name of an instance; absent where an unknown caller is the only instance there is. */
  readonly unknownCaller?: string;
}

export const NO_INSTANCES: InstancesState = {
  accountId: "",
  region: "",
  delays: "none",
  entries: new Map(),
  lives: new Map(),
  metadataDefaults: {},
  resourceTags: new Map(),
};

/** Something happens to an instance: attributes have other values, now or from a later instant on. */
export interface InstanceChanged {
  readonly type: "instance.changed";
  readonly at: number;
  readonly instanceId: string;
  /** The name of its entry in the configuration; that of a template's instances is the template's. */
  readonly entryName: string;
  readonly changes: readonly LifeChange[];
}

/** All is to be again as the configuration says: what has happened is forgotten. */
export interface InstancesReset {
  readonly type: "world.reset";
  readonly at: number;
}

export type InstancesEvent = InstancesConfigured | InstanceChanged | InstancesReset | AccountEvent;

/** What this room reads of the configuration when it is loaded. */
export interface InstancesConfigured {
  readonly type: "configuration.loaded";
  readonly at: number;
  readonly configuration: {
    readonly account: string;
    readonly region: string;
    readonly delays?: Delays;
    readonly instances?: InstancesConfiguration;
    readonly unknownCaller?: string;
  };
}

export function foldInstances(state: InstancesState, event: InstancesEvent): InstancesState {
  if (event.type === "configuration.loaded") return configured(state, event);
  if (event.type === "world.reset") return withoutLaunches(state);
  if (event.type !== "instance.changed") return foldAccount(state, event);
  const { instanceId, entryName, changes } = event;
  const life = state.lives.get(instanceId) ?? { entryName };
  return { ...state, lives: new Map(state.lives).set(instanceId, foldLife(life, changes)) };
}

/**
 * The state after the event. An instance that was there before keeps its launch, its address and, unless the profile is another
 * one, its association; a new one is launched at this instant, unless its launch time is given.
 */
function configured(state: InstancesState, { at, configuration }: InstancesConfigured): InstancesState {
  const { account: accountId, region, delays = "none", instances = {}, unknownCaller } = configuration;
  const before = accountId === state.accountId && region === state.region ? state.entries : NO_INSTANCES.entries;
  const entries = new Map<string, InstanceEntry>();
  for (const [name, written] of Object.entries(instances)) {
    entries.set(name, entryOf(name, written, before.get(name), wholeSecond(at)));
  }
  for (const entry of before.values()) if (entry.launch && !entries.has(entry.name)) entries.set(entry.name, entry);
  const taken = new Set([...entries.values()].map((entry) => entry.privateIpAddress));
  for (const entry of entries.values()) {
    if (entry.privateIpAddress !== "") continue;
    const privateIpAddress = freeAddress(candidateAddresses(entry, accountId, region), taken);
    taken.add(privateIpAddress);
    entries.set(entry.name, { ...entry, privateIpAddress });
  }
  const lives = [...state.lives].flatMap(([instanceId, life]) => {
    const kept = lifeAfter(life, before.get(life.entryName), entries.get(life.entryName));
    return kept ? [[instanceId, kept] as const] : [];
  });
  const told = unknownCaller === undefined ? {} : { unknownCaller };
  const { metadataDefaults, resourceTags } = before === state.entries ? state : NO_INSTANCES;
  return { accountId, region, delays, entries, lives: new Map(lives), metadataDefaults, resourceTags, ...told };
}

/** What has happened stays true, but where the configuration now says something else than before. */
function lifeAfter(life: Life, before: InstanceEntry | undefined, now: InstanceEntry | undefined): Life | undefined {
  if (!before || before.launchTime !== now?.launchTime) return undefined;
  const said = (entry: InstanceEntry, name: keyof InstanceConfiguration) => JSON.stringify(entry.configuration[name]);
  const changed = CONFIGURED.filter(([name]) => said(before, name) !== said(now, name)).map(
    ([, attribute]) => attribute,
  );
  const kept = Object.entries(life).filter(([attribute]) => !changed.includes(attribute as LifeAttribute));
  return Object.fromEntries(kept) as Life;
}

/** Which key of the configuration says what an attribute is at launch. */
const CONFIGURED: readonly (readonly [keyof InstanceConfiguration, LifeAttribute])[] = [
  ["instanceProfile", "profile"],
  ["metadataOptions", "metadataOptions"],
  ["tags", "tags"],
  ["targetLifecycleState", "targetLifecycleState"],
];

/** The entry; its private address is empty while a free one is still to be found. */
function entryOf(
  name: string,
  configuration: InstanceConfiguration,
  before: InstanceEntry | undefined,
  at: number,
): InstanceEntry {
  const launchTime =
    configuration.launchTime === undefined
      ? (before?.launchTime ?? at)
      : wholeSecond(Date.parse(configuration.launchTime));
  const relaunched = before?.launchTime !== launchTime;
  const sameProfile = before?.configuration.instanceProfile === configuration.instanceProfile;
  const associatedAt = relaunched ? launchTime : sameProfile ? before?.associatedAt : at;
  const { privateIpAddress, sourceAddress } = configuration;
  return {
    name,
    configuration,
    launchTime,
    associatedAt: configuration.instanceProfile === undefined ? undefined : associatedAt,
    privateIpAddress:
      privateIpAddress ??
      // On a shared network an instance sees the address that its packets come from.
      (sourceAddress !== undefined && isPrivateIpv4(sourceAddress) ? sourceAddress : (before?.privateIpAddress ?? "")),
  };
}

/** The first that is not taken; the last when all are. */
function freeAddress(candidates: Iterable<string>, taken: ReadonlySet<string>): string {
  let address = "";
  for (address of candidates) if (!taken.has(address)) break;
  return address;
}

/**
 * One instance lies in the default VPC, 172.31.0.0/16 with a /20 a zone, where AWS keeps the first four addresses and the last
 * for itself; a template begins a VPC of its own in 10.0.0.0/8. The first candidate follows from the name.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
 */
function* candidateAddresses(entry: InstanceEntry, accountId: string, region: string): Generator<string> {
  const { name, configuration } = entry;
  const choice = Number.parseInt(derivedHexId("", 8, "private-address", accountId, region, name), 16);
  if (configuration.count !== undefined) {
    for (let i = 0; i < 256; i++) yield `10.${(choice + i) % 256}.0.4`;
    return;
  }
  const { index } = zoneOf(region, configuration.availabilityZone);
  const subnet = `172.31.${index * 16}.0`;
  for (let i = 0; i < 4091; i++) yield addressAfter(subnet, 4 + ((choice + i) % 4091));
}
