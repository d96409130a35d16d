// Which operations does IAM have here? All of them, by name.

import { loginProfileOperations } from "./login-profiles.ts";
import { mfaDeviceOperations } from "./mfa-devices.ts";
import type { IamOperation, PreparedOperation } from "./operation.ts";
import { passwordPolicyOperations } from "./password-policy.ts";
import { userOperations } from "./users.ts";

export const iamOperations: Readonly<Record<string, IamOperation | PreparedOperation>> = {
  ...userOperations,
  ...loginProfileOperations,
  ...passwordPolicyOperations,
  ...mfaDeviceOperations,
};
