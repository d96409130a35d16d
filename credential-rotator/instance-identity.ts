// When does the instance's own identity get new credentials? In the rhythm of its roles, from the start of the machine on.

import { derivedHexId } from "../entropy/derive.ts";
import { type Instance, isOn } from "../instances/instance.ts";
import type { RoleDelivery } from "../signing/session.ts";
import { blur } from "./delivered.ts";
import { type ScheduledSet, setInForce } from "./schedule.ts";
import { type RotationState, scheduleOf } from "./state.ts";

const HOUR = 3_600_000;

/** The set in force; undefined while the machine is off. */
export function identitySet(
  state: RotationState,
  instance: Instance,
  delivery: RoleDelivery,
  at: number,
): ScheduledSet | undefined {
  const { launchTime: deliveredFrom, restarts } = instance;
  const run = { deliveredFrom, deliveredUntil: Number.POSITIVE_INFINITY, restarts };
  const schedule = isOn(instance.state) ? scheduleOf(state, instance, run) : undefined;
  const set = schedule && setInForce(schedule, at);
  return set?.settings.blurred ? { ...set, expiresAt: ec2Expiry(set, instance, delivery) } : set;
}

/** What `identity-credentials/ec2/info` is dated: blurred by itself, as captured. */
export function identifiedAt(state: RotationState, instance: Instance, at: number): number {
  const set = identitySet(state, instance, "2.0", at);
  if (!set) return instance.launchTime;
  return set.issuedAt + (set.settings.blurred ? blur("identity-info", instance.instanceId, set.issuedAt) : 0);
}

/** Six hours and up to half an hour, by IMDSv1 and IMDSv2 another time: seen on instances of September 2026. */
function ec2Expiry({ issuedAt }: ScheduledSet, { instanceId }: Instance, delivery: RoleDelivery): number {
  const hash = Number.parseInt(derivedHexId("", 8, "identity-expiry", instanceId, delivery, issuedAt), 16);
  return issuedAt + 6 * HOUR + (hash % 1800) * 1000;
}
