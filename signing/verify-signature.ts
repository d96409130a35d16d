// Did the holder of this secret sign this request?

import { hmacSha256, sha256Hex } from "../entropy/hash.ts";
import { sameText } from "./same-text.ts";
import type { Signature, Signature4, SignatureFault } from "./signature.ts";
import { signVersion2 } from "./signature-version-2.ts";
import { credentialScope, signingKey } from "./signing-key.ts";

export interface Evidence {
  /** Hex SHA-256 of the body, for services other than S3. */
  readonly bodyHash?: string;
  /** The bucket, where the Host and not the path names it: version 2 signs it. */
  readonly hostBucket?: string;
}

/**
 * Undefined when the holder of the secret made this signature, which `readSignature` read, else the fault `signature-mismatch`.
 * TypeError when a service other than S3 comes without `bodyHash`.
 */
export function verifySignature(
  signature: Signature,
  secretAccessKey: string,
  evidence: Evidence = {},
): SignatureFault | undefined {
  const { service, accessKeyId } = signature;
  if (signature.version === "AWS2") {
    const own = signVersion2(signature, secretAccessKey, evidence.hostBucket);
    if (sameText(own.signature, signature.signature)) return undefined;
    const { stringToSign } = own;
    return { fault: "signature-mismatch", service, accessKeyId, stringToSign, signature: signature.signature };
  }
  const payloadHash = signature.payloadHash ?? evidence.bodyHash;
  if (payloadHash === undefined)
    throw new TypeError(`the hash of the body is needed to verify a signature for ${service}`);
  const canonicalRequest = canonicalRequestOf(signature, signature.canonical.query, payloadHash);
  const stringToSign = stringToSignOf(signature, canonicalRequest);
  if (isSignedBy(signature, secretAccessKey, stringToSign)) return undefined;
  if (isSignedWithoutToken(signature, secretAccessKey, payloadHash)) return undefined;
  const { signature: sent } = signature;
  return { fault: "signature-mismatch", service, accessKeyId, stringToSign, canonicalRequest, signature: sent };
}

/**
 * Some services want the session token added to the query after signing (`omit_session_token` in AWS's own signing test suite).
 * The token still counts: it is bound to the key that signs. S3 is not among them.
 */
function isSignedWithoutToken(signature: Signature4, secretAccessKey: string, payloadHash: string): boolean {
  if (signature.carriedBy !== "query" || signature.sessionToken === undefined || signature.service === "s3")
    return false;
  const pairs = signature.canonical.query.split("&").filter((pair) => !pair.startsWith("X-Amz-Security-Token="));
  const canonicalRequest = canonicalRequestOf(signature, pairs.join("&"), payloadHash);
  return isSignedBy(signature, secretAccessKey, stringToSignOf(signature, canonicalRequest));
}

function canonicalRequestOf({ canonical, signedHeaders }: Signature4, query: string, payloadHash: string): string {
  return `${canonical.method}\n${canonical.uri}\n${query}\n${canonical.headers}\n${signedHeaders.join(";")}\n${payloadHash}`;
}

function stringToSignOf(signature: Signature4, canonicalRequest: string): string {
  const hash = sha256Hex(Buffer.from(canonicalRequest, "latin1"));
  return `${signature.version}\n${signature.timestamp}\n${credentialScope(signature)}\n${hash}`;
}

function isSignedBy(signature: Signature4, secretAccessKey: string, stringToSign: string): boolean {
  const own = hmacSha256(signingKey(signature, secretAccessKey), stringToSign).toString("hex");
  return sameText(own, signature.signature);
}
