// What is the DSA signature of this digest, the same each time? node:crypto signs with random nonces only; here they follow from
// the key and the digest. For keys that are no secret: the time it takes tells something about the key.
// FIPS 186-4 §4.6 has the signature, RFC 6979 §3.2 the nonce.

import { createHmac, type KeyObject } from "node:crypto";
import { type Asn1, bytesOf, encoded, membersOf } from "./asn1.ts";

/** Domain parameters and private key, with the names of FIPS 186-4. */
export interface DsaKey {
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly x: bigint;
}

/** What a private key of DSA holds: PKCS #8 (RFC 5958) with the parameters of RFC 3279 §2.3.2. */
export function dsaKeyOf(key: KeyObject): DsaKey {
  const [, algorithm, secret] = membersOf(encoded(key.export({ type: "pkcs8", format: "der" }))) as [Asn1, Asn1, Asn1];
  const [, parameters] = membersOf(algorithm) as [Asn1, Asn1];
  const [p, q, g] = membersOf(parameters).map((number) => numberOf(bytesOf(number))) as [bigint, bigint, bigint];
  return { p, q, g, x: numberOf(bytesOf(encoded(bytesOf(secret)))) };
}

/** `hash` made the digest, and makes the nonce. */
export function signDigest({ p, q, g, x }: DsaKey, digest: Buffer, hash: string): { r: bigint; s: bigint } {
  const bits = q.toString(2).length;
  const z = leftmost(digest, bits);
  for (const k of nonces({ x, q, bits }, z, hash)) {
    const r = power(g, k, p) % q;
    const s = (power(k, q - 2n, q) * (z + x * r)) % q;
    if (r !== 0n && s !== 0n) return { r, s };
  }
  throw new Error("nonces do not end");
}

/** HMAC_DRBG seeded by key and digest: a candidate each time, of which those in range are nonces. */
function* nonces({ x, q, bits }: { x: bigint; q: bigint; bits: number }, z: bigint, hash: string): Generator<bigint> {
  const hmac = (key: Buffer, ...pieces: Buffer[]) => createHmac(hash, key).update(Buffer.concat(pieces)).digest();
  const length = Math.ceil(bits / 8);
  const seed = Buffer.concat([wide(x, length), wide(z % q, length)]);
  const size = hmac(Buffer.alloc(0)).length;
  let key: Buffer = Buffer.alloc(size, 0);
  let value: Buffer = Buffer.alloc(size, 1);
  const stir = (mark: number, more: Buffer) => {
    key = hmac(key, value, Buffer.of(mark), more);
    value = hmac(key, value);
  };
  stir(0, seed);
  stir(1, seed);
  while (true) {
    const blocks: Buffer[] = [];
    while (blocks.length * size < length) {
      value = hmac(key, value);
      blocks.push(value);
    }
    const k = leftmost(Buffer.concat(blocks), bits);
    if (k > 0n && k < q) yield k;
    stir(0, Buffer.alloc(0));
  }
}

/** The number that the first bits are: RFC 6979 §2.3.2. */
function leftmost(bytes: Buffer, bits: number): bigint {
  return numberOf(bytes) >> BigInt(Math.max(0, bytes.length * 8 - bits));
}

const numberOf = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex")}`);

/** In so many bytes. */
export const wide = (number: bigint, length: number) =>
  Buffer.from(number.toString(16).padStart(length * 2, "0"), "hex");

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
