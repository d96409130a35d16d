// What are the object's own bytes, and are they the ones that were signed? The body of an S3 request, decoded while it streams.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html

import { createHasher } from "../entropy/hash.ts";
import { decodeChunks } from "./aws-chunked.ts";
import { ChunkSignatures } from "./chunk-signatures.ts";
import { headerValues } from "./header-values.ts";
import { PayloadFault } from "./payload-fault.ts";
import type { Signature } from "./signature.ts";

export { PayloadFault, type PayloadFaultData } from "./payload-fault.ts";

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
 * `signature` is undefined for an anonymous request; `secretAccessKey` is used by signed chunks only.
 */
export function decodePayload(
  signature: Signature | undefined,
  request: { readonly rawHeaders: readonly string[]; readonly body: AsyncIterable<Uint8Array> },
  secretAccessKey: string | undefined,
): DecodedPayload {
  const headers = headerValues(request.rawHeaders);
  const signature4 = signature?.version === "AWS4-HMAC-SHA256" ? signature : undefined;
  const encoding = signature4?.payloadHash ?? headers.get("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD";
  if (!encoding.startsWith("STREAMING-")) {
    const length = headers.get("content-length");
    const isHash = /^[0-9A-Fa-f]{64}$/.test(encoding);
    return {
      body: isHash ? proven(request.body, encoding.toLowerCase()) : request.body,
      ...(length !== undefined && { length: Number(length) }),
      trailers: new Map(),
    };
  }
  let signatures: ChunkSignatures | undefined;
  if (encoding !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    if (!signature4 || secretAccessKey === undefined) throw new PayloadFault({ fault: "chunks-without-signature" });
    signatures = new ChunkSignatures(signature4, secretAccessKey);
  }
  const length = decodedLength(headers);
  const trailers = new Map<string, string>();
  const announced = encoding.endsWith("-TRAILER") ? trailerNames(headers) : undefined;
  return { body: decodeChunks(request.body, { length, signatures, announced, trailers }), length, trailers };
}

async function* proven(body: AsyncIterable<Uint8Array>, claimed: string): AsyncGenerator<Uint8Array, void, undefined> {
  const hasher = createHasher("sha256");
  for await (const bytes of body) {
    hasher.update(bytes);
    yield bytes;
  }
  const computed = hasher.digest().toString("hex");
  if (computed !== claimed) throw new PayloadFault({ fault: "payload-hash-mismatch", claimed, computed });
}

function decodedLength(headers: ReadonlyMap<string, string>): number {
  const value = headers.get("x-amz-decoded-content-length");
  if (value === undefined) throw new PayloadFault({ fault: "missing-decoded-length" });
  if (!/^\d{1,15}$/.test(value)) throw new PayloadFault({ fault: "invalid-decoded-length", value });
  return Number(value);
}

const trailerNames = (headers: ReadonlyMap<string, string>) =>
  (headers.get("x-amz-trailer") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean)
    .sort();
