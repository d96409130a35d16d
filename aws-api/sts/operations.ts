// Which operations does STS have here? All of them, by name.

import type { BoundOperation } from "../exchange.ts";
import { getCallerIdentity } from "./get-caller-identity.ts";

export const stsOperations: Readonly<Record<string, BoundOperation>> = { GetCallerIdentity: getCallerIdentity };
