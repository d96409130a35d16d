// A small world for the tests of this room: a rotator on folded state, with the parts that one may change.

import type { RotationConfiguration } from "../../credential-rotator/configuration.ts";
import { createRotator } from "../../credential-rotator/create-rotator.ts";
import type { KnowledgeParts } from "../../credential-rotator/known-identities.ts";
import type { SourcedSets } from "../../credential-rotator/sourced-sets.ts";
import { foldRotation, NO_ROTATION, type RotationEvent } from "../../credential-rotator/state.ts";
import { secretKey, sha256 } from "../../entropy/hash.ts";
import { seededEntropy } from "../../entropy/random.ts";
import type { InstanceConfiguration } from "../../instances/configuration.ts";
import { createFleet, type Fleet } from "../../instances/fleet.ts";
import type { Delays, Instance } from "../../instances/instance.ts";
import { foldInstances, type InstanceChanged, NO_INSTANCES } from "../../instances/state.ts";
import { continued, type Timeline, valueAt } from "../../instances/timeline.ts";
import type { IdentitiesConfiguration } from "../../roles/configuration.ts";
import { foldIdentities } from "../../roles/events.ts";
import type { Identities } from "../../roles/model.ts";
import type { TemporaryCredentials } from "../../signing/session.ts";

export const START = Date.parse("2026-11-24T00:00:00Z");
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const ROLES: NonNullable<IdentitiesConfiguration["roles"]> = {
  "mybucket-access": { trust: "ec2.amazonaws.com" },
  "not-for-ec2": { trust: "lambda.amazonaws.com" },
};

export interface WorldConfiguration {
  readonly rotation?: RotationConfiguration;
  readonly delays?: Delays;
  readonly roles?: IdentitiesConfiguration["roles"];
  readonly instances?: Record<string, InstanceConfiguration & { readonly rotation?: RotationConfiguration }>;
  readonly tasks?: Record<string, { readonly rotation?: RotationConfiguration }>;
  readonly podIdentity?: { readonly rotation?: RotationConfiguration };
}

export function createWorld(
  written: WorldConfiguration,
  masterKey = "one",
  at = START,
  sourcesOf?: (parts: KnowledgeParts & { readonly fleet: Fleet }) => SourcedSets,
) {
  let [rotation, instances] = [NO_ROTATION, NO_INSTANCES];
  let identities: Identities | undefined;
  let history: Timeline<Identities> = [];
  const eventOf = ({ roles = ROLES, ...rest }: WorldConfiguration, loadedAt: number) => {
    const configuration = {
      account: "123456789012",
      region: "us-east-1",
      roles,
      instanceProfiles: { empty: {} },
      ...rest,
    };
    return { type: "configuration.loaded", at: loadedAt, configuration } as const;
  };
  /** The part of `load` that IAM sees: the next sets are made for these roles. */
  const loadIdentities = (given: WorldConfiguration, loadedAt: number) => {
    const keyFor = () => ({ accessKeyId: "AKIA", secretAccessKey: "" });
    identities = foldIdentities(identities, eventOf(given, loadedAt), keyFor);
    history = continued(history, loadedAt, identities);
  };
  const load = (given: WorldConfiguration, loadedAt: number) => {
    instances = foldInstances(instances, eventOf(given, loadedAt));
    rotation = foldRotation(rotation, eventOf(given, loadedAt));
    loadIdentities(given, loadedAt);
  };
  load(written, at);
  const fleet = createFleet(() => instances);
  const knowledge = {
    fleet,
    state: () => rotation,
    identities: () => identities as Identities,
    identitiesAt: (instant: number) => valueAt(history, instant) ?? (identities as Identities),
  };
  const sources = sourcesOf?.(knowledge);
  const rotator = createRotator({
    masterKey: secretKey(sha256(masterKey)),
    entropy: seededEntropy("rotator"),
    ...knowledge,
    ...(sources && { sources }),
  });
  return {
    fleet,
    rotator,
    load,
    loadIdentities,
    happen: (event: RotationEvent | InstanceChanged) => {
      if (event.type === "instance.changed") instances = foldInstances(instances, event);
      else rotation = foldRotation(rotation, event);
    },
    instance: (name: string, instant = at) => fleet.byName(name, instant) as Instance,
    /** The credentials in force, which must be there. */
    async credentials(name: string, instant: number, delivery: "1.0" | "2.0" = "2.0") {
      const delivered = await rotator.deliver(fleet.byName(name, instant) as Instance, delivery, instant);
      if (delivered?.outcome !== "success") throw new Error(`no credentials: ${JSON.stringify(delivered)}`);
      return delivered as typeof delivered & { readonly credentials: TemporaryCredentials };
    },
  };
}
