// Which unique id does an IAM entity have? It stays when a policy names it, and a namesake of another account has another.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids

import { derivedBase32Id } from "../entropy/derive.ts";
import type { EntityKind } from "./arn.ts";

const PREFIXES: Readonly<Record<EntityKind, string>> = {
  user: "AIDA",
  group: "AGPA",
  role: "AROA",
  policy: "ANPA",
  "instance-profile": "AIPA",
};

/**
 * 21 characters, the same ones each time: `AROA` and 17 of base 32 for a role. `accountId` is `aws` for AWS's policies; `predecessors` are
 * those of that name who were there before and were deleted.
 */
export function uniqueId(accountId: string, kind: EntityKind, name: string, predecessors = 0): string {
  return derivedBase32Id(PREFIXES[kind], 17, accountId, kind, name, ...(predecessors > 0 ? [predecessors] : []));
}
