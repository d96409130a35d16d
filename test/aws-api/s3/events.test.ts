import { describe, expect, test } from "vitest";
import { configuredBuckets } from "../../../aws-api/s3/configuration.ts";
import { fold, type S3Event } from "../../../aws-api/s3/events.ts";
import { ALL_BLOCKED, emptyS3, isNamed, type ObjectContent, type S3State } from "../../../aws-api/s3/state.ts";
import { AT, account, configured, S3World } from "./world.ts";

const object = (...hashes: string[]): ObjectContent => ({
  pieces: hashes.map((hash) => ({ hash, sizeBytes: 1 })),
  sizeBytes: hashes.length,
  etag: hashes.join(""),
  checksum: { algorithm: "CRC32", type: "FULL_OBJECT", value: "" },
  attributes: {},
});
const at = AT;
const inBucket = { at, bucket: "b" };
const put = (key: string, ...hashes: string[]): S3Event => ({
  type: "object.put",
  ...inBucket,
  key,
  object: object(...hashes),
});
const begin: S3Event = {
  type: "upload.created",
  ...inBucket,
  upload: { key: "k", uploadId: "u", initiator: { ID: "i", DisplayName: "d" }, attributes: {} },
};
const part = (partNumber: number, hash: string): S3Event => {
  return {
    type: "part.put",
    ...inBucket,
    uploadId: "u",
    partNumber,
    part: { hash, sizeBytes: 1, etag: "e", checksum: "" },
  };
};

/** What each of the events lets go. */
function letGo(...events: S3Event[]): (readonly string[])[] {
  const state = emptyS3();
  fold(state, configured("b"));
  return events.map((event) => fold(state, event));
}

describe("what an event lets go", () => {
  test.each<[string, S3Event[], readonly string[][]]>([
    ["an object written over", [put("k", "1"), put("k", "2")], [[], ["1"]]],
    ["an object written over by its like", [put("k", "1"), put("k", "1")], [[], []]],
    [
      "an object whose blob another has too",
      [put("k", "1"), put("l", "1"), put("k", "2"), put("l", "2")],
      [[], [], [], ["1"]],
    ],
    ["a deleted object", [put("k", "1"), { type: "object.deleted", ...inBucket, key: "k" }], [[], ["1"]]],
    [
      "a deleted object of twice the same piece",
      [put("k", "1", "1"), { type: "object.deleted", ...inBucket, key: "k" }],
      [[], ["1"]],
    ],
    ["a part written over", [begin, part(1, "1"), part(1, "2"), part(1, "2")], [[], [], ["1"], []]],
    [
      "parts that are not used, and the object before",
      [
        put("k", "0"),
        begin,
        part(1, "1"),
        part(2, "2"),
        { type: "upload.completed", ...inBucket, uploadId: "u", object: object("2") },
      ],
      [[], [], [], [], ["0", "1"]],
    ],
    [
      "an upload given up",
      [begin, part(1, "1"), { type: "upload.aborted", ...inBucket, uploadId: "u" }],
      [[], [], ["1"]],
    ],
    ["a bucket with an upload", [begin, part(1, "1"), { type: "bucket.deleted", ...inBucket }], [[], [], ["1"]]],
    [
      "a new beginning",
      [put("k", "1"), begin, part(1, "2"), { type: "world.reset", at, buckets: [] }],
      [[], [], [], ["1", "2"]],
    ],
  ])("%s", (_, events, expected) => {
    expect(letGo(...events)).toEqual(expected);
  });
});

