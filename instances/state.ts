// What has happened to the instances? Their events, and the fold that makes their state of them. An entry of the configuration
// is one item of the state, a template of 100,000 too.

import { derivedHexId } from "../entropy/derive.ts";
import { addressAfter, isPrivateIpv4 } from "./address.ts";
import type { InstanceConfiguration, InstancesConfiguration } from "./configuration.ts";
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
}

export interface InstancesState {
  readonly accountId: string;
  readonly region: string;
  readonly entries: ReadonlyMap<string, InstanceEntry>;
}

export const NO_INSTANCES: InstancesState = { accountId: "", region: "", entries: new Map() };

/** What this room reads of the configuration when it is loaded. */
export interface InstancesEvent {
  readonly type: "configuration.loaded";
  readonly at: number;
  readonly configuration: {
    readonly account: string;
    readonly region: string;
    readonly instances?: InstancesConfiguration;
  };
}

/**
 * The state after the event. An instance that was there before keeps its launch, its address and, unless the profile is another
 * one, its association; a new one is launched at this instant, unless its launch time is given.
 */
export function foldInstances(state: InstancesState, { at, configuration }: InstancesEvent): InstancesState {
  const { account: accountId, region, instances = {} } = configuration;
  const before = accountId === state.accountId && region === state.region ? state.entries : NO_INSTANCES.entries;
  const entries = new Map<string, InstanceEntry>();
  for (const [name, written] of Object.entries(instances)) {
    entries.set(name, entryOf(name, written, before.get(name), wholeSecond(at)));
  }
  const taken = new Set([...entries.values()].map((entry) => entry.privateIpAddress));
  for (const entry of entries.values()) {
    if (entry.privateIpAddress !== "") continue;
    const privateIpAddress = freeAddress(candidateAddresses(entry, accountId, region), taken);
    taken.add(privateIpAddress);
    entries.set(entry.name, { ...entry, privateIpAddress });
  }
  return { accountId, region, entries };
}

const wholeSecond = (instant: number) => Math.floor(instant / 1000) * 1000;

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
