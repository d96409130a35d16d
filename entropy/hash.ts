// What is the hash of these bytes? Digests and keyed digests, whole and piece by piece.

import { createHash, createSecretKey, hash, type KeyObject } from "node:crypto";

type Bytes = string | Uint8Array;

/** A key that does not show itself when it is printed or logged. */
export type SecretKey = KeyObject;

/** Takes bytes piece by piece; `digest` ends it. Text counts as UTF-8. */
export interface Hasher {
  update(bytes: Bytes): unknown;
  digest(): Buffer;
}

export function sha256(bytes: Bytes): Buffer {
  return hash("sha256", bytes, "buffer");
}

/** In lower case, 64 digits. */
export function sha256Hex(bytes: Bytes): string {
  return hash("sha256", bytes, "hex");
}

/** For S3's ETag and Content-MD5 only: no security rests on it. */
export function md5(bytes: Bytes): Buffer {
  return hash("md5", bytes, "buffer");
}

export function createHasher(algorithm: "sha256" | "sha1" | "md5"): Hasher {
  return createHash(algorithm);
}

export function secretKey(bytes: Uint8Array): SecretKey {
  return createSecretKey(bytes);
}

const BLOCK_BYTES = 64;

/** The key, filled up to a block and changed as the inner and the outer hash want it. */
const pads = new WeakMap<SecretKey, { readonly inner: Buffer; readonly outer: Buffer }>();

function padsOf(key: SecretKey): { readonly inner: Buffer; readonly outer: Buffer } {
  const known = pads.get(key);
  if (known) return known;
  const exported = key.export();
  const block = Buffer.alloc(BLOCK_BYTES);
  (exported.length > BLOCK_BYTES ? sha256(exported) : exported).copy(block);
  const made = { inner: block.map((byte) => byte ^ 0x36) as Buffer, outer: block.map((byte) => byte ^ 0x5c) as Buffer };
  pads.set(key, made);
  return made;
}

/**
 * HMAC-SHA256, 32 bytes: two hashes around padded keys, as RFC 2104 writes it. node:crypto's own Hmac takes as long, but leaves
 * an object of the system's behind for each message, which costs a server that makes thousands a second more than the hash.
 */
export function hmacSha256(key: SecretKey, bytes: Bytes): Buffer {
  const { inner, outer } = padsOf(key);
  const message = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  return sha256(Buffer.concat([outer, sha256(Buffer.concat([inner, message]))]));
}
