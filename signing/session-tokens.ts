// Which session does this token open? Tokens hold their session, encrypted, so that none is ever stored.

import { flattenedDecrypt } from "jose/jwe/flattened/decrypt";
import { FlattenedEncrypt } from "jose/jwe/flattened/encrypt";
import { LRUCache } from "lru-cache";
import { deriveBytes } from "../entropy/derive.ts";
import { hmacSha256, type SecretKey, secretKey } from "../entropy/hash.ts";
import { sessionAccessKey } from "./access-keys.ts";
import type { Session, TemporaryCredentials } from "./session.ts";

/** Answers at once for what it has made or opened lately, and by a promise where it has to encrypt or decrypt (100 µs). */
export interface SessionTokens {
  /** The credentials of a session. Equal sessions always get equal ones, in each process with the same master key. */
  seal<Of extends Session>(session: Of): TemporaryCredentials<Of> | Promise<TemporaryCredentials<Of>>;
  /**
   * The credentials that a token belongs to; undefined when it is not ours or was changed. It is the caller's to compare the
   * access key id, and to judge the expiry. Never throws.
   */
  open(sessionToken: string): TemporaryCredentials | undefined | Promise<TemporaryCredentials | undefined>;
}

/**
 * JWE (RFC 7516), `dir` and A256GCM. GCM is broken by an IV that comes twice under one key, and its 96 bits are few for an
 * IV that is a hash. So not only the IV but the key too is derived from the claims: from their HMAC of 256 bits, which the
 * token carries. Unequal claims do not share it, equal ones give an equal token. (A256CBC-HS512 has the longer IV, but takes
 * three times as long.)
 */
const PROTECTED = { alg: "dir", enc: "A256GCM" };
/** Every token has the same header, so none carries it. */
const ENCODED_HEADER = Buffer.from(JSON.stringify(PROTECTED)).toString("base64url");

/** How AWS's tokens begin, `IQoJb3JpZ2luX2Vj` in base64; three bytes a group, so that the rest does not change it. */
const PREFIX = Buffer.from("!\n\torigin_ec", "latin1");
const SALT_BYTES = 32;
const TAG_BYTES = 16;
/** Characters: what headers carry. Longer ones are never opened. */
export const LONGEST_TOKEN = 8192;

/** About 2 KB each. */
const KEPT = 10_000;

export function sessionTokens(masterKey: SecretKey): SessionTokens {
  const saltKey = secretKey(deriveBytes(masterKey, 32, "session token", "salt"));
  const tokenKey = secretKey(deriveBytes(masterKey, 32, "session token", "key"));
  const byClaims = new LRUCache<string, TemporaryCredentials>({ max: KEPT });
  const byToken = new LRUCache<string, TemporaryCredentials>({ max: KEPT });

  async function make<Of extends Session>(session: Of, claims: string): Promise<TemporaryCredentials<Of>> {
    const sessionToken = await encrypt(hmacSha256(saltKey, claims), tokenKey, claims);
    return keep(session, claims, sessionToken);
  }

  function keep<Of extends Session>(session: Of, claims: string, sessionToken: string): TemporaryCredentials<Of> {
    const credentials = { ...sessionAccessKey(masterKey, session), sessionToken, session };
    byClaims.set(claims, credentials);
    byToken.set(sessionToken, credentials);
    return credentials;
  }

  async function decode(sessionToken: string): Promise<TemporaryCredentials | undefined> {
    const claims = await decrypt(tokenKey, sessionToken);
    return claims === undefined ? undefined : keep(sessionOf(claims), claims, sessionToken);
  }

  return {
    seal<Of extends Session>(session: Of) {
      const claims = claimsOf(session);
      // Equal claims are those of an equal session.
      return (byClaims.get(claims) as TemporaryCredentials<Of> | undefined) ?? make(session, claims);
    },
    open: (sessionToken) => byToken.get(sessionToken) ?? decode(sessionToken),
  };
}

/** Equal sessions are written equally, whatever the order of their members. */
const claimsOf = (session: Session) => JSON.stringify(Object.entries(session).sort(([a], [b]) => (a < b ? -1 : 1)));
/** What was decrypted is authentic, so that it is a session as we wrote it. */
const sessionOf = (claims: string) => Object.fromEntries(JSON.parse(claims)) as unknown as Session;

function cipher(salt: Buffer, tokenKey: SecretKey) {
  const bytes = deriveBytes(tokenKey, 44, salt.toString("base64"));
  return { key: bytes.subarray(0, 32), iv: bytes.subarray(32) };
}

async function encrypt(salt: Buffer, tokenKey: SecretKey, claims: string): Promise<string> {
  const { key, iv } = cipher(salt, tokenKey);
  const jwe = await new FlattenedEncrypt(Buffer.from(claims))
    .setProtectedHeader(PROTECTED)
    .setInitializationVector(iv)
    .encrypt(key);
  const parts = [jwe.ciphertext, jwe.tag as string].map((part) => Buffer.from(part, "base64url"));
  return Buffer.concat([PREFIX, salt, ...parts]).toString("base64");
}

async function decrypt(tokenKey: SecretKey, sessionToken: string): Promise<string | undefined> {
  if (sessionToken.length > LONGEST_TOKEN) return undefined;
  const bytes = Buffer.from(sessionToken, "base64");
  const start = PREFIX.length + SALT_BYTES;
  if (bytes.length <= start + TAG_BYTES || !bytes.subarray(0, PREFIX.length).equals(PREFIX)) return undefined;
  // Node takes other alphabets and stray characters as well; a token is this text and no other.
  if (bytes.toString("base64") !== sessionToken) return undefined;
  const { key, iv } = cipher(bytes.subarray(PREFIX.length, start), tokenKey);
  const jwe = {
    protected: ENCODED_HEADER,
    iv: iv.toString("base64url"),
    ciphertext: bytes.toString("base64url", start, bytes.length - TAG_BYTES),
    tag: bytes.toString("base64url", bytes.length - TAG_BYTES),
  };
  return flattenedDecrypt(jwe, key).then(
    ({ plaintext }) => Buffer.from(plaintext).toString(),
    () => undefined,
  );
}
