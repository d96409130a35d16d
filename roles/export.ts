// How is the account written as a configuration? What gives the same users, groups, roles, policies and profiles when it is read, with
// their ids, dates, keys and the very text of their policies.

import { shownDocument } from "./bound-principals.ts";
import type { IdentitiesConfiguration } from "./configuration.ts";
import type { WrittenDocument, WrittenManagedPolicy } from "./configuration-pieces.ts";
import { writtenSignIn } from "./configured-sign-in.ts";
import type { Group, Identities, InstanceProfile, ManagedPolicy, Role, Tag, User } from "./model.ts";
import { providersConfigurationOf } from "./oidc-providers.ts";
import { settingsOf } from "./password-policy.ts";

type Section<Name extends keyof IdentitiesConfiguration> = NonNullable<IdentitiesConfiguration[Name]>;

const iso = (instant: number) => new Date(instant).toISOString();
const record = <Value>(entries: Iterable<readonly [string, Value]>) => Object.fromEntries(entries);

/** Nothing where there is nothing to say. */
const some = <Name extends string, Value>(name: Name, value: Value, isThere: boolean) =>
  (isThere ? { [name]: value } : {}) as { readonly [Key in Name]?: Value };

/** A mapping where its text is written as JSON.stringify does, else the text to the letter. */
function documentOf(text: string): WrittenDocument {
  const parsed = JSON.parse(text);
  return JSON.stringify(parsed) === text ? parsed : text;
}

const origin = ({ id, path, createdAt }: Pick<User, "id" | "path" | "createdAt">) => ({
  id,
  createDate: iso(createdAt),
  ...some("path", path, path !== "/"),
});

const tagsOf = (tags: readonly Tag[]) =>
  some("tags", record(tags.map(({ key, value }) => [key, value] as const)), tags.length > 0);

const grants = ({ inlinePolicies, attachedPolicies }: Pick<Group, "inlinePolicies" | "attachedPolicies">) => ({
  ...some(
    "policies",
    record(inlinePolicies.map(({ name, document }) => [name, documentOf(document)] as const)),
    inlinePolicies.length > 0,
  ),
  ...some("managedPolicies", [...attachedPolicies], attachedPolicies.length > 0),
});

const boundary = ({ permissionsBoundary }: Pick<User, "permissionsBoundary">) =>
  permissionsBoundary === undefined ? {} : { permissionsBoundary };

const userOf = (user: User, { mfaDevices }: Identities): Section<"users">[string] => ({
  ...origin(user),
  ...grants(user),
  ...boundary(user),
  ...some("groups", [...user.groups], user.groups.length > 0),
  ...some(
    "accessKeys",
    user.accessKeys.map(({ accessKeyId, secretAccessKey, active, createdAt }) => ({
      ...{ id: accessKeyId, secret: secretAccessKey, createDate: iso(createdAt) },
      ...some("status", "Inactive" as const, !active),
    })),
    user.accessKeys.length > 0,
  ),
  ...writtenSignIn(user, mfaDevices.values()),
  ...tagsOf(user.tags),
});

const roleOf = (role: Role, identities: Identities): Section<"roles">[string] => ({
  ...origin(role),
  ...grants(role),
  ...boundary(role),
  trustPolicy: documentOf(shownDocument(role.trustPolicy, identities)),
  ...some("description", role.description ?? "", role.description !== undefined),
  ...some("maxSessionDuration", role.maxSessionDurationSeconds, role.maxSessionDurationSeconds !== 3600),
  ...(role.source && { source: role.source }),
  ...tagsOf(role.tags),
});

const managedPolicyOf = (policy: ManagedPolicy): WrittenManagedPolicy => ({
  ...origin(policy),
  ...some("description", policy.description ?? "", policy.description !== undefined),
  versions: record(
    policy.versions.map(
      ({ versionId, document, createdAt }) =>
        [versionId, { document: documentOf(document), createDate: iso(createdAt) }] as const,
    ),
  ),
  defaultVersion: policy.defaultVersionId,
  ...tagsOf(policy.tags),
});

const profileOf = (profile: InstanceProfile): NonNullable<Section<"instanceProfiles">[string]> => ({
  ...origin(profile),
  ...some("role", profile.roleName ?? "", profile.roleName !== undefined),
  ...tagsOf(profile.tags),
});

/** Every section is there, empty ones too; a role without a profile of its name says so. */
export function identitiesConfigurationOf(identities: Identities) {
  const { users, groups, roles, managedPolicies, instanceProfiles, accountId } = identities;
  const { passwordPolicy, alias } = settingsOf(identities);
  const without = Array.from(roles.keys()).filter((name) => !instanceProfiles.has(name));
  return {
    account: accountId,
    policies: record(Array.from(managedPolicies, ([name, policy]) => [name, managedPolicyOf(policy)] as const)),
    roles: record(Array.from(roles, ([name, role]) => [name, roleOf(role, identities)] as const)),
    groups: record(Array.from(groups, ([name, group]) => [name, { ...origin(group), ...grants(group) }] as const)),
    users: record(Array.from(users, ([name, user]) => [name, userOf(user, identities)] as const)),
    instanceProfiles: {
      ...record(without.map((name) => [name, null] as const)),
      ...record(Array.from(instanceProfiles, ([name, profile]) => [name, profileOf(profile)] as const)),
    },
    ...(passwordPolicy && { passwordPolicy }),
    ...(alias !== undefined && { accountAlias: alias }),
    oidcProviders: providersConfigurationOf(identities.openIdConnectProviders.values()),
  } satisfies IdentitiesConfiguration;
}
