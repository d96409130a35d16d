// Which operations does IAM have here? All of them, by name.

import type { IamOperation } from "./operation.ts";
import { userOperations } from "./users.ts";

export const iamOperations: Readonly<Record<string, IamOperation>> = { ...userOperations };
