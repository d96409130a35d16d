// What is there to do with instance profiles? Each carries one role to instances.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html

import type { Identities, InstanceProfile } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { deleteConflict, noSuchEntity } from "./errors.ts";
import {
  below,
  checkQuota,
  created,
  entityIn,
  INSTANCE_PROFILE,
  listed,
  named,
  nameIn,
  newEntity,
  ROLE,
} from "./kinds.ts";
import { changes, type IamOperation, put, reads, remove, tagging } from "./operation.ts";
import { byName, page } from "./page.ts";
import { shownRole } from "./roles.ts";
import { shownTags, tagsIfAny, tagsIn } from "./tags.ts";

/** As lists show it. */
export function shownProfile(profile: InstanceProfile, identities: Identities): Members {
  const role = identities.roles.get(profile.roleName ?? "");
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: profile.createdAt,
    Roles: role ? [shownRole(role, identities)] : [],
  };
}

/** Those that carry the role. */
export const profilesOf = ({ instanceProfiles }: Identities, role: string): InstanceProfile[] =>
  Array.from(instanceProfiles.values()).filter(({ roleName }) => roleName === role);

/** Who puts a role into a profile gives it to EC2. */
function passing(call: Call, identities: Identities) {
  const resource = identities.roles.get(nameIn(ROLE, call))?.arn;
  if (resource === undefined) return [];
  return [{ action: "iam:PassRole", resource, context: { "iam:PassedToService": ["ec2.amazonaws.com"] } }];
}

export const instanceProfileOperations: Readonly<Record<string, IamOperation>> = {
  CreateInstanceProfile: changes(
    created(INSTANCE_PROFILE),
    (call, identities) => {
      const profile = { ...newEntity(INSTANCE_PROFILE, call, identities), tags: tagsIn(call, "exact case") };
      const output = { InstanceProfile: { ...shownProfile(profile, identities), ...tagsIfAny(profile) } };
      return { changes: [put("instanceProfiles", profile.name, profile)], output };
    },
    tagging("InstanceProfile"),
  ),
  GetInstanceProfile: reads(named(INSTANCE_PROFILE), (call, identities) => {
    const profile = entityIn(INSTANCE_PROFILE, call, identities);
    return { InstanceProfile: { ...shownProfile(profile, identities), Tags: shownTags(profile.tags) } };
  }),
  ListInstanceProfiles: reads(listed(INSTANCE_PROFILE), (call, identities) =>
    page(call, "InstanceProfiles", below(call, identities.instanceProfiles.values()), byName, (profile) =>
      shownProfile(profile, identities),
    ),
  ),
  ListInstanceProfilesForRole: reads(named(ROLE), (call, identities) => {
    const { name } = entityIn(ROLE, call, identities);
    return page(call, "InstanceProfiles", profilesOf(identities, name), byName, (profile) =>
      shownProfile(profile, identities),
    );
  }),
  AddRoleToInstanceProfile: changes(
    named(INSTANCE_PROFILE),
    (call, identities) => {
      const profile = entityIn(INSTANCE_PROFILE, call, identities);
      const { name: roleName } = entityIn(ROLE, call, identities);
      checkQuota("InstanceSessionsPerInstanceProfile", profile.roleName === undefined ? 0 : 1);
      return { changes: [put("instanceProfiles", profile.name, { ...profile, roleName })] };
    },
    passing,
  ),
  RemoveRoleFromInstanceProfile: changes(named(INSTANCE_PROFILE), (call, identities) => {
    const { roleName, ...profile } = entityIn(INSTANCE_PROFILE, call, identities);
    const { name } = entityIn(ROLE, call, identities);
    // The words are a guess.
    if (roleName !== name) throw noSuchEntity(`Role ${name} in Instance Profile ${profile.name} cannot be found.`);
    return { changes: [put("instanceProfiles", profile.name, profile)] };
  }),
  DeleteInstanceProfile: changes(named(INSTANCE_PROFILE), (call, identities) => {
    const { name, roleName } = entityIn(INSTANCE_PROFILE, call, identities);
    if (roleName !== undefined) {
      throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
    }
    return { changes: [remove("instanceProfiles", name)] };
  }),
};
