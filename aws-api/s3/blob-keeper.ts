// May this blob go? A blob stays while the state names it or a request here uses it: one that is being written and not yet named,
// or one that is being read. Equal contents are one blob, so a writer may be given the very blob that another request lets go.

import type { BlobStore } from "../../journal/journal.ts";

/** A stretch of a blob; both ends are inclusive, as in HTTP ranges. */
export interface Stretch {
  readonly hash: string;
  readonly start: number;
  readonly end: number;
}

/** A blob that was written and stays at least until this is disposed. */
export interface KeptBlob extends Disposable {
  readonly hash: string;
  readonly sizeBytes: number;
}

export class BlobKeeper {
  readonly #store: BlobStore;
  readonly #isNamed: (hash: string) => boolean;
  /** Hash → how many requests use the blob now. */
  readonly #uses = new Map<string, number>();
  /** Blobs that may have lost their last name, still there. */
  readonly #unnamed = new Set<string>();
  /** Writes that have given their last byte: the store may settle on a blob whose hash is not known here yet. */
  readonly #settling = new Set<Promise<unknown>>();
  #removal: Promise<void> | undefined;

  /** `isNamed` tells of the state as it is at that moment. */
  constructor(store: BlobStore, isNamed: (hash: string) => boolean) {
    this.#store = store;
    this.#isNamed = isNamed;
  }

  async write(bytes: AsyncIterable<Uint8Array>): Promise<KeptBlob> {
    const settled = Promise.withResolvers<void>();
    const beforeSettling = async () => {
      // While blobs are removed, no write may find one of them.
      while (this.#removal) await this.#removal;
      this.#settling.add(settled.promise);
    };
    try {
      const { hash, sizeBytes } = await this.#store.write(
        (async function* () {
          yield* bytes;
          await beforeSettling();
        })(),
      );
      return { hash, sizeBytes, [Symbol.dispose]: this.#use(hash) };
    } finally {
      this.#settling.delete(settled.promise);
      settled.resolve();
    }
  }

  /**
   * The bytes of the stretches in a row. A single small one comes at once, where the store has it at hand; what comes as an
   * iterable must be read to its end or returned, until when the blobs stay.
   */
  read(stretches: readonly Stretch[]): AsyncIterable<Uint8Array> | Uint8Array {
    const [only] = stretches;
    if (!only) return new Uint8Array(0);
    const first = stretches.length === 1 ? this.#store.read(only.hash, only.start, only.end) : undefined;
    if (first instanceof Uint8Array) return first;
    const ends = stretches.map(({ hash }) => this.#use(hash));
    return whenOver(first ?? inTurn(this.#store, stretches), () => {
      for (const end of ends) end();
    });
  }

  /** Lets blobs that the state names now stay at least until this is disposed. */
  keep(hashes: readonly string[]): Disposable {
    const ends = hashes.map((hash) => this.#use(hash));
    return {
      [Symbol.dispose]() {
        for (const end of ends) end();
      },
    };
  }

  /** Removes those blobs that nothing names and nobody uses; those in use go when they are not any more. */
  letGo(hashes: readonly string[]): void {
    for (const hash of hashes) if (!this.#isNamed(hash)) this.#unnamed.add(hash);
    if (this.#removable().length > 0) this.#removeSoon();
  }

  /** Resolves when no blob waits for its removal, those in use aside. */
  async settled(): Promise<void> {
    while (this.#removal) await this.#removal;
  }

  #use(hash: string): () => void {
    this.#uses.set(hash, (this.#uses.get(hash) ?? 0) + 1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const left = (this.#uses.get(hash) as number) - 1;
      if (left > 0) this.#uses.set(hash, left);
      else {
        this.#uses.delete(hash);
        this.letGo([hash]);
      }
    };
  }

  #removeSoon(): void {
    this.#removal ??= this.#remove().finally(() => {
      this.#removal = undefined;
      this.letGo([]);
    });
  }

  async #remove(): Promise<void> {
    await Promise.all(this.#settling);
    const hashes = this.#removable();
    for (const hash of hashes) this.#unnamed.delete(hash);
    // What cannot be removed now is left to the sweep at the next start.
    await Promise.allSettled(hashes.map((hash) => this.#store.remove(hash)));
  }

  #removable(): string[] {
    for (const hash of this.#unnamed) if (this.#isNamed(hash)) this.#unnamed.delete(hash);
    return [...this.#unnamed].filter((hash) => !this.#uses.has(hash));
  }
}

async function* inTurn(store: BlobStore, stretches: readonly Stretch[]): AsyncGenerator<Uint8Array> {
  for (const { hash, start, end } of stretches) {
    const bytes = store.read(hash, start, end);
    if (bytes instanceof Uint8Array) yield bytes;
    else yield* bytes;
  }
}

/** The same bytes; `over` is called when they have ended, failed or been returned, read or not. */
function whenOver(bytes: AsyncIterable<Uint8Array>, over: () => void): AsyncIterable<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const next = await iterator.next();
          if (next.done) over();
          return next;
        } catch (error) {
          over();
          throw error;
        }
      },
      async return() {
        over();
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}
