// How far does an Allow of a resource's policy go for this caller? That depends on the name by which it means them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html

import type { Identities, Principal, ResourcePolicy } from "./model.ts";
import { EVERYONE, type PrincipalName, type Principals } from "./policy-principal.ts";
import { granteeOf } from "./principal.ts";

/**
 * `everything`: it is final, whatever the caller's own policies leave unsaid. `identity`: it stands in for their identity-based
 * policies, and the boundary and the session policies still limit it. `account`: it leaves it to the account, so that an identity-based
 * policy must allow too.
 */
export type Reach = "everything" | "identity" | "account";

/** By its ARN, unless the policy means another holder of it; and by what it meant when it was put. */
function namesOf(arn: string, id: string, { principalIds }: ResourcePolicy): PrincipalName[] {
  const former = Object.keys(principalIds).filter((written) => principalIds[written] === id);
  const own = principalIds[arn] ?? id;
  return [...(own === id ? [arn] : []), ...former, id].map((name) => `AWS:${name}`);
}

const accountName = (accountId: string): PrincipalName => `Account:${accountId}`;

/**
 * Every name by which `policy` may mean the caller. `*` for the session of a role goes as far as the role's ARN, for a user as far as
 * the user's: that is a guess, because AWS only says that it means everyone.
 * @param federatedProvider the ARN of the provider that vouches for a caller who has signed nothing, or a name such as `accounts.google.com`
 */
export function callerNames(
  identities: Identities,
  principal: Principal,
  policy: ResourcePolicy,
  federatedProvider?: string,
): ReadonlyMap<PrincipalName, Reach> {
  const names = (own: readonly PrincipalName[], reach: Reach) => own.map((name) => [name, reach] as const);
  switch (principal.kind) {
    case "anonymous": {
      const vouched = federatedProvider === undefined ? [] : [`Federated:${federatedProvider}`];
      return new Map(names([EVERYONE, ...vouched], "everything"));
    }
    case "root":
      return new Map(names([EVERYONE, accountName(principal.accountId)], "account"));
    case "user":
      return new Map([
        [accountName(principal.accountId), "account"],
        ...names([EVERYONE, ...namesOf(principal.arn, principal.userId, policy)], "everything"),
      ]);
    case "assumed-role": {
      const roleId = principal.userId.slice(0, principal.userId.indexOf(":"));
      return new Map([
        [accountName(principal.accountId), "account"],
        ...names([EVERYONE, ...namesOf(principal.roleArn, roleId, policy)], "identity"),
        [`AWS:${principal.arn}`, "everything"],
      ]);
    }
    case "federated-user": {
      const user = granteeOf(identities, principal);
      return new Map([
        [accountName(principal.accountId), "account"],
        ...names([EVERYONE, ...(user ? namesOf(user.arn, user.id, policy) : [])], "identity"),
        [`AWS:${principal.arn}`, "everything"],
      ]);
    }
  }
}

/** How far a statement with these principals goes for who has these names; undefined where it does not speak of them. */
export function reachOf(
  principals: Principals | undefined,
  names: ReadonlyMap<PrincipalName, Reach>,
): Reach | undefined {
  if (!principals) return "everything";
  let found: Reach | undefined;
  // The names are in the order of how far they go.
  for (const [name, reach] of names) if (principals.listed.has(name)) found = reach;
  if (!principals.negated) return found;
  return found === undefined ? names.get(EVERYONE) : undefined;
}
