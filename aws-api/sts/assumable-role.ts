// Which role is meant, and for how long may it be assumed? What AssumeRole and AssumeRoleWithWebIdentity have in common.

import { assumedRoleArn, parseArn } from "../../roles/arn.ts";
import type { Identities, Role } from "../../roles/model.ts";
import type { AssumedRoleSession } from "../../signing/session.ts";
import type { Call, Members } from "../call.ts";
import { type Keys, resourceTagKeys } from "../tag-keys.ts";
import { validationError } from "./errors.ts";
import { inputOf } from "./operation.ts";

export interface RoleInput extends Members {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number;
}

const DEFAULT_SECONDS = 3600;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const CHAINED_SECONDS = 3600;

/** Undefined where there is none. @throws AwsError ValidationError for what is no ARN of a role */
export function roleNamed(call: Call, { roles }: Identities): Role | undefined {
  const { RoleArn } = inputOf<RoleInput>(call);
  const arn = parseArn(RoleArn);
  if (arn?.service !== "iam" || !arn.resource.startsWith("role/")) throw validationError(`${RoleArn} is invalid`);
  const role = roles.get(RoleArn.slice(RoleArn.lastIndexOf("/") + 1));
  return role?.arn === RoleArn ? role : undefined;
}

/** @throws AwsError ValidationError for more than the role allows, or chaining does */
export function sessionSeconds(call: Call, role: Role): number {
  const { DurationSeconds: seconds = DEFAULT_SECONDS } = inputOf<RoleInput>(call);
  if (call.principal.kind === "assumed-role" && seconds > CHAINED_SECONDS) {
    throw validationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
  if (seconds > role.maxSessionDurationSeconds) {
    throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  return seconds;
}

/** What its trust policy decides. */
export const trustOf = ({ arn, trustPolicy }: Pick<Role, "arn" | "trustPolicy">) =>
  ({ resource: arn, resourcePolicy: trustPolicy, resourcePolicyKind: "trust" }) as const;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_attribute-based-access-control.html lets users assume roles by their tags. */
export const roleTagKeys = ({ tags }: Pick<Role, "tags">): Keys =>
  resourceTagKeys(
    "iam",
    tags.map(({ key, value }) => [key, value]),
  );

/** Whose session it is. */
export const ofRole = (call: Call, { name, id, arn }: Role) => ({
  accountId: call.accountId,
  roleName: name,
  roleId: id,
  roleArn: arn,
  sessionName: inputOf<RoleInput>(call).RoleSessionName,
});

/** `AssumedRoleUser` of the answer. */
export const assumedRoleUser = (
  { partition }: Call,
  {
    accountId,
    roleName,
    roleId,
    sessionName,
  }: Pick<AssumedRoleSession, "accountId" | "roleName" | "roleId" | "sessionName">,
) => ({
  AssumedRoleId: `${roleId}:${sessionName}`,
  Arn: assumedRoleArn({ partition, accountId }, roleName, sessionName),
});
