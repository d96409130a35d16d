// Who signed? The principal of a user or of a role's session, and the user or role that a principal is today.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable

import { assumedRoleArn, federatedUserArn, parseArn, rootArn } from "./arn.ts";
import type { Identities, Principal, Role, User } from "./model.ts";

export const ANONYMOUS: Principal = { kind: "anonymous" };

export function principalOfRoot(identities: Identities): Principal {
  const { accountId } = identities;
  return { kind: "root", accountId, arn: rootArn(identities), userId: accountId };
}

/** Undefined when there is no such user. */
export function principalOfUser(identities: Identities, userName: string): Principal | undefined {
  const user = identities.users.get(userName);
  return user && { kind: "user", accountId: identities.accountId, arn: user.arn, userId: user.id, userName };
}

/** What the claims of a session token say of its role; the role need not exist any more. */
export interface RoleSession {
  readonly accountId: string;
  readonly roleName: string;
  /** `AROA…` */
  readonly roleId: string;
  /** With the role's path. */
  readonly roleArn: string;
  /** Of an instance its id. */
  readonly sessionName: string;
}

export function principalOfRoleSession(session: RoleSession): Principal {
  const { accountId, roleName, roleId, roleArn, sessionName } = session;
  const partition = parseArn(roleArn)?.partition ?? "aws";
  return {
    kind: "assumed-role",
    accountId,
    arn: assumedRoleArn({ partition, accountId }, roleName, sessionName),
    userId: `${roleId}:${sessionName}`,
    roleName,
    roleArn,
  };
}

/** What the claims of a user's session say; by now it may have another name, or be gone. */
export interface UserSession {
  readonly userName: string;
  /** `AIDA…` */
  readonly userId: string;
}

/** The user with that id, by whatever name; undefined when there is none any more. */
export function userOfSession({ users }: Identities, { userName, userId }: UserSession): User | undefined {
  const user = users.get(userName);
  return user?.id === userId ? user : users.values().find(({ id }) => id === userId);
}

/** Undefined when the user was deleted. */
export function principalOfUserSession(identities: Identities, session: UserSession): Principal | undefined {
  const user = userOfSession(identities, session);
  return user && principalOfUser(identities, user.name);
}

/** What the claims say of a session of GetFederationToken. */
export interface FederatedUserSession extends UserSession {
  readonly accountId: string;
  readonly partition: string;
  /** The name that the user gave it. */
  readonly federatedUserName: string;
}

/** Undefined when the user who asked for it was deleted. */
export function principalOfFederatedUser(identities: Identities, session: FederatedUserSession): Principal | undefined {
  const user = userOfSession(identities, session);
  const { accountId, federatedUserName, userId } = session;
  return (
    user && {
      kind: "federated-user",
      accountId,
      arn: federatedUserArn(session, federatedUserName),
      userId: `${accountId}:${federatedUserName}`,
      userName: user.name,
      grantingUserId: userId,
    }
  );
}

/** What the claims say of an instance that only proves who it is. */
export interface InstanceSessionFacts {
  readonly accountId: string;
  readonly partition: string;
  /** The instance id. */
  readonly sessionName: string;
}

/** The principal with this ARN: a user, root, the session of a role, or a role, which stands for some session of it. Undefined when there is none. */
export function principalOfArn(identities: Identities, text: string): Principal | undefined {
  if (text === "anonymous") return ANONYMOUS;
  const { accountId } = identities;
  if (text === rootArn(identities)) return principalOfRoot(identities);
  const [kind = "", ...path] = parseArn(text)?.resource.split("/") ?? [];
  const name = path.at(-1) ?? "";
  if (kind === "user") return identities.users.get(name)?.arn === text ? principalOfUser(identities, name) : undefined;
  const [roleName = "", sessionName = ""] = kind === "assumed-role" ? path : [name, "session"];
  const role = identities.roles.get(roleName);
  if (!role || (kind === "role" && role.arn !== text)) return undefined;
  const principal = principalOfRoleSession({ accountId, roleName, roleId: role.id, roleArn: role.arn, sessionName });
  const isIt = kind === "role" || (principal.kind === "assumed-role" && principal.arn === text);
  return isIt ? principal : undefined;
}

/** Its role is AWS's own, which no account has: no policy speaks of it. */
export function principalOfInstance({ accountId, partition, sessionName }: InstanceSessionFacts): Principal {
  const roleName = "aws:ec2-instance";
  const arn = assumedRoleArn({ partition, accountId }, roleName, sessionName);
  return {
    kind: "assumed-role",
    accountId,
    arn,
    userId: `${accountId}:${roleName}:${sessionName}`,
    roleName,
    roleArn: arn,
  };
}

/**
 * The user or role behind a principal, of a federated user the user who asked for it. Undefined for root and anonymous, and when it was deleted: a new one of the same
 * name has another unique id and inherits nothing.
 */
export function granteeOf(identities: Identities, principal: Principal): User | Role | undefined {
  if (principal.kind === "user" || principal.kind === "federated-user") {
    const user = identities.users.get(principal.userName);
    return user?.id === (principal.kind === "user" ? principal.userId : principal.grantingUserId) ? user : undefined;
  }
  if (principal.kind !== "assumed-role") return undefined;
  const role = identities.roles.get(principal.roleName);
  return role && principal.userId.startsWith(`${role.id}:`) ? role : undefined;
}
