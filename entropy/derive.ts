// Which bytes or id belong to these names? Keys derived from a master key, and public ids that a name always gets.

import { base32 } from "./base32.ts";
import { hmacSha256, type SecretKey, sha256 } from "./hash.ts";
import { uuid } from "./random.ts";

export type Name = string | number;

/** No two lists of names are written the same: ["a", "bc"] is not ["ab", "c"], and "1" is not 1. */
const written = (names: readonly Name[]) => Buffer.from(JSON.stringify(names));

/**
 * Secret bytes that belong to the names, up to 8160: HKDF-Expand of RFC 5869 with the names as its `info`. Up to 32 bytes
 * cost one HMAC.
 */
export function deriveBytes(masterKey: SecretKey, length: number, ...names: readonly Name[]): Buffer {
  if (!(length >= 0 && length <= 255 * 32)) throw new RangeError(`from 0 to 8160 bytes can be derived, not ${length}`);
  const info = written(names);
  const blocks: Buffer[] = [];
  while (blocks.length * 32 < length) {
    const last = blocks.at(-1) ?? Buffer.alloc(0);
    blocks.push(hmacSha256(masterKey, Buffer.concat([last, info, Buffer.of(blocks.length + 1)])));
  }
  return Buffer.concat(blocks, length);
}

/** An id that anyone derives from the names, no secret in it: `derivedHexId("i-", 17, …)`. Up to 64 digits. */
export function derivedHexId(prefix: string, digits: number, ...names: readonly Name[]): string {
  return (
    prefix +
    sha256(written([prefix, ...names]))
      .toString("hex", 0, Math.ceil(digits / 2))
      .slice(0, digits)
  );
}

/** The same in base 32, as IAM writes unique ids: `derivedBase32Id("AROA", 17, …)`. Up to 51 characters. */
export function derivedBase32Id(prefix: string, characters: number, ...names: readonly Name[]): string {
  return prefix + base32(sha256(written([prefix, ...names]))).slice(0, characters);
}

/** A UUID that belongs to the names and that nobody can guess who has not the key. */
export function derivedUuid(masterKey: SecretKey, ...names: readonly Name[]): string {
  return uuid({ bytes: (length) => deriveBytes(masterKey, length, "uuid", ...names) });
}
