// (interface first; the body follows)
import type { Signature } from "./signature.ts";

export type PayloadFaultData =
  /** The body's SHA-256 is not the one that was signed (XAmzContentSHA256Mismatch). */
  | { readonly fault: "payload-hash-mismatch"; readonly claimed: string; readonly computed: string }
  | {
      readonly fault: "chunk-signature-mismatch" | "trailer-signature-mismatch";
      readonly stringToSign: string;
      readonly signature: string;
    }
  /** `chunk` is the number, from 1, of the chunk that came after the one that was too small. */
  | { readonly fault: "chunk-too-small"; readonly chunk: number; readonly badChunkSize: number }
  /** More or fewer bytes than `x-amz-decoded-content-length` says; or the body ended within a chunk. */
  | { readonly fault: "incomplete-body"; readonly expectedLength?: number; readonly receivedLength: number }
  | { readonly fault: "malformed-chunk" }
  | { readonly fault: "missing-decoded-length" }
  | { readonly fault: "invalid-decoded-length"; readonly value: string }
  /** The trailers are not those that `x-amz-trailer` announces. */
  | { readonly fault: "malformed-trailer"; readonly expected: readonly string[]; readonly received: readonly string[] };

/** Thrown by `decodePayload` where the head is at fault, and by reading its `body` where the body is. */
export declare class PayloadFault extends Error {
  readonly data: PayloadFaultData;
  constructor(data: PayloadFaultData);
}

export interface DecodedPayload {
  /** The object's own bytes. Read it once, to the end: only then is the last byte proven. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Its length, of `x-amz-decoded-content-length` or `Content-Length`, when known. */
  readonly length?: number;
  /** By lower-case name; complete once `body` has ended. */
  readonly trailers: ReadonlyMap<string, string>;
}

/**
 * The body of an S3 request as its signature says that it is encoded: proven at its end by a hex SHA-256, unsigned, or
 * aws-chunked with or without chunk signatures and trailers. Constant memory. Throws PayloadFault.
 * `signature` is undefined for an anonymous request, `secretAccessKey` only used by signed chunks.
 */
export declare function decodePayload(
  signature: Signature | undefined,
  request: { readonly rawHeaders: readonly string[]; readonly body: AsyncIterable<Uint8Array> },
  secretAccessKey: string | undefined,
): DecodedPayload;
