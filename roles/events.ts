// What changes who is in the account? The events of this room, and what they make of the identities.

import { partitionOf } from "./arn.ts";
import type { IdentitiesConfiguration } from "./configuration.ts";
import { type AccessKeyMaker, identitiesFrom } from "./identities.ts";
import type { Identities } from "./model.ts";

/** The configuration took effect, at the start or when it was read again: what it says of identities holds from then on. */
export interface ConfigurationLoaded {
  readonly type: "configuration.loaded";
  /** Epoch milliseconds. */
  readonly at: number;
  readonly configuration: IdentitiesConfiguration & { readonly region: string };
}

export type RolesEvent = ConfigurationLoaded;

/** The identities after an event; undefined stands for an account before its first configuration. Pure. */
export function foldIdentities(
  before: Identities | undefined,
  { at, configuration }: RolesEvent,
  accessKeyFor: AccessKeyMaker,
): Identities {
  return identitiesFrom(configuration, { at, partition: partitionOf(configuration.region), accessKeyFor, before });
}
