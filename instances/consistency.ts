// Do the entries of `instances` agree with each other? Names, ids, listeners and source addresses that would mean two machines.

import { strictMapping } from "../roles/configuration.ts";
import { didYouMean } from "../roles/did-you-mean.ts";
import { addressNumber } from "./address.ts";
import { type InstanceConfiguration, type InstancesConfiguration, instanceShape } from "./configuration.ts";
import type { InterfaceConfiguration } from "./configuration-network.ts";
import { REFUSE } from "./lookup.ts";
import { memberName, readMemberName } from "./member.ts";

/** Where in `instances` something is wrong, and what. */
export interface InstancesFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** All that is wrong, in the order of the entries; empty when they agree. */
export function instancesFaults(instances: InstancesConfiguration): InstancesFault[] {
  const entries = Object.entries(instances);
  return [
    ...entries.flatMap(([name, entry]) => entryFaults(name, entry, instances)),
    ...doubleFaults(entries, "listen"),
    ...doubleFaults(entries, "instanceId"),
    ...sourceFaults(entries),
  ];
}

const entryShape = strictMapping(instanceShape);

/** The first thing that is wrong with one entry by itself, which nobody has checked: what RunInstances makes is one, too. */
export function entryFault(name: string, written: object): InstancesFault | undefined {
  const { data, error } = entryShape.safeParse(written);
  const [issue] = error?.issues ?? [];
  if (issue) return { path: issue.path.map(String), message: issue.message };
  return data && entryFaults(name, data, {})[0];
}

/** What is wrong with the instance that unknown callers are to be; undefined when nothing is. */
export function unknownCallerFault(name: string, instances: InstancesConfiguration): string | undefined {
  const entry = Object.hasOwn(instances, name) ? instances[name] : undefined;
  if (name === REFUSE || (entry && entry.count === undefined)) return undefined;
  if (entry) return `is a template: name one of its instances, such as ${memberName(name, 0)}`;
  const member = readMemberName(name);
  if (member && member.index < (instances[member.template]?.count ?? 0)) return undefined;
  return `there is no instance "${name}"${didYouMean(name, [REFUSE, ...Object.keys(instances)])}`;
}

type Entries = readonly (readonly [string, InstanceConfiguration])[];

/** What belongs to one interface and does not count up. */
const SINGULAR_OF_INTERFACE = [
  "macAddress",
  "interfaceId",
  "secondaryPrivateIpAddresses",
  "ipv4Associations",
  "ipv6Addresses",
  "ipv4Prefixes",
  "ipv6Prefixes",
] as const;

/** What belongs to one machine, so that a template cannot have it. */
const SINGULAR = ["listen", "instanceId", "amiLaunchIndex", ...SINGULAR_OF_INTERFACE] as const;

const IPV4_ALONE = [
  "secondaryPrivateIpAddresses",
  "publicIpAddress",
  "ipv4Associations",
  "ipv4Prefixes",
  "subnetIpv4CidrBlock",
] as const;

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
export const TAG_IN_PATH =
  "cannot be a tag key while instanceMetadataTags is enabled: only letters, digits and + - = . , _ : @";
export const isPathTag = (key: string) => /^[A-Za-z0-9+\-=.,_:@]+$/.test(key) && ![".", "..", "_index"].includes(key);

function entryFaults(name: string, entry: InstanceConfiguration, all: InstancesConfiguration): InstancesFault[] {
  const faults: InstancesFault[] = [];
  const fault = (path: readonly string[], message: string) => faults.push({ path: [name, ...path], message });
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) {
    fault([], "must be a name of at most 128 letters, digits, dots, underscores and hyphens");
  }
  for (const attribute of entry.count === undefined ? [] : SINGULAR) {
    if (entry[attribute] !== undefined) fault([attribute], "cannot be set beside count: instances differ in it");
  }
  const member = readMemberName(name);
  if (member && member.index < (all[member.template]?.count ?? 0)) {
    fault([], `is also the name of an instance of the template ${member.template}`);
  }
  if (entry.publicKey !== undefined && entry.keyName === undefined) fault(["publicKey"], "needs keyName beside it");
  if (entry.userData !== undefined && entry.userDataBase64 !== undefined) {
    fault(["userDataBase64"], "cannot be set beside userData");
  }
  for (const { path, message } of networkFaults(entry)) fault(path, message);
  if (entry.metadataOptions?.instanceMetadataTags === "enabled") {
    for (const key of Object.keys(entry.tags ?? {})) if (!isPathTag(key)) fault(["tags", key], TAG_IN_PATH);
  }
  return faults;
}

