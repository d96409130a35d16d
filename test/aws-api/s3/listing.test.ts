import { describe, expect, test } from "vitest";
import type { Members } from "../../../aws-api/call.ts";
import { urlEncoded } from "../../../aws-api/s3/page.ts";
import { AT, type Outcome, S3World } from "./world.ts";

async function bucketWith(keys: readonly string[]) {
  const world = new S3World();
  for (const Key of keys) await world.act("PutObject", { Key }, { body: "x" });
  return world;
}

const keysOf = (outcome: Outcome) => ((outcome.Contents ?? []) as { Key: string }[]).map(({ Key }) => Key);
const prefixesOf = (outcome: Outcome) =>
  ((outcome.CommonPrefixes ?? []) as { Prefix: string }[]).map(({ Prefix }) => Prefix);

const FOLDER = ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"];

describe("ListObjectsV2", () => {
  test("says of each object what it is", async () => {
    const world = await bucketWith(["key"]);
    const shown = {
      Key: "key",
      LastModified: AT,
      ETag: '"9dd4e461268c8034f5c8564e155c67a6"',
      ChecksumAlgorithm: ["CRC64NVME"],
      ChecksumType: "FULL_OBJECT",
      Size: 1,
      StorageClass: "STANDARD",
    };
    const page = { Name: "mybucket", Prefix: "", MaxKeys: 1000, KeyCount: 1, IsTruncated: false };
    expect(await world.run("ListObjectsV2")).toEqual({ ...page, Contents: [shown] });
    const owned = await world.run("ListObjectsV2", { FetchOwner: true });
    expect(owned.Contents).toEqual([{ ...shown, Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) } }]);
  });

  test("an empty bucket", async () => {
    const page = { Name: "mybucket", Prefix: "", MaxKeys: 1000, KeyCount: 0, IsTruncated: false };
    expect(await new S3World().run("ListObjectsV2")).toEqual(page);
  });

  // Recorded: TestS3ListObjectsV2 in LocalStack's tests/aws/services/s3/test_s3_list_operations.snapshot.json (2026).
  test.each([
    [{ Prefix: "test/", Delimiter: "/" }, ["test/bar/", "test/foo/"], []],
    [{ Prefix: "test/foo", Delimiter: "/" }, ["test/foo/"], []],
    [{ Prefix: "test/foo/bar", Delimiter: "/" }, ["test/foo/bar/"], []],
    [{ Prefix: "test/foo" }, [], ["test/foo/bar/123", "test/foo/bar/456"]],
    [{ Delimiter: "/ba" }, ["test/ba", "test/foo/ba"], []],
    [{ Prefix: "none/", Delimiter: "/" }, [], []],
    [{ StartAfter: "test/foo/bar/123" }, [], ["test/foo/bar/456"]],
    [{ StartAfter: "test/foo/bar/1" }, [], ["test/foo/bar/123", "test/foo/bar/456"]],
    [{ StartAfter: "zzz" }, [], []],
    [{ Delimiter: "%2F" }, [], ["test/bar/foo/123", "test/foo/bar/123", "test/foo/bar/456"]],
  ])("%j", async (input, prefixes, keys) => {
    const world = await bucketWith(["test/foo/bar/456", "test/foo/bar/123", "test/bar/foo/123"]);
    const answer = await world.run("ListObjectsV2", input);
    expect([prefixesOf(answer), keysOf(answer)]).toEqual([prefixes, keys]);
    expect(answer.KeyCount).toBe(prefixes.length + keys.length);
  });

  // Recorded: test_list_objects_v2_continuation_common_prefixes.
  test("goes on behind a common prefix", async () => {
    const world = await bucketWith(FOLDER);
    const seen: unknown[] = [];
    let ContinuationToken: unknown;
    do {
      const input = {
        Prefix: "folder/",
        Delimiter: "/",
        MaxKeys: 1,
        ...(ContinuationToken !== undefined && { ContinuationToken }),
      };
      const page = await world.run("ListObjectsV2", input);
      expect(page.ContinuationToken).toBe(ContinuationToken);
      expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
      seen.push(...prefixesOf(page), ...keysOf(page));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(["folder/aSubfolder/", "folder/file1", "folder/file2"]);
  });

  test("a token counts before StartAfter, and must be ours", async () => {
    const world = await bucketWith(["a", "b", "c"]);
    const { NextContinuationToken } = await world.run("ListObjectsV2", { MaxKeys: 1 });
    const next = await world.run("ListObjectsV2", { ContinuationToken: NextContinuationToken, StartAfter: "b" });
    expect(keysOf(next)).toEqual(["b", "c"]);
    expect(next).not.toHaveProperty("StartAfter");
    expect(await world.run("ListObjectsV2", { StartAfter: "b" })).toMatchObject({ StartAfter: "b" });
    for (const ContinuationToken of ["", "made-up", `${NextContinuationToken}=`, "YWZ0ZXI6/w"]) {
      expect(await world.run("ListObjectsV2", { ContinuationToken })).toEqual({
        code: "InvalidArgument",
        status: 400,
        message: "The continuation token provided is incorrect",
        ArgumentName: "continuation-token",
      });
    }
  });

  test.each([
    [0, [], false, 0],
    [2, ["a", "b"], true, 2],
    [3, ["a", "b", "c"], false, 3],
    [5000, ["a", "b", "c"], false, 1000],
  ])("%i keys at most", async (MaxKeys, keys, IsTruncated, shown) => {
    const world = await bucketWith(["a", "b", "c"]);
    const answer = await world.run("ListObjectsV2", { MaxKeys });
    expect(keysOf(answer)).toEqual(keys);
    expect(answer).toMatchObject({ IsTruncated, MaxKeys: shown });
  });

  test.each([-1, 2 ** 31])("%i is no number of keys", async (MaxKeys) => {
    expect(await new S3World().run("ListObjectsV2", { MaxKeys })).toMatchObject({
      code: "InvalidArgument",
      ArgumentName: "maxKeys",
      ArgumentValue: `${MaxKeys}`,
    });
  });

  test("a page has 1,000 keys, and 1,001 need two", async () => {
    const world = await bucketWith(Array.from({ length: 1001 }, (_, index) => `key-${index}`));
    const first = await world.run("ListObjectsV2");
    expect(first).toMatchObject({ KeyCount: 1000, IsTruncated: true });
    const second = await world.run("ListObjectsV2", { ContinuationToken: first.NextContinuationToken });
    expect([second.KeyCount, keysOf(second)]).toEqual([1, ["key-999"]]);
  });
});

