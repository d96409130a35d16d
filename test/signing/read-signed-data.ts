// What does a packed document say, and is it genuine? SignedData read and judged with node:crypto, as a verifier does it.

import { createHash, verify } from "node:crypto";
import { type Asn1, bytesOf, encode, encoded, membersOf } from "../../signing/asn1.ts";

const at = (value: Asn1, ...path: number[]): Asn1 => path.reduce((found, i) => membersOf(found)[i] as Asn1, value);

export interface ReadSignedData {
  readonly content: string;
  /** Of the signed attributes, in their order. */
  readonly attributeTypes: readonly string[];
  /** Whether the digest is that of the content, and the signature that of the certificate's key. */
  readonly genuine: boolean;
}

/** The text is base64; `hash` is that of the digest and the signature. */
export function readSignedData(text: string, certificatePem: string, hash: "sha1" | "sha256"): ReadSignedData {
  const signedData = at(encoded(Buffer.from(text, "base64")), 1, 0);
  const content = bytesOf(at(signedData, 2, 1, 0, 0));
  const signerInfo = at(signedData, 3, 0);
  const attributes = membersOf(at(signerInfo, 3));
  const typeOf = (attribute: Asn1) => (at(attribute, 0).valueBlock as unknown as { toString(): string }).toString();
  const digest = attributes.find((attribute) => typeOf(attribute) === "1.2.840.113549.1.9.4") as Asn1;
  const signed = encode(at(signerInfo, 3));
  signed[0] = 0x31; // SET, as RFC 5652 §5.4 has it signed
  const sameDigest = createHash(hash)
    .update(content)
    .digest()
    .equals(bytesOf(at(digest, 1, 0)));
  return {
    content: content.toString(),
    attributeTypes: attributes.map(typeOf),
    genuine: sameDigest && verify(hash, signed, certificatePem, bytesOf(at(signerInfo, 5))),
  };
}
