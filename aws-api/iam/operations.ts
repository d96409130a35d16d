// Which operations does IAM have here? All of them, by name.

import type { Identities } from "../../roles/model.ts";
import { loginProfileOperations } from "./login-profiles.ts";
import { mfaDeviceOperations } from "./mfa-devices.ts";
import { bindIam, type IamOperation, type IamParts, type PreparedOperation } from "./operation.ts";
import { passwordPolicyOperations } from "./password-policy.ts";
import { userOperations } from "./users.ts";

const iamOperations: Readonly<Record<string, IamOperation | PreparedOperation>> = {
  ...userOperations,
  ...loginProfileOperations,
  ...passwordPolicyOperations,
  ...mfaDeviceOperations,
};

/** Ready to act on the account. */
export const iamService = (parts: IamParts, state: () => Identities) => bindIam(iamOperations, parts, state);
