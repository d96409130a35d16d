// How far has somebody come who is signing in? A ticket says it, so that a password is given once and nothing is kept in between.

import { deriveBytes } from "../entropy/derive.ts";
import { hmacSha256, type SecretKey, secretKey } from "../entropy/hash.ts";
import { sameText } from "./same-text.ts";

export interface SignInTicket {
  readonly userName: string;
  /** `AIDA…` */
  readonly userId: string;
  /** When a code of an MFA device was given, epoch milliseconds. */
  readonly mfaAuthenticatedAt?: number;
  readonly expiresAt: number;
}

export interface SignInTickets {
  /** A text for URLs and forms. It is worth something as long as the password is the one with that hash. */
  write(ticket: SignInTicket, passwordHash: string): string;
  /** Undefined for what is none of ours, was changed, is over, or is of another password by now. */
  read(
    text: string,
    passwordHashOf: (ticket: SignInTicket) => string | undefined,
    at: number,
  ): SignInTicket | undefined;
}

/** `CLAIMS.PROOF`, both in base64url. */
const FORM = /^([\w-]+)\.([\w-]{43})$/;
const LONGEST = 1024;

export function signInTickets(masterKey: SecretKey): SignInTickets {
  const key = secretKey(deriveBytes(masterKey, 32, "sign-in ticket"));
  const proof = (claims: string, passwordHash: string) =>
    hmacSha256(key, JSON.stringify([claims, passwordHash])).toString("base64url");
  return {
    write(ticket, passwordHash) {
      const claims = Buffer.from(JSON.stringify(ticket)).toString("base64url");
      return `${claims}.${proof(claims, passwordHash)}`;
    },
    read(text, passwordHashOf, at) {
      const [, claims = "", sent = ""] = (text.length <= LONGEST && FORM.exec(text)) || [];
      const ticket = claims === "" ? undefined : parsed(claims);
      const passwordHash = ticket && passwordHashOf(ticket);
      if (!ticket || passwordHash === undefined || !sameText(proof(claims, passwordHash), sent)) return undefined;
      return at < ticket.expiresAt ? ticket : undefined;
    },
  };
}

/** Nothing is believed of it before the proof is. */
function parsed(claims: string): SignInTicket | undefined {
  try {
    const ticket: unknown = JSON.parse(Buffer.from(claims, "base64url").toString());
    return typeof ticket === "object" && ticket !== null ? (ticket as SignInTicket) : undefined;
  } catch {
    return undefined;
  }
}
