// How is a certificate written? X.509 as RFC 5280 has it: for a run's certificate authority, and for the keys that ship with Mayfly.

import { type KeyObject, sign } from "node:crypto";
import ipaddr from "ipaddr.js";
import { sha256 } from "../entropy/hash.ts";
import { hashOf, type SignatureAlgorithm, signatureAlgorithm } from "./algorithm-identifiers.ts";
import {
  type Asn1,
  bitString,
  encode,
  encoded,
  integer,
  objectIdentifier,
  octetString,
  printableString,
  sequence,
  set,
  tagged,
  taggedBytes,
  time,
  unsignedInteger,
  yes,
} from "./asn1.ts";
import { pem } from "./pem.ts";

/** Clocks move here, and a certificate shall not run out because of that: RFC 5280's forms of dates allow a whole century. */
const NOT_BEFORE = Date.UTC(2000, 0);
const NOT_AFTER = Date.UTC(2100, 0);

/** The attributes of a name, such as `{ C: "XX", O: "Mayfly simulation" }`, in their order. */
export type Name = Readonly<Partial<Record<"C" | "ST" | "L" | "O" | "CN", string>>>;

// RFC 5280 appendix A.1
const ATTRIBUTE_TYPES = { C: "2.5.4.6", ST: "2.5.4.8", L: "2.5.4.7", O: "2.5.4.10", CN: "2.5.4.3" } as const;

export interface CertificateParts {
  /** 1 to 20 bytes, not all zero; a number. */
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly publicKey: KeyObject;
  /** Without any it is a certificate of version 1. */
  readonly extensions: readonly Asn1[];
  /** The issuer's. */
  readonly signingKey: KeyObject;
  readonly algorithm: SignatureAlgorithm;
}

/** The certificate as PEM, valid from 2000 to 2100. */
export function certificatePem(parts: CertificateParts): string {
  const { algorithm } = parts;
  const signed = sequence(
    ...(parts.extensions.length === 0 ? [] : [tagged(0, integer(2))]),
    unsignedInteger(parts.serialNumber),
    signatureAlgorithm(algorithm),
    nameBlock(parts.issuer),
    sequence(time(NOT_BEFORE), time(NOT_AFTER)),
    nameBlock(parts.subject),
    encoded(publicKeyInfo(parts.publicKey)),
    ...(parts.extensions.length === 0 ? [] : [tagged(3, sequence(...parts.extensions))]),
  );
  const signature = sign(hashOf(algorithm), encode(signed), parts.signingKey);
  return pem("CERTIFICATE", encode(sequence(signed, signatureAlgorithm(algorithm), bitString(signature))));
}

const nameBlock = (name: Name): Asn1 =>
  sequence(
    ...Object.entries(name).map(([type, value]) =>
      set(sequence(objectIdentifier(ATTRIBUTE_TYPES[type as keyof Name]), printableString(value))),
    ),
  );

const publicKeyInfo = (key: KeyObject) => key.export({ type: "spki", format: "der" });

/** By the hash of the whole public key, cut to the usual 20 bytes: RFC 7093 §2, method 4. */
const keyIdentifier = (key: KeyObject) => sha256(publicKeyInfo(key)).subarray(0, 20);

const extension = (type: string, critical: boolean, value: Asn1) =>
  sequence(objectIdentifier(type), ...(critical ? [yes()] : []), octetString(encode(value)));

// RFC 5280 §4.2.1

export const subjectKeyIdentifier = (key: KeyObject): Asn1 =>
  extension("2.5.29.14", false, octetString(keyIdentifier(key)));

/** By the issuer's key, and on demand by the name and the number of its certificate too. */
export function authorityKeyIdentifier(key: KeyObject, certificate?: { issuer: Name; serialNumber: Uint8Array }): Asn1 {
  const named = certificate
    ? [
        tagged(1, tagged(4, nameBlock(certificate.issuer))),
        taggedBytes(2, Buffer.from(encode(unsignedInteger(certificate.serialNumber)).subarray(2))),
      ]
    : [];
  return extension("2.5.29.35", false, sequence(taggedBytes(0, keyIdentifier(key)), ...named));
}

/** Bits from the most significant one on: digitalSignature is the first, keyCertSign the sixth and cRLSign the seventh. */
export function keyUsage(bits: number): Asn1 {
  const unusedBits = 31 - Math.clz32(bits & -bits);
  return extension("2.5.29.15", true, bitString(Buffer.of(bits), unusedBits));
}
export const DIGITAL_SIGNATURE = 0b1000_0000;
export const SIGN_CERTIFICATES = 0b0000_0110;

/** An authority, which no further one stands below, or none. */
export const basicConstraints = (authority: boolean): Asn1 =>
  extension("2.5.29.19", true, authority ? sequence(yes(), integer(0)) : sequence());

export const serverAuthentication = (): Asn1 =>
  extension("2.5.29.37", false, sequence(objectIdentifier("1.3.6.1.5.5.7.3.1")));

/** Four or sixteen bytes; undefined for what is no IP address. */
export function ipAddressBytes(name: string): Buffer | undefined {
  const valid = ipaddr.IPv4.isValidFourPartDecimal(name) || ipaddr.IPv6.isValid(name);
  return valid ? Buffer.from(ipaddr.parse(name).toByteArray()) : undefined;
}

/** One IP address or DNS name. */
export function subjectAlternativeName(name: string): Asn1 {
  const address = ipAddressBytes(name);
  return extension("2.5.29.17", false, sequence(address ? taggedBytes(7, address) : taggedBytes(2, Buffer.from(name))));
}
