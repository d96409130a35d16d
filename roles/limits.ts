// How long and how many may it be? IAM's limits on names, paths, tags, policies and attachments.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html

import type { EntityKind } from "./arn.ts";
import type { PolicyDocument } from "./model.ts";

export const NAME = /^[\w+=,.@-]+$/;
export const NAME_LENGTH: Readonly<Record<EntityKind, number>> = {
  user: 64,
  role: 64,
  group: 128,
  policy: 128,
  "instance-profile": 128,
};

/** `/`, or what begins and ends with a slash. */
export const PATH = /^\/([!-~]+\/)?$/;
export const PATH_LENGTH = 512;

export const TAG_KEY_LENGTH = 128;
export const TAG_VALUE_LENGTH = 256;
export const TAGS = 50;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html */
export const PROVIDER_URL_LENGTH = 255;
export const CLIENT_IDS = 100;
export const CLIENT_ID_LENGTH = 255;
export const THUMBPRINTS = 5;

export const GROUPS_PER_USER = 10;
export const ACCESS_KEYS_PER_USER = 2;
export const MFA_DEVICES_PER_USER = 8;

/** What a password may consist of. */
export const PASSWORD = /^[\t\n\r\x20-\xff]+$/;
export const PASSWORD_LENGTH = 128;
/** How many former passwords a policy may forbid to use again. */
export const REMEMBERED_PASSWORDS = 24;
export const PASSWORD_AGE_DAYS = 1095;
/** With the quota raised as far as AWS raises it; 10 without. */
export const ATTACHED_POLICIES = 20;

export const POLICY_VERSIONS = 5;

/** Characters, white space between the parts not counted. */
export const INLINE_POLICY_SIZE = { user: 2048, role: 10_240, group: 5120 } as const;
export const MANAGED_POLICY_SIZE = 6144;
/** With the quota raised; 2048 without. */
export const TRUST_POLICY_SIZE = 4096;

/** Of a document, or of its text: white space does not count. */
export const policySize = (document: PolicyDocument | string) =>
  (typeof document === "string" ? document : JSON.stringify(document)).replace(/\s/g, "").length;

/** What an account and its entities may have where no quota was raised, by the names that IAM refuses with. */
export const QUOTAS = {
  UsersPerAccount: 5000,
  GroupsPerAccount: 300,
  RolesPerAccount: 1000,
  PoliciesPerAccount: 1500,
  InstanceProfilesPerAccount: 1000,
  OpenIdConnectProvidersPerAccount: 100,
  ClientIdsPerOpenIdConnectProvider: 100,
  GroupsPerUser: GROUPS_PER_USER,
  AccessKeysPerUser: ACCESS_KEYS_PER_USER,
  MFADevicesPerUser: MFA_DEVICES_PER_USER,
  // As many as users; the name of the quota is a guess.
  VirtualMFADevicesPerAccount: 5000,
  PoliciesPerUser: 10,
  PoliciesPerGroup: 10,
  PoliciesPerRole: 10,
  InstanceSessionsPerInstanceProfile: 1,
  VersionsPerPolicy: POLICY_VERSIONS,
  PolicySize: MANAGED_POLICY_SIZE,
  ACLSizePerRole: 2048,
} as const;
