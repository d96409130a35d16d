// What changes who is in the account? The events of this room, and what they make of the identities.

import type { IdentitiesConfiguration } from "./configuration.ts";
import { type AccessKeyMaker, deletedWith, identitiesFrom, ownersOf } from "./identities.ts";
import type { Entities, Identities, Section, Sections } from "./model.ts";

/** An entity is from now on as given, whole; null when it is gone. */
export type IdentityChange = {
  readonly [Kind in Section]: {
    readonly section: Kind;
    readonly name: string;
    readonly entity: Sections[Kind] | null;
  };
}[Section];

/** A call of IAM has changed the account: all that it did, at once. */
export interface IdentitiesChanged {
  readonly type: "identities.changed";
  /** Epoch milliseconds. */
  readonly at: number;
  readonly changes: readonly IdentityChange[];
}

/** The configuration took effect, at the start or when it was read again; or all is to be again as it says. */
export interface IdentitiesConfigured {
  readonly type: "configuration.loaded" | "world.reset";
  readonly at: number;
  readonly configuration: IdentitiesConfiguration & { readonly region: string };
}

/** The identities after an event; undefined stands for an account before its first configuration. Pure. */
export function foldIdentities(
  before: Identities | undefined,
  { type, at, configuration }: IdentitiesConfigured,
  accessKeyFor: AccessKeyMaker,
): Identities {
  return identitiesFrom(configuration, { at, accessKeyFor, before, reset: type === "world.reset" });
}

/** The same after a change by the API. */
export function foldIdentityChanges(before: Identities, changes: readonly IdentityChange[]): Identities {
  const touched: Record<string, Map<string, unknown>> = {};
  for (const { section, name, entity } of changes) {
    touched[section] ??= new Map<string, unknown>(before[section]);
    if (entity === null) touched[section].delete(name);
    else touched[section].set(name, entity);
  }
  const now: Identities = { ...before, ...(touched as Partial<Entities>) };
  return {
    ...now,
    accessKeyOwners: now.users === before.users ? before.accessKeyOwners : ownersOf(now),
    deleted: deletedWith(now, before),
  };
}
