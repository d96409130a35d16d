// Which bytes come next? Truly random ones, or the same ones again from a seed.

import { createCipheriv, randomBytes } from "node:crypto";
import type { Entropy } from "./entropy.ts";
import { sha256 } from "./hash.ts";

/** Random bytes of the operating system. */
export function systemEntropy(): Entropy {
  return { bytes: (length) => randomBytes(length) };
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
