import { describe, expect, test } from "vitest";
import { BlobKeeper } from "../../../aws-api/s3/blob-keeper.ts";
import { dice } from "../../../entropy/dice.ts";
import { createHasher, sha256Hex } from "../../../entropy/hash.ts";
import type { BlobStore } from "../../../journal/journal.ts";
import { bytesOf } from "./world.ts";

/** Lets everything else that waits go first. */
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};

/** A store that takes its time at every point, forgets at once, and fails a read of what it has forgotten. */
class SlowStore implements BlobStore {
  readonly kept = new Map<string, Buffer>();
  readonly #pause: () => Promise<void>;

  constructor(pause: () => Promise<void>) {
    this.#pause = pause;
  }

  async write(bytes: AsyncIterable<Uint8Array>) {
    const all: Uint8Array[] = [];
    for await (const chunk of bytes) all.push(chunk);
    const blob = Buffer.concat(all);
    const hash = createHasher("sha256");
    hash.update(blob);
    const hex = hash.digest().toString("hex");
    await this.#pause();
    // An equal blob is found, not written again.
    if (!this.kept.has(hex)) this.kept.set(hex, blob);
    await this.#pause();
    return { hash: hex, sizeBytes: blob.length };
  }

  async *read(hash: string, start: number, end: number) {
    await this.#pause();
    const blob = this.kept.get(hash);
    if (!blob) throw new Error(`blob ${hash} is gone`);
    yield blob.subarray(start, end + 1);
  }

  async remove(hash: string) {
    await this.#pause();
    this.kept.delete(hash);
    await this.#pause();
  }

  async sweep() {}
  async close() {}
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function keeperWith(names = new Map<string, number>(), pause = () => turns(1)) {
  const store = new SlowStore(pause);
  return { store, names, keeper: new BlobKeeper(store, (hash) => names.has(hash)) };
}

describe("BlobKeeper", () => {
  test("what was written goes, unless it is named by the end", async () => {
    const { store, keeper, names } = keeperWith();
    const [gone, kept] = [await keeper.write(once("gone")), await keeper.write(once("kept"))];
    names.set(kept.hash, 1);
    for (const blob of [gone, kept, gone]) blob[Symbol.dispose]();
    await keeper.settled();
    expect([...store.kept.values()].map(String)).toEqual(["kept"]);
  });

  test("a blob that two use goes with the second", async () => {
    const { store, keeper } = keeperWith();
    const [first, second] = [await keeper.write(once("same")), await keeper.write(once("same"))];
    first[Symbol.dispose]();
    await keeper.settled();
    expect(store.kept.size).toBe(1);
    second[Symbol.dispose]();
    await keeper.settled();
    expect(store.kept.size).toBe(0);
  });

  test("a reader has its blobs to the end, whatever is let go", async () => {
    const { store, keeper, names } = keeperWith();
    const hashes: string[] = [];
    for (const text of ["one", "two"]) {
      using blob = await keeper.write(once(text));
      names.set(blob.hash, 1);
      hashes.push(blob.hash);
    }
    const read = () => keeper.read(hashes.map((hash) => ({ hash, start: 0, end: 2 })));
    const [whole, begun, unread] = [read(), read(), read()] as AsyncIterable<Uint8Array>[];
    names.clear();
    keeper.letGo(hashes);
    await keeper.settled();
    expect((await bytesOf(whole as AsyncIterable<Uint8Array>)).toString()).toBe("onetwo");
    for await (const chunk of begun as AsyncIterable<Uint8Array>) {
      expect(chunk.toString()).toBe("one");
      break;
    }
    await keeper.settled();
    expect(store.kept.size).toBe(2);
    await (unread as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().return?.();
    await keeper.settled();
    expect(store.kept.size).toBe(0);
  });

  test("a read that fails is over", async () => {
    const { store, keeper, names } = keeperWith();
    const blob = await keeper.write(once("lost"));
    names.set(blob.hash, 1);
    blob[Symbol.dispose]();
    store.kept.clear();
    const stretch = { hash: blob.hash, start: 0, end: 3 };
    await expect(bytesOf(keeper.read([stretch, stretch]))).rejects.toThrow("is gone");
    names.clear();
    store.kept.set(blob.hash, Buffer.from("back"));
    keeper.letGo([blob.hash]);
    await keeper.settled();
    expect(store.kept.size).toBe(0);
  });

  test("a write that fails leaves nothing to wait for", async () => {
    const { keeper, store } = keeperWith();
    const failing = (async function* () {
      yield Buffer.from("begun");
      throw new Error("cut off");
    })();
    await expect(keeper.write(failing)).rejects.toThrow("cut off");
    using blob = await keeper.write(once("next"));
    keeper.letGo([blob.hash]);
    await keeper.settled();
    expect(store.kept.size).toBe(1);
  });

  // Every request writes one of three contents, names it, and lets it go again, in any interleaving.
  test.each([1, 2, 3, 4, 5])("nothing named is ever lost, and nothing stays (seed %i)", async (seed) => {
    const throws = dice(seed);
    const { keeper, store, names } = keeperWith(new Map(), () => turns(throws.integer(6)));
    const rename = (hash: string, by: number) => {
      const count = (names.get(hash) ?? 0) + by;
      if (count > 0) names.set(hash, count);
      else names.delete(hash);
    };
    const request = async (number: number) => {
      for (let round = 0; round < 30; round++) {
        await turns(throws.integer(10));
        const text = throws.pick(["a", "b", "c"]);
        const hash = sha256Hex(text);
        {
          using blob = await keeper.write(once(text));
          await turns(throws.integer(6));
          if (throws.chance(0.2)) continue;
          rename(blob.hash, 1);
        }
        await turns(throws.integer(6));
        const stretch = { hash, start: 0, end: 0 };
        expect((await bytesOf(keeper.read([stretch, stretch]))).toString(), `request ${number}`).toBe(text + text);
        rename(hash, -1);
        if (!names.has(hash)) keeper.letGo([hash]);
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, number) => request(number)));
    await keeper.settled();
    expect(store.kept.size).toBe(0);
  });
});
