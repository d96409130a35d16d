// Which role does an instance have, may EC2 assume it, and what is then the session? What IAM and the instance say together.

import type { Instance, ProfileAssociation } from "../instances/instance.ts";
import type { Identities, InstanceProfile, Role } from "../roles/model.ts";
import { trusts } from "../roles/trust.ts";
import type { InstanceIdentitySession, InstanceRoleSession, RoleDelivery } from "../signing/session.ts";
import type { ScheduledSet } from "./schedule.ts";
import { timeKeys } from "./time-keys.ts";

/** The profile that was attached; undefined when it was deleted, though a namesake may be there now. */
export function profileOf(
  { instanceProfiles }: Identities,
  association: ProfileAssociation,
): InstanceProfile | undefined {
  const { instanceProfileName, instanceProfileId } = association;
  const found = instanceProfiles.get(instanceProfileName);
  return instanceProfileId === undefined || found?.id === instanceProfileId ? found : undefined;
}

/** The role in the instance profile that is attached; undefined without a profile or without a role in it. */
export function roleOf(identities: Identities, { association }: Instance): Role | undefined {
  const profile = association && profileOf(identities, association);
  return profile?.roleName === undefined ? undefined : identities.roles.get(profile.roleName);
}

/** Whether EC2 may assume the role. Conditions of its trust policy see the time; no request is behind it. */
export function trustsEc2(role: Role, at: number): boolean {
  return trusts(role, "ec2.amazonaws.com", timeKeys(at));
}

/** Whose session it is: what both kinds have in common. */
function sourceOf(instance: Instance, partition: string, delivery: RoleDelivery, set: ScheduledSet) {
  const { accountId, region, instanceId } = instance;
  const [{ vpcId, privateIpAddresses }] = instance.networkInterfaces;
  const { issuedAt, expiresAt, forcedRotations } = set;
  return {
    accountId,
    sessionName: instanceId,
    delivery,
    issuedAt,
    expiresAt,
    forcedRotations,
    sourceInstanceArn: `arn:${partition}:ec2:${region}:${accountId}:instance/${instanceId}`,
    sourceVpcId: vpcId,
    ...(privateIpAddresses[0] !== undefined && { sourcePrivateIpv4: privateIpAddresses[0] }),
  };
}

/** The session of one set, as STS knows it: all that credentials are derived from. */
export function roleSession(
  { partition }: Identities,
  instance: Instance,
  { associationId }: ProfileAssociation,
  role: Role,
  delivery: RoleDelivery,
  set: ScheduledSet,
): InstanceRoleSession {
  return {
    kind: "instance-role",
    roleName: role.name,
    roleId: role.id,
    roleArn: role.arn,
    associationId,
    ...sourceOf(instance, partition, delivery, set),
  };
}

/** The session that proves which instance it is, and opens nothing; every instance has one. */
export function identitySession(
  { partition }: Identities,
  instance: Instance,
  delivery: RoleDelivery,
  set: ScheduledSet,
): InstanceIdentitySession {
  return { kind: "instance-identity", partition, ...sourceOf(instance, partition, delivery, set) };
}
