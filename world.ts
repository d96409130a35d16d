// What is the state of everything? The events of all rooms in one union, and one fold that hands each to the rooms it concerns.

import { configuredBuckets } from "./aws-api/s3/configuration.ts";
import { fold as foldS3, type S3Change } from "./aws-api/s3/events.ts";
import { emptyS3, type S3State } from "./aws-api/s3/state.ts";
import type { ClockSetting } from "./clock/clock.ts";
import type { Configuration } from "./configuration.ts";
import { type ContainersState, foldContainers, NO_CONTAINERS } from "./container-credentials/state.ts";
import { foldRotation, NO_ROTATION, type RotationForced, type RotationState } from "./credential-rotator/state.ts";
import { deriveBytes } from "./entropy/derive.ts";
import { type SecretKey, secretKey } from "./entropy/hash.ts";
import {
  type FaultCleared,
  type FaultRaised,
  type FaultsEvent,
  type FaultsState,
  foldFaults,
  NO_FAULTS,
} from "./faults/state.ts";
import type { AccountEvent } from "./instances/launch.ts";
import { foldInstances, type InstanceChanged, type InstancesState, NO_INSTANCES } from "./instances/state.ts";
import { continued, type Timeline } from "./instances/timeline.ts";
import {
  foldIdentities,
  foldIdentityChanges,
  type IdentitiesChanged,
  type IdentitiesConfigured,
} from "./roles/events.ts";
import { DEFAULT_ACCOUNT_ID } from "./roles/identities.ts";
import type { Identities } from "./roles/model.ts";
import { userAccessKeys } from "./signing/access-keys.ts";

/** The first event of a journal: the key from which all others follow, in Base64. */
interface WorldCreated {
  readonly type: "world.created";
  readonly at: number;
  readonly masterKey: string;
}

interface ConfigurationLoaded {
  readonly type: "configuration.loaded";
  readonly at: number;
  readonly configuration: Configuration;
}

/** The clock was moved, or runs differently from now on. */
interface ClockSet {
  readonly type: "clock.set";
  readonly at: number;
  readonly setting: ClockSetting;
  /** How fast it runs again after a pause. */
  readonly runningSpeed: number;
}

interface WorldReset {
  readonly type: "world.reset";
  readonly at: number;
}

export type WorldEvent =
  | WorldCreated
  | ConfigurationLoaded
  | ClockSet
  | WorldReset
  | RotationForced
  | IdentitiesChanged
  | InstanceChanged
  | AccountEvent
  | FaultRaised
  | FaultCleared
  | S3Change;

/** Changed by `foldWorld` alone. */
export interface World {
  masterKey: SecretKey | undefined;
  configuration: Configuration | undefined;
  identities: Identities | undefined;
  /** The account as it was from when on; of what instances are given, which is roles and instance profiles. */
  identitiesHistory: Timeline<Identities>;
  instances: InstancesState;
  containers: ContainersState;
  rotation: RotationState;
  faults: FaultsState;
  readonly s3: S3State;
  clock: Omit<ClockSet, "type" | "at"> | undefined;
  /** The instant of the last event; time never starts before it. */
  lastEventAt: number;
}

export function emptyWorld(): World {
  return {
    masterKey: undefined,
    configuration: undefined,
    identities: undefined,
    identitiesHistory: [],
    instances: NO_INSTANCES,
    containers: NO_CONTAINERS,
    rotation: NO_ROTATION,
    faults: NO_FAULTS,
    s3: emptyS3(),
    clock: undefined,
    lastEventAt: 0,
  };
}

/**
 * Applies an event to the world, in place.
 * @returns the hashes of the blobs that nothing names any more
 */
export function foldWorld(world: World, event: WorldEvent): readonly string[] {
  world.lastEventAt = Math.max(world.lastEventAt, event.at);
  switch (event.type) {
    case "world.created":
      world.masterKey = secretKey(Buffer.from(event.masterKey, "base64"));
      return [];
    case "clock.set":
      world.clock = { setting: event.setting, runningSpeed: event.runningSpeed };
      return [];
    case "configuration.loaded":
      return foldConfiguration(world, event);
    case "identities.changed":
      withIdentities(world, event.at, foldIdentityChanges(requireIdentities(world), event.changes));
      return [];
    case "world.reset":
      if (world.configuration) configureIdentities(world, { ...event, configuration: world.configuration });
      world.rotation = foldRotation(world.rotation, event);
      world.instances = foldInstances(world.instances, event);
      world.faults = withFaults(world, event);
      return configureBuckets(world, event);
    case "instance.changed":
    case "instances.launched":
    case "metadata-defaults.modified":
    case "resources.tagged":
      world.instances = foldInstances(world.instances, event);
      return [];
    case "fault.raised":
    case "fault.cleared":
      world.faults = withFaults(world, event);
      return [];
    case "rotation.forced":
      world.rotation = foldRotation(world.rotation, event);
      return [];
    default:
      return foldS3(world.s3, event);
  }
}

function foldConfiguration(world: World, event: ConfigurationLoaded): readonly string[] {
  const { configuration } = event;
  world.configuration = configuration;
  configureIdentities(world, event);
  world.instances = foldInstances(world.instances, event);
  world.containers = foldContainers(world.containers, event);
  world.rotation = foldRotation(world.rotation, event);
  world.faults = withFaults(world, event);
  return configureBuckets(world, event);
}

/** After the identities: the policies of buckets name some of them. */
function configureBuckets(world: World, { type, at }: ConfigurationLoaded | WorldReset): readonly string[] {
  const { configuration, identities } = world;
  const buckets = identities ? configuredBuckets(configuration?.buckets, identities) : [];
  return foldS3(world.s3, { type, at, buckets });
}

function configureIdentities(world: World, event: IdentitiesConfigured) {
  const masterKey = requireMasterKey(world);
  const accountId = event.configuration.account ?? DEFAULT_ACCOUNT_ID;
  const accessKeyFor = userAccessKeys(masterKey, accountId);
  withIdentities(world, event.at, foldIdentities(world.identities, event, accessKeyFor));
}

/** What changes nothing that instances are given takes no place in the history: thousands of users would be kept a hundred times. */
function withIdentities(world: World, at: number, identities: Identities) {
  world.identities = identities;
  const last = world.identitiesHistory.at(-1);
  const isSame = last?.value.roles === identities.roles && last.value.instanceProfiles === identities.instanceProfiles;
  world.identitiesHistory = isSame
    ? world.identitiesHistory.with(-1, { from: last.from, value: identities })
    : continued(world.identitiesHistory, at, identities);
}

/** Seeds follow from the world's key: with a seed of its own, a world throws the same dice again. */
function withFaults(world: World, event: FaultsEvent): FaultsState {
  const masterKey = requireMasterKey(world);
  return foldFaults(world.faults, event, (id) => deriveBytes(masterKey, 4, "fault", id).readUInt32BE());
}

// INVARIANT: a configuration is loaded before anything is changed.
function requireIdentities({ identities }: World): Identities {
  if (!identities) throw new TypeError("the journal changes an account before its configuration");
  return identities;
}

// INVARIANT: a journal begins with world.created.
export function requireMasterKey({ masterKey }: World): SecretKey {
  if (!masterKey) throw new TypeError("the journal does not begin with the creation of its world");
  return masterKey;
}
