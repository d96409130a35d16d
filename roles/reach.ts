// How far does an Allow of a resource's policy go for this caller? That depends on the name by which it means them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html

import type { Identities, Principal, ResourcePolicy } from "./model.ts";
import { EVERYONE, type PrincipalName, type Principals } from "./policy-principal.ts";
import { granteeOf } from "./principal.ts";
import type { Statement } from "./statement.ts";

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

const ACCOUNT_PREFIX = "Account:";
const accountName = (accountId: string): PrincipalName => `${ACCOUNT_PREFIX}${accountId}`;

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

/** Who asks, as the policy of a resource sees them. */
export interface NamedCaller {
  /** Every name by which the policy may mean them, and how far an Allow of that name goes; those that go farthest last. */
  readonly names: ReadonlyMap<PrincipalName, Reach>;
  /** Whether they have a permissions boundary. */
  readonly isBounded: boolean;
}

/** How far the statement goes for the caller; undefined where it does not speak of them. */
export function reachOf(statement: Pick<Statement, "effect" | "principals">, caller: NamedCaller): Reach | undefined {
  const { principals } = statement;
  if (!principals) return "everything";
  if (principals.negated)
    return isExcepted(statement.effect, principals, caller) ? undefined : caller.names.get(EVERYONE);
  let found: Reach | undefined;
  for (const [name, reach] of caller.names) if (principals.listed.has(name)) found = reach;
  return found;
}

/**
 * Whether a NotPrincipal leaves the caller out. Their account does not stand for them: in AWS's examples it is listed beside the one user
 * who is excepted, and the others of the account are denied. Who has a permissions boundary is excepted from no Deny, whoever is listed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
function isExcepted(effect: Statement["effect"], { listed }: Principals, { names, isBounded }: NamedCaller): boolean {
  if (isBounded && effect === "Deny") return false;
  const all = Array.from(names.keys());
  const own = all.filter((name) => name !== EVERYONE && !name.startsWith(ACCOUNT_PREFIX));
  // The root user has no name but the account's.
  return (own.length > 0 ? [EVERYONE, ...own] : all).some((name) => listed.has(name));
}
