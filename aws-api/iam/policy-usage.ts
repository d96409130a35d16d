// Who uses a managed policy, as permissions or as a boundary? Counted once for each state of the account.

import type { Identities } from "../../roles/model.ts";

/** How often each policy is used, by its ARN. */
export interface Usage {
  attachments(arn: string): number;
  boundaries(arn: string): number;
}

const counted = new WeakMap<Identities, Usage>();

export function usageOf(identities: Identities): Usage {
  const known = counted.get(identities);
  if (known) return known;
  const usage = count(identities);
  counted.set(identities, usage);
  return usage;
}

function count({ users, groups, roles }: Identities): Usage {
  const attached = new Map<string, number>();
  const bounding = new Map<string, number>();
  const add = (counts: Map<string, number>, arn: string) => counts.set(arn, (counts.get(arn) ?? 0) + 1);
  const bounded = [...users.values(), ...roles.values()];
  for (const { attachedPolicies } of [...bounded, ...groups.values()]) {
    for (const arn of attachedPolicies) add(attached, arn);
  }
  for (const { permissionsBoundary: arn } of bounded) if (arn !== undefined) add(bounding, arn);
  return { attachments: (arn) => attached.get(arn) ?? 0, boundaries: (arn) => bounding.get(arn) ?? 0 };
}
