// Random sequences of requests against an oracle that is a Map of key to bytes and knows nothing of how S3 is kept.

import { describe, expect, test } from "vitest";
import { type Dice, dice } from "../../../entropy/dice.ts";
import { seededEntropy } from "../../../entropy/random.ts";
import { type Outcome, S3World } from "./world.ts";

const MEBIBYTE = 1024 ** 2;
const LETTERS = [..."ab/-\u{fffd}\u{1f600}"];
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

class Run {
  readonly world = new S3World();
  readonly objects = new Map<string, Buffer>();
  readonly throws: Dice;
  readonly #entropy;

  constructor(seed: number) {
    this.throws = dice(`${seed}/requests`);
    this.#entropy = seededEntropy(`${seed}/bytes`);
  }

  key(): string {
    return Array.from({ length: 1 + this.throws.integer(4) }, () => this.throws.pick(LETTERS)).join("");
  }

  /** Often the same few bytes, so that objects share blobs. */
  body(): Buffer {
    if (this.throws.chance(0.5)) return Buffer.from(this.throws.pick(["", "same", "other"]));
    return this.#entropy.bytes(this.throws.integer(5_000));
  }

  async put(): Promise<void> {
    const [Key, body] = [this.key(), this.body()];
    const exists = this.objects.has(Key);
    const once = this.throws.chance(0.2);
    const put = await this.world.run("PutObject", { Key, ...(once && { IfNoneMatch: "*" }) }, { body });
    expect(put.code).toBe(once && exists ? "PreconditionFailed" : undefined);
    if (put.code === undefined) this.objects.set(Key, body);
  }

  async remove(): Promise<void> {
    const Key =
      this.throws.chance(0.7) && this.objects.size > 0 ? this.throws.pick([...this.objects.keys()]) : this.key();
    await this.world.act("DeleteObject", { Key });
    this.objects.delete(Key);
  }

  async get(): Promise<void> {
    const Key =
      this.throws.chance(0.8) && this.objects.size > 0 ? this.throws.pick([...this.objects.keys()]) : this.key();
    const bytes = this.objects.get(Key);
    const got = await this.bytes(Key);
    expect(got?.equals(bytes ?? Buffer.alloc(0)), Key).toBe(bytes ? true : undefined);
    if (!bytes || bytes.length === 0) return;
    const start = this.throws.integer(bytes.length);
    const end = start + this.throws.integer(bytes.length);
    const part = await this.bytes(Key, `bytes=${start}-${end}`);
    expect(part?.equals(bytes.subarray(start, end + 1)), `${Key} ${start}-${end}`).toBe(true);
    const last = 1 + this.throws.integer(bytes.length);
    expect((await this.bytes(Key, `bytes=-${last}`))?.equals(bytes.subarray(-last)), `${Key} -${last}`).toBe(true);
  }

  async bytes(Key: string, Range?: string): Promise<Buffer | undefined> {
    const { output } = await this.world.act("GetObject", { Key, ...(Range && { Range }) }).catch((error: Error) => {
      expect(error.message).toBe("The specified key does not exist.");
      return {} as { output?: undefined };
    });
    if (!output) return undefined;
    const body = output.Body as AsyncIterable<Uint8Array> | Uint8Array;
    const all: Uint8Array[] = [];
    if (body instanceof Uint8Array) all.push(body);
    else for await (const chunk of body) all.push(chunk);
    const bytes = Buffer.concat(all);
    expect(output.ContentLength).toBe(bytes.length);
    return bytes;
  }

