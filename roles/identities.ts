// Who is in the account? What the configuration describes, whole, and what the API has made of it since.

import { type AccountPlace, ENTITY_KINDS, entityArn, partitionOf } from "./arn.ts";
import { awsManagedPolicy } from "./aws-managed-policies.ts";
import { bindPrincipals } from "./bound-principals.ts";
import type { IdentitiesConfiguration } from "./configuration.ts";
import {
  currentDocument,
  isVersioned,
  textOf,
  type WrittenDocument,
  type WrittenManagedPolicy,
} from "./configuration-pieces.ts";
import { findManagedPolicy } from "./configuration-references.ts";
import {
  configuredLoginProfile,
  configuredMfaDevice,
  writtenMfaDevices,
  writtenSettings,
} from "./configured-sign-in.ts";
import type {
  AccessKey,
  Entities,
  Group,
  Identities,
  InstanceProfile,
  ManagedPolicy,
  PolicyVersion,
  Role,
  Section,
  User,
} from "./model.ts";
import { providerOf, writtenProviders } from "./oidc-providers.ts";
import { trustPolicyFor } from "./trust.ts";
import { uniqueId } from "./unique-id.ts";

export const DEFAULT_ACCOUNT_ID = "123456789012";
export const DEFAULT_SESSION_SECONDS = 3600;

/** Makes the access key number `index`, from 0, of a user. The same each time. */
export type AccessKeyMaker = (userId: string, index: number) => Pick<AccessKey, "accessKeyId" | "secretAccessKey">;

export interface IdentitiesOptions {
  /** When what is new here was created, epoch milliseconds. */
  readonly at: number;
  readonly accessKeyFor: AccessKeyMaker;
  /** Who was there before: what stays keeps its id and its date of creation. */
  readonly before?: Identities | undefined;
  /** All is to be again as the configuration says. */
  readonly reset?: boolean;
}

type Written = { readonly [Kind in Section]?: ReadonlyMap<string, unknown> };
type Configured = IdentitiesConfiguration & { readonly region: string };
type WrittenProfile = NonNullable<NonNullable<IdentitiesConfiguration["instanceProfiles"]>[string]>;
/** What `mayfly export` writes besides, so that an entity stays who it was. */
interface Origin {
  readonly path?: string;
  readonly id?: string;
  readonly createDate?: string;
}
type Grants = NonNullable<IdentitiesConfiguration["groups"]>[string];

type NamedSection = keyof typeof ENTITY_KINDS;
const NAMED_SECTIONS = Object.keys(ENTITY_KINDS) as readonly NamedSection[];

const instantOf = (written: string | undefined) => (written === undefined ? undefined : Date.parse(written));
const mapOf = <Value>(record: Readonly<Record<string, Value>> = {}) => new Map(Object.entries(record));
const tagsOf = (tags: Readonly<Record<string, string>> = {}) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));
const inlineOf = (policies: Readonly<Record<string, WrittenDocument>> = {}) =>
  Object.entries(policies).map(([name, document]) => ({ name, document: textOf(document) }));

/** What the configuration says, by kind and name; each role has a profile of its name, unless told otherwise. */
function writtenOf(configuration: IdentitiesConfiguration, place: AccountPlace) {
  const ownProfiles = Object.fromEntries(Object.keys(configuration.roles ?? {}).map((role) => [role, { role }]));
  return {
    users: mapOf(configuration.users),
    groups: mapOf(configuration.groups),
    roles: mapOf(configuration.roles),
    managedPolicies: mapOf(configuration.policies),
    instanceProfiles: new Map(
      Object.entries<WrittenProfile | null>({ ...ownProfiles, ...configuration.instanceProfiles }).flatMap(
        ([name, written]) => (written ? [[name, written] as const] : []),
      ),
    ),
    mfaDevices: writtenMfaDevices(configuration.users, place),
    settings: writtenSettings(configuration),
    openIdConnectProviders: writtenProviders(configuration.oidcProviders, place),
  } satisfies Written;
}

