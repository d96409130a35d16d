// Which access key belongs to this user or session? Ids that name their account, and secrets that are derived, never stored.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html, "Unique identifiers"

import { base32, base32Bytes } from "../entropy/base32.ts";
import { deriveBytes, type Name } from "../entropy/derive.ts";
import type { SecretKey } from "../entropy/hash.ts";
import type { IssuedSession, Session } from "./session.ts";

export interface AccessKeyPair {
  /** 20 characters: `AKIA…` or `ASIA…`. */
  readonly accessKeyId: string;
  /** 40 characters of base64. */
  readonly secretAccessKey: string;
}

/** Half of the account is added to it; ids made before have none of it in them. Seen by https://github.com/getmoto/moto. */
const ACCOUNT_OFFSET = 0x80_0000_0000;
const ACCOUNTS = 1_000_000_000_000;

/** The long-term key number `number` (from 1) of a user, named by its unique id (`AIDA…`). */
export function userAccessKey(masterKey: SecretKey, accountId: string, userId: string, number: number): AccessKeyPair {
  return derive(masterKey, "AKIA", accountId, ["user", userId, number]);
}

/** The same for an account: numbers from 0 are those of a user's keys in the order in which they are made. */
export const userAccessKeys = (masterKey: SecretKey, accountId: string) => (userId: string, index: number) =>
  userAccessKey(masterKey, accountId, userId, index + 1);

/** The temporary key of a session. */
export function sessionAccessKey(masterKey: SecretKey, session: Session): AccessKeyPair {
  const { kind, issuedAt, expiresAt } = session;
  const owner = "nonce" in session ? [session.nonce] : ownerOf(session);
  const renewal = "nonce" in session ? [] : [session.forcedRotations];
  return derive(masterKey, "ASIA", session.accountId, [kind, ...owner, issuedAt, expiresAt, ...renewal]);
}

function ownerOf(session: Exclude<Session, IssuedSession>): readonly Name[] {
  switch (session.kind) {
    case "instance-role":
      return [session.associationId, session.roleId, session.delivery];
    case "instance-identity":
      return [session.sourceInstanceArn, session.delivery];
    default:
      return [session.sourceArn, session.roleId, session.sessionName];
  }
}

function derive(masterKey: SecretKey, prefix: string, accountId: string, names: readonly Name[]): AccessKeyPair {
  const bytes = deriveBytes(masterKey, 35, "access key", accountId, ...names);
  return {
    accessKeyId: accessKeyId(prefix, accountId, bytes.subarray(0, 5)),
    secretAccessKey: bytes.toString("base64", 5),
  };
}

/**
 * Eight characters for half of the account, then eight for five bytes, of which the first bit says whether the account is odd.
 * RangeError unless the account has 12 digits and there are five bytes.
 */
export function accessKeyId(prefix: string, accountId: string, bytes: Uint8Array): string {
  if (!/^\d{12}$/.test(accountId)) throw new RangeError(`an account id has 12 digits, not \`${accountId}\``);
  if (bytes.length !== 5) throw new RangeError(`an access key id takes 5 bytes, not ${bytes.length}`);
  const account = Number(accountId);
  const half = Buffer.alloc(5);
  half.writeUIntBE(Math.floor(account / 2) + ACCOUNT_OFFSET, 0, 5);
  const rest = Buffer.from(bytes);
  rest[0] = ((rest[0] as number) & 0x7f) | (account % 2 === 1 ? 0x80 : 0);
  return prefix + base32(half) + base32(rest);
}

/** The account that an access key id names, as `sts:GetAccessKeyInfo` gives it; undefined when it names none. */
export function accountOfAccessKey(accessKeyId: string): string | undefined {
  const bytes = /^[A-Z]{4}[A-Z2-7]{16}$/.test(accessKeyId) ? base32Bytes(accessKeyId.slice(4)) : undefined;
  if (!bytes) return undefined;
  const odd = (bytes[5] as number) >> 7;
  const account = (bytes.readUIntBE(0, 5) - ACCOUNT_OFFSET) * 2 + odd;
  return account >= 0 && account < ACCOUNTS ? String(account).padStart(12, "0") : undefined;
}
