// What is there to do with users? https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users.html

import { entityArn } from "../../roles/arn.ts";
import type { Identities, User } from "../../roles/model.ts";
import { uniqueId } from "../../roles/unique-id.ts";
import type { Call, Members } from "../call.ts";
import { entityAlreadyExists, noSuchEntity } from "./errors.ts";
import { changes, type IamOperation, inputOf, put, reads } from "./operation.ts";
import { page } from "./page.ts";

interface UserInput extends Members {
  readonly UserName?: string;
  readonly Path?: string;
}

const userArn = (call: Call, identities: Identities): string => {
  const { UserName = "", Path = "/" } = inputOf<UserInput>(call);
  return identities.users.get(UserName)?.arn ?? entityArn(call, "user", Path, UserName);
};

export function userOf({ users }: Identities, name: string): User {
  const user = users.get(name);
  if (!user) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

const shown = ({ name, path, id, arn, createdAt }: User): Members => ({
  Path: path,
  UserName: name,
  UserId: id,
  Arn: arn,
  CreateDate: createdAt,
});

export const userOperations: Readonly<Record<string, IamOperation>> = {
  CreateUser: changes(userArn, (call, identities) => {
    const { UserName: name = "", Path: path = "/" } = inputOf<UserInput>(call);
    if (identities.users.has(name)) throw entityAlreadyExists(`User with name ${name} already exists.`);
    const user: User = {
      ...{ name, path, arn: entityArn(identities, "user", path, name), createdAt: call.request.at },
      id: uniqueId(identities.accountId, "user", name, identities.deleted.get(`user/${name}`)),
      ...{ inlinePolicies: [], attachedPolicies: [], groups: [], accessKeys: [], accessKeysMade: 0, tags: [] },
    };
    return { changes: [put("users", name, user)], output: { User: shown(user) } };
  }),
  GetUser: reads(userArn, (call, identities) => ({
    User: shown(userOf(identities, inputOf<UserInput>(call).UserName ?? "")),
  })),
  ListUsers: reads(
    (call) => entityArn(call, "user", "/", "*"),
    (call, { users }) => page(call, "Users", users.values(), ({ name }) => name, shown),
  ),
};