/** What all entities of one account are made with. */
function makers(configuration: IdentitiesConfiguration, place: AccountPlace, { at, before, reset }: IdentitiesOptions) {
  const entity = (section: NamedSection, name: string, { path = "/", id, createDate }: Origin) => {
    const kind = ENTITY_KINDS[section];
    const live = before?.[section].get(name);
    const derived = uniqueId(place.accountId, kind, name, before?.deleted.get(`${kind}/${name}`));
    // A reset asks who is meant: the one of this name may be somebody who was renamed.
    const ownId = id ?? (reset ? derived : (live?.id ?? derived));
    const knownSince = live?.id === ownId ? live.createdAt : at;
    return {
      name,
      path,
      arn: entityArn(place, kind, path, name),
      id: ownId,
      createdAt: instantOf(createDate) ?? knownSince,
    };
  };
  const attachedArn = (written: string): string => {
    const found = findManagedPolicy(configuration.policies ?? {}, written);
    if (!found) throw new RangeError(`there is no managed policy "${written}"`);
    const own = configuration.policies?.[found.name];
    if (found.owner === "own") return entityArn(place, "policy", (isVersioned(own) && own.path) || "/", found.name);
    const path = awsManagedPolicy(found.name)?.path ?? "/";
    return entityArn({ ...place, accountId: "aws" }, "policy", path, found.name);
  };
  const grants = ({ policies, managedPolicies = [] }: Grants) => ({
    inlinePolicies: inlineOf(policies),
    attachedPolicies: [...new Set(managedPolicies.map(attachedArn))],
  });
  const boundary = ({ permissionsBoundary }: { readonly permissionsBoundary?: string }) =>
    permissionsBoundary === undefined ? {} : { permissionsBoundary: attachedArn(permissionsBoundary) };
  return { entity, grants, boundary };
}

function build<Value, Built>(
  written: ReadonlyMap<string, Value>,
  make: (name: string, value: Value) => Built,
): ReadonlyMap<string, Built> {
  return new Map(Array.from(written, ([name, value]) => [name, make(name, value)]));
}

type WrittenKeys = NonNullable<NonNullable<IdentitiesConfiguration["users"]>[string]["accessKeys"]>;

function accessKeysOf(userId: string, wanted: WrittenKeys, { at, accessKeyFor }: IdentitiesOptions): AccessKey[] {
  if (typeof wanted === "number") {
    return Array.from({ length: wanted }, (_, index) => ({
      ...accessKeyFor(userId, index),
      active: true,
      createdAt: at,
    }));
  }
  return wanted.map(({ id, secret, status, createDate }) => ({
    accessKeyId: id,
    secretAccessKey: secret,
    active: status !== "Inactive",
    createdAt: instantOf(createDate) ?? at,
  }));
}

function managedPolicyOf(entity: Omit<ManagedPolicy, keyof Versions | "tags">, written: WrittenManagedPolicy) {
  const { createdAt } = entity;
  const { tags, description, versions, defaultVersion } = isVersioned(written) ? written : {};
  const made = Object.entries(versions ?? { v1: { document: currentDocument(written) } }).map(
    ([versionId, { document, createDate }]) => ({
      versionId,
      document: textOf(document),
      createdAt: instantOf(createDate) ?? createdAt,
    }),
  );
  const last = made.at(-1) as PolicyVersion;
  const more = { defaultVersionId: defaultVersion ?? last.versionId, versionsMade: Number(last.versionId.slice(1)) };
  const told = description === undefined ? {} : { description };
  return { ...entity, ...told, versions: made, ...more, updatedAt: last.createdAt, tags: tagsOf(tags) };
}

type Versions = Pick<ManagedPolicy, "versions" | "defaultVersionId" | "versionsMade" | "updatedAt">;

