// What can be wrong with the body of an S3 request? Data only, as with signatures: the service words it.

export type PayloadFaultData =
  /** The body's SHA-256 is not the one that was signed. Both are lower-case hex. */
  | { readonly fault: "payload-hash-mismatch"; readonly claimed: string; readonly computed: string }
  | {
      readonly fault: "chunk-signature-mismatch" | "trailer-signature-mismatch";
      readonly stringToSign: string;
      readonly signature: string;
    }
  /** Signed chunks in a request that has no version 4 signature to start their chain. */
  | { readonly fault: "chunks-without-signature" }
  /** `chunk` is the number, from 1, of the chunk that came after the one that was too small. */
  | { readonly fault: "chunk-too-small"; readonly chunk: number; readonly badChunkSize: number }
  /** More or fewer bytes than `x-amz-decoded-content-length` says, or the body ended within a chunk. */
  | { readonly fault: "incomplete-body"; readonly expectedLength: number; readonly receivedLength: number }
  | { readonly fault: "malformed-chunk" }
  | { readonly fault: "missing-decoded-length" }
  | { readonly fault: "invalid-decoded-length"; readonly value: string }
  /** The trailers are not those that `x-amz-trailer` announces; names in lower case, sorted. */
  | { readonly fault: "malformed-trailer"; readonly expected: readonly string[]; readonly received: readonly string[] };

/** Thrown by `decodePayload` where the head is at fault, and on reading its `body` where the body is. */
export class PayloadFault extends Error {
  override readonly name = "PayloadFault";
  readonly data: PayloadFaultData;

  constructor(data: PayloadFaultData) {
    super(`the payload is at fault: ${data.fault}`);
    this.data = data;
  }
}
