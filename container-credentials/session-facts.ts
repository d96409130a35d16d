// What does the request log keep of credentials that were delivered? Whose they are, never what signs.

import type { ContainerCredentials } from "../credential-rotator/container-role.ts";
import type { ExchangeFacts } from "../network/message.ts";
import { principalOfRoleSession } from "../roles/principal.ts";

export function sessionFacts({ accessKeyId, session }: ContainerCredentials): ExchangeFacts {
  const principal = principalOfRoleSession(session);
  return { accessKeyId, ...(principal.kind !== "anonymous" && { principal: principal.arn }) };
}
