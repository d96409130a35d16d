// What is to be said of the account as a whole?

import * as limits from "../../roles/limits.ts";
import type { Identities } from "../../roles/model.ts";
import { settingsOf } from "../../roles/password-policy.ts";
import type { Members } from "../call.ts";
import { noSuchEntity } from "./errors.ts";
import { anything } from "./kinds.ts";
import { changes, type IamOperation, inputOf, put, reads } from "./operation.ts";

const { QUOTAS, INLINE_POLICY_SIZE } = limits;

interface AliasInput extends Members {
  readonly AccountAlias: string;
}

const SETTINGS = "account";

/** In the order in which AWS documents them; the root user has no keys, no password and no device here. */
function summary(identities: Identities): Readonly<Record<string, number>> {
  const devices = Array.from(identities.mfaDevices.values());
  const versions = Array.from(identities.managedPolicies.values(), (policy) => policy.versions.length);
  return {
    Users: identities.users.size,
    UsersQuota: QUOTAS.UsersPerAccount,
    Groups: identities.groups.size,
    GroupsQuota: QUOTAS.GroupsPerAccount,
    Roles: identities.roles.size,
    RolesQuota: QUOTAS.RolesPerAccount,
    InstanceProfiles: identities.instanceProfiles.size,
    InstanceProfilesQuota: QUOTAS.InstanceProfilesPerAccount,
    Policies: identities.managedPolicies.size,
    PoliciesQuota: QUOTAS.PoliciesPerAccount,
    PolicySizeQuota: QUOTAS.PolicySize,
    PolicyVersionsInUse: versions.reduce((total, each) => total + each, 0),
    PolicyVersionsInUseQuota: 10_000,
    VersionsPerPolicyQuota: QUOTAS.VersionsPerPolicy,
    Providers: identities.openIdConnectProviders.size,
    ServerCertificates: 0,
    ServerCertificatesQuota: 20,
    SigningCertificatesPerUserQuota: 2,
    AccessKeysPerUserQuota: QUOTAS.AccessKeysPerUser,
    GroupsPerUserQuota: QUOTAS.GroupsPerUser,
    MFADevices: devices.length,
    MFADevicesInUse: devices.filter(({ enabled }) => enabled).length,
    UserPolicySizeQuota: INLINE_POLICY_SIZE.user,
    GroupPolicySizeQuota: INLINE_POLICY_SIZE.group,
    RolePolicySizeQuota: INLINE_POLICY_SIZE.role,
    AssumeRolePolicySizeQuota: QUOTAS.ACLSizePerRole,
    AttachedPoliciesPerUserQuota: QUOTAS.PoliciesPerUser,
    AttachedPoliciesPerGroupQuota: QUOTAS.PoliciesPerGroup,
    AttachedPoliciesPerRoleQuota: QUOTAS.PoliciesPerRole,
    AccountMFAEnabled: 0,
    AccountAccessKeysPresent: 0,
    AccountPasswordPresent: 0,
    AccountSigningCertificatesPresent: 0,
    GlobalEndpointTokenVersion: 1,
  };
}

const aliasesOf = (identities: Identities): readonly string[] => {
  const { alias } = settingsOf(identities);
  return alias === undefined ? [] : [alias];
};

export const accountOperations: Readonly<Record<string, IamOperation>> = {
  GetAccountSummary: reads(anything, (_, identities) => ({ SummaryMap: summary(identities) })),
  ListAccountAliases: reads(anything, (_, identities) => ({
    AccountAliases: aliasesOf(identities),
    IsTruncated: false,
  })),
  // An account has one at most: a new one takes the place of the other.
  CreateAccountAlias: changes(anything, (call, identities) => {
    const { AccountAlias: alias } = inputOf<AliasInput>(call);
    return { changes: [put("settings", SETTINGS, { ...settingsOf(identities), alias })] };
  }),
  DeleteAccountAlias: changes(anything, (call, identities) => {
    const { AccountAlias } = inputOf<AliasInput>(call);
    // The text is a guess.
    if (!aliasesOf(identities).includes(AccountAlias)) {
      throw noSuchEntity(`The account alias with name ${AccountAlias} cannot be found.`);
    }
    const { alias: _, ...settings } = settingsOf(identities);
    return { changes: [put("settings", SETTINGS, settings)] };
  }),
};
