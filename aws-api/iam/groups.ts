// What is there to do with groups, and who is in them? https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html

import type { Group, Identities, User } from "../../roles/model.ts";
import type { Members } from "../call.ts";
import { deleteConflict } from "./errors.ts";
import {
  below,
  checkQuota,
  created,
  entityIn,
  GROUP,
  listed,
  named,
  newEntity,
  renamed,
  renamedTo,
  USER,
} from "./kinds.ts";
import { alsoOn, changes, type IamOperation, put, reads, remove } from "./operation.ts";
import { byName, page } from "./page.ts";
import { shownUser } from "./users.ts";

/** As lists show it. */
export const shownGroup = ({ name, path, id, arn, createdAt }: Group): Members => ({
  Path: path,
  GroupName: name,
  GroupId: id,
  Arn: arn,
  CreateDate: createdAt,
});

const membersOf = ({ users }: Identities, group: string): User[] =>
  Array.from(users.values()).filter(({ groups }) => groups.includes(group));

export const groupOperations: Readonly<Record<string, IamOperation>> = {
  CreateGroup: changes(created(GROUP), (call, identities) => {
    const group: Group = { ...newEntity(GROUP, call, identities), inlinePolicies: [], attachedPolicies: [] };
    return { changes: [put("groups", group.name, group)], output: { Group: shownGroup(group) } };
  }),
  GetGroup: reads(named(GROUP), (call, identities) => {
    const group = entityIn(GROUP, call, identities);
    return { Group: shownGroup(group), ...page(call, "Users", membersOf(identities, group.name), byName, shownUser) };
  }),
  ListGroups: reads(listed(GROUP), (call, { groups }) =>
    page(call, "Groups", below(call, groups.values()), byName, shownGroup),
  ),
  UpdateGroup: changes(
    named(GROUP),
    (call, identities) => {
      const { before, after } = renamed(GROUP, call, identities);
      const members = before.name === after.name ? [] : membersOf(identities, before.name);
      const moved = members.map((user) => {
        const groups = user.groups.map((each) => (each === before.name ? after.name : each));
        return put("users", user.name, { ...user, groups });
      });
      return { changes: [remove("groups", before.name), put("groups", after.name, after), ...moved] };
    },
    alsoOn(renamedTo(GROUP)),
  ),
  DeleteGroup: changes(named(GROUP), (call, identities) => {
    const { name, attachedPolicies, inlinePolicies } = entityIn(GROUP, call, identities);
    const refuse = (first: string) => deleteConflict(`Cannot delete entity, ${first} first.`);
    if (membersOf(identities, name).length > 0) throw refuse("must remove users from group");
    if (attachedPolicies.length > 0) throw refuse("must detach all policies");
    if (inlinePolicies.length > 0) throw refuse("must delete policies");
    return { changes: [remove("groups", name)] };
  }),
  AddUserToGroup: changes(named(GROUP), (call, identities) => {
    const user = entityIn(USER, call, identities);
    const { name } = entityIn(GROUP, call, identities);
    if (user.groups.includes(name)) return {};
    checkQuota("GroupsPerUser", user.groups.length);
    return { changes: [put("users", user.name, { ...user, groups: [...user.groups, name] })] };
  }),
  RemoveUserFromGroup: changes(named(GROUP), (call, identities) => {
    const user = entityIn(USER, call, identities);
    const { name } = entityIn(GROUP, call, identities);
    if (!user.groups.includes(name)) return {};
    const groups = user.groups.filter((each) => each !== name);
    return { changes: [put("users", user.name, { ...user, groups })] };
  }),
  ListGroupsForUser: reads(named(USER), (call, identities) => {
    const { groups } = entityIn(USER, call, identities);
    const found = groups.flatMap((name) => identities.groups.get(name) ?? []);
    return page(call, "Groups", found, byName, shownGroup);
  }),
};