describe("fold", () => {
  const buckets = (state: S3State) =>
    [...state.buckets.entries()].map(([name, { createdAt }]) => [name, createdAt - AT]);

  test("a configuration makes its buckets once, and takes none away", () => {
    const state = emptyS3();
    const load = (later: number, ...names: string[]) => fold(state, { ...configured(...names), at: AT + later });
    load(0, "one", "two");
    load(1, "two", "three");
    expect(buckets(state)).toEqual([
      ["one", 0],
      ["three", 1],
      ["two", 0],
    ]);
  });

  test("a reset returns to what the configuration says", () => {
    const state = emptyS3();
    fold(state, configured("one"));
    fold(state, { type: "bucket.created", at, bucket: "two" });
    fold(state, { type: "object.put", at, bucket: "one", key: "k", object: object("1") });
    const reset: S3Event = { type: "world.reset", at: AT + 5, buckets: configuredBuckets(["one"], account) };
    expect(fold(state, reset)).toEqual(["1"]);
    expect(buckets(state)).toEqual([["one", 5]]);
    expect(state.buckets.get("one")?.objects.size).toBe(0);
    expect(isNamed(state, "1")).toBe(false);
  });

  test("a configuration sets a bucket anew only where it says something else of it than before", () => {
    const state = emptyS3();
    const load = (written: object) =>
      fold(state, { type: "configuration.loaded", at, buckets: configuredBuckets({ one: written }, account) });
    const settings = () => state.buckets.get("one")?.settings;
    load({ tags: { team: "blue" } });
    const byApi = { tags: [{ Key: "team", Value: "red" }] };
    fold(state, { type: "bucket.changed", at, bucket: "one", settings: byApi });
    load({ tags: { team: "blue" } });
    expect(settings()).toEqual(byApi);
    load({ tags: { team: "green" } });
    expect(settings()).toEqual({ tags: [{ Key: "team", Value: "green" }], publicAccessBlock: ALL_BLOCKED });
    load({ publicAccessBlock: false });
    expect(settings()).toEqual({ tags: [] });
  });

  test("a configuration without buckets, and events of other rooms, change nothing", () => {
    const state = emptyS3();
    fold(state, configured());
    expect(fold(state, { type: "rotation.forced", at } as never)).toEqual([]);
    expect(buckets(state)).toEqual([]);
  });

  test("a replay of what happened gives the same", async () => {
    const world = new S3World();
    await world.act("PutObject", { Key: "key", Metadata: { a: "b" } }, { body: "one" });
    await world.act("CreateBucket", { Bucket: "another-one", CreateBucketConfiguration: { LocationConstraint: "EU" } });
    const { UploadId } = await world.run("CreateMultipartUpload", { Key: "big" });
    const { ETag } = await world.run("UploadPart", { Key: "big", UploadId, PartNumber: 1 }, { body: "part" });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await world.act("CompleteMultipartUpload", { Key: "big", UploadId, MultipartUpload });
    await world.act("CreateMultipartUpload", { Key: "open" });
    await world.act("DeleteObject", { Key: "key" });
    await world.act("CopyObject", {
      Key: "copy",
      CopySource: "mybucket/big",
      Tagging: "a=b",
      TaggingDirective: "REPLACE",
    });
    await world.act("PutObjectTagging", { Key: "big", Tagging: { TagSet: [{ Key: "c", Value: "d" }] } });
    await world.act("DeleteObjectTagging", { Key: "copy" });
    await world.act("PutBucketTagging", { Tagging: { TagSet: [{ Key: "e", Value: "f" }] } });
    await world.act("DeletePublicAccessBlock", { Bucket: "another-one" });
    const again = emptyS3();
    // As a journal on disk keeps them.
    for (const event of world.events) fold(again, JSON.parse(JSON.stringify(event)) as S3Event);
    const plain = ({ buckets: all, ...rest }: S3State) => ({
      ...rest,
      buckets: [...all.entries()].map(([, bucket]) => ({
        ...bucket,
        objects: [...bucket.objects.entries()],
        uploadsByKey: [...bucket.uploadsByKey.entries()],
      })),
    });
    expect(plain(again)).toEqual(plain(world.state));
  });

  test("an event about what is not there is a mistake of ours", () => {
    expect(() => fold(emptyS3(), put("k", "1"))).toThrow(/names the bucket b/);
    expect(() => letGo(part(1, "1"))).toThrow(/names the upload u/);
  });
});
