// What proves an identity document? The three signatures that EC2 gives beside it.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-iid.html

import { createPrivateKey, type KeyObject, sign, X509Certificate } from "node:crypto";
import { createHasher } from "../entropy/hash.ts";
import { type Asn1, encode, sequence, unsignedInteger } from "./asn1.ts";
import { type DsaKey, dsaKeyOf, signDigest, wide } from "./dsa.ts";
import { type IdentityKey, identityCertificatePem, identityPrivateKeyPem } from "./identity-keys.ts";
import { base64Lines } from "./pem.ts";
import type { IdentitySignature } from "./sign-identity.ts";
import { issuerAndSerialNumber, signedData } from "./signed-data.ts";

/** As EC2's captured lengths tell: no line end after the last line. */
const COLUMNS = 76;

const rsa = createPrivateKey(identityPrivateKeyPem("rsa"));
const rsa2048 = createPrivateKey(identityPrivateKeyPem("rsa2048"));
const dsa = dsaKeyOf(createPrivateKey(identityPrivateKeyPem("dsa")));
const signers = { dsa: signerOf("dsa"), rsa2048: signerOf("rsa2048") };

function signerOf(key: IdentityKey): Asn1 {
  return issuerAndSerialNumber(new X509Certificate(identityCertificatePem(key)).raw);
}

/** RSASSA-PKCS1-v1_5 has no randomness in it: RFC 8017 §8.2. */
const signWithRsa = (bytes: Buffer, key: KeyObject) => sign("sha256", bytes, key);

/** As RFC 3279 §2.2.2 writes it. */
function signWithDsa(bytes: Buffer, key: DsaKey): Buffer {
  const hasher = createHasher("sha1");
  hasher.update(bytes);
  const { r, s } = signDigest(key, hasher.digest(), "sha1");
  return encode(sequence(unsignedInteger(wide(r, 20)), unsignedInteger(wide(s, 20))));
}

/**
 * EC2 signs when the instance starts, some seconds after the time that the document tells. Here it is that time itself, so that the
 * same document always has the same signature.
 */
const signingTimeOf = (document: Buffer) => Date.parse(JSON.parse(document.toString()).pendingTime);

/** Each makes the bytes that EC2 gives in base64. */
const SIGNERS: Readonly<Record<IdentitySignature, (content: Buffer) => Buffer>> = {
  signature: (content) => signWithRsa(content, rsa),
  pkcs7: (content) =>
    signedData({
      content,
      signingTime: signingTimeOf(content),
      signer: signers.dsa,
      algorithm: "dsaWithSha1",
      sign: (bytes) => signWithDsa(bytes, dsa),
    }),
  rsa2048: (content) =>
    signedData({
      content,
      signingTime: signingTimeOf(content),
      signer: signers.rsa2048,
      algorithm: "sha256WithRsa",
      sign: (bytes) => signWithRsa(bytes, rsa2048),
    }),
};

/** As EC2 writes it: base64 in lines, without armour. The document is JSON that has a `pendingTime`. */
export const identitySignature = (kind: IdentitySignature, document: string): string =>
  base64Lines(SIGNERS[kind](Buffer.from(document)), COLUMNS);
