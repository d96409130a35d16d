// What is there to do with roles? https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html

import { DEFAULT_SESSION_SECONDS } from "../../roles/identities.ts";
import type { Identities, Role } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import type { LastUses } from "../last-uses.ts";
import { boundaryIfAny } from "./attachments.ts";
import { deleteConflict } from "./errors.ts";
import { below, changeableIn, created, entityIn, listed, named, newEntity, ROLE } from "./kinds.ts";
import { boundaryArn } from "./managed-policies.ts";
import { changes, type IamOperation, inputOf, type OperationParts, put, reads, remove, tagging } from "./operation.ts";
import { byName, page } from "./page.ts";
import { checkedTrust, shownTrust } from "./policy-documents.ts";
import { tagsIfAny, tagsIn } from "./tags.ts";

interface RoleInput extends Members {
  readonly AssumeRolePolicyDocument: string;
  readonly PolicyDocument: string;
  readonly Description?: string;
  readonly MaxSessionDuration?: number;
}

/** As it is shown where it is made, changed, or in an instance profile: the others add to it, each as recorded of AWS. */
export const shownRole = (role: Role, identities: Identities): Members => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: role.createdAt,
  AssumeRolePolicyDocument: shownTrust(role, identities),
});

const described = ({ description }: Role): Members => (description ? { Description: description } : {});

const listedRole = (role: Role, identities: Identities): Members => ({
  ...shownRole(role, identities),
  ...described(role),
  MaxSessionDuration: role.maxSessionDurationSeconds,
});

/** Empty until its credentials have signed a request. */
export function shownLastUse({ id }: Role, lastUses: LastUses): Members {
  const use = lastUses.of(id);
  return use ? { LastUsedDate: use.at, Region: use.region } : {};
}

const whole = (role: Role, identities: Identities, { remembered }: OperationParts): Members => ({
  ...listedRole(role, identities),
  ...boundaryIfAny(role),
  ...tagsIfAny(role),
  RoleLastUsed: shownLastUse(role, remembered.lastUses),
});

function newRole(call: Call, identities: Identities): Role {
  const { AssumeRolePolicyDocument, Description, MaxSessionDuration } = inputOf<RoleInput>(call);
  return {
    ...newEntity(ROLE, call, identities),
    ...{ inlinePolicies: [], attachedPolicies: [] },
    ...boundaryArn(call, identities),
    ...(Description !== undefined && { description: Description }),
    trustPolicy: checkedTrust(AssumeRolePolicyDocument, identities),
    maxSessionDurationSeconds: MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
    tags: tagsIn(call, "any case"),
  };
}

/** What the call says anew; all else stays. */
function updated(call: Call, role: Role): Role {
  const { Description = role.description, MaxSessionDuration = role.maxSessionDurationSeconds } =
    inputOf<RoleInput>(call);
  const described = Description === undefined ? {} : { description: Description };
  return { ...role, ...described, maxSessionDurationSeconds: MaxSessionDuration };
}

export const roleOperations: Readonly<Record<string, IamOperation>> = {
  CreateRole: changes(
    created(ROLE),
    (call, identities) => {
      const role = newRole(call, identities);
      const output = { Role: { ...shownRole(role, identities), ...boundaryIfAny(role), ...tagsIfAny(role) } };
      return { changes: [put("roles", role.name, role)], output };
    },
    tagging("Role"),
  ),
  GetRole: reads(named(ROLE), (call, identities, parts) => ({
    Role: whole(entityIn(ROLE, call, identities), identities, parts),
  })),
  ListRoles: reads(listed(ROLE), (call, identities) =>
    page(call, "Roles", below(call, identities.roles.values()), byName, (role) => listedRole(role, identities)),
  ),
  UpdateRole: changes(named(ROLE), (call, identities) => {
    const role = updated(call, changeableIn(ROLE, call, identities));
    return { changes: [put("roles", role.name, role)] };
  }),
  // The description is all that may be changed of a service-linked role, and by this alone.
  UpdateRoleDescription: changes(named(ROLE), (call, identities) => {
    const role = updated(call, entityIn(ROLE, call, identities));
    return {
      changes: [put("roles", role.name, role)],
      output: { Role: { ...shownRole(role, identities), ...described(role) } },
    };
  }),
  UpdateAssumeRolePolicy: changes(named(ROLE), (call, identities) => {
    const role = changeableIn(ROLE, call, identities);
    const trustPolicy = checkedTrust(inputOf<RoleInput>(call).PolicyDocument, identities);
    return { changes: [put("roles", role.name, { ...role, trustPolicy })] };
  }),
  DeleteRole: changes(named(ROLE), (call, identities) => {
    const { name, attachedPolicies, inlinePolicies } = changeableIn(ROLE, call, identities);
    const refuse = (first: string) => deleteConflict(`Cannot delete entity, ${first} first.`);
    const isInProfile = identities.instanceProfiles.values().some(({ roleName }) => roleName === name);
    if (isInProfile) throw refuse("must remove roles from instance profile");
    if (attachedPolicies.length > 0) throw refuse("must detach all policies");
    if (inlinePolicies.length > 0) throw refuse("must delete policies");
    return { changes: [remove("roles", name)] };
  }),
};
