// Which operations does STS have here? All of them, by name.

import { assumeRole } from "./assume-role.ts";
import { assumeRoleWithWebIdentity } from "./assume-role-with-web-identity.ts";
import { decodeMessage, getAccessKeyInfo, getCallerIdentity } from "./inquiries.ts";
import { bindSts, type StsOperation, type StsParts } from "./operation.ts";
import { assumeRoot, getWebIdentityToken } from "./refused.ts";
import { getFederationToken, getSessionToken } from "./user-sessions.ts";

const stsOperations: Readonly<Record<string, StsOperation>> = {
  AssumeRole: assumeRole,
  AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  AssumeRoot: assumeRoot,
  DecodeAuthorizationMessage: decodeMessage,
  GetAccessKeyInfo: getAccessKeyInfo,
  GetCallerIdentity: getCallerIdentity,
  GetFederationToken: getFederationToken,
  GetSessionToken: getSessionToken,
  GetWebIdentityToken: getWebIdentityToken,
};

/** Ready to give out credentials. */
export const stsService = (parts: StsParts) => bindSts(stsOperations, parts);
