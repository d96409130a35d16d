// May this user come in, whose password was right? Decided on the account as it is: a code is used up, and a password replaced, in the
// same event that says so. Pure.

import { authorize } from "../roles/authorize.ts";
import { requestContext } from "../roles/context.ts";
import { denialReason } from "../roles/denial-reason.ts";
import type { IdentityChange } from "../roles/events.ts";
import { devicesOf } from "../roles/mfa-devices.ts";
import type { Identities, LoginProfile, User } from "../roles/model.ts";
import { passwordExpiresAt, settingsOf } from "../roles/password-policy.ts";
import { principalOfUser } from "../roles/principal.ts";
import { verifyMfaCode } from "../signing/mfa-codes.ts";
import { withPassword } from "./passwords.ts";

/** What is known of who signs in, and what it gave. */
export interface Candidate {
  readonly userName: string;
  readonly userId: string;
  /** The hash that its password was compared with. */
  readonly passwordHash: string;
  readonly mfaAuthenticatedAt?: number;
  readonly mfaCode?: string;
  /** Of the new password, where it gave one that the account takes. */
  readonly newPasswordHash?: string;
}

/** From where, and when: epoch milliseconds. */
export interface Origin {
  readonly at: number;
  readonly sourceAddress: string;
}

/** Why a new password is wanted. */
export type ChangeReason = "reset" | "expired";

export type Outcome =
  | { readonly step: "signed-in"; readonly user: User; readonly mfaAuthenticatedAt?: number }
  | { readonly step: "mfa-code" }
  | { readonly step: "new-password"; readonly reason: ChangeReason; readonly mfaAuthenticatedAt?: number }
  | { readonly step: "refused"; readonly reason: "wrong" }
  | { readonly step: "refused"; readonly reason: "expired" }
  | { readonly step: "refused"; readonly reason: "denied"; readonly message: string };

export interface Decided {
  readonly outcome: Outcome;
  readonly changes: readonly IdentityChange[];
}

const WRONG: Decided = { outcome: { step: "refused", reason: "wrong" }, changes: [] };

/** The user with the password that was compared; undefined where either is another one by now. */
function candidateOf({ users }: Identities, { userName, userId, passwordHash }: Candidate) {
  const user = users.get(userName);
  const profile = user?.id === userId ? user.loginProfile : undefined;
  return user && profile?.passwordHash === passwordHash ? { user, profile } : undefined;
}

export function whyChange(
  { passwordPolicy }: ReturnType<typeof settingsOf>,
  profile: LoginProfile,
  at: number,
): ChangeReason | undefined {
  const expiresAt = passwordExpiresAt(profile, passwordPolicy);
  if (expiresAt !== undefined && at >= expiresAt) return "expired";
  return profile.passwordResetRequired ? "reset" : undefined;
}

/** Whoever must change a password must be allowed to: by the account, or by the user's own policies. AWS's words of a denial; undefined where it may. */
function changeDenial(identities: Identities, user: User, origin: Origin, mfaAuthenticatedAt: number | undefined) {
  const principal = principalOfUser(identities, user.name);
  if (!principal || settingsOf(identities).passwordPolicy?.allowUsersToChangePassword) return undefined;
  const { at, sourceAddress: sourceIp } = origin;
  const session = { issuedAt: at, ...(mfaAuthenticatedAt !== undefined && { mfaAuthenticatedAt }) };
  const facts = { at, sourceIp, secureTransport: false, requestedRegion: "us-east-1", session };
  const action = "iam:ChangePassword";
  const context = requestContext(identities, principal, facts);
  const decision = authorize({ identities, principal, action, resource: user.arn, context });
  if (decision.outcome === "allowed") return undefined;
  const reason = denialReason(decision, action);
  return `User: ${user.arn} is not authorized to perform: ${action} on resource: ${user.arn}${reason}`;
}

export function decideSignIn(identities: Identities, candidate: Candidate, origin: Origin): Decided {
  const found = candidateOf(identities, candidate);
  if (!found) return WRONG;
  const { user, profile } = found;
  const { at } = origin;
  let { mfaAuthenticatedAt } = candidate;
  const changes: IdentityChange[] = [];
  const devices = devicesOf(identities, user.name);
  if (devices.length > 0 && mfaAuthenticatedAt === undefined) {
    const { mfaCode } = candidate;
    if (mfaCode === undefined) return { outcome: { step: "mfa-code" }, changes };
    const used = devices.map((device) => verifyMfaCode(device, mfaCode, at)).find((device) => device !== undefined);
    if (!used) return WRONG;
    changes.push({ section: "mfaDevices", name: used.arn, entity: used });
    mfaAuthenticatedAt = Math.floor(at / 1000) * 1000;
  }
  const mfa = mfaAuthenticatedAt === undefined ? {} : { mfaAuthenticatedAt };
  const reason = whyChange(settingsOf(identities), profile, at);
  if (reason === "expired" && settingsOf(identities).passwordPolicy?.hardExpiry) {
    return { outcome: { step: "refused", reason: "expired" }, changes };
  }
  const message = reason && changeDenial(identities, user, origin, mfaAuthenticatedAt);
  if (message !== undefined) return { outcome: { step: "refused", reason: "denied", message }, changes };
  const { newPasswordHash } = candidate;
  if (reason && newPasswordHash === undefined) return { outcome: { step: "new-password", reason, ...mfa }, changes };
  const entity: User = {
    ...user,
    ...(reason && newPasswordHash && { loginProfile: withPassword(profile, newPasswordHash, at) }),
    passwordLastUsedAt: at,
  };
  changes.push({ section: "users", name: user.name, entity });
  return { outcome: { step: "signed-in", user: entity, ...mfa }, changes };
}
