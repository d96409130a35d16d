// Which bytes does an aws-chunked body hold? Chunks of `size[;chunk-signature=…]`, data and CRLF; a chunk of size 0; trailers.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html

import type { ChunkSignatures } from "./chunk-signatures.ts";
import { LineReader } from "./line-reader.ts";
import { PayloadFault } from "./payload-fault.ts";

/** "Only the last chunk is allowed to have a size less than 8192 bytes": S3's InvalidChunkSizeError. */
const SMALLEST_CHUNK = 8192;
/** `size;chunk-signature=` and 64 digits take 93; unsigned chunks are shorter. */
const LONGEST_CHUNK_LINE = 256;
const LONGEST_TRAILER_LINE = 8192;
const MOST_TRAILER_LINES = 64;

export interface ChunkedPayload {
  /** `x-amz-decoded-content-length` */
  readonly length: number;
  /** Undefined where chunks are not signed. */
  readonly signatures: ChunkSignatures | undefined;
  /** The names of the trailers that must come, sorted; undefined where the encoding has none. */
  readonly announced: readonly string[] | undefined;
  /** Is filled with the trailers. */
  readonly trailers: Map<string, string>;
}

/** The bytes within the chunks. Throws PayloadFault as soon as something is wrong. */
export async function* decodeChunks(
  source: AsyncIterable<Uint8Array>,
  payload: ChunkedPayload,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new LineReader(source);
  const { length: expectedLength, signatures } = payload;
  let receivedLength = 0;
  const incomplete = () => new PayloadFault({ fault: "incomplete-body", expectedLength, receivedLength });
  try {
    for (let chunk = 1, sizeBefore = SMALLEST_CHUNK; ; chunk++) {
      const { size, signature } = chunkHead(await reader.line(LONGEST_CHUNK_LINE), payload, incomplete);
      if (size > 0 && sizeBefore < SMALLEST_CHUNK)
        throw new PayloadFault({ fault: "chunk-too-small", chunk, badChunkSize: sizeBefore });
      sizeBefore = size;
      for (let left = size; left > 0; ) {
        const bytes = await reader.some(left);
        if (!bytes) throw incomplete();
        left -= bytes.length;
        receivedLength += bytes.length;
        if (receivedLength > expectedLength) throw incomplete();
        signatures?.update(bytes);
        yield bytes;
      }
      signatures?.endChunk(signature);
      if (size === 0) break;
      const end = await reader.line(LONGEST_CHUNK_LINE);
      if (end === undefined) throw incomplete();
      if (end !== "") throw new PayloadFault({ fault: "malformed-chunk" });
    }
    await readEnd(reader, payload);
    if (receivedLength !== expectedLength) throw incomplete();
  } finally {
    await reader.close();
  }
}

function chunkHead(line: string | undefined, { signatures }: ChunkedPayload, incomplete: () => PayloadFault) {
  if (line === undefined) throw incomplete();
  const found = /^([0-9A-Fa-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!found || (signatures && found[2] === undefined)) throw new PayloadFault({ fault: "malformed-chunk" });
  return { size: Number.parseInt(found[1] as string, 16), signature: found[2] ?? "" };
}

/**
 * What follows the last chunk: trailers, their signature, an empty line, in all the ways in which clients write them. AWS's
 * own example has an empty line between the trailers and their signature as well, and some send none at the very end.
 */
async function readEnd(reader: LineReader, payload: ChunkedPayload): Promise<void> {
  const { signatures, announced, trailers } = payload;
  let signature: string | undefined;
  let signed = "";
  for (let lines = 0; ; lines++) {
    const line = await reader.line(LONGEST_TRAILER_LINE);
    if (line === undefined) break;
    if (lines > MOST_TRAILER_LINES) throw new PayloadFault({ fault: "malformed-chunk" });
    if (line === "") continue;
    const colon = line.indexOf(":");
    if (announced === undefined || colon < 0 || signature !== undefined)
      throw new PayloadFault({ fault: "malformed-chunk" });
    const name = line.slice(0, colon).toLowerCase().trim();
    const value = line.slice(colon + 1).trim();
    if (signatures && name === "x-amz-trailer-signature") signature = value;
    else {
      trailers.set(name, value);
      signed += `${name}:${value}\n`;
    }
  }
  if (announced === undefined) return;
  const received = [...trailers.keys()].sort();
  if (received.join() !== announced.join())
    throw new PayloadFault({ fault: "malformed-trailer", expected: announced, received });
  signatures?.endTrailers(signed, signature ?? "");
}
