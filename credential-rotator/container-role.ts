// Which credentials does a container get? Those of its role, where the role trusts the service that assumes it for the container.

import type { Identities, Role } from "../roles/model.ts";
import { trusts } from "../roles/trust.ts";
import type { ContainerRoleSession, TemporaryCredentials } from "../signing/session.ts";
import type { SessionTokens } from "../signing/session-tokens.ts";
import { type ScheduledSet, setInForce } from "./schedule.ts";
import { type RotationState, scheduleOfContainer } from "./state.ts";
import { timeKeys } from "./time-keys.ts";

/** To whom a role is given: an ECS task, or a pod by its EKS Pod Identity association. */
export interface RoleRecipient {
  readonly kind: ContainerRoleSession["kind"];
  readonly roleName: string;
  /** Who assumes the role for it: `ecs-tasks.amazonaws.com`. */
  readonly servicePrincipal: string;
  /** The ARN of the task, or of the association. */
  readonly sourceArn: string;
  /** What the trust policy sees as `aws:SourceArn`: where the request to assume the role comes from. */
  readonly requestArn: string;
  /** Session tags: where there are any, the role must allow `sts:TagSession` too. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whose rotation of the configuration holds: `tasks/web`, or `podIdentity/`. */
  readonly rotation: string;
  /** Since when it gets credentials; epoch milliseconds. */
  readonly deliveredFrom: number;
  /** The name of the session that a set issued at that instant belongs to. */
  sessionName(issuedAt: number): string;
}

export type ContainerCredentials = TemporaryCredentials<ContainerRoleSession>;

interface Parts {
  state(): RotationState;
  identities(): Identities;
}

/** Undefined before the delivery, and where there is no such role or it is not to be assumed for this container. */
export function deliverToContainer(
  { state, identities }: Parts,
  tokens: SessionTokens,
  recipient: RoleRecipient,
  at: number,
): ContainerCredentials | undefined | Promise<ContainerCredentials> {
  const { accountId, roles } = identities();
  const role = roles.get(recipient.roleName);
  const schedule = scheduleOfContainer(state(), recipient.rotation, recipient.deliveredFrom);
  const set = schedule && setInForce(schedule, at);
  if (!role || !set || !mayBeAssumed(role, recipient, accountId, at)) return undefined;
  return tokens.seal(sessionOf(accountId, role, recipient, set));
}

function mayBeAssumed(role: Role, recipient: RoleRecipient, accountId: string, at: number): boolean {
  const { servicePrincipal, requestArn, tags } = recipient;
  const keys = Object.keys(tags);
  const context = new Map<string, readonly string[]>([
    ...timeKeys(at),
    ["aws:sourceaccount", [accountId]],
    ["aws:sourcearn", [requestArn]],
    ...(keys.length > 0 ? [["aws:tagkeys", keys] as const] : []),
    ...keys.map((key) => [`aws:requesttag/${key.toLowerCase()}`, [tags[key] as string]] as const),
  ]);
  if (!trusts(role, servicePrincipal, context)) return false;
  return keys.length === 0 || trusts(role, servicePrincipal, context, "sts:TagSession");
}

function sessionOf(accountId: string, role: Role, recipient: RoleRecipient, set: ScheduledSet): ContainerRoleSession {
  const { kind, sourceArn, tags } = recipient;
  const { issuedAt, expiresAt, forcedRotations } = set;
  return {
    kind,
    accountId,
    roleName: role.name,
    roleId: role.id,
    roleArn: role.arn,
    sessionName: recipient.sessionName(issuedAt),
    sourceArn,
    tags,
    issuedAt,
    expiresAt,
    forcedRotations,
  };
}
