// The contract of a blob store, held against files and memory; and what each of them does on its own.

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { open as openFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createHasher as createHasherOf, sha256Hex } from "../../entropy/hash.ts";
import { seededEntropy } from "../../entropy/random.ts";
import { openBlobs } from "../../journal/blobs.ts";
import { type BlobStore, JournalError } from "../../journal/journal.ts";
import { memoryBlobs } from "../../journal/memory-blobs.ts";
import { scratchDirectory } from "./scratch.ts";

const createHasher = () => createHasherOf("sha256");

/** The bytes in pieces, as a socket gives them. */
async function* pieces(bytes: Uint8Array, length = 65_536): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

async function* failing(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* pieces(bytes);
  throw new Error("the client went away");
}

async function collect(bytes: AsyncIterable<Uint8Array> | Uint8Array): Promise<Buffer> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** As toEqual, but quick for megabytes. */
const expectBytes = async (read: AsyncIterable<Uint8Array> | Uint8Array, expected: Buffer) =>
  expect((await collect(read)).equals(expected)).toBe(true);

const KINDS: readonly [string, () => BlobStore][] = [
  ["files", () => openBlobs(join(scratchDirectory(), "blobs"), createHasher)],
  ["memory", () => memoryBlobs(createHasher)],
  ["memory with 1 KB for a blob", () => memoryBlobs(createHasher, { blobBytes: 1_000 })],
  ["memory with 1 KB in all", () => memoryBlobs(createHasher, { totalBytes: 1_000 })],
];
const bytesOf = (length: number) => seededEntropy(length).bytes(length);

describe.each(KINDS)("blobs in %s", (_, open) => {
  const opened = () => {
    const blobs = open();
    onTestFinished(() => blobs.close());
    return blobs;
  };

  test.each([0, 1, 999, 1_000, 1_001, 65_536, 65_537, 262_144, 1_048_577, 3_000_000])(
    "%i bytes come back by their hash",
    async (length) => {
      const blobs = opened();
      const bytes = bytesOf(length);
      expect(await blobs.write(pieces(bytes))).toEqual({ hash: sha256Hex(bytes), sizeBytes: length });
      await expectBytes(blobs.read(sha256Hex(bytes), 0, length - 1), bytes);
    },
  );

  test("ranges include both ends, and a short one comes as one piece", async () => {
    const blobs = opened();
    const bytes = bytesOf(500_000);
    const { hash } = await blobs.write(pieces(bytes));
    for (const [start, end] of [
      [0, 0],
      [499_999, 499_999],
      [7, 6],
      [0, 65_535],
      [1, 65_536],
      [3, 499_998],
      [0, 262_144],
    ] as const) {
      const range = blobs.read(hash, start, end);
      await expectBytes(range, bytes.subarray(start, end + 1));
      if (end - start < 65_536) expect(range).toBeInstanceOf(Uint8Array);
    }
    for (const [start, end] of [
      [-1, 5],
      [5, 3],
    ] as const)
      expect(() => blobs.read(hash, start, end)).toThrow(RangeError);
  });

  test("an unknown hash, bytes beyond the end, and what is no hash are errors", async () => {
    const blobs = opened();
    const { hash } = await blobs.write(pieces(bytesOf(1_500)));
    expect(() => blobs.read(sha256Hex("other"), 0, 1)).toThrow(JournalError);
    expect(() => blobs.read(hash, 0, 1_500)).toThrow(JournalError);
    await blobs.write(pieces(bytesOf(1_100_000)));
    expect(() => blobs.read("../../etc/passwd", 0, 1)).toThrow();
    await expect(blobs.remove("../../etc/passwd")).rejects.toThrow(TypeError);
  });

  test("64 writes of the same bytes at once, and removals between reads", async () => {
    const blobs = opened();
    const bytes = bytesOf(2_000);
    const written = await Promise.all(Array.from({ length: 64 }, () => blobs.write(pieces(bytes, 100))));
    expect(new Set(written.map(({ hash }) => hash))).toEqual(new Set([sha256Hex(bytes)]));
    await blobs.remove(sha256Hex(bytes));
    await blobs.remove(sha256Hex(bytes));
    expect(() => blobs.read(sha256Hex(bytes), 0, 1)).toThrow(JournalError);
    await blobs.write(pieces(bytes));
    await expectBytes(blobs.read(sha256Hex(bytes), 0, 1_999), bytes);
  });

  test("a source that fails fails the write with its own error, and leaves nothing", async () => {
    const blobs = opened();
    for (const length of [10, 1_500, 1_500_000]) {
      await expect(blobs.write(failing(bytesOf(length)))).rejects.toThrow(/^the client went away$/);
      expect(() => blobs.read(sha256Hex(bytesOf(length)), 0, 1)).toThrow(JournalError);
    }
  });

  test("an open read goes on after its blob is removed, begun or not", async () => {
    const blobs = opened();
    const bytes = bytesOf(1_000_000);
    const { hash } = await blobs.write(pieces(bytes));
    const reads = [blobs.read(hash, 0, 999_999), blobs.read(hash, 0, 999_999)];
    await blobs.remove(hash);
    for (const read of reads) await expectBytes(read, bytes);
  });

  test("a sweep takes what nothing names, and nothing else", async () => {
    const blobs = opened();
    const lengths = [1, 900, 1_200, 70_000, 1_200_000];
    const written = await Promise.all(lengths.map((length) => blobs.write(pieces(bytesOf(length)))));
    const named = new Set(written.filter((_, index) => index % 2 === 0).map(({ hash }) => hash));
    await blobs.sweep((hash) => named.has(hash));
    for (const { hash } of written) {
      if (named.has(hash)) expect(await collect(blobs.read(hash, 0, 0))).toHaveLength(1);
      else expect(() => blobs.read(hash, 0, 0)).toThrow(JournalError);
    }
  });
});

