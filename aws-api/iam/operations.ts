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
import { managedPolicyOperations } from "./managed-policies.ts";
import { openIdConnectProviderOperations } from "./open-id-connect-providers.ts";
import { bindIam, type IamOperation, type OperationParts } from "./operation.ts";
import { policyEntityOperations } from "./policy-entities.ts";
import { policyVersionOperations } from "./policy-versions.ts";
import { roleOperations } from "./roles.ts";
import { serviceLinkedRoleOperations } from "./service-linked-roles.ts";
import { taggingOperations } from "./tagging.ts";
import { userOperations } from "./users.ts";

/** By what they are about; each family is a file. */
export const iamFamilies: Readonly<Record<string, Readonly<Record<string, IamOperation>>>> = {
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
  tags: taggingOperations,
  "OpenID Connect providers": openIdConnectProviderOperations,
  "the account": accountOperations,
  "all of it at once": authorizationDetailOperations,
  "the credential report": credentialReportOperations,
  "what nobody has here": absentCredentialOperations,
};

export const iamOperations: Readonly<Record<string, IamOperation>> = Object.assign({}, ...Object.values(iamFamilies));

/** Ready to act on the account. */
export const iamService = (parts: OperationParts, state: () => Identities) => bindIam(iamOperations, parts, state);
