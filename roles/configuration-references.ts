// Does everything that the configuration names exist, and is it within IAM's limits? What no single key can know by itself.

import { awsManagedPolicy, awsManagedPolicyByArn, awsManagedPolicyNames } from "./aws-managed-policies.ts";
import type { IdentitiesConfiguration } from "./configuration.ts";
import { currentDocument, type WrittenDocument, type WrittenManagedPolicy } from "./configuration-pieces.ts";
import { didYouMean } from "./did-you-mean.ts";
import { INLINE_POLICY_SIZE, MANAGED_POLICY_SIZE, policySize, TRUST_POLICY_SIZE } from "./limits.ts";
import { conformsTo, LEAST_POLICY } from "./password-policy.ts";

export interface ConfigurationFault {
  readonly path: (string | number)[];
  readonly message: string;
}

type Documents = Readonly<Record<string, WrittenDocument>>;
type ManagedPolicies = Readonly<Record<string, WrittenManagedPolicy>>;

/** What a name or ARN among `managedPolicies` means: the account's own policy before AWS's. */
export function findManagedPolicy(
  own: ManagedPolicies,
  written: string,
): { owner: "own" | "aws"; name: string } | undefined {
  const [, name = written] = /^arn:[a-z-]+:iam::\d{12}:policy\/(?:.*\/)?([^/]+)$/.exec(written) ?? [];
  if (Object.hasOwn(own, name)) return { owner: "own", name };
  const aws = written.startsWith("arn:") ? awsManagedPolicyByArn(written) : awsManagedPolicy(written);
  return aws && { owner: "aws", name: aws.name };
}

function* attachments(own: ManagedPolicies, attached: readonly string[], path: (string | number)[]) {
  for (const [index, written] of attached.entries()) {
    if (findManagedPolicy(own, written)) continue;
    const name = written.slice(written.lastIndexOf("/") + 1);
    const hint = didYouMean(name, [...Object.keys(own), ...awsManagedPolicyNames()]);
    yield { path: [...path, index], message: `there is no managed policy "${written}"${hint}` };
  }
}

/** IAM takes `Alice` and `alice` for the same name. */
function* namesakes(names: readonly string[], section: string) {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other) yield { path: [section, name], message: `differs from "${other}" only by case` };
    seen.set(name.toLowerCase(), name);
  }
}

function* tooLarge(size: number, limit: number, path: (string | number)[]) {
  if (size > limit) yield { path, message: `must not be longer than ${limit} characters, is ${size}` };
}

const totalSize = (documents: Documents) =>
  Object.values(documents).reduce((total, document) => total + policySize(document), 0);

function* keyFaults(users: NonNullable<IdentitiesConfiguration["users"]>) {
  const owners = new Map<string, string>();
  for (const [name, { accessKeys = [] }] of Object.entries(users)) {
    const listed = typeof accessKeys === "number" ? [] : accessKeys;
    for (const [index, { id }] of listed.entries()) {
      const owner = owners.get(id);
      if (owner) {
        const message = `${id} is a key of "${owner}" already`;
        yield { path: ["users", name, "accessKeys", index, "id"], message };
      }
      owners.set(id, name);
    }
  }
}

function* passwordFaults({ users = {}, passwordPolicy }: IdentitiesConfiguration) {
  const policy = passwordPolicy && { ...LEAST_POLICY, ...passwordPolicy };
  for (const [name, { password, passwordResetRequired }] of Object.entries(users)) {
    if (password === undefined && passwordResetRequired !== undefined) {
      yield { path: ["users", name, "passwordResetRequired"], message: "there is no password to be reset" };
    }
    const isHash = password?.startsWith("$scrypt$");
    if (password !== undefined && policy && !isHash && !conformsTo(policy, password)) {
      yield { path: ["users", name, "password"], message: "does not conform to passwordPolicy" };
    }
  }
}

/** All faults, in the order of the sections. */
export function* checkReferences(configuration: IdentitiesConfiguration): Generator<ConfigurationFault> {
  const { policies = {}, roles = {}, groups = {}, users = {}, instanceProfiles = {} } = configuration;
  const sections = { policies, roles, groups, users, instanceProfiles };
  for (const [section, entries] of Object.entries(sections)) yield* namesakes(Object.keys(entries), section);
  for (const [name, document] of Object.entries(policies)) {
    yield* tooLarge(policySize(currentDocument(document)), MANAGED_POLICY_SIZE, ["policies", name]);
  }
  const holders = [
    ["roles", INLINE_POLICY_SIZE.role, roles],
    ["groups", INLINE_POLICY_SIZE.group, groups],
    ["users", INLINE_POLICY_SIZE.user, users],
  ] as const;
  for (const [section, inlineSize, entries] of holders) {
    for (const [name, { policies: inline = {}, managedPolicies = [] }] of Object.entries(entries)) {
      yield* attachments(policies, managedPolicies, [section, name, "managedPolicies"]);
      yield* tooLarge(totalSize(inline), inlineSize, [section, name, "policies"]);
    }
  }
  for (const [section, entries] of Object.entries({ roles, users })) {
    for (const [name, { permissionsBoundary }] of Object.entries(entries)) {
      if (permissionsBoundary === undefined) continue;
      for (const { message } of attachments(policies, [permissionsBoundary], [])) {
        yield { path: [section, name, "permissionsBoundary"], message };
      }
    }
  }
  for (const [name, { trustPolicy }] of Object.entries(roles)) {
    if (trustPolicy) yield* tooLarge(policySize(trustPolicy), TRUST_POLICY_SIZE, ["roles", name, "trustPolicy"]);
  }
  for (const [name, { groups: joined = [] }] of Object.entries(users)) {
    for (const [index, group] of joined.entries()) {
      if (Object.hasOwn(groups, group)) continue;
      const message = `there is no group "${group}"${didYouMean(group, Object.keys(groups))}`;
      yield { path: ["users", name, "groups", index], message };
    }
  }
  yield* keyFaults(users);
  yield* passwordFaults(configuration);
  for (const [name, profile] of Object.entries(instanceProfiles)) {
    const { role } = profile ?? {};
    if (role === undefined || Object.hasOwn(roles, role)) continue;
    const message = `there is no role "${role}"${didYouMean(role, Object.keys(roles))}`;
    yield { path: ["instanceProfiles", name, "role"], message };
  }
}
