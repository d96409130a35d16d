// What do users, groups, roles and instance profiles have in common? They have a name and a path, and IAM speaks of them alike.

import { ENTITY_KINDS, entityArn, formatArn } from "../../roles/arn.ts";
import { QUOTAS } from "../../roles/limits.ts";
import type { Identities, Sections, User } from "../../roles/model.ts";
import { uniqueId } from "../../roles/unique-id.ts";
import type { Call } from "../call.ts";
import { entityAlreadyExists, limitExceeded, noSuchEntity, unmodifiableEntity, validationError } from "./errors.ts";
import { inputOf, type ResourceOf } from "./operation.ts";

export type NamedSection = "users" | "groups" | "roles" | "instanceProfiles";

export interface Kind<Section extends NamedSection = NamedSection> {
  readonly section: Section;
  /** As it stands in the names of operations and members: `InstanceProfile`. */
  readonly title: string;
  /** As denials name it: `instance profile`. */
  readonly noun: string;
  readonly quota: keyof typeof QUOTAS;
  readonly missing: (name: string) => string;
  readonly taken: (name: string) => string;
}

function kind<Section extends NamedSection>(section: Section, title: string, quota: keyof typeof QUOTAS) {
  const noun = title.toLowerCase();
  const missing = (name: string) => `The ${noun} with name ${name} cannot be found.`;
  return {
    section,
    title,
    noun,
    quota,
    missing,
    taken: (name: string) => `${title} with name ${name} already exists.`,
  };
}

export const USER: Kind<"users"> = kind("users", "User", "UsersPerAccount");
export const GROUP: Kind<"groups"> = kind("groups", "Group", "GroupsPerAccount");
export const ROLE: Kind<"roles"> = kind("roles", "Role", "RolesPerAccount");
export const INSTANCE_PROFILE: Kind<"instanceProfiles"> = {
  ...kind("instanceProfiles", "InstanceProfile", "InstanceProfilesPerAccount"),
  noun: "instance profile",
  missing: (name) => `Instance Profile ${name} cannot be found.`,
  taken: (name) => `Instance Profile ${name} already exists.`,
};

/** Those who have policies. */
export type GranteeKind = Kind<"users" | "groups" | "roles">;
export const GRANTEES: readonly GranteeKind[] = [USER, GROUP, ROLE];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html */
export const SERVICE_LINKED_PATH = "/aws-service-role/";

interface NamedInput extends Readonly<Record<string, unknown>> {
  readonly Path?: string;
  readonly PathPrefix?: string;
}

/**
 * The name that the call gives; a user's may be left out where the model lets it be, and is then that of the signer.
 * @throws AwsError ValidationError when no user has signed
 */
export function nameIn({ title }: Kind, call: Call): string {
  const name = call.input[`${title}Name`] as string | undefined;
  if (name !== undefined) return name;
  if (call.principal.kind === "user") return call.principal.userName;
  throw validationError("Must specify userName when calling with non-User credentials");
}

/** @throws AwsError NoSuchEntity */
export function entityOf<Section extends NamedSection>(
  { section, missing }: Kind<Section>,
  identities: Identities,
  name: string,
): Sections[Section] {
  const found = (identities[section] as ReadonlyMap<string, Sections[Section]>).get(name);
  if (!found) throw noSuchEntity(missing(name));
  return found;
}

/** The entity that the call names. @throws AwsError NoSuchEntity */
export const entityIn = <Section extends NamedSection>(kind: Kind<Section>, call: Call, identities: Identities) =>
  entityOf(kind, identities, nameIn(kind, call));

/** The same to be changed: a service-linked role is changed by its service alone. @throws AwsError */
export function changeableIn<Section extends NamedSection>(kind: Kind<Section>, call: Call, identities: Identities) {
  const entity = entityIn(kind, call, identities);
  if (kind.section === "roles" && entity.path.startsWith(SERVICE_LINKED_PATH)) {
    const message = `Cannot perform the operation on the protected role '${entity.name}' - this role is only modifiable by AWS`;
    throw unmodifiableEntity(message);
  }
  return entity;
}

/** The entity that the call names, there or not. Denials say `role mybucket-access`, as recorded of AWS many times. */
export const named =
  (kind: Kind): ResourceOf =>
  (call, identities) => {
    const name = nameIn(kind, call);
    const arn = identities[kind.section].get(name)?.arn ?? entityArn(call, ENTITY_KINDS[kind.section], "/", name);
    return { arn, shown: `${kind.noun} ${name}` };
  };