describe("ListObjects", () => {
  // Recorded: test_list_objects_marker_common_prefixes, test_list_objects_next_marker.
  test("goes on from a marker, which may be a common prefix or anything", async () => {
    const world = await bucketWith(FOLDER);
    const list = (input: Members) =>
      world.run("ListObjects", { Prefix: "folder/", Delimiter: "/", MaxKeys: 1, ...input });
    expect(await list({})).toEqual({
      Name: "mybucket",
      Prefix: "folder/",
      Delimiter: "/",
      Marker: "",
      MaxKeys: 1,
      IsTruncated: true,
      NextMarker: "folder/aSubfolder/",
      CommonPrefixes: [{ Prefix: "folder/aSubfolder/" }],
    });
    const second = await list({ Marker: "folder/aSubfolder/" });
    expect(second).toMatchObject({ Marker: "folder/aSubfolder/", NextMarker: "folder/file1", IsTruncated: true });
    expect(second.Contents).toMatchObject([{ Key: "folder/file1", Owner: { ID: expect.any(String) } }]);
    const last = await list({ Marker: "folder/file1" });
    expect([keysOf(last), last.IsTruncated, last.NextMarker]).toEqual([["folder/file2"], false, undefined]);
    const below = await list({ Marker: "folder/aSubfolder/subFile1" });
    expect([keysOf(below), prefixesOf(below)]).toEqual([["folder/file1"], []]);
  });

  test("without a delimiter there is no next marker", async () => {
    const world = await bucketWith(["a", "b"]);
    const page = await world.run("ListObjects", { MaxKeys: 1 });
    expect(page).toMatchObject({ IsTruncated: true });
    expect(page).not.toHaveProperty("NextMarker");
    expect(keysOf(await world.run("ListObjects", { Marker: "a" }))).toEqual(["b"]);
  });
});

describe("encoding-type", () => {
  test("url encodes keys, prefixes and markers", async () => {
    const world = await bucketWith(["a b/c", "date=1/", "ü(1)", "x+y"]);
    const list = (input: Members) => world.run("ListObjects", { EncodingType: "url", ...input });
    const all = await list({});
    expect(keysOf(all)).toEqual(["a+b/c", "date%3D1/", "x%2By", "%C3%BC%281%29"]);
    expect(all.EncodingType).toBe("url");
    expect(await list({ Prefix: "a ", Delimiter: " b", Marker: "a =", MaxKeys: 1 })).toMatchObject({
      Prefix: "a+",
      Delimiter: "+b",
      Marker: "a+%3D",
    });
    expect(prefixesOf(await list({ Delimiter: "=" }))).toEqual(["date%3D"]);
    const v2 = await world.run("ListObjectsV2", { EncodingType: "url", StartAfter: "date=1/", MaxKeys: 1 });
    expect(v2).toMatchObject({ StartAfter: "date%3D1/", Contents: [{ Key: "x%2By" }] });
    expect(keysOf(await world.run("ListObjectsV2", { ContinuationToken: v2.NextContinuationToken }))).toEqual(["ü(1)"]);
  });

  test.each(["value", ""])("%j is none", async (EncodingType) => {
    for (const operation of ["ListObjects", "ListObjectsV2", "ListMultipartUploads"]) {
      expect(await new S3World().run(operation, { EncodingType })).toEqual({
        code: "InvalidArgument",
        status: 400,
        message: "Invalid Encoding Method specified in Request",
        ArgumentName: "encoding-type",
        ArgumentValue: EncodingType,
      });
    }
  });

  test("encodes as Java does, but for slashes", () => {
    expect(urlEncoded("aZ09-_.*/~!'() +\u{1f600}")).toBe("aZ09-_.*/%7E%21%27%28%29+%2B%F0%9F%98%80");
  });
});
