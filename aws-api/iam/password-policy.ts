// What does the account want of its users' passwords?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html

import { bindPrincipals } from "../../roles/bound-principals.ts";
import type { Identities, PasswordPolicy } from "../../roles/model.ts";
import { LEAST_POLICY, settingsOf } from "../../roles/password-policy.ts";
import type { Call, Members, Permission } from "../call.ts";
import { noSuchEntity } from "./errors.ts";
import { anything } from "./kinds.ts";
import { changes, type IamOperation, inputOf, put, reads } from "./operation.ts";

/** As they are in the model, with the first letter small. */
const MEMBERS = [
  "MinimumPasswordLength",
  "RequireSymbols",
  "RequireNumbers",
  "RequireUppercaseCharacters",
  "RequireLowercaseCharacters",
  "AllowUsersToChangePassword",
  "MaxPasswordAge",
  "PasswordReusePrevention",
  "HardExpiry",
] as const;
type PolicyMember = (typeof MEMBERS)[number];

const keyOf = (member: PolicyMember) => (member.charAt(0).toLowerCase() + member.slice(1)) as keyof PasswordPolicy;

function policyOf(identities: Identities): PasswordPolicy {
  const { passwordPolicy } = settingsOf(identities);
  if (!passwordPolicy) {
    throw noSuchEntity(`The Password Policy with domain name ${identities.accountId} cannot be found.`);
  }
  return passwordPolicy;
}

const shown = (policy: PasswordPolicy): Members => ({
  ...Object.fromEntries(MEMBERS.map((member) => [member, policy[keyOf(member)]])),
  ExpirePasswords: policy.maxPasswordAge !== undefined,
});

/** All at once: what is left out is as usual again. */
function policyFrom(input: Partial<Record<PolicyMember, number | boolean>>): PasswordPolicy {
  const given = MEMBERS.filter((member) => input[member] !== undefined);
  return { ...LEAST_POLICY, ...Object.fromEntries(given.map((member) => [keyOf(member), input[member]])) };
}

/**
 * Where the account lets users change their passwords, that is no policy of the user but of the account: so it is given here as one of
 * the resource, and a denial still goes before it.
 */
export function grantedByAccount(permission: Permission, { principal }: Call, identities: Identities): Permission {
  if (principal.kind !== "user" || !settingsOf(identities).passwordPolicy?.allowUsersToChangePassword)
    return permission;
  const { action: Action, resource: Resource } = permission;
  const statement = { Effect: "Allow", Principal: { AWS: principal.arn }, Action, Resource };
  const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  return { ...permission, resourcePolicy: bindPrincipals(document, identities) };
}

export const passwordPolicyOperations: Readonly<Record<string, IamOperation>> = {
  GetAccountPasswordPolicy: {
    ...reads(anything, (_, identities) => ({ PasswordPolicy: shown(policyOf(identities)) })),
    permissions: (call, identities) => [
      grantedByAccount({ action: "iam:GetAccountPasswordPolicy", resource: "*" }, call, identities),
    ],
  },
  UpdateAccountPasswordPolicy: changes(anything, (call, identities) => {
    const passwordPolicy = policyFrom(inputOf(call));
    return { changes: [put("settings", "account", { ...settingsOf(identities), passwordPolicy })] };
  }),
  DeleteAccountPasswordPolicy: changes(anything, (_, identities) => {
    policyOf(identities);
    const { passwordPolicy, ...settings } = settingsOf(identities);
    return { changes: [put("settings", "account", settings)] };
  }),
};
