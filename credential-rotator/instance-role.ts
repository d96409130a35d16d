// Which role does an instance have, may EC2 assume it, and what is then the session? What IAM and the instance say together.

import type { Instance, ProfileAssociation } from "../instances/instance.ts";
import type { Identities, Role } from "../roles/model.ts";
import { trusts } from "../roles/trust.ts";
import type { InstanceRoleSession, RoleDelivery } from "../signing/session.ts";
import type { ScheduledSet } from "./schedule.ts";

/** The role in the instance profile that is attached; undefined without a profile or without a role in it. */
export function roleOf({ instanceProfiles, roles }: Identities, { association }: Instance): Role | undefined {
  const profile = association && instanceProfiles.get(association.instanceProfileName);
  return profile?.roleName === undefined ? undefined : roles.get(profile.roleName);
}

/** Whether EC2 may assume the role. Conditions of its trust policy see the time; no request is behind it. */
export function trustsEc2(role: Role, at: number): boolean {
  const context = new Map([
    ["aws:currenttime", [new Date(at).toISOString()]],
    ["aws:epochtime", [String(Math.floor(at / 1000))]],
  ]);
  return trusts(role, "ec2.amazonaws.com", context);
}

/** The session of one set, as STS knows it: all that credentials are derived from. The instance has an association. */
export function sessionOf(
  { partition }: Identities,
  instance: Instance,
  role: Role,
  delivery: RoleDelivery,
  { issuedAt, expiresAt, forcedRotations }: ScheduledSet,
): InstanceRoleSession {
  const { accountId, region, instanceId } = instance;
  const [{ vpcId, privateIpAddresses }] = instance.networkInterfaces;
  const { associationId } = instance.association as ProfileAssociation;
  return {
    kind: "instance-role",
    accountId,
    roleName: role.name,
    roleId: role.id,
    roleArn: role.arn,
    sessionName: instanceId,
    associationId,
    delivery,
    issuedAt,
    expiresAt,
    forcedRotations,
    sourceInstanceArn: `arn:${partition}:ec2:${region}:${accountId}:instance/${instanceId}`,
    sourceVpcId: vpcId,
    ...(privateIpAddresses[0] !== undefined && { sourcePrivateIpv4: privateIpAddresses[0] }),
  };
}
