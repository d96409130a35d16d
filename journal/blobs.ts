// Where are object bytes kept so that they survive the process? In files named by their hash, safe before an event names them.

import { rmSync } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { openRange } from "./blob-range.ts";
import { makeDirectory } from "./directory.ts";
import { type BlobStore, JournalError } from "./journal.ts";

/** A running SHA-256. Handed in, because hashing is another room's. */
export interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Buffer;
}
export type CreateHasher = () => Hasher;

/** Files go into 256 directories by the first two digits of their hash, so that none grows large. */
const HASH = /^[0-9a-f]{64}$/;
const shardOf = (hash: string): string => hash.slice(0, 2);

/**
 * Keeps blobs below `directory`, which is made when it is not there. One process at a time: whoever holds the journal beside it.
 * `durable: false` leaves out the waiting for the disk, for a directory that does not outlive the process.
 */
export function openBlobs(directory: string, createHasher: CreateHasher, { durable = true } = {}): BlobStore {
  return new FileBlobs(directory, createHasher, durable);
}

class FileBlobs implements BlobStore {
  readonly #directory: string;
  readonly #createHasher: CreateHasher;
  readonly #durable: boolean;
  /** Where bytes wait while their hash is not known; on the same file system, so that the rename is atomic. */
  readonly #incoming: string;
  /** The shards made or found so far, by their path: whoever writes into one waits until its own name is safe. */
  readonly #shards = new Map<string, Promise<void>>();
  #writes = 0;

  constructor(directory: string, createHasher: CreateHasher, durable: boolean) {
    this.#directory = directory;
    this.#createHasher = createHasher;
    this.#durable = durable;
    this.#incoming = join(directory, "incoming");
    try {
      rmSync(this.#incoming, { recursive: true, force: true });
      makeDirectory(this.#incoming);
    } catch (cause) {
      throw new JournalError(`${directory} cannot hold blobs: ${(cause as Error).message}`, { cause });
    }
  }

  async write(bytes: AsyncIterable<Uint8Array>): Promise<{ hash: string; sizeBytes: number }> {
    const source = new HashedSource(bytes, this.#createHasher());
    this.#writes += 1;
    const incoming = join(this.#incoming, String(this.#writes));
    try {
      await this.#fill(incoming, source);
      const { hash, sizeBytes } = source.result();
      const file = this.#path(hash);
      await this.#makeShard(dirname(file));
      // Over a file of the same content, if there is one: whoever reads that one goes on reading it.
      await rename(incoming, file);
      await this.#settle(dirname(file));
      return { hash, sizeBytes };
    } catch (cause) {
      await rm(incoming, { force: true });
      if (source.failed) throw cause;
      throw new JournalError(`a blob could not be written: ${(cause as Error).message}`, { cause });
    }
  }

  read(hash: string, start: number, end: number): AsyncIterable<Uint8Array> | Uint8Array {
    return openRange(this.#path(hash), start, end);
  }

  async remove(hash: string): Promise<void> {
    await rm(this.#path(hash), { force: true });
  }

  async sweep(isNamed: (hash: string) => boolean): Promise<void> {
    for (const path of await readdir(this.#directory, { recursive: true })) {
      const hash = basename(path);
      if (HASH.test(hash) && !isNamed(hash)) await this.remove(hash);
    }
  }

  async close(): Promise<void> {}

  async #fill(path: string, source: HashedSource): Promise<void> {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(source);
      if (this.#durable) await file.sync();
    } finally {
      await file.close();
    }
  }

  async #makeShard(shard: string): Promise<void> {
    const making = this.#shards.get(shard) ?? this.#make(shard);
    this.#shards.set(shard, making);
    try {
      await making;
    } catch (error) {
      this.#shards.delete(shard);
      throw error;
    }
  }

  async #make(shard: string): Promise<void> {
    await mkdir(shard, { recursive: true, mode: 0o700 });
    await this.#settle(this.#directory);
    await this.#settle(dirname(this.#directory));
  }

  // A file's name is safe once the directory that holds it is.
  async #settle(directory: string): Promise<void> {
    if (this.#durable) await syncDirectory(directory);
  }

  #path(hash: string): string {
    if (!HASH.test(hash)) throw new TypeError(`\`${hash}\` is not a SHA-256 in lower-case hex`);
    return join(this.#directory, shardOf(hash), hash);
  }
}

/** Passes bytes on while it hashes and counts them, and knows whether it was they that failed, or their taker. */
class HashedSource implements AsyncIterable<Uint8Array> {
  readonly #bytes: AsyncIterable<Uint8Array>;
  readonly #hasher: Hasher;
  #sizeBytes = 0;
  failed = false;

  constructor(bytes: AsyncIterable<Uint8Array>, hasher: Hasher) {
    this.#bytes = bytes;
    this.#hasher = hasher;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#bytes) {
        this.#hasher.update(chunk);
        this.#sizeBytes += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }

  result(): { hash: string; sizeBytes: number } {
    return { hash: this.#hasher.digest().toString("hex"), sizeBytes: this.#sizeBytes };
  }
}

// Windows has no such call for directories, and needs none.
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
