// What does `iam/info` say of the profile that is attached?

import type { Instance } from "../instances/instance.ts";
import { HELP } from "./delivered.ts";
import { profileOf, roleOf } from "./instance-role.ts";
import { type KnowledgeParts, knownIdentities } from "./known-identities.ts";
import type { ProfileReport } from "./rotator.ts";

/**
 * Undefined without a profile, and with one that held no role from the beginning: captured of EC2. That a role which was taken out
 * later is told in words is documented (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html), and so is a
 * profile that was deleted, a namesake of which is another one: captured in June 2024.
 */
export function profileReport(parts: KnowledgeParts, instance: Instance, at: number): ProfileReport | undefined {
  const { association } = instance;
  if (!association) return undefined;
  const known = knownIdentities(parts, instance, at);
  const profile = profileOf(known, association);
  const { instanceProfileId, associatedAt, deliveredFrom } = association;
  if (!profile) {
    if (instanceProfileId === undefined) return undefined;
    const message = `Instance Profile with Id ${instanceProfileId} cannot be found.  ${HELP}`;
    return { code: "InstanceProfileNotFound", message, lastUpdatedAt: associatedAt };
  }
  const { arn, id } = profile;
  if (roleOf(known, instance)) return { code: "Success", arn, id, lastUpdatedAt: associatedAt };
  if (!roleOf(parts.identitiesAt(deliveredFrom), instance)) return undefined;
  return {
    code: "Success",
    message: `Instance Profile does not contain a role.  ${HELP}`,
    lastUpdatedAt: associatedAt,
  };
}