  async list(): Promise<void> {
    const Prefix = this.throws.chance(0.5) ? "" : this.key().slice(0, 2);
    const Delimiter = this.throws.pick(["", "/", "-", "a", "/-"]);
    const MaxKeys = 1 + this.throws.integer(7);
    const StartAfter = this.throws.chance(0.3) ? this.key() : "";
    const seen: string[] = [];
    let page: Outcome = {};
    do {
      const token = page.NextContinuationToken;
      page = await this.world.run("ListObjectsV2", {
        ...{ Prefix, Delimiter, MaxKeys, StartAfter },
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const names = [...((page.Contents ?? []) as { Key: string }[]).map(({ Key }) => Key)];
      names.push(...((page.CommonPrefixes ?? []) as { Prefix: string }[]).map((each) => each.Prefix));
      expect(names.length).toBe(page.KeyCount);
      expect(page.IsTruncated ? names.length : MaxKeys).toBe(MaxKeys);
      seen.push(...names.sort(byBytes));
    } while (page.IsTruncated);
    expect(seen, JSON.stringify({ Prefix, Delimiter, StartAfter })).toEqual(
      this.#expected(Prefix, Delimiter, StartAfter),
    );
  }

  #expected(prefix: string, delimiter: string, after: string): string[] {
    const entries = new Set<string>();
    for (const key of this.objects.keys()) {
      if (!key.startsWith(prefix) || byBytes(key, after) <= 0) continue;
      const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      entries.add(at < 0 ? key : key.slice(0, at + delimiter.length));
    }
    return [...entries].filter((entry) => byBytes(entry, after) > 0).sort(byBytes);
  }

  /** Some parts, some of them twice, some left out; sometimes given up. */
  async multipart(): Promise<void> {
    const Key = this.key();
    const { UploadId } = await this.world.run("CreateMultipartUpload", { Key });
    const parts = new Map<number, { bytes: Buffer; ETag: unknown }>();
    for (let count = 1 + this.throws.integer(3); count > 0; count--) {
      const PartNumber = 1 + this.throws.integer(4);
      const bytes = Buffer.concat([Buffer.alloc(5 * MEBIBYTE, this.throws.pick(["x", "y"])), this.body()]);
      const { ETag } = await this.world.run("UploadPart", { Key, UploadId, PartNumber }, { body: bytes });
      parts.set(PartNumber, { bytes, ETag });
    }
    if (this.throws.chance(0.3)) {
      await this.world.act("AbortMultipartUpload", { Key, UploadId });
      return;
    }
    const chosen = [...parts].filter((_, index) => index === 0 || this.throws.chance(0.7)).sort(([a], [b]) => a - b);
    const Parts = chosen.map(([PartNumber, { ETag }]) => ({ PartNumber, ETag }));
    const done = await this.world.run("CompleteMultipartUpload", { Key, UploadId, MultipartUpload: { Parts } });
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-\d"$/);
    this.objects.set(Key, Buffer.concat(chosen.map(([, { bytes }]) => bytes)));
  }

  async step(): Promise<void> {
    const throwOf = this.throws.next();
    if (throwOf < 0.4) await this.put();
    else if (throwOf < 0.55) await this.remove();
    else if (throwOf < 0.75) await this.get();
    else if (throwOf < 0.99) await this.list();
    else await this.multipart();
  }
}

describe("S3 against an oracle", () => {
  test.each([101, 102, 103])("600 requests (seed %i)", async (seed) => {
    const run = new Run(seed);
    for (let step = 0; step < 600; step++) await run.step();
    const { world, objects } = run;
    expect([...(world.state.buckets.get("mybucket")?.objects.entries() ?? [])].map(([key]) => key)).toEqual(
      [...objects.keys()].sort(byBytes),
    );
    for (const [key, bytes] of objects) expect((await run.bytes(key))?.equals(bytes), key).toBe(true);
    // What is kept is what is named, no blob more and none less.
    expect(world.blobs).toEqual(await world.named());
    await world.close();
  });

  test.each([201, 202])("many at once leave nothing behind and lose nothing (seed %i)", async (seed) => {
    const world = new S3World();
    const bodies = new Map<string, Set<string>>();
    await Promise.all(
      Array.from({ length: 16 }, async (_, worker) => {
        const throws = dice(`${seed}/${worker}`);
        for (let step = 0; step < 40; step++) {
          const Key = throws.pick(["a", "b", "c"]);
          const body = throws.pick(["same", "other", `own of ${worker}`]);
          const kind = throws.integer(3);
          if (kind === 0) {
            bodies.set(Key, (bodies.get(Key) ?? new Set()).add(body));
            await world.act("PutObject", { Key }, { body });
          } else if (kind === 1) await world.act("DeleteObject", { Key });
          else {
            const got = await world.run("GetObject", { Key });
            if (got.code === undefined) expect(bodies.get(Key)).toContain(got.Body);
            else expect(got.code).toBe("NoSuchKey");
          }
        }
      }),
    );
    expect(world.blobs).toEqual(await world.named());
  });
});
