// Do the entries of `instances` agree with each other? Names, ids, listeners and source addresses that would mean two machines.

import { addressNumber } from "./address.ts";
import type { InstanceConfiguration, InstancesConfiguration } from "./configuration.ts";
import { readMemberName } from "./member.ts";

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

type Entries = readonly (readonly [string, InstanceConfiguration])[];

/** What belongs to one machine and does not count up, so that a template cannot have it. */
const SINGULAR = ["listen", "instanceId", "macAddress", "interfaceId"] as const;

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
const TAG_IN_PATH =
  "cannot be a tag key while instanceMetadataTags is enabled: only letters, digits and + - = . , _ : @";
const isPathTag = (key: string) => /^[A-Za-z0-9+\-=.,_:@]+$/.test(key) && ![".", "..", "_index"].includes(key);

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
  if (entry.metadataOptions?.instanceMetadataTags === "enabled") {
    for (const key of Object.keys(entry.tags ?? {})) if (!isPathTag(key)) fault(["tags", key], TAG_IN_PATH);
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
