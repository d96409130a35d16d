// Large bodies pass through: what is on its way at any moment stays small, however much comes.

import { describe, expect, test } from "vitest";
import { createHasher } from "../../../entropy/hash.ts";
import type { BlobStore } from "../../../journal/journal.ts";
import { blobsInMemory, S3World } from "./world.ts";

const CHUNK_BYTES = 64 * 1024;

/** Counts what has been handed out and not been asked on from. */
class Source {
  givenBytes = 0;

  async *bytes(sizeBytes: number): AsyncGenerator<Uint8Array> {
    while (this.givenBytes < sizeBytes) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, sizeBytes - this.givenBytes), this.givenBytes / CHUNK_BYTES);
      this.givenBytes += chunk.length;
      yield chunk;
    }
  }
}

/** Takes a chunk at a time and notes how far the source had run ahead. */
class Sink implements BlobStore {
  readonly #source: Source;
  takenBytes = 0;
  mostAheadBytes = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  async write(bytes: AsyncIterable<Uint8Array>) {
    const hasher = createHasher("sha256");
    for await (const chunk of bytes) {
      this.takenBytes += chunk.length;
      this.mostAheadBytes = Math.max(this.mostAheadBytes, this.#source.givenBytes - this.takenBytes);
      hasher.update(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { hash: hasher.digest().toString("hex"), sizeBytes: this.takenBytes };
  }

  read(): Uint8Array {
    throw new Error("nothing can be read here");
  }
  async remove() {}
  async sweep() {}
  async close() {}
}

describe("streaming", () => {
  test("a body comes in only as fast as it is kept", async () => {
    const source = new Source();
    const sink = new Sink(source);
    const world = new S3World(["mybucket"], sink);
    const sizeBytes = 500 * CHUNK_BYTES + 1;
    await world.act("PutObject", { Key: "key" }, { body: source.bytes(sizeBytes) });
    expect(sink.takenBytes).toBe(sizeBytes);
    expect(sink.mostAheadBytes).toBe(0);
  });

  test("300 MiB leave the heap as it was, in and out, in one piece and in parts", async () => {
    const world = new S3World(["mybucket"], blobsInMemory());
    const mebibyte = 1024 ** 2;
    const heldBytes = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = heldBytes();
    let most = 0;
    const watched = async function* (bytes: AsyncIterable<Uint8Array>) {
      for await (const chunk of bytes) {
        most = Math.max(most, heldBytes() - before);
        yield chunk;
      }
    };
    await world.act("PutObject", { Key: "whole" }, { body: watched(new Source().bytes(150 * mebibyte)) });
    const { UploadId } = await world.run("CreateMultipartUpload", { Key: "parts" });
    const Parts = [];
    for (const PartNumber of [1, 2]) {
      const body = watched(new Source().bytes(75 * mebibyte + PartNumber));
      const { ETag } = await world.run("UploadPart", { Key: "parts", UploadId, PartNumber }, { body });
      Parts.push({ PartNumber, ETag });
    }
    await world.act("CompleteMultipartUpload", { Key: "parts", UploadId, MultipartUpload: { Parts } });
    for (const Key of ["whole", "parts"]) {
      const { output } = await world.act("GetObject", { Key });
      let sizeBytes = 0;
      for await (const chunk of watched(output?.Body as AsyncIterable<Uint8Array>)) sizeBytes += chunk.length;
      expect(sizeBytes).toBe(output?.ContentLength);
    }
    // Garbage that is not yet collected counts here, so this is far from what is really held.
    expect(most).toBeLessThan(100 * mebibyte);
    await world.close();
  });
});
