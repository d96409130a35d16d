// How are the instances of this moment written as a configuration? As entries that give machines of the same ids, addresses, profiles,
// options and tags. What a machine of a template went through has no place in the entry of its template.

import type { InstanceConfiguration, InstancesConfiguration } from "./configuration.ts";
import type { Fleet } from "./fleet.ts";
import { type Instance, isGone } from "./instance.ts";
import type { LifeAttribute } from "./life.ts";
import type { InstanceEntry, InstancesState } from "./state.ts";

type Written = Partial<InstanceConfiguration>;

/** What has changed since the launch, by attribute of the life. */
const CHANGED: Partial<Record<LifeAttribute, (instance: Instance) => Written>> = {
  metadataOptions: ({ metadataOptions }) => ({ metadataOptions }),
  tags: ({ tags }) => ({ tags: Object.fromEntries(tags) }),
  targetLifecycleState: ({ targetLifecycleState }) => (targetLifecycleState ? { targetLifecycleState } : {}),
  attributes: ({ instanceType, userData }) => ({
    instanceType,
    ...(userData !== undefined && { userDataBase64: Buffer.from(userData).toString("base64") }),
  }),
};

function written(
  { configuration, launchTime, privateIpAddress }: InstanceEntry,
  instance: Instance,
  changed: readonly string[],
): Written {
  const { instanceProfile: _, userData, ...rest } = configuration;
  const changes = Object.entries(CHANGED).flatMap(([attribute, write]) =>
    changed.includes(attribute) ? [write(instance)] : [],
  );
  const profile = instance.association?.instanceProfileName;
  const isModified = changed.includes("attributes");
  return {
    ...rest,
    ...(userData !== undefined && !isModified && { userData }),
    instanceId: instance.instanceId,
    launchTime: new Date(launchTime).toISOString(),
    ...(!configuration.ipv6Native && { privateIpAddress }),
    ...(profile !== undefined && { instanceProfile: profile }),
    ...Object.assign({}, ...changes),
  };
}

/** Templates as they were written, and every other instance that is not terminated. */
export function instancesConfigurationOf(state: InstancesState, fleet: Fleet, at: number): InstancesConfiguration {
  const entries = [...state.entries.values()].flatMap((entry): [string, InstanceConfiguration][] => {
    if (entry.configuration.count !== undefined) return [[entry.name, entry.configuration]];
    const instance = fleet.byName(entry.name, at);
    if (!instance || isGone(instance.state)) return [];
    const changed = Object.keys(state.lives.get(instance.instanceId) ?? {});
    return [[entry.name, written(entry, instance, changed) as InstanceConfiguration]];
  });
  return Object.fromEntries(entries);
}
