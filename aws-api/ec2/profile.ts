// Which instance profile is meant, or attached, and who may pass its role on?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html

import { type ToldAssociation, toldAssociations } from "../../instances/associations.ts";
import type { Instance, ProfileAssociation } from "../../instances/instance.ts";
import { entityArn } from "../../roles/arn.ts";
import type { Identities, InstanceProfile } from "../../roles/model.ts";
import type { Call, Permission } from "../call.ts";
import { invalidParameterValue } from "./errors.ts";
import type { Ec2 } from "./operation.ts";

export interface ProfileSpecification {
  readonly Arn?: string;
  readonly Name?: string;
}

/**
 * The one that is meant: of both Arn and Name the Arn counts, captured in September 2026.
 * @throws AwsError InvalidParameterValue when there is none
 */
export function profileMeant(
  { instanceProfiles }: Identities,
  { Arn, Name = "" }: ProfileSpecification,
): InstanceProfile {
  const name = Arn === undefined ? Name : Arn.slice(Arn.lastIndexOf("/") + 1);
  const found = instanceProfiles.get(name);
  if (found && (Arn === undefined || found.arn === Arn)) return found;
  const [parameter, kind] = Arn === undefined ? ["name", "name"] : ["arn", "ARN"];
  throw invalidParameterValue(
    `Value (${Arn ?? Name}) for parameter iamInstanceProfile.${parameter} is invalid. Invalid IAM Instance Profile ${kind}`,
  );
}

/** That the caller may give the role to an instance. A profile without a role takes nothing. The keys were captured, the asterisk too. */
export function passRole(call: Call, { roles }: Identities, { roleName }: InstanceProfile): Permission[] {
  const role = roleName === undefined ? undefined : roles.get(roleName);
  if (!role) return [];
  const { partition, region, accountId } = call;
  const context = {
    "iam:PassedToService": ["ec2.amazonaws.com"],
    "iam:AssociatedResourceArn": [`arn:${partition}:ec2:${region}:${accountId}:instance/*`],
    "iam:RoleName": [role.name],
  };
  return [{ action: "iam:PassRole", resource: role.arn, context }];
}

/** Those of the instance, on their way or there; a terminated one has none. */
export const associationsOf = ({ state, at }: Ec2, instance: Instance): ToldAssociation[] =>
  instance.state === "terminated" ? [] : toldAssociations(instance, state.lives.get(instance.instanceId) ?? {}, at);

/** ARN and id of an association's profile, also when the profile is gone. */
export function profileIdsOf({ identities }: Ec2, association: ProfileAssociation) {
  const { instanceProfileName: name, instanceProfileId } = association;
  const found = identities.instanceProfiles.get(name);
  if (found && (instanceProfileId === undefined || found.id === instanceProfileId))
    return { arn: found.arn, id: found.id };
  return { arn: entityArn(identities, "instance-profile", "/", name), id: instanceProfileId ?? "" };
}

/** What DescribeInstances shows: the one that is seen by the machine, and before the first one that which comes. Both captured. */
export function profileOfInstance(ec2: Ec2, instance: Instance) {
  const told = associationsOf(ec2, instance);
  const seen = told.find(({ phase }) => phase !== "coming") ?? told[0];
  return seen && profileIdsOf(ec2, seen.association);
}
