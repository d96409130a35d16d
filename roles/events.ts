// What changes who is in the account? The events of this room, and what they make of the identities.

import { ENTITY_KINDS } from "./arn.ts";
import type { IdentitiesConfiguration } from "./configuration.ts";
import { type AccessKeyMaker, identitiesFrom } from "./identities.ts";
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
  return { ...now, accessKeyOwners: ownersAfter(before, now, changes), deleted: deletedAfter(before, now, changes) };
}

/** Looks at those alone who change: an account may have thousands of users, and be changed as often. */
function ownersAfter(before: Identities, now: Identities, changes: readonly IdentityChange[]) {
  const changed = new Set(changes.flatMap(({ section, name }) => (section === "users" ? [name] : [])));
  const idsOf = ({ users }: Identities, name: string) =>
    (users.get(name)?.accessKeys ?? []).map(({ accessKeyId }) => accessKeyId);
  const other = [...changed].filter((name) => idsOf(before, name).join() !== idsOf(now, name).join());
  if (other.length === 0) return before.accessKeyOwners;
  const owners = new Map(before.accessKeyOwners);
  for (const name of other) for (const id of idsOf(before, name)) owners.delete(id);
  for (const name of other) for (const id of idsOf(now, name)) owners.set(id, name);
  return owners;
}

function deletedAfter(before: Identities, now: Identities, changes: readonly IdentityChange[]): Identities["deleted"] {
  const gone = new Set(
    changes.flatMap(({ section, name }) =>
      section in ENTITY_KINDS && before[section].has(name) && !now[section].has(name)
        ? [`${ENTITY_KINDS[section as keyof typeof ENTITY_KINDS]}/${name}`]
        : [],
    ),
  );
  if (gone.size === 0) return before.deleted;
  const deleted = new Map(before.deleted);
  for (const key of gone) deleted.set(key, (deleted.get(key) ?? 0) + 1);
  return deleted;
}