/** The entities as the configuration describes them, and nothing else. */
function entitiesOf(configuration: IdentitiesConfiguration, place: AccountPlace, options: IdentitiesOptions): Entities {
  const { entity, grants, boundary } = makers(configuration, place, options);
  const written = writtenOf(configuration, place);
  const users = build(written.users, (name, user): User => {
    const made = entity("users", name, user);
    const accessKeys = accessKeysOf(made.id, user.accessKeys ?? 0, options);
    const accessKeysMade = Math.max(accessKeys.length, options.before?.users.get(name)?.accessKeysMade ?? 0);
    const loginProfile = configuredLoginProfile(user, options.at);
    const more = { groups: user.groups ?? [], accessKeys, accessKeysMade, tags: tagsOf(user.tags) };
    return { ...made, ...grants(user), ...boundary(user), ...(loginProfile && { loginProfile }), ...more };
  });
  const groups = build(
    written.groups,
    (name, group): Group => ({ ...entity("groups", name, group), ...grants(group) }),
  );
  const managedPolicies = build(
    written.managedPolicies,
    (name, policy): ManagedPolicy =>
      managedPolicyOf(entity("managedPolicies", name, isVersioned(policy) ? policy : {}), policy),
  );
  const instanceProfiles = build(
    written.instanceProfiles,
    (name, profile): InstanceProfile => ({
      ...entity("instanceProfiles", name, profile),
      ...(profile.role !== undefined && { roleName: profile.role }),
      tags: tagsOf(profile.tags),
    }),
  );
  const unbound = build(written.roles, (name, role) => ({ ...entity("roles", name, role), ...grants(role) }));
  const roles = build(written.roles, (name, role): Role => {
    const trusted = textOf(role.trustPolicy ?? trustPolicyFor([role.trust ?? []].flat()));
    return {
      ...(unbound.get(name) as Pick<
        Role,
        "name" | "path" | "arn" | "id" | "createdAt" | "inlinePolicies" | "attachedPolicies"
      >),
      ...boundary(role),
      trustPolicy: bindPrincipals(trusted, { users, roles: unbound }),
      ...(role.description !== undefined && { description: role.description }),
      maxSessionDurationSeconds: role.maxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      ...(role.source && { source: role.source }),
      tags: tagsOf(role.tags),
    };
  });
  const { at, before, reset } = options;
  const openIdConnectProviders = build(written.openIdConnectProviders, (arn, said) =>
    providerOf(arn, said, before?.openIdConnectProviders.get(arn)?.createdAt ?? at),
  );
  const mfaDevices = build(written.mfaDevices, (arn, device) => configuredMfaDevice(arn, device, at));
  const settings = build(written.settings, (name, said) => ({ ...(!reset && before?.settings.get(name)), ...said }));
  const more = { mfaDevices, openIdConnectProviders, settings };
  return { users, groups, roles, managedPolicies, instanceProfiles, ...more };
}

/** The identities of a configuration that was checked. What it says as before stays as the API has left it. */
export function identitiesFrom(configuration: Configured, options: IdentitiesOptions): Identities {
  const place = {
    accountId: configuration.account ?? DEFAULT_ACCOUNT_ID,
    partition: partitionOf(configuration.region),
  };
  const sameAccount = options.before?.accountId === place.accountId && options.before.partition === place.partition;
  const before = sameAccount ? options.before : undefined;
  const entities = entitiesOf(configuration, place, { ...options, before });
  const configured = new Map(
    Object.entries<ReadonlyMap<string, unknown>>(writtenOf(configuration, place)).flatMap(([section, written]) =>
      Array.from(written, ([name, value]) => [`${section}/${name}`, JSON.stringify(value)] as const),
    ),
  );
  const kept = before && !options.reset ? merged(entities, before, configured) : entities;
  const hasSources = before?.hasSources ?? kept.roles.values().some(({ source }) => source !== undefined);
  return {
    ...place,
    ...kept,
    accessKeyOwners: ownersOf(kept),
    configured,
    deleted: deletedWith(kept, before),
    ...(hasSources && { hasSources }),
  };
}

/** Live entities of which the configuration says nothing new, and its own of the others. */
function merged(entities: Entities, before: Identities, configured: Identities["configured"]): Entities {
  const sections = (Object.keys(entities) as Section[]).map((section) => {
    const said = (name: string) => before.configured.get(`${section}/${name}`);
    const unchanged = (name: string) => said(name) === configured.get(`${section}/${name}`);
    const live = Array.from<readonly [string, object]>(before[section]).filter(([name]) => unchanged(name));
    const own = Array.from<readonly [string, object]>(entities[section]).filter(([name]) => !unchanged(name));
    return [section, new Map([...live, ...own])];
  });
  return Object.fromEntries(sections);
}

/** Access-key id → user name. */
const ownersOf = ({ users }: Pick<Entities, "users">): ReadonlyMap<string, string> =>
  new Map(
    Array.from(users.values()).flatMap(({ name, accessKeys }) =>
      accessKeys.map(({ accessKeyId }) => [accessKeyId, name] as const),
    ),
  );

/** Counts those who were there before and are not any more, so that a namesake to come is somebody else. */
function deletedWith(now: Entities, before: Identities | undefined): ReadonlyMap<string, number> {
  const deleted = new Map(before?.deleted);
  for (const section of NAMED_SECTIONS) {
    for (const name of before?.[section].keys() ?? []) {
      const key = `${ENTITY_KINDS[section]}/${name}`;
      if (!now[section].has(name)) deleted.set(key, (deleted.get(key) ?? 0) + 1);
    }
  }
  return deleted;
}