const filesIn = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const openDescriptors = () => readdirSync("/proc/self/fd").length;

describe("blobs in files", () => {
  test("the same content is kept once, under its hash, for its owner alone", async () => {
    const directory = join(scratchDirectory(), "blobs");
    const blobs = openBlobs(directory, createHasher);
    const { hash } = await blobs.write(pieces(bytesOf(5)));
    await blobs.write(pieces(bytesOf(5)));
    const file = join(directory, hash.slice(0, 2), hash);
    expect(filesIn(directory)).toHaveLength(1);
    expect(readFileSync(file)).toEqual(bytesOf(5));
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  });

  test("what is written is there for the next process, and what was half written is not", async () => {
    const directory = join(scratchDirectory(), "blobs");
    const { hash } = await openBlobs(directory, createHasher).write(pieces(bytesOf(5)));
    writeFileSync(join(directory, "incoming", "1"), "half");
    const next = openBlobs(directory, createHasher);
    await expectBytes(next.read(hash, 0, 4), bytesOf(5));
    expect(filesIn(directory)).toHaveLength(1);
  });

  test("waits for the disk: for the bytes and each new name", async () => {
    const directory = scratchDirectory();
    const handle = await openFile(directory);
    const synced = vi.spyOn(Object.getPrototypeOf(handle), "sync");
    await handle.close();
    const syncs = async (blobs: BlobStore, bytes: Uint8Array) => {
      synced.mockClear();
      await blobs.write(pieces(bytes));
      return synced.mock.calls.length;
    };
    const blobs = openBlobs(join(directory, "blobs"), createHasher);
    // The file, its shard, and once for each shard the directory that holds it, with that one's own name.
    expect(await syncs(blobs, bytesOf(5))).toBe(4);
    expect(await syncs(blobs, bytesOf(5))).toBe(2);
    expect(await syncs(openBlobs(join(directory, "scratch"), createHasher, { durable: false }), bytesOf(5))).toBe(0);
    synced.mockRestore();
  });

  test("a failed write leaves no file", async () => {
    const directory = scratchDirectory();
    const blobs = openBlobs(directory, createHasher);
    await expect(blobs.write(failing(bytesOf(100_000)))).rejects.toThrow("the client went away");
    expect(filesIn(directory)).toEqual([]);
  });

  test("what cannot be written is one clear error, at opening too, and passes with its cause", async () => {
    const directory = scratchDirectory();
    const blobs = openBlobs(directory, createHasher);
    const hash = sha256Hex(bytesOf(5));
    const shard = join(directory, hash.slice(0, 2));
    const obstacles: readonly [() => void, RegExp][] = [
      [() => writeFileSync(shard, ""), /^a blob could not be written: EEXIST\b.*$/],
      [() => mkdirSync(join(shard, hash), { recursive: true }), /^a blob could not be written: EISDIR\b.*$/],
    ];
    for (const [put, message] of obstacles) {
      put();
      const refused = blobs.write(pieces(bytesOf(5)));
      await expect(refused).rejects.toThrow(JournalError);
      await expect(refused).rejects.toThrow(message);
      expect(readdirSync(join(directory, "incoming"))).toEqual([]);
      rmSync(existsSync(join(shard, hash)) ? join(shard, hash) : shard, { recursive: true });
    }
    expect(await blobs.write(pieces(bytesOf(5)))).toEqual({ hash, sizeBytes: 5 });
    writeFileSync(join(directory, "file"), "");
    expect(() => openBlobs(join(directory, "file"), createHasher)).toThrow(/^\S+ cannot hold blobs: \S.*$/);
  });

  test("a file that lost its end is an error, not a shorter answer", async () => {
    const directory = scratchDirectory();
    const blobs = openBlobs(directory, createHasher);
    const { hash } = await blobs.write(pieces(bytesOf(300_000)));
    truncateSync(join(directory, hash.slice(0, 2), hash), 200_000);
    await expect(collect(blobs.read(hash, 0, 299_999))).rejects.toThrow(JournalError);
    expect(() => blobs.read(hash, 199_999, 200_000)).toThrow(JournalError);
  });

  test.runIf(existsSync("/proc/self/fd"))(
    "no read leaves a file open: read to its end, left half-way, never begun, refused",
    async () => {
      const blobs = openBlobs(scratchDirectory(), createHasher);
      const { hash } = await blobs.write(pieces(bytesOf(1_000_000)));
      const before = openDescriptors();
      await collect(blobs.read(hash, 0, 999_999));
      for await (const _ of blobs.read(hash, 0, 999_999) as AsyncIterable<Uint8Array>) break;
      await (blobs.read(hash, 0, 999_999) as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().return?.();
      expect(() => blobs.read(hash, 999_999, 1_000_000)).toThrow(JournalError);
      expect(openDescriptors()).toBe(before);
    },
  );
});

describe("blobs in memory", () => {
  /** The directories in a place for temporary files that is this test's own. */
  const scratchDirectories = () => {
    const place = scratchDirectory();
    vi.stubEnv("TMPDIR", place);
    onTestFinished(() => void vi.unstubAllEnvs());
    return () => readdirSync(place);
  };

  test.skipIf(process.platform === "win32")("only a large one makes a directory, and closing removes it", async () => {
    const directories = scratchDirectories();
    const blobs = memoryBlobs(createHasher);
    await blobs.write(pieces(bytesOf(1_048_576)));
    expect(directories()).toEqual([]);
    await blobs.write(pieces(bytesOf(1_048_577)));
    expect(directories()).toEqual([expect.stringMatching(/^mayfly-blobs-/)]);
    await blobs.close();
    expect(directories()).toEqual([]);
  });

  test("removing makes room in memory again", async () => {
    const directories = scratchDirectories();
    const blobs = memoryBlobs(createHasher, { totalBytes: 1_000 });
    for (let i = 0; i < 5; i++) {
      const { hash } = await blobs.write(pieces(bytesOf(900)));
      await blobs.remove(hash);
    }
    expect(directories()).toEqual([]);
  });

  test("the directory goes when the process ends without closing", () => {
    const directory = scratchDirectory();
    const program = `
      import { memoryBlobs } from ${JSON.stringify(import.meta.resolve("../../journal/memory-blobs.ts"))};
      import { createHasher } from ${JSON.stringify(import.meta.resolve("../../entropy/hash.ts"))};
      import { readdirSync } from "node:fs";
      const blobs = memoryBlobs(() => createHasher("sha256"), { blobBytes: 1 });
      await blobs.write((async function* () { yield Buffer.from("ab"); })());
      process.stdout.write(String(readdirSync(process.env.TMPDIR).length));
      process.exit(3);`;
    const child = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
      env: { ...process.env, TMPDIR: directory },
    });
    expect([child.status, child.stdout, child.stderr]).toEqual([3, "1", ""]);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("a write of 200 MB does not grow memory with it", async () => {
    const blobs = memoryBlobs(createHasher);
    const piece = bytesOf(65_536);
    const before = process.memoryUsage().rss;
    let highest = 0;
    await blobs.write(
      (async function* () {
        for (let i = 0; i < 3_200; i++) {
          highest = Math.max(highest, process.memoryUsage().rss - before);
          yield Buffer.from(piece);
        }
      })(),
    );
    expect(highest).toBeLessThan(100_000_000);
    await blobs.close();
  });
});
