// How are bytes given to somebody who must neither read nor change them? Encrypted and authenticated, under keys that follow from them.

import { createCipheriv, createDecipheriv } from "node:crypto";
import { deriveBytes } from "../entropy/derive.ts";
import { hmacSha256, type SecretKey, secretKey } from "../entropy/hash.ts";

const ALGORITHM = "aes-256-gcm";
const SALT_BYTES = 32;
const TAG_BYTES = 16;

/** As of session tokens: key and IV follow from an HMAC of the bytes, so that unequal ones never share them and equal ones are sealed alike. */
function keysOf(masterKey: SecretKey, purpose: string) {
  const derived = (name: string) => secretKey(deriveBytes(masterKey, 32, purpose, name));
  const [saltKey, sealingKey] = [derived("salt"), derived("key")];
  return {
    saltOf: (bytes: Uint8Array) => hmacSha256(saltKey, bytes),
    cipherOf(salt: Uint8Array) {
      const material = deriveBytes(sealingKey, 44, Buffer.from(salt).toString("base64"));
      return { key: material.subarray(0, 32), iv: material.subarray(32) };
    },
  };
}

/** Salt, ciphertext and tag: 48 bytes more than were given. Those of another `purpose` do not open it. */
export function sealBytes(masterKey: SecretKey, purpose: string, bytes: Uint8Array): Buffer {
  const { saltOf, cipherOf } = keysOf(masterKey, purpose);
  const salt = saltOf(bytes);
  const { key, iv } = cipherOf(salt);
  const cipher = createCipheriv(ALGORITHM, key, iv);
  return Buffer.concat([salt, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** What was sealed; undefined when it is not ours or was changed. */
export function openBytes(masterKey: SecretKey, purpose: string, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < SALT_BYTES + TAG_BYTES) return undefined;
  const { key, iv } = keysOf(masterKey, purpose).cipherOf(sealed.subarray(0, SALT_BYTES));
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(SALT_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    return undefined;
  }
}