function networkFaults(entry: InstanceConfiguration): InstancesFault[] {
  const further = entry.networkInterfaces ?? [];
  const faults = interfaceFaults(entry, []);
  const taken = new Map<unknown, string>([[0, "the primary interface"]]);
  for (const [i, written] of further.entries()) {
    const path = ["networkInterfaces", String(i)];
    const fault = (name: string, message: string) => faults.push({ path: [...path, name], message });
    faults.push(...interfaceFaults(written, path));
    for (const name of entry.count === undefined ? [] : ([...SINGULAR_OF_INTERFACE, "privateIpAddress"] as const)) {
      if (written[name] !== undefined) fault(name, "cannot be set beside count: instances differ in it");
    }
    const deviceIndex = written.deviceIndex ?? i + 1;
    const owner = taken.get(deviceIndex);
    if (owner !== undefined) fault("deviceIndex", `${deviceIndex} is also that of ${owner}`);
    taken.set(deviceIndex, `networkInterfaces[${i}]`);
  }
  const macs = [entry, ...further].map(({ macAddress }) => macAddress);
  const double = macs.findIndex((mac, i) => mac !== undefined && macs.indexOf(mac) < i);
  if (double > 0) {
    const path = ["networkInterfaces", String(double - 1), "macAddress"];
    faults.push({ path, message: "is also that of another interface" });
  }
  return faults;
}

function interfaceFaults(written: InterfaceConfiguration, path: readonly string[]): InstancesFault[] {
  const faults: InstancesFault[] = [];
  const fault = (name: string, message: string) => faults.push({ path: [...path, name], message });
  if (written.ipv6AddressCount !== undefined && written.ipv6Addresses !== undefined) {
    fault("ipv6AddressCount", "cannot be set beside ipv6Addresses");
  }
  for (const name of written.ipv6Native ? IPV4_ALONE : []) {
    if (written[name] !== undefined) fault(name, "cannot be set beside ipv6Native");
  }
  const own = [written.privateIpAddress, ...(written.secondaryPrivateIpAddresses ?? [])];
  for (const [publicIp, privateIp] of Object.entries(written.ipv4Associations ?? {})) {
    if (own.includes(privateIp)) continue;
    const message = `${publicIp} must lead to privateIpAddress or one of secondaryPrivateIpAddresses`;
    fault("ipv4Associations", message);
  }
  return faults;
}

function doubleFaults(entries: Entries, attribute: "listen" | "instanceId"): InstancesFault[] {
  const owners = new Map<string, string>();
  const faults: InstancesFault[] = [];
  for (const [name, { [attribute]: value }] of entries) {
    if (value === undefined) continue;
    const owner = owners.get(value);
    if (owner === undefined) owners.set(value, name);
    else faults.push({ path: [name, attribute], message: `is also that of ${owner}` });
  }
  return faults;
}

function sourceFaults(entries: Entries): InstancesFault[] {
  const ranges = entries.flatMap(([name, { sourceAddress, count = 1 }]) => {
    if (sourceAddress === undefined) return [];
    const first = addressNumber(sourceAddress);
    return [{ name, first, end: first + BigInt(count) }];
  });
  ranges.sort((a, b) => (a.first < b.first ? -1 : 1));
  const faults: InstancesFault[] = [];
  let furthest = ranges[0];
  for (const range of ranges.slice(1)) {
    if (furthest && range.first < furthest.end) {
      faults.push({ path: [range.name, "sourceAddress"], message: `is also one of ${furthest.name}` });
    }
    if (!furthest || range.end > furthest.end) furthest = range;
  }
  return faults;
}
