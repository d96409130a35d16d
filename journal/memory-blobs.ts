// Where are object bytes kept in a world that ends with its process? In memory while they are small, else in scratch files.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkRange } from "./blob-range.ts";
import { type CreateHasher, openBlobs } from "./blobs.ts";
import { type BlobStore, JournalError } from "./journal.ts";

const MEBIBYTE = 1024 * 1024;

export interface MemoryLimits {
  /** A larger blob goes to a file. */
  readonly blobBytes?: number;
  /** What all blobs in memory may come to; then small ones go to files too. */
  readonly totalBytes?: number;
}

/** Keeps blobs as long as the process lasts. The directory of the larger ones is made when one comes, and goes on close and on exit. */
export function memoryBlobs(createHasher: CreateHasher, limits: MemoryLimits = {}): BlobStore {
  return new MemoryBlobs(createHasher, limits);
}

class MemoryBlobs implements BlobStore {
  readonly #createHasher: CreateHasher;
  readonly #blobBytes: number;
  readonly #totalBytes: number;
  readonly #blobs = new Map<string, Buffer>();
  #usedBytes = 0;
  #scratch: Scratch | undefined;

  constructor(createHasher: CreateHasher, { blobBytes = MEBIBYTE, totalBytes = 256 * MEBIBYTE }: MemoryLimits) {
    this.#createHasher = createHasher;
    this.#blobBytes = blobBytes;
    this.#totalBytes = totalBytes;
  }

  async write(bytes: AsyncIterable<Uint8Array>): Promise<{ hash: string; sizeBytes: number }> {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    const rest = bytes[Symbol.asyncIterator]();
    for (let step = await rest.next(); !step.done; step = await rest.next()) {
      chunks.push(step.value);
      sizeBytes += step.value.byteLength;
      if (sizeBytes > this.#blobBytes || this.#usedBytes + sizeBytes > this.#totalBytes) {
        this.#scratch ??= new Scratch(this.#createHasher);
        return this.#scratch.blobs.write(rejoin(chunks, rest));
      }
    }
    return { hash: this.#keep(Buffer.concat(chunks)), sizeBytes };
  }

  read(hash: string, start: number, end: number): AsyncIterable<Uint8Array> | Uint8Array {
    const blob = this.#blobs.get(hash);
    if (blob) {
      checkRange(start, end);
      if (end >= blob.length) throw new JournalError(`blob ${hash} ends before the bytes that were asked for`);
      return blob.subarray(start, end + 1);
    }
    if (!this.#scratch) throw new JournalError(`blob ${hash} is not there`);
    return this.#scratch.blobs.read(hash, start, end);
  }

  async remove(hash: string): Promise<void> {
    this.#usedBytes -= this.#blobs.get(hash)?.length ?? 0;
    this.#blobs.delete(hash);
    await this.#scratch?.blobs.remove(hash);
  }

  async sweep(isNamed: (hash: string) => boolean): Promise<void> {
    for (const hash of [...this.#blobs.keys()]) if (!isNamed(hash)) await this.remove(hash);
    await this.#scratch?.blobs.sweep(isNamed);
  }

  async close(): Promise<void> {
    this.#scratch?.remove();
    this.#scratch = undefined;
    this.#blobs.clear();
    this.#usedBytes = 0;
  }

  #keep(blob: Buffer): string {
    const hasher = this.#createHasher();
    hasher.update(blob);
    const hash = hasher.digest().toString("hex");
    if (!this.#blobs.has(hash)) this.#usedBytes += blob.length;
    this.#blobs.set(hash, blob);
    return hash;
  }
}

/** Files in a directory of this process alone. A process that is killed leaves it to the system's cleaning of its temporary files. */
class Scratch {
  readonly #directory = mkdtempSync(join(tmpdir(), "mayfly-blobs-"));
  readonly blobs: BlobStore;
  readonly remove = (): void => {
    process.off("exit", this.remove);
    rmSync(this.#directory, { recursive: true, force: true });
  };

  constructor(createHasher: CreateHasher) {
    this.blobs = openBlobs(this.#directory, createHasher, { durable: false });
    process.on("exit", this.remove);
  }
}

async function* rejoin(chunks: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    yield* { [Symbol.asyncIterator]: () => rest };
  } finally {
    await rest.return?.();
  }
}
