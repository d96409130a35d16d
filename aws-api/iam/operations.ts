// Which operations does IAM have here? All of them, by name.

import type { Identities } from "../../roles/model.ts";
import { bindIam, type IamOperation, type IamParts } from "./operation.ts";
import { userOperations } from "./users.ts";

const iamOperations: Readonly<Record<string, IamOperation>> = { ...userOperations };

/** Ready to act on the account. */
export const iamService = (parts: IamParts, state: () => Identities) => bindIam(iamOperations, parts, state);
