// What does EC2 know of IAM when it serves an instance? By itself the present state; with EC2's delays what was true when the set
// in force was made, and as long as it may not assume the role, what was true at its last try.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html

import type { Instance } from "../instances/instance.ts";
import type { Identities } from "../roles/model.ts";
import { tryAt } from "./delivered.ts";
import { roleOf, trustsEc2 } from "./instance-role.ts";
import { setInForce } from "./schedule.ts";
import { type RotationState, scheduleOf } from "./state.ts";

export interface KnowledgeParts {
  state(): RotationState;
  identities(): Identities;
  /** The account as it was at an instant. */
  identitiesAt(at: number): Identities;
}

export function knownIdentities(parts: KnowledgeParts, instance: Instance, at: number): Identities {
  if (instance.delays === "none" || !instance.association) return parts.identities();
  const schedule = scheduleOf(parts.state(), instance, instance.association);
  const set = schedule && setInForce(schedule, at);
  if (!set) return parts.identitiesAt(at);
  const known = parts.identitiesAt(set.inForceFrom);
  const role = roleOf(known, instance);
  if (role && trustsEc2(role, set.inForceFrom)) return known;
  return parts.identitiesAt(tryAt(set.inForceFrom, at).from);
}

/** Whether EC2 could ever give the machine what its association can give: at its begin, or now. */
export function hasDelivered(parts: KnowledgeParts, instance: Instance, at: number): boolean {
  const { association } = instance;
  if (!association || association.deliveredFrom > at) return false;
  const gives = (known: Identities, then: number) => {
    const role = roleOf(known, instance);
    return role === undefined || trustsEc2(role, then);
  };
  const { deliveredFrom } = association;
  return gives(parts.identitiesAt(deliveredFrom), deliveredFrom) || gives(knownIdentities(parts, instance, at), at);
}
