// (interface first; the body follows)
import type { Instants, Signature, SignatureFault, SignedRequest } from "./signature.ts";

/**
 * What the request claims: undefined when it is not signed at all, else the signature or the first fault, in AWS's order:
 * target, mechanism, parts, signed headers, payload hash, date, time, form of the scope. Tell them apart with `"fault" in`.
 *
 * What the caller does next, in AWS's order: `judgeScope`; open the session token; find the key; `verifySignature`.
 */
export declare function readSignature(
  request: SignedRequest,
  instants: Instants,
  options?: { readonly strictClock?: boolean },
): Signature | SignatureFault | undefined;

/** The fault when a version 4 signature is not scoped to this service and region (`us-east-1` for IAM and the global STS). */
export declare function judgeScope(signature: Signature, service: string, region: string): SignatureFault | undefined;
