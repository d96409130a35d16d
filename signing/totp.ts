// Which code does an authenticator show in a step of 30 seconds? RFC 6238 with SHA-1 and six digits, as virtual MFA devices have it.

import { createHmac } from "node:crypto";
import { base32Bytes } from "../entropy/base32.ts";
import { secretKey } from "../entropy/hash.ts";

export const STEP_MILLISECONDS = 30_000;

/** The step in which an instant (epoch milliseconds) lies, counted from 1970 on. */
export const stepAt = (at: number): number => Math.floor(at / STEP_MILLISECONDS);

/**
 * The codes of an authenticator: RFC 4226 with the step as its counter. 8 digits, for the RFC's own vectors, where that many are asked for.
 * @param seed base 32; RangeError where it is not
 */
export function authenticator(seed: string): (step: number, digits?: number) => string {
  const bytes = base32Bytes(seed);
  if (!bytes) throw new RangeError("the seed of an authenticator is base 32");
  const key = secretKey(bytes);
  return (step, digits = 6) => {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac("sha1", key).update(counter).digest();
    const offset = (mac[19] as number) & 0xf;
    const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
    return String(number % 10 ** digits).padStart(digits, "0");
  };
}

/** The one code of one step. */
export const totp = (seed: string, step: number, digits?: number): string => authenticator(seed)(step, digits);
