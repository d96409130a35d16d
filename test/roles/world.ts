// An account for tests, made from a configuration as a user would write it.

import { authorize } from "../../roles/authorize.ts";
import { identitiesConfiguration } from "../../roles/configuration.ts";
import type { Context } from "../../roles/context.ts";
import type { Decision } from "../../roles/decision.ts";
import { type AccessKeyMaker, identitiesFrom } from "../../roles/identities.ts";
import type { Identities, PolicyDocument, Principal } from "../../roles/model.ts";
import { principalOfRoleSession, principalOfUser } from "../../roles/principal.ts";

export const AT = Date.parse("2026-11-24T00:00:00Z");

/** A stand-in for the keys that the signing room derives. */
export const accessKeyFor: AccessKeyMaker = (userId, index) => ({
  accessKeyId: `AKIA${`${userId}${index}`.toUpperCase().padStart(16, "X").slice(-16)}`,
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
});

export function world(configuration: unknown): Identities {
  const checked = identitiesConfiguration.parse(configuration);
  return identitiesFrom({ ...checked, region: "us-east-1" }, { at: AT, accessKeyFor });
}

export function userPrincipal(identities: Identities, userName: string): Principal {
  const principal = principalOfUser(identities, userName);
  if (!principal) throw new RangeError(`there is no user ${userName}`);
  return principal;
}

export function rolePrincipal(
  identities: Identities,
  roleName: string,
  sessionName = "i-0123456789abcdef0",
): Principal {
  const role = identities.roles.get(roleName);
  if (!role) throw new RangeError(`there is no role ${roleName}`);
  const { id: roleId, arn: roleArn } = role;
  return principalOfRoleSession({ accountId: identities.accountId, roleName, roleId, roleArn, sessionName });
}

/** Condition keys as people write them. */
export const contextOf = (keys: Readonly<Record<string, string | readonly string[]>> = {}): Context =>
  new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), [value].flat()]));

const plain = world({ users: { alice: {} } });
const alice = userPrincipal(plain, "alice");

/** What is decided for a user with these documents as inline policies `policy0`, `policy1`, … */
export function decideWith(
  documents: readonly PolicyDocument[],
  action: string,
  resource: string,
  context: Context = new Map(),
): Decision {
  const inlinePolicies = documents.map((document, index) => ({
    name: `policy${index}`,
    document: JSON.stringify(document),
  }));
  const users = new Map(Array.from(plain.users, ([name, user]) => [name, { ...user, inlinePolicies }]));
  return authorize({ identities: { ...plain, users }, principal: alice, action, resource, context });
}
