// Which condition keys does a policy ask for? In its conditions, and by its variables.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html

import { variablesIn } from "./policy-variable.ts";
import type { Statement } from "./statement.ts";

/** Each once, whatever its case, as it is written first. */
export function contextKeysOf(statements: Iterable<Statement>): readonly string[] {
  const found = new Map<string, string>();
  for (const { conditions, hasVariables, written } of statements) {
    const { Resource, NotResource, Condition } = written;
    const variables = hasVariables ? variablesIn(JSON.stringify([Resource, NotResource, Condition])) : [];
    for (const key of [...conditions.map((condition) => condition.key), ...variables]) {
      if (!found.has(key.toLowerCase())) found.set(key.toLowerCase(), key);
    }
  }
  return [...found.values()];
}
