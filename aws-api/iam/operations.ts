// Which operations does IAM have here? All of them, by name.

import type { Identities } from "../../roles/model.ts";
import { absentCredentialOperations } from "./absent-credentials.ts";
import { accessKeyOperations } from "./access-keys.ts";
import { accountOperations } from "./account.ts";
import { attachmentOperations } from "./attachments.ts";
import { authorizationDetailOperations } from "./authorization-details.ts";
import { credentialReportOperations } from "./credential-report.ts";
import { groupOperations } from "./groups.ts";
import { inlinePolicyOperations } from "./inline-policies.ts";
import { instanceProfileOperations } from "./instance-profiles.ts";
import { loginProfileOperations } from "./login-profiles.ts";
import { managedPolicyOperations } from "./managed-policies.ts";
import { mfaDeviceOperations } from "./mfa-devices.ts";
import { openIdConnectProviderOperations } from "./open-id-connect-providers.ts";
import { bindIam, type IamOperation, type OperationParts, type PreparedOperation } from "./operation.ts";
import { passwordPolicyOperations } from "./password-policy.ts";
import { policyEntityOperations } from "./policy-entities.ts";
import { policyVersionOperations } from "./policy-versions.ts";
import { roleOperations } from "./roles.ts";
import { serviceLinkedRoleOperations } from "./service-linked-roles.ts";
import { simulateOperations } from "./simulate.ts";
import { taggingOperations } from "./tagging.ts";
import { userOperations } from "./users.ts";

type Operations = Readonly<Record<string, IamOperation | PreparedOperation>>;

/** By what they are about; each family is a file. */
export const iamFamilies: Readonly<Record<string, Operations>> = {
  users: userOperations,
  groups: groupOperations,
  roles: roleOperations,
  "service-linked roles": serviceLinkedRoleOperations,
  "inline policies": inlinePolicyOperations,
  "attached policies and boundaries": attachmentOperations,
  "managed policies": managedPolicyOperations,
  "their versions": policyVersionOperations,
  "whom they concern": policyEntityOperations,
  "instance profiles": instanceProfileOperations,
  "access keys": accessKeyOperations,
  passwords: loginProfileOperations,
  "what passwords must be like": passwordPolicyOperations,
  "MFA devices": mfaDeviceOperations,
  tags: taggingOperations,
  "OpenID Connect providers": openIdConnectProviderOperations,
  "the account": accountOperations,
  "all of it at once": authorizationDetailOperations,
  "the credential report": credentialReportOperations,
  "the policy simulator": simulateOperations,
  "what nobody has here": absentCredentialOperations,
};

export const iamOperations: Operations = Object.assign({}, ...Object.values(iamFamilies));

/** Ready to act on the account. */
export const iamService = (parts: OperationParts, state: () => Identities) => bindIam(iamOperations, parts, state);
