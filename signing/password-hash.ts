// Is this the password? What is kept of one is a salted hash that is slow to make, so that nobody tries a dictionary on it.
// RFC 7914, written as https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md has it, with the parameters in the text.

import { type BinaryLike, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/**
 * 2^12 blocks of 1 KiB: about 12 ms and 4 MiB beside the main thread. Less than a real service should take, because the passwords of a
 * configuration are hashed at each start; what this protects is a simulation. One cost for all, so that times tell no two users apart.
 */
const COST_LOG2 = 12;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
export const SALT_BYTES = 16;
const HASH_BYTES = 32;

const derive = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt);
const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

/** `$scrypt$ln=12,r=8,p=1$SALT$HASH`; the salt has 16 bytes. */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const options = { N: 2 ** COST_LOG2, r: BLOCK_SIZE, p: PARALLELISM };
  const hash = await derive(password, salt, HASH_BYTES, options);
  return `$scrypt$ln=${COST_LOG2},r=${BLOCK_SIZE},p=${PARALLELISM}$${unpadded(salt)}$${unpadded(hash)}`;
}

const FORM = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Whether a text is such a hash, and so no password. */
export const isPasswordHash = (text: string): boolean => FORM.test(text);

/** Whether the hash is that of the password; it takes as long either way. TypeError for a text that is no such hash. */
export async function isPassword(password: string, passwordHash: string): Promise<boolean> {
  const [, costLog2, r, p, salt, hash] = FORM.exec(passwordHash) ?? [];
  if (salt === undefined || hash === undefined) throw new TypeError("a password hash is not one of scrypt");
  const expected = Buffer.from(hash, "base64");
  const options = { N: 2 ** Number(costLog2), r: Number(r), p: Number(p) };
  const found = await derive(password, Buffer.from(salt, "base64"), expected.length, options);
  return timingSafeEqual(found, expected);
}

/** Of nobody's password: who is not there is refused after as long a time. */
export const NOBODYS_HASH = `$scrypt$ln=${COST_LOG2},r=${BLOCK_SIZE},p=${PARALLELISM}$${"A".repeat(22)}$${"A".repeat(43)}`;
