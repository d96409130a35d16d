// What is the hash of these bytes? Digests and keyed digests, whole and piece by piece.

import { createHash, createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

type Bytes = string | Uint8Array;

/** A key prepared for use: an HMAC with it takes 2.5 µs, with raw bytes 10 (measured, Node 24). */
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

/** HMAC-SHA256, 32 bytes. */
export function hmacSha256(key: SecretKey, bytes: Bytes): Buffer {
  return createHmac("sha256", key).update(bytes).digest();
}
