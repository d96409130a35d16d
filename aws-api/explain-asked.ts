// Why were the policies of one mind or the other about a request that was made?

import { type Explanation, explain } from "../roles/explain.ts";
import { type Asked, type Circumstances, contextOf, questionOf } from "./asked.ts";

/** Of all that was asked until something was refused, and of what was refused on the way. */
export function explainAsked(asked: Asked, circumstances: Circumstances): readonly Explanation[] {
  const context = contextOf(asked, circumstances);
  const { permissions, refused = [] } = asked;
  const first = permissions.findIndex((permission) => refused.includes(permission));
  const needed = first < 0 ? permissions : permissions.slice(0, first + 1);
  const later = refused.filter((permission) => !permissions.includes(permission));
  return [...needed, ...later].map((permission) => explain(questionOf(asked, permission, context)));
}
