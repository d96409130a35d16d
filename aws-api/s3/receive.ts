// How do the bytes of an object or a part come in? In one pass: into the blob store, hashed and counted on the way, and checked
// against what was announced before anything names them.

import { createHasher } from "../../entropy/hash.ts";
import type { Call } from "../call.ts";
import { type Announced, checkAnnounced, type Digests } from "./announced.ts";
import type { BlobKeeper, KeptBlob } from "./blob-keeper.ts";
import { type ChecksumAlgorithm, checksumHasher } from "./checksums.ts";
import { entityTooLarge } from "./errors.ts";

/** 5 GiB, the most that one request may bring. */
const LIMIT_BYTES = 5 * 1024 ** 3;

/** A body that is safe and as announced. It stays until disposed, and afterwards if an event names it. */
export interface ReceivedBody extends KeptBlob {
  /** The MD5 in hex. */
  readonly etag: string;
  /** Base64, of each algorithm that was asked for. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

/** What comes in pieces, or at once. */
type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | Uint8Array;

const piecesOf = (bytes: Bytes) => (bytes instanceof Uint8Array ? [bytes] : bytes);

/** The body of a call that streams. @throws AwsError EntityTooLarge, before it is read, where its length is known */
export function bodyOf({ input }: Call): Bytes {
  const { Body = [], ContentLength = 0 } = input as { Body?: Bytes; ContentLength?: number };
  if (ContentLength > LIMIT_BYTES) throw entityTooLarge(ContentLength, LIMIT_BYTES);
  return Body;
}

/**
 * Takes in bytes, which must be as announced, and computes `algorithms` of them besides the announced one.
 * @throws AwsError EntityTooLarge, BadDigest; what reading the bytes throws
 */
export async function receive(
  bytes: Bytes,
  blobs: BlobKeeper,
  announced: Announced,
  algorithms: readonly ChecksumAlgorithm[],
  trailers: ReadonlyMap<string, string> = new Map(),
): Promise<ReceivedBody> {
  const all = new Set(announced.algorithm ? [...algorithms, announced.algorithm] : algorithms);
  // The blob's own hash is the SHA-256 already.
  const digester = digesterOf([...all].filter((algorithm) => algorithm !== "SHA256"));
  const blob = await blobs.write(passedThrough(piecesOf(bytes), digester.update));
  try {
    const { md5, checksums } = digester.digest();
    if (all.has("SHA256")) checksums.set("SHA256", Buffer.from(blob.hash, "hex").toString("base64"));
    checkAnnounced(announced, { md5, checksums }, trailers);
    return { ...blob, etag: md5.toString("hex"), checksums };
  } catch (error) {
    blob[Symbol.dispose]();
    throw error;
  }
}

/** The MD5 and the checksums of bytes that stay where they are. */
export async function digestsOf(bytes: Bytes, algorithms: readonly ChecksumAlgorithm[]): Promise<Digests> {
  const digester = digesterOf(algorithms);
  for await (const chunk of piecesOf(bytes)) digester.update(chunk);
  return digester.digest();
}

function digesterOf(algorithms: readonly ChecksumAlgorithm[]) {
  const md5 = createHasher("md5");
  const hashers = algorithms.map((algorithm) => [algorithm, checksumHasher(algorithm)] as const);
  return {
    update(chunk: Uint8Array) {
      md5.update(chunk);
      for (const [, hasher] of hashers) hasher.update(chunk);
    },
    digest() {
      const checksums = new Map(hashers.map(([algorithm, hasher]) => [algorithm, hasher.digest().toString("base64")]));
      return { md5: md5.digest(), checksums };
    },
  };
}

async function* passedThrough(
  body: ReturnType<typeof piecesOf>,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > LIMIT_BYTES) throw entityTooLarge(sizeBytes, LIMIT_BYTES);
    see(chunk);
    yield chunk;
  }
}
