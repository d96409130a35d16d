// Who comes in with a password, and what do they get? A console session: temporary credentials of the user, with its own policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/console_sign-in.html

import type { CredentialRotator } from "../credential-rotator/rotator.ts";
import type { Entropy } from "../entropy/entropy.ts";
import type { SecretKey } from "../entropy/hash.ts";
import type { IdentitiesChanged } from "../roles/events.ts";
import type { Identities, User } from "../roles/model.ts";
import { settingsOf } from "../roles/password-policy.ts";
import { isPassword, NOBODYS_HASH } from "../signing/password-hash.ts";
import type { TemporaryCredentials, UserSession } from "../signing/session.ts";
import { type SignInTicket, type SignInTickets, signInTickets } from "../signing/sign-in-tickets.ts";
import { Attempts } from "./attempts.ts";
import { type Candidate, type ChangeReason, decideSignIn, type Origin, type Outcome, whyChange } from "./decide.ts";
import { changeFault, newPasswordHash } from "./passwords.ts";

export type { ChangeReason, Origin };

export interface SignInParts {
  readonly masterKey: SecretKey;
  readonly entropy: Entropy;
  readonly rotator: Pick<CredentialRotator, "issue">;
  identities(): Identities;
  commit<Result>(
    decide: (identities: Identities) => { readonly events: readonly IdentitiesChanged[]; readonly result: Result },
  ): Promise<Result>;
}

/** A name with its password, or the ticket of the step before; and what that step asked for. */
export interface SignInRequest {
  readonly userName?: string | undefined;
  readonly password?: string | undefined;
  readonly ticket?: string | undefined;
  readonly mfaCode?: string | undefined;
  /** Looked at where one is asked for. */
  readonly newPassword?: string | undefined;
}

/** The ticket stands for what was given so far, for five minutes; with it a code of the MFA device or a new password is wanted. */
export type NextStep =
  | { readonly step: "mfa-code"; readonly ticket: string }
  | {
      readonly step: "new-password";
      readonly ticket: string;
      readonly reason: ChangeReason;
      /** Why the one that was given is not taken. */
      readonly fault?: string;
    };

export type SignInAnswer =
  | { readonly step: "signed-in"; readonly user: User; readonly credentials: TemporaryCredentials<UserSession> }
  | NextStep
  | Extract<Outcome, { readonly step: "refused" }>
  | { readonly step: "refused"; readonly reason: "throttled" };

/** How long the next step may take. */
const TICKET_MILLISECONDS = 300_000;
const SESSION_SECONDS = 43_200;

type Passed = Pick<Candidate, "userName" | "userId" | "passwordHash" | "mfaAuthenticatedAt">;
type Mfa = Pick<Candidate, "mfaAuthenticatedAt">;

const mfaOf = ({ mfaAuthenticatedAt }: Mfa): Mfa => (mfaAuthenticatedAt === undefined ? {} : { mfaAuthenticatedAt });

/** Who is not there, or has no password, is refused after as long a time as who has another one. */
async function byPassword({ users }: Identities, userName: string, password: string): Promise<Passed | undefined> {
  const user = users.get(userName);
  const passwordHash = user?.loginProfile?.passwordHash;
  const isRight = await isPassword(password, passwordHash ?? NOBODYS_HASH);
  return isRight && user && passwordHash !== undefined ? { userName, userId: user.id, passwordHash } : undefined;
}

function byTicket(tickets: SignInTickets, { users }: Identities, text: string, at: number): Passed | undefined {
  const hashOf = ({ userName }: SignInTicket) => users.get(userName)?.loginProfile?.passwordHash;
  const ticket = tickets.read(text, hashOf, at);
  const passwordHash = ticket && hashOf(ticket);
  if (!ticket || passwordHash === undefined) return undefined;
  return { userName: ticket.userName, userId: ticket.userId, passwordHash, ...mfaOf(ticket) };
}

/** What is slow about a new password, done before anything is decided; and why it is not taken. */
async function prepareChange(
  identities: Identities,
  entropy: Entropy,
  { userName, passwordHash }: Passed,
  newPassword: string | undefined,
  at: number,
): Promise<{ readonly fault?: string; readonly newPasswordHash?: string }> {
  const profile = identities.users.get(userName)?.loginProfile;
  const isWanted = profile?.passwordHash === passwordHash && whyChange(settingsOf(identities), profile, at);
  if (newPassword === undefined || !isWanted) return {};
  const fault = await changeFault(identities, profile, newPassword);
  return fault === undefined ? { newPasswordHash: await newPasswordHash(newPassword, entropy) } : { fault };
}

/** Sessions begin on whole seconds. */
function consoleSession({ accountId }: Identities, { name, id, loginProfile }: User, at: number, mfa: Mfa) {
  const issuedAt = Math.floor(at / 1000) * 1000;
  const expiresAt = issuedAt + (loginProfile?.maxSigninSessionSeconds ?? SESSION_SECONDS) * 1000;
  return { kind: "console", accountId, userName: name, userId: id, issuedAt, expiresAt, ...mfa } as const;
}

export function createSignIn({ identities, entropy, rotator, commit, masterKey }: SignInParts) {
  const tickets = signInTickets(masterKey);
  const attempts = new Attempts();

  const decided = (candidate: Candidate, origin: Origin): Promise<Outcome> =>
    commit((now) => {
      const { outcome, changes } = decideSignIn(now, candidate, origin);
      const event = { type: "identities.changed", at: origin.at, changes } as const;
      return { events: changes.length > 0 ? [event] : [], result: outcome };
    });

  async function answered(passed: Passed, outcome: Outcome, at: number, fault?: string): Promise<SignInAnswer> {
    if (outcome.step === "refused") return outcome;
    const mfa = outcome.step === "mfa-code" ? {} : mfaOf(outcome);
    if (outcome.step === "signed-in") {
      const { user } = outcome;
      const credentials = await rotator.issue<UserSession>(consoleSession(identities(), user, at, mfa));
      return { step: "signed-in", user, credentials };
    }
    const { userName, userId, passwordHash } = passed;
    const ticket = tickets.write({ userName, userId, ...mfa, expiresAt: at + TICKET_MILLISECONDS }, passwordHash);
    if (outcome.step === "mfa-code") return { step: "mfa-code", ticket };
    return { step: "new-password", ticket, reason: outcome.reason, ...(fault !== undefined && { fault }) };
  }

  /** Goes as far as what is given leads. Nothing is thrown for a wrong name, password or code. */
  return async (request: SignInRequest, origin: Origin): Promise<SignInAnswer> => {
    const { at, sourceAddress } = origin;
    const { userName = "", password = "", ticket, mfaCode, newPassword } = request;
    const known = ticket === undefined ? undefined : byTicket(tickets, identities(), ticket, at);
    const attempt = attempts.begin(known?.userName ?? userName, sourceAddress, at);
    if (!attempt) return { step: "refused", reason: "throttled" };
    const passed = ticket === undefined ? await byPassword(identities(), userName, password) : known;
    if (!passed) return { step: "refused", reason: "wrong" };
    const { fault, ...change } = await prepareChange(identities(), entropy, passed, newPassword, at);
    const outcome = await decided({ ...passed, ...change, ...(mfaCode !== undefined && { mfaCode }) }, origin);
    if (outcome.step === "mfa-code") attempt.isHalfway();
    else if (outcome.step !== "refused" || outcome.reason !== "wrong") attempt.succeeded();
    return answered(passed, outcome, at, fault);
  };
}

export type SignIn = ReturnType<typeof createSignIn>;