/** The one that is to be created, by its ARN. */
export const created =
  (kind: Kind): ResourceOf =>
  (call) =>
    entityArn(call, ENTITY_KINDS[kind.section], inputOf<NamedInput>(call).Path ?? "/", nameIn(kind, call));

/** All of a kind below the path that the call gives: `arn:aws:iam::123456789012:user/`, as recorded of AWS many times. */
export const listed =
  (kind: Kind): ResourceOf =>
  (call) =>
    entityArn(call, ENTITY_KINDS[kind.section], inputOf<NamedInput>(call).PathPrefix ?? "/", "");

/** Those of a kind below that path. */
export function below<Entity extends { readonly path: string }>(call: Call, entities: Iterable<Entity>): Entity[] {
  const { PathPrefix = "/" } = inputOf<NamedInput>(call);
  return Array.from(entities).filter(({ path }) => path.startsWith(PathPrefix));
}

/** The account as a whole, or nothing in it. */
export const anything: ResourceOf = () => "*";

export function checkQuota(quota: keyof typeof QUOTAS, count: number): void {
  if (count >= QUOTAS[quota]) throw limitExceeded(`Cannot exceed quota for ${quota}: ${QUOTAS[quota]}`);
}

/** Names are told apart without their case. @throws AwsError EntityAlreadyExists */
export function checkFree({ section, taken }: Kind, identities: Identities, name: string, but?: string): void {
  const wanted = name.toLowerCase();
  for (const each of identities[section].keys()) {
    if (each !== but && each.toLowerCase() === wanted) throw entityAlreadyExists(taken(name));
  }
}

/** What every new entity begins with. @throws AwsError EntityAlreadyExists or LimitExceeded */
export function newEntity(
  kind: Kind,
  call: Call,
  identities: Identities,
  place: { name?: string; path?: string } = {},
) {
  const { name = nameIn(kind, call), path = inputOf<NamedInput>(call).Path ?? "/" } = place;
  const { section, quota } = kind;
  checkFree(kind, identities, name);
  checkQuota(quota, identities[section].size);
  const segment = ENTITY_KINDS[section];
  const id = uniqueId(identities.accountId, segment, name, identities.deleted.get(`${segment}/${name}`));
  return { name, path, arn: entityArn(identities, segment, path, name), id, createdAt: call.request.at };
}

interface RenamingInput extends Readonly<Record<string, unknown>> {
  readonly NewPath?: string;
  readonly [newName: string]: string | undefined;
}

/** Its path, name and ARN once the call has renamed it. */
function placeAfter({ section, title }: Kind, call: Call, before: Pick<User, "name" | "path">) {
  const { NewPath: path = before.path, [`New${title}Name`]: name = before.name } = inputOf<RenamingInput>(call);
  return { name, path, arn: entityArn(call, ENTITY_KINDS[section], path, name) };
}

/**
 * What an entity is once it is renamed: whoever does it must be allowed both.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
 */
export const renamedTo =
  (kind: Kind): ResourceOf =>
  (call, identities) => {
    const named = nameIn(kind, call);
    const { arn, name } = placeAfter(kind, call, identities[kind.section].get(named) ?? { name: named, path: "/" });
    return { arn, shown: `${kind.noun} ${name}` };
  };

/** What a rename makes of an entity. @throws AwsError EntityAlreadyExists */
export function renamed<Section extends NamedSection>(
  kind: Kind<Section>,
  call: Call,
  identities: Identities,
): { readonly before: Sections[Section]; readonly after: Sections[Section] } {
  const before = entityIn(kind, call, identities);
  const place = placeAfter(kind, call, before);
  checkFree(kind, identities, place.name, before.name);
  return { before, after: { ...before, ...place } };
}

/** An ARN of the account's IAM that has no kind of entity of its own: `oidc-provider/…`. */
export const iamArn = ({ partition, accountId }: Pick<Call, "partition" | "accountId">, resource: string) =>
  formatArn({ partition, service: "iam", region: "", accountId, resource });

/** All that the account's IAM has of these. */
export const allOf =
  (resource: string): ResourceOf =>
  (call) =>
    iamArn(call, resource);
