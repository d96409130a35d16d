// (interface first; the body follows)
import type { Signature, SignatureFault, SignedRequest } from "./signature.ts";

export interface Evidence {
  /** Hex SHA-256 of the body, for services other than S3. */
  readonly bodyHash?: string;
  /** The bucket, where the Host and not the path names it: version 2 signs it. */
  readonly hostBucket?: string;
}

/** Undefined when the holder of the secret signed this request, else the fault `signature-mismatch`. */
export declare function verifySignature(
  signature: Signature,
  request: SignedRequest,
  secretAccessKey: string,
  evidence?: Evidence,
): SignatureFault | undefined;
