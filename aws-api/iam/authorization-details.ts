// Who is in the account, and what may they? All of it at once, for those who look for mistakes.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html

import { awsManagedPolicyArns } from "../../roles/aws-managed-policies.ts";
import type { Group, Identities, InlinePolicy, ManagedPolicy, Role, User } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { boundaryIfAny, shownAttachment } from "./attachments.ts";
import { shownGroup } from "./groups.ts";
import { profilesOf, shownProfile } from "./instance-profiles.ts";
import { anything } from "./kinds.ts";
import { policyByArn, shownPolicy } from "./managed-policies.ts";
import { type IamOperation, inputOf, type OperationParts, reads } from "./operation.ts";
import { pageOf } from "./page.ts";
import { shownText } from "./policy-documents.ts";
import { usageOf } from "./policy-usage.ts";
import { newestFirst, wholeVersion } from "./policy-versions.ts";
import { shownLastUse, shownRole } from "./roles.ts";
import { shownTags } from "./tags.ts";
import { shownUser } from "./users.ts";

const shownInline = ({ name, document }: InlinePolicy) => ({ PolicyName: name, PolicyDocument: shownText(document) });

const attachedTo = ({ attachedPolicies }: User | Group | Role) => ({
  AttachedManagedPolicies: attachedPolicies.map(shownAttachment),
});

/** Without inline policies the list of them is left out, as recorded; those of groups and roles are empty then. */
function userDetail(user: User): Members {
  const { PasswordLastUsed, ...shown } = shownUser(user);
  return {
    ...shown,
    ...(user.inlinePolicies.length > 0 && { UserPolicyList: user.inlinePolicies.map(shownInline) }),
    GroupList: user.groups,
    ...attachedTo(user),
    ...boundaryIfAny(user),
    Tags: shownTags(user.tags),
  };
}

const groupDetail = (group: Group): Members => ({
  ...shownGroup(group),
  GroupPolicyList: group.inlinePolicies.map(shownInline),
  ...attachedTo(group),
});

const roleDetail = (role: Role, identities: Identities, { remembered }: OperationParts): Members => ({
  ...shownRole(role, identities),
  InstanceProfileList: profilesOf(identities, role.name).map((profile) => shownProfile(profile, identities)),
  RolePolicyList: role.inlinePolicies.map(shownInline),
  ...attachedTo(role),
  ...boundaryIfAny(role),
  Tags: shownTags(role.tags),
  RoleLastUsed: shownLastUse(role, remembered.lastUses),
});

const policyDetail = (policy: ManagedPolicy, identities: Identities): Members => ({
  ...shownPolicy(policy, usageOf(identities)),
  PolicyVersionList: newestFirst(policy).map((version) => wholeVersion(version, policy)),
});

/** Of AWS's policies only those that are attached to somebody: a guess, for all of them are many megabytes. */
function usedAwsPolicies(identities: Identities): ManagedPolicy[] {
  const usage = usageOf(identities);
  const prefix = `arn:${identities.partition}:`;
  return Array.from(awsManagedPolicyArns(), (arn) => arn.replace("arn:aws:", prefix))
    .filter((arn) => usage.attachments(arn) + usage.boundaries(arn) > 0)
    .flatMap((arn) => policyByArn(identities, arn) ?? []);
}

interface Detailed {
  readonly filter: string;
  readonly list: "UserDetailList" | "GroupDetailList" | "RoleDetailList" | "Policies";
  readonly name: string;
  readonly show: () => Members;
}

function* everything(identities: Identities, parts: OperationParts): Generator<Detailed> {
  for (const user of identities.users.values()) {
    yield { filter: "User", list: "UserDetailList", name: user.name, show: () => userDetail(user) };
  }
  for (const group of identities.groups.values()) {
    yield { filter: "Group", list: "GroupDetailList", name: group.name, show: () => groupDetail(group) };
  }
  for (const role of identities.roles.values()) {
    yield { filter: "Role", list: "RoleDetailList", name: role.name, show: () => roleDetail(role, identities, parts) };
  }
  const policies = (filter: string, policy: ManagedPolicy): Detailed => ({
    filter,
    list: "Policies",
    name: policy.arn,
    show: () => policyDetail(policy, identities),
  });
  for (const policy of identities.managedPolicies.values()) yield policies("LocalManagedPolicy", policy);
  for (const policy of usedAwsPolicies(identities)) yield policies("AWSManagedPolicy", policy);
}

const LISTS = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"] as const;

function details(call: Call, identities: Identities, parts: OperationParts): Members {
  const { Filter = [] } = inputOf<{ readonly Filter?: readonly string[] }>(call);
  const asked = everything(identities, parts).filter(({ filter }) => Filter.length === 0 || Filter.includes(filter));
  const { items, more } = pageOf(call, asked, ({ list, name }) => `${list} ${name}`);
  const lists = LISTS.map((list) => [list, items.filter((each) => each.list === list).map(({ show }) => show())]);
  return { ...Object.fromEntries(lists), ...more };
}

export const authorizationDetailOperations: Readonly<Record<string, IamOperation>> = {
  GetAccountAuthorizationDetails: reads(anything, details),
};
