// How is a document packed together with its signature? As SignedData of CMS, once PKCS #7: RFC 5652 §5.
//
// The form is that of EC2's `pkcs7` and `rsa2048` as captures of 2018 to 2023 show it: the content inside, lengths that are not told
// beforehand around it, no certificate, four signed attributes. EC2's captured answers of 2026 for a document of 474 bytes have 1167
// and 1487 bytes, and so have these; of the two numbers of a DSA signature, each is a byte longer or not.

import { createHasher } from "../entropy/hash.ts";
import { digestAlgorithm, hashOf, type SignatureAlgorithm, signatureAlgorithm } from "./algorithm-identifiers.ts";
import {
  type Asn1,
  encode,
  encoded,
  integer,
  isTagged,
  membersOf,
  objectIdentifier,
  octetString,
  sequence,
  set,
  streamedOctetString,
  tagged,
  taggedSet,
  time,
} from "./asn1.ts";

export interface SignedDataParts {
  readonly content: Buffer;
  /** Epoch milliseconds; seconds are told. */
  readonly signingTime: number;
  /** Names the certificate of the signer, which is not sent along: `issuerAndSerialNumber`. */
  readonly signer: Asn1;
  readonly algorithm: SignatureAlgorithm;
  /** Signs these bytes as the algorithm does. */
  sign(bytes: Buffer): Buffer;
}

// RFC 5652 §4, §5.1 and §11, RFC 6211 §2
const DATA = "1.2.840.113549.1.7.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_TIME = "1.2.840.113549.1.9.5";
const ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52";

/** The ContentInfo, in BER. */
export function signedData(parts: SignedDataParts): Buffer {
  const { content, algorithm } = parts;
  return encode(
    sequence(
      objectIdentifier(SIGNED_DATA),
      tagged(
        0,
        sequence(
          integer(1),
          set(digestAlgorithm(algorithm)),
          sequence(objectIdentifier(DATA), tagged(0, streamedOctetString(content))),
          set(signerInfo(parts)),
        ),
      ),
    ),
  );
}

function signerInfo(parts: SignedDataParts): Asn1 {
  const { algorithm, signer, sign } = parts;
  // Signed is what says SET, though [0] stands there in its place: RFC 5652 §5.4.
  const signature = sign(encode(set(...signedAttributes(parts))));
  return sequence(
    integer(1),
    signer,
    digestAlgorithm(algorithm),
    taggedSet(0, ...signedAttributes(parts)),
    signatureAlgorithm(algorithm),
    octetString(signature),
  );
}

function signedAttributes({ content, signingTime, algorithm }: SignedDataParts): Asn1[] {
  const hasher = createHasher(hashOf(algorithm));
  hasher.update(content);
  const protection = sequence(digestAlgorithm(algorithm), tagged(1, ...membersOf(signatureAlgorithm(algorithm))));
  return [
    attribute(CONTENT_TYPE, objectIdentifier(DATA)),
    attribute(SIGNING_TIME, time(signingTime)),
    attribute(MESSAGE_DIGEST, octetString(hasher.digest())),
    attribute(ALGORITHM_PROTECTION, protection),
  ];
}

const attribute = (type: string, value: Asn1) => sequence(objectIdentifier(type), set(value));

/** Of a certificate in DER. Its version stands before the number in a tag, or is left out when it is the first: RFC 5280 §4.1. */
export function issuerAndSerialNumber(certificate: Buffer): Asn1 {
  const [signed] = membersOf(encoded(certificate)) as [Asn1];
  const [serialNumber, , issuer] = membersOf(signed).filter((field) => !isTagged(field)) as [Asn1, Asn1, Asn1];
  return sequence(issuer, serialNumber);
}
