// How do the bytes of an object or a part come in? In one pass: into the blob store, hashed and counted on the way, and checked
// against what was announced before anything names them.

import { createHasher } from "../../entropy/hash.ts";
import type { Call } from "../call.ts";
import { type Announced, checkAnnounced } from "./announced.ts";
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

/**
 * Takes in the body of a call, which must be as announced, and computes `algorithms` of it besides the announced one.
 * @throws AwsError EntityTooLarge, before the body is read where its length is known; BadDigest; what reading the body throws
 */
export async function receive(
  call: Call,
  blobs: BlobKeeper,
  announced: Announced,
  algorithms: readonly ChecksumAlgorithm[],
): Promise<ReceivedBody> {
  const { Body = [], ContentLength = 0 } = call.input as BodyInput;
  if (ContentLength > LIMIT_BYTES) throw entityTooLarge(ContentLength, LIMIT_BYTES);
  const md5 = createHasher("md5");
  const all = new Set(announced.algorithm ? [...algorithms, announced.algorithm] : algorithms);
  // The blob's own hash is the SHA-256 already.
  const hashers = [...all].filter((algorithm) => algorithm !== "SHA256").map(withHasher);
  const blob = await blobs.write(
    passedThrough(Body, (chunk) => {
      md5.update(chunk);
      for (const [, hasher] of hashers) hasher.update(chunk);
    }),
  );
  try {
    const checksums = new Map(hashers.map(([algorithm, hasher]) => [algorithm, hasher.digest().toString("base64")]));
    if (all.has("SHA256")) checksums.set("SHA256", Buffer.from(blob.hash, "hex").toString("base64"));
    const digest = md5.digest();
    checkAnnounced(announced, { md5: digest, checksums }, call.trailers);
    return { ...blob, etag: digest.toString("hex"), checksums };
  } catch (error) {
    blob[Symbol.dispose]();
    throw error;
  }
}

interface BodyInput {
  readonly Body?: AsyncIterable<Uint8Array>;
  readonly ContentLength?: number;
}

const withHasher = (algorithm: ChecksumAlgorithm) => [algorithm, checksumHasher(algorithm)] as const;

async function* passedThrough(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
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
