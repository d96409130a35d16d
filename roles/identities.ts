// Who is in the account that the configuration describes? Its users, groups, roles, policies and instance profiles, whole.

import { type AccountPlace, type EntityKind, entityArn } from "./arn.ts";
import { awsManagedPolicy } from "./aws-managed-policies.ts";
import type { IdentitiesConfiguration } from "./configuration.ts";
import { findManagedPolicy } from "./configuration-references.ts";
import type {
  AccessKey,
  Group,
  Identities,
  InstanceProfile,
  ManagedPolicy,
  PolicyDocument,
  Role,
  User,
} from "./model.ts";
import { trustPolicyFor } from "./trust.ts";
import { uniqueId } from "./unique-id.ts";

export const DEFAULT_ACCOUNT_ID = "123456789012";

/** Makes the access key of a user that the configuration only counts; `index` counts from 0. The same each time. */
export type AccessKeyMaker = (userId: string, index: number) => Omit<AccessKey, "active">;

export interface IdentitiesOptions {
  /** When what is new here was created, epoch milliseconds. */
  readonly at: number;
  readonly partition: string;
  readonly accessKeyFor: AccessKeyMaker;
  /** Who was there before: what stays keeps its date of creation. */
  readonly before?: Identities | undefined;
}

const SECTIONS = {
  users: "user",
  groups: "group",
  roles: "role",
  managedPolicies: "policy",
  instanceProfiles: "instance-profile",
} as const satisfies Record<string, EntityKind>;
type Section = keyof typeof SECTIONS;
type Grants = NonNullable<IdentitiesConfiguration["groups"]>[string];

const mapOf = <Value>(record: Readonly<Record<string, Value>> = {}) => new Map(Object.entries(record));

/** What all entities of one account are made with. */
function makers(configuration: IdentitiesConfiguration, place: AccountPlace, { at, before }: IdentitiesOptions) {
  const entity = (section: Section, name: string, path = "/") => ({
    name,
    path,
    arn: entityArn(place, SECTIONS[section], path, name),
    id: uniqueId(place.accountId, SECTIONS[section], name, before?.deleted.get(`${SECTIONS[section]}/${name}`)),
    createdAt: before?.[section].get(name)?.createdAt ?? at,
  });
  const attachedArn = (written: string): string => {
    const found = findManagedPolicy(configuration.policies ?? {}, written);
    if (!found) throw new RangeError(`there is no managed policy "${written}"`);
    if (found.owner === "own") return entityArn(place, "policy", "/", found.name);
    const path = awsManagedPolicy(found.name)?.path ?? "/";
    return entityArn({ ...place, accountId: "aws" }, "policy", path, found.name);
  };
  const grants = ({ policies, managedPolicies = [] }: Grants) => ({
    inlinePolicies: mapOf<PolicyDocument>(policies),
    attachedPolicies: [...new Set(managedPolicies.map(attachedArn))],
  });
  return { entity, grants };
}

function build<Written, Built extends { readonly name: string }>(
  section: Readonly<Record<string, Written>> | undefined,
  make: (name: string, written: Written) => Built,
): ReadonlyMap<string, Built> {
  return new Map(Object.entries(section ?? {}).map(([name, written]) => [name, make(name, written)]));
}

/** The identities of a configuration that was checked. */
export function identitiesFrom(configuration: IdentitiesConfiguration, options: IdentitiesOptions): Identities {
  const place = { accountId: configuration.account ?? DEFAULT_ACCOUNT_ID, partition: options.partition };
  const { entity, grants } = makers(configuration, place, options);
  const accessKeys = (userId: string, written: number | readonly { id: string; secret: string }[]): AccessKey[] => {
    if (typeof written !== "number") {
      return written.map(({ id, secret }) => ({ accessKeyId: id, secretAccessKey: secret, active: true }));
    }
    return Array.from({ length: written }, (_, index) => ({ ...options.accessKeyFor(userId, index), active: true }));
  };
  const users = build(configuration.users, (name, written): User => {
    const user = entity("users", name, written.path);
    return {
      ...user,
      ...grants(written),
      groups: written.groups ?? [],
      accessKeys: accessKeys(user.id, written.accessKeys ?? 0),
      tags: mapOf(written.tags),
    };
  });
  const groups = build(
    configuration.groups,
    (name, written): Group => ({
      ...entity("groups", name, written.path),
      ...grants(written),
    }),
  );
  const roles = build(
    configuration.roles,
    (name, written): Role => ({
      ...entity("roles", name, written.path),
      ...grants(written),
      trustPolicy: written.trustPolicy ?? trustPolicyFor([written.trust ?? []].flat()),
      ...(written.source && { source: written.source }),
      tags: mapOf(written.tags),
    }),
  );
  const managedPolicies = build(
    configuration.policies,
    (name, document): ManagedPolicy => ({
      ...entity("managedPolicies", name),
      document,
    }),
  );
  const ownProfiles = Object.fromEntries(Array.from(roles.keys(), (role) => [role, { role }]));
  const profiles: NonNullable<IdentitiesConfiguration["instanceProfiles"]> = {
    ...ownProfiles,
    ...configuration.instanceProfiles,
  };
  const instanceProfiles = build(
    profiles,
    (name, { path, role }): InstanceProfile => ({
      ...entity("instanceProfiles", name, path),
      ...(role !== undefined && { roleName: role }),
    }),
  );
  const owners = [...users.values()].flatMap((user) =>
    user.accessKeys.map(({ accessKeyId }) => [accessKeyId, user.name] as const),
  );
  const entities = { users, groups, roles, managedPolicies, instanceProfiles };
  const deleted = deletedWith(entities, options.before);
  const hasSources = options.before?.hasSources ?? roles.values().some(({ source }) => source !== undefined);
  return { ...place, ...entities, accessKeyOwners: new Map(owners), deleted, ...(hasSources && { hasSources }) };
}

/** Counts those who were there before and are not any more, so that a namesake to come is somebody else. */
function deletedWith(now: Pick<Identities, Section>, before: Identities | undefined): ReadonlyMap<string, number> {
  const deleted = new Map(before?.deleted);
  for (const [section, kind] of Object.entries(SECTIONS) as [Section, EntityKind][]) {
    for (const name of before?.[section].keys() ?? []) {
      const key = `${kind}/${name}`;
      if (!now[section].has(name)) deleted.set(key, (deleted.get(key) ?? 0) + 1);
    }
  }
  return deleted;
}
