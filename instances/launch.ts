// What did RunInstances make, and what else did the EC2 API set? The events of what is in no configuration, and what they make of the
// state. A reset forgets all of it.

import type { InstanceConfiguration } from "./configuration.ts";
import type { MetadataOptions, VolumeSettings } from "./instance.ts";
import { foldLife, type Life, type LifeChange } from "./life.ts";
import type { InstancesState } from "./state.ts";
import { wholeSecond } from "./timeline.ts";

/** What a launch says beside a configuration. */
export interface LaunchFacts {
  /** With the hash of what was asked for with it. */
  readonly clientToken?: string;
  readonly requestHash: string;
  readonly volumeSettings: Readonly<Record<string, VolumeSettings>>;
}

/** One instance, which is known by its id: an entry of that name. */
export interface Launch extends LaunchFacts {
  readonly instanceId: string;
  /** With its private address. */
  readonly configuration: InstanceConfiguration & { readonly privateIpAddress: string };
  /** What holds from the launch on: its profile, and with EC2's delays that it is pending. */
  readonly changes: readonly LifeChange[];
}

export interface InstancesLaunched {
  readonly type: "instances.launched";
  readonly at: number;
  readonly launches: readonly Launch[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataDefaultsResponse.html */
export interface MetadataDefaults extends Partial<Omit<MetadataOptions, "httpProtocolIpv6">> {
  readonly httpTokensEnforced?: "enabled" | "disabled";
}

/** The account's defaults for new instances are from now on as given, whole. */
export interface MetadataDefaultsModified {
  readonly type: "metadata-defaults.modified";
  readonly at: number;
  readonly defaults: MetadataDefaults;
}

/** Resources that are no instances have these tags from now on, all of them. */
export interface ResourcesTagged {
  readonly type: "resources.tagged";
  readonly at: number;
  readonly tags: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export type AccountEvent = InstancesLaunched | MetadataDefaultsModified | ResourcesTagged;

/** For how long a terminated instance is told of: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html */
export const TOLD_AFTER_END_MILLISECONDS = 3_600_000;
/** For how long it is kept: its last credentials have expired long before. */
const KEPT_AFTER_END_MILLISECONDS = 7 * 86_400_000;

/** When it was terminated, or will have been; undefined while nothing says so. */
export function terminatedAt({ power = [] }: Pick<Life, "power">): number | undefined {
  const last = power.at(-1);
  return last?.value === "terminated" ? last.from : undefined;
}

export function foldAccount(state: InstancesState, event: AccountEvent): InstancesState {
  if (event.type === "metadata-defaults.modified") return { ...state, metadataDefaults: event.defaults };
  if (event.type === "instances.launched") return launched(state, event);
  const resourceTags = new Map(state.resourceTags);
  for (const [id, tags] of Object.entries(event.tags)) {
    if (Object.keys(tags).length > 0) resourceTags.set(id, tags);
    else resourceTags.delete(id);
  }
  return { ...state, resourceTags };
}

function launched(state: InstancesState, { at, launches }: InstancesLaunched): InstancesState {
  const entries = new Map(state.entries);
  const lives = new Map(state.lives);
  for (const [instanceId, life] of lives) {
    const end = entries.get(instanceId)?.launch && terminatedAt(life);
    if (end === undefined || at - end < KEPT_AFTER_END_MILLISECONDS) continue;
    entries.delete(instanceId);
    lives.delete(instanceId);
  }
  for (const { instanceId, configuration, changes, ...launch } of launches) {
    const { privateIpAddress } = configuration;
    const entry = { name: instanceId, configuration, launchTime: wholeSecond(at), associatedAt: undefined };
    entries.set(instanceId, { ...entry, privateIpAddress, launch });
    lives.set(instanceId, foldLife({ entryName: instanceId }, changes));
  }
  return { ...state, entries, lives };
}

/** What is left when all is to be again as the configuration says. */
export function withoutLaunches(state: InstancesState): InstancesState {
  const entries = [...state.entries].filter(([, { launch }]) => launch === undefined);
  // The map stays the same one where nothing was launched, so that nothing is made anew.
  const kept = entries.length === state.entries.size ? state.entries : new Map(entries);
  return { ...state, entries: kept, lives: new Map(), metadataDefaults: {}, resourceTags: new Map() };
}
