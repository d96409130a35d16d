// What does IMDS show of a set, or of a role that EC2 may not assume? The facts of the two documents below
// `iam/security-credentials/`.

import { derivedHexId, type Name } from "../entropy/derive.ts";
import type { InstanceIdentitySession, InstanceRoleSession, TemporaryCredentials } from "../signing/session.ts";
import type { Delivered } from "./rotator.ts";
import type { ScheduledSet } from "./schedule.ts";

/** The set with its credentials. */
export function success(
  credentials: TemporaryCredentials<InstanceRoleSession | InstanceIdentitySession>,
  { issuedAt, expiresAt, settings }: ScheduledSet,
): Delivered {
  const { session } = credentials;
  const names = session.kind === "instance-role" ? [session.associationId] : [session.kind, session.sourceInstanceArn];
  const blurMilliseconds = settings.blurred ? blur(...names, session.delivery, issuedAt) : 0;
  return { outcome: "success", credentials, lastUpdatedAt: issuedAt + blurMilliseconds, expiresAt };
}

/**
 * Up to a minute earlier or later, whole seconds, by IMDSv1 and IMDSv2 another one: seen on instances of September 2026, where
 * `LastUpdated` lay between 54 s before and 39 s after the association, and so in the future of the read.
 */
export function blur(...names: readonly Name[]): number {
  const hash = Number.parseInt(derivedHexId("", 8, "last-updated", ...names), 16);
  return ((hash % 121) - 60) * 1000;
}

/**
 * EC2 may not assume the role: text of 2026, with two spaces after the full stop.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html
 */
export function assumeRoleUnauthorized(roleName: string, lastUpdatedAt: number): Delivered {
  return {
    outcome: "failure",
    code: "AssumeRoleUnauthorizedAccess",
    message: `EC2 cannot assume the role ${roleName}.  ${HELP}`,
    lastUpdatedAt,
  };
}

/** A source has never given any: no capture of EC2 shows that, but SDKs know this code. */
export function noneObtained(roleName: string, lastUpdatedAt: number): Delivered {
  const message = `The source of the role ${roleName} has not given credentials yet.`;
  return { outcome: "failure", code: "Failed", message, lastUpdatedAt };
}

/** How AWS ends such messages; two spaces stand before it. */
export const HELP =
  "Please see documentation at " +
  "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.";

/** The first wait of EC2 after a failed try; each next one is twice as long. Seen in September 2026: 3, 6, 11, 21 s. */
export const FIRST_WAIT_MILLISECONDS = 2700;

/** When EC2 last tried to assume the role, and when it tries again; instants on whole seconds. */
export function tryAt(firstTryAt: number, at: number): { readonly from: number; readonly until: number } {
  const second = (instant: number) => Math.ceil(instant / 1000) * 1000;
  let from = firstTryAt;
  let wait = FIRST_WAIT_MILLISECONDS;
  for (; second(from + wait) <= at; wait *= 2) from += wait;
  return { from: second(from), until: second(from + wait) };
}
