// What is there to do with users? https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users.html

import type { IdentityChange } from "../../roles/events.ts";
import { devicesOf } from "../../roles/mfa-devices.ts";
import type { Identities, User } from "../../roles/model.ts";
import type { Members } from "../call.ts";
import { boundaryIfAny } from "./attachments.ts";
import { deleteConflict } from "./errors.ts";
import { below, created, entityIn, listed, named, newEntity, renamed, renamedTo, USER } from "./kinds.ts";
import { boundaryArn } from "./managed-policies.ts";
import { alsoOn, changes, type IamOperation, put, reads, remove, tagging } from "./operation.ts";
import { byName, page } from "./page.ts";
import { tagsIfAny, tagsIn } from "./tags.ts";

/** As lists show it. */
export const shownUser = ({ name, path, id, arn, createdAt, passwordLastUsedAt }: User): Members => ({
  Path: path,
  UserName: name,
  UserId: id,
  Arn: arn,
  CreateDate: createdAt,
  ...(passwordLastUsedAt !== undefined && { PasswordLastUsed: passwordLastUsedAt }),
});

const whole = (user: User): Members => ({ ...shownUser(user), ...boundaryIfAny(user), ...tagsIfAny(user) });

/** What must be gone before a user is, in the order in which it is told: policies before keys by AWS's word, the rest a choice. */
const HINDRANCES: readonly (readonly [(user: User, identities: Identities) => boolean, string])[] = [
  [({ attachedPolicies }) => attachedPolicies.length > 0, "must detach all policies first"],
  [({ inlinePolicies }) => inlinePolicies.length > 0, "must delete policies first"],
  [({ groups }) => groups.length > 0, "must remove users from group first"],
  [({ accessKeys }) => accessKeys.length > 0, "must delete access keys first"],
  [({ loginProfile }) => loginProfile !== undefined, "must delete login profile first"],
  [({ name }, identities) => devicesOf(identities, name).length > 0, "must delete MFA device first"],
];

const renamedDevices = (identities: Identities, before: string, after: string): IdentityChange[] =>
  devicesOf(identities, before).flatMap(({ enabled, ...device }) =>
    enabled ? [put("mfaDevices", device.arn, { ...device, enabled: { ...enabled, userName: after } })] : [],
  );

export const userOperations: Readonly<Record<string, IamOperation>> = {
  CreateUser: changes(
    created(USER),
    (call, identities) => {
      const user: User = {
        ...newEntity(USER, call, identities),
        ...{ inlinePolicies: [], attachedPolicies: [], groups: [], accessKeys: [], accessKeysMade: 0 },
        ...boundaryArn(call, identities),
        tags: tagsIn(call, "any case"),
      };
      return { changes: [put("users", user.name, user)], output: { User: whole(user) } };
    },
    tagging("User"),
  ),
  GetUser: reads(named(USER), (call, identities) => ({ User: whole(entityIn(USER, call, identities)) })),
  ListUsers: reads(listed(USER), (call, { users }) =>
    page(call, "Users", below(call, users.values()), byName, shownUser),
  ),
  UpdateUser: changes(
    named(USER),
    (call, identities) => {
      const { before, after } = renamed(USER, call, identities);
      const moved = before.name === after.name ? [] : renamedDevices(identities, before.name, after.name);
      return { changes: [remove("users", before.name), put("users", after.name, after), ...moved] };
    },
    alsoOn(renamedTo(USER)),
  ),
  DeleteUser: changes(named(USER), (call, identities) => {
    const user = entityIn(USER, call, identities);
    const [, first] = HINDRANCES.find(([stands]) => stands(user, identities)) ?? [];
    if (first !== undefined) throw deleteConflict(`Cannot delete entity, ${first}.`);
    return { changes: [remove("users", user.name)] };
  }),
};
