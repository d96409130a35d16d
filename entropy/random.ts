// Which bytes come next? Truly random ones, or the same ones again from a seed.

import { createCipheriv, randomBytes } from "node:crypto";
import type { Entropy } from "./entropy.ts";
import { sha256 } from "./hash.ts";

/** How much is drawn at once: a draw costs 2 µs whether it is for 16 bytes or for thousands. */
const POOL_BYTES = 4096;

/** Random bytes of the operating system. No byte is given out twice. */
export function systemEntropy(): Entropy {
  let pool = Buffer.alloc(0);
  return {
    bytes(length) {
      if (length > POOL_BYTES) return randomBytes(length);
      if (length > pool.length) pool = randomBytes(POOL_BYTES);
      const given = pool.subarray(0, length);
      pool = pool.subarray(length);
      return given;
    },
  };
}

/**
 * The same bytes each time for the same seed (7 and "7" are the same): the key stream of AES-256 in counter mode. However
 * the bytes are split into calls, the stream is the same.
 */
export function seededEntropy(seed: number | string): Entropy {
  const stream = createCipheriv("aes-256-ctr", sha256(`mayfly seed ${seed}`), Buffer.alloc(16));
  return { bytes: (length) => stream.update(Buffer.alloc(length)) };
}

/** A random UUID (version 4, RFC 9562), in lower case. */
export function uuid(entropy: Entropy): string {
  const bytes = entropy.bytes(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
