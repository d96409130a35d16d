// How do certificates and CMS name the algorithms of a signature?

import { type Asn1, nothing, objectIdentifier, sequence } from "./asn1.ts";

export type SignatureAlgorithm = keyof typeof SIGNATURES;

/** RFC 3279 §2.2.2 (without parameters), RFC 4055 §5 (with NULL), RFC 5758 §3.2 (without). */
const SIGNATURES = {
  dsaWithSha1: { hash: "sha1", identifier: () => sequence(objectIdentifier("1.2.840.10040.4.3")) },
  sha256WithRsa: { hash: "sha256", identifier: () => sequence(objectIdentifier("1.2.840.113549.1.1.11"), nothing()) },
  ecdsaWithSha256: { hash: "sha256", identifier: () => sequence(objectIdentifier("1.2.840.10045.4.3.2")) },
} as const;

/** RFC 3370 §2.1 (with NULL), RFC 5754 §2 (without). */
const DIGESTS = {
  sha1: () => sequence(objectIdentifier("1.3.14.3.2.26"), nothing()),
  sha256: () => sequence(objectIdentifier("2.16.840.1.101.3.4.2.1")),
} as const;

/** The hash that the algorithm signs, as node:crypto calls it. */
export const hashOf = (algorithm: SignatureAlgorithm): keyof typeof DIGESTS => SIGNATURES[algorithm].hash;

export const signatureAlgorithm = (algorithm: SignatureAlgorithm): Asn1 => SIGNATURES[algorithm].identifier();

export const digestAlgorithm = (algorithm: SignatureAlgorithm): Asn1 => DIGESTS[hashOf(algorithm)]();
