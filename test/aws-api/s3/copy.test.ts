import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Members } from "../../../aws-api/call.ts";
import { createHasher } from "../../../entropy/hash.ts";
import { memoryBlobs } from "../../../journal/memory-blobs.ts";
import { AT, type CallOptions, type Outcome, S3World } from "./world.ts";

const etag = (text: string | Buffer) => `"${createHash("md5").update(text).digest("hex")}"`;
const TEXT = "0123456789";
const TAG = etag(TEXT);

async function withObject(input: Members = {}, text: string = TEXT): Promise<S3World> {
  const world = new S3World(["mybucket", "otherbucket"]);
  await world.act("PutObject", { Key: "key", ...input }, { body: text });
  return world;
}

const copy = (world: S3World, input: Members = {}, options: CallOptions = {}) =>
  world.run("CopyObject", { Key: "copy", CopySource: "mybucket/key", ...input }, options);
const read = (world: S3World, input: Members = {}) =>
  world.run("GetObject", { Key: "copy", ChecksumMode: "ENABLED", ...input });

const SAID = {
  CacheControl: "no-store",
  ContentLanguage: "de",
  ContentType: "text/plain",
  Metadata: { colour: "blue" },
  Tagging: "team=blue",
};
const invalid = (message: string, ArgumentName: string, ArgumentValue: string) => ({
  code: "InvalidArgument",
  status: 400,
  message,
  ArgumentName,
  ArgumentValue,
});

describe("CopyObject", () => {
  test("makes the same of the same blob, in any bucket", async () => {
    const world = await withObject(SAID);
    const checksum = { ChecksumCRC64NVME: expect.any(String), ChecksumType: "FULL_OBJECT" };
    expect(await copy(world, { Bucket: "otherbucket" }, { at: AT + 1_500 })).toEqual({
      CopyObjectResult: { ETag: TAG, LastModified: AT + 1_000, ...checksum },
      ServerSideEncryption: "AES256",
    });
    const { Tagging: _, ...said } = SAID;
    expect(await read(world, { Bucket: "otherbucket" })).toMatchObject({
      ...said,
      ...checksum,
      Body: TEXT,
      TagCount: 1,
    });
    expect(world.blobs.size).toBe(1);
    await world.act("DeleteObject", { Key: "key" });
    expect(await read(world, { Bucket: "otherbucket" })).toMatchObject({ Body: TEXT });
    await world.act("DeleteObject", { Bucket: "otherbucket", Key: "copy" });
    expect([await world.named(), world.blobs]).toEqual([new Set(), new Set()]);
  });

  // Recorded: test_s3_copy_metadata_replace, test_s3_copy_tagging_directive and their like.
  test.each<[directives: Members, expected: Members]>([
    [
      { Metadata: { of: "request" }, ContentType: "text/html" },
      { ContentType: "text/plain", Metadata: { colour: "blue" } },
    ],
    [
      { MetadataDirective: "REPLACE" },
      { ContentType: "binary/octet-stream", Metadata: undefined, CacheControl: undefined },
    ],
    [
      { MetadataDirective: "REPLACE", Metadata: { of: "request" } },
      { Metadata: { of: "request" }, TagCount: 1 },
    ],
    [{ Tagging: "a=1&b=2" }, { TagCount: 1 }],
    [
      { Tagging: "a=1&b=2", TaggingDirective: "REPLACE" },
      { TagCount: 2, Metadata: { colour: "blue" } },
    ],
    [{ TaggingDirective: "REPLACE" }, { TagCount: undefined }],
    [{ StorageClass: "STANDARD_IA" }, { StorageClass: "STANDARD_IA" }],
    [{ WebsiteRedirectLocation: "/there" }, { WebsiteRedirectLocation: "/there", Metadata: { colour: "blue" } }],
  ])("%j", async (directives, expected) => {
    const world = await withObject(SAID);
    await world.act("CopyObject", { Key: "copy", CopySource: "mybucket/key", ...directives });
    const found = await read(world);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, found[name]]))).toEqual(expected);
  });

  test("storage class and redirection do not come along", async () => {
    const world = await withObject({ StorageClass: "STANDARD_IA", WebsiteRedirectLocation: "/there" });
    await copy(world);
    const found = await read(world);
    expect([found.StorageClass, found.WebsiteRedirectLocation]).toEqual([undefined, undefined]);
  });

  // Recorded: test_s3_copy_object_in_place and its like.
  const ILLEGAL = {
    code: "InvalidRequest",
    status: 400,
    message: expect.stringContaining("This copy request is illegal"),
  };
  test.each<[Members, object]>([
    [{}, ILLEGAL],
    [{ ACL: "private" }, ILLEGAL],
    [{ TaggingDirective: "REPLACE", Tagging: "a=b" }, ILLEGAL],
    [{ MetadataDirective: "COPY" }, ILLEGAL],
    [{ MetadataDirective: "REPLACE" }, { ServerSideEncryption: "AES256" }],
    [{ StorageClass: "STANDARD" }, { ServerSideEncryption: "AES256" }],
    [{ WebsiteRedirectLocation: "/" }, { ServerSideEncryption: "AES256" }],
    [{ ServerSideEncryption: "AES256" }, { ServerSideEncryption: "AES256" }],
  ])("to itself with %j", async (input, expected) => {
    const world = await withObject();
    expect(await copy(world, { Key: "key", ...input })).toMatchObject(expected);
    expect(await read(world, { Key: "key" })).toMatchObject({ Body: TEXT });
    expect(world.blobs).toEqual(await world.named());
  });

  test.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)(
    "with a %s, whatever the source has",
    async (name) => {
      const world = await withObject();
      const { CopyObjectResult } = await copy(world, { ChecksumAlgorithm: name });
      const member = `Checksum${name}`;
      const value = (CopyObjectResult as Members)[member];
      expect(CopyObjectResult).toEqual({ ETag: TAG, LastModified: AT, ChecksumType: "FULL_OBJECT", [member]: value });
      expect(await read(world)).toMatchObject({ [member]: value, Body: TEXT });
      // A copy of the copy keeps it.
      const again = await copy(world, { Key: "again", CopySource: "mybucket/copy" });
      expect(again.CopyObjectResult).toEqual(CopyObjectResult);
    },
  );

  test.each(["COMPOSITE", "FULL_OBJECT"])(
    "of an object in parts, its checksum %s, has come in one",
    async (ChecksumType) => {
      const world = new S3World();
      const plan = { Key: "key", ChecksumAlgorithm: "CRC32", ChecksumType };
      const { UploadId } = await world.run("CreateMultipartUpload", plan);
      const bodies = [Buffer.alloc(5 << 20, "a"), Buffer.from("the end")];
      const Parts: Members[] = [];
      for (const [index, body] of bodies.entries()) {
        const part = { Key: "key", UploadId, PartNumber: index + 1 };
        const headers = { "x-amz-trailer": "x-amz-checksum-crc32" };
        const { ChecksumCRC32, ETag } = await upload(world, part, body, headers);
        Parts.push({ PartNumber: index + 1, ETag, ChecksumCRC32 });
      }
      const done = await world.run("CompleteMultipartUpload", { Key: "key", UploadId, MultipartUpload: { Parts } });
      expect(done.ETag).toMatch(/-2"$/);
      const blobs = world.blobs.size;
      const { CopyObjectResult } = await copy(world);
      const whole = Buffer.concat(bodies);
      expect(CopyObjectResult).toMatchObject({ ETag: etag(whole), ChecksumType: "FULL_OBJECT" });
      expect(await read(world, { PartNumber: 1 })).toMatchObject({ ContentLength: whole.length });
      expect(await read(world, { PartNumber: 2 })).toMatchObject({ code: "InvalidPartNumber", ActualPartCount: "1" });
      expect(await read(world, { Range: "bytes=5242879-" })).toMatchObject({ Body: "athe end" });
      expect(world.blobs.size).toBe(blobs);
    },
  );

  test("reads what it was asked for, though it is deleted meanwhile", async () => {
    const store = memoryBlobs(() => createHasher("sha256"), { blobBytes: 1 });
    const world = new S3World(["mybucket"], store);
    await world.act("PutObject", { Key: "key" }, { body: TEXT });
    const copying = copy(world, { ChecksumAlgorithm: "SHA1" });
    await world.act("DeleteObject", { Key: "key" });
    expect(await copying).toMatchObject({ CopyObjectResult: { ETag: TAG } });
    expect(await read(world)).toMatchObject({ Body: TEXT });
    expect(world.blobs).toEqual(await world.named());
    await world.close();
  });

  test.each<[source: string, key: string]>([
    ["mybucket/key", "key"],
    ["/mybucket/key", "key"],
    ["mybucket/a%2Fb", "a/b"],
    ["mybucket/a+b", "a b"],
    ["mybucket/a%2Bb", "a+b"],
    ["mybucket//a", "/a"],
    ["mybucket/%F0%9F%98%80/", "\u{1f600}/"],
    ["mybucket/a%3FversionId=b?versionId=null", "a?versionId=b"],
  ])("from %s", async (CopySource, Key) => {
    const world = new S3World();
    await world.act("PutObject", { Key }, { body: TEXT });
    expect(await copy(world, { CopySource })).toHaveProperty("CopyObjectResult");
    expect(await read(world)).toMatchObject({ Body: TEXT });
  });

  // Recorded: test_s3_copy_object_wrong_format, test_s3_copy_object_src_not_exists; the others as versitygw tells them.
  test.each<[input: Members, expected: object]>([
    [
      { CopySource: "wrongformat" },
      invalid("Invalid copy source object key", "x-amz-copy-source", "x-amz-copy-source"),
    ],
    [{ CopySource: "//key" }, invalid("Invalid copy source bucket name", "x-amz-copy-source", "//key")],
    [{ CopySource: "mybucket/%zz" }, invalid("Invalid copy source encoding", "x-amz-copy-source", "mybucket/%zz")],
    [{ CopySource: "mybucket/key?versionId=v1" }, invalid("Invalid version id specified", "versionId", "v1")],
    [{ CopySource: "no-bucket/key" }, { code: "NoSuchBucket", status: 404, BucketName: "no-bucket" }],
    [{ CopySource: "mybucket/none" }, { code: "NoSuchKey", status: 404, Key: "none" }],
    [{ Bucket: "no-bucket" }, { code: "NoSuchBucket", status: 404, BucketName: "no-bucket" }],
    [{ ExpectedSourceBucketOwner: "999999999999" }, { code: "AccessDenied", status: 403 }],
    [{ MetadataDirective: "copy" }, invalid("Unknown metadata directive.", "x-amz-metadata-directive", "copy")],
    [{ TaggingDirective: "x" }, invalid("Unknown tagging directive.", "x-amz-tagging-directive", "x")],
    [{ ChecksumAlgorithm: "MD5" }, { code: "InvalidRequest", message: expect.stringContaining("is unsupported") }],
    [{ ServerSideEncryption: "aws:kms" }, { code: "NotImplemented", status: 501 }],
    [{ CopySourceSSECustomerAlgorithm: "AES256" }, { code: "NotImplemented", status: 501 }],
    [
      { IfNoneMatch: "*", Key: "key" },
      { code: "PreconditionFailed", Condition: "If-None-Match" },
    ],
    [
      { IfMatch: '"x"', Key: "key" },
      { code: "PreconditionFailed", Condition: "If-Match" },
    ],
    [{ IfMatch: TAG }, { code: "NoSuchKey", status: 404, Key: "copy" }],
    [{ IfMatch: "*" }, { code: "NotImplemented", Header: "If-Match" }],
    [{ IfNoneMatch: TAG }, { code: "NotImplemented", Header: "If-None-Match" }],
    [
      { IfMatch: TAG, IfNoneMatch: "*" },
      { code: "NotImplemented", Header: "If-Match,If-None-Match" },
    ],
  ])("refuses %j", async (input, expected) => {
    const world = await withObject();
    expect(await copy(world, input)).toMatchObject(expected);
    expect(await read(world)).toMatchObject({ code: "NoSuchKey" });
  });

  test("if the target is as it should be", async () => {
    const world = await withObject();
    expect(await copy(world, { IfNoneMatch: "*" })).toHaveProperty("CopyObjectResult");
    expect(await copy(world, { IfMatch: TAG, Key: "key", MetadataDirective: "REPLACE" })).toHaveProperty(
      "CopyObjectResult",
    );
  });

  test("does not tell of a source that is missing to who may not list its bucket", async () => {
    const world = await withObject();
    const may = ({ action }: { action: string }) => action !== "s3:ListBucket";
    const expected = { code: "AccessDenied", status: 403, message: "may not s3:ListBucket" };
    expect(await copy(world, { CopySource: "mybucket/none" }, { may })).toEqual(expected);
  });

  test("an archived source must be restored first", async () => {
    const world = await withObject({ StorageClass: "GLACIER" });
    expect(await copy(world)).toEqual({
      code: "InvalidObjectState",
      status: 403,
      message: "Operation is not valid for the source object's storage class",
      StorageClass: "GLACIER",
    });
  });
});

function upload(
  world: S3World,
  part: Members,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return world.run("UploadPart", part, { body, headers, trailers: { "x-amz-checksum-crc32": crc.toString("base64") } });
}

/** Slow and plain. */
function crc32(bytes: Buffer): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

// Recorded: test_s3_copy_object_preconditions, test_upload_part_copy_with_…. The object was written at AT.
const failed = (condition: string) => ({
  code: "PreconditionFailed",
  status: 412,
  message: "At least one of the pre-conditions you specified did not hold",
  Condition: `x-amz-copy-source-${condition}`,
});
const CONDITIONS: readonly [conditions: Members, expected: object | undefined][] = [
  [{ CopySourceIfMatch: TAG }, undefined],
  [{ CopySourceIfMatch: '"other"' }, failed("If-Match")],
  [{ CopySourceIfNoneMatch: '"other"' }, undefined],
  [{ CopySourceIfNoneMatch: TAG }, failed("If-None-Match")],
  [{ CopySourceIfNoneMatch: TAG.slice(1, -1) }, failed("If-None-Match")],
  [{ CopySourceIfModifiedSince: AT - 1_000 }, undefined],
  [{ CopySourceIfModifiedSince: AT }, failed("If-Modified-Since")],
  [{ CopySourceIfModifiedSince: AT + 3_600_000 }, undefined],
  [{ CopySourceIfUnmodifiedSince: AT }, undefined],
  [{ CopySourceIfUnmodifiedSince: AT - 1_000 }, failed("If-Unmodified-Since")],
  [{ CopySourceIfMatch: TAG, CopySourceIfUnmodifiedSince: AT - 1_000 }, undefined],
  [{ CopySourceIfNoneMatch: '"other"', CopySourceIfUnmodifiedSince: AT - 1_000 }, failed("If-Unmodified-Since")],
];

describe("conditions on the source", () => {
  test.each(CONDITIONS)("%j", async (conditions, expected) => {
    const world = await withObject();
    expect(await copy(world, conditions)).toMatchObject(expected ?? { CopyObjectResult: { ETag: TAG } });
    const { UploadId } = await world.run("CreateMultipartUpload", { Key: "parts" });
    const part = { Key: "parts", UploadId, PartNumber: 1, CopySource: "mybucket/key", ...conditions };
    expect(await world.run("UploadPartCopy", part)).toMatchObject(expected ?? { CopyPartResult: { ETag: TAG } });
  });
});

describe("UploadPartCopy", () => {
  const FORM =
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based " +
    "offsets of the first and last bytes to copy";
  const noRange = (range: string) => invalid(FORM, "x-amz-copy-source-range", range);

  async function begun(plan: Members = {}) {
    const world = await withObject();
    const { UploadId } = await world.run("CreateMultipartUpload", { Key: "parts", ...plan });
    const part = (input: Members) =>
      world.run("UploadPartCopy", { Key: "parts", UploadId, PartNumber: 1, CopySource: "mybucket/key", ...input });
    return { world, UploadId, part };
  }

  // Recorded: test_upload_part_copy_range.
  test.each<[range: string | undefined, expected: object]>([
    [undefined, { CopyPartResult: { ETag: TAG, LastModified: AT } }],
    ["bytes=0-8", { CopyPartResult: { ETag: etag("012345678") } }],
    ["bytes=1-1", { CopyPartResult: { ETag: etag("1") } }],
    ["bytes=0-0", { CopyPartResult: { ETag: etag("0") } }],
    ...[
      "0-8",
      "bytes=1-0",
      "bytes=-1-",
      "bytes=0--1",
      "bytes=0-1,3-4,7-9",
      "bytes=-",
      "bytes=-0",
      "bytes=1-",
      "bytes=-2",
    ].map((range): [string, object] => [range, noRange(range)]),
    [
      "bytes=0-100",
      invalid("Range specified is not valid for source object of size: 10", "x-amz-copy-source-range", "bytes=0-100"),
    ],
    [
      "bytes=100-200",
      {
        code: "InvalidRequest",
        status: 400,
        message: "The specified copy range is invalid for the source object size",
      },
    ],
  ])("of %s", async (CopySourceRange, expected) => {
    const { part } = await begun();
    expect(await part({ ...(CopySourceRange !== undefined && { CopySourceRange }) })).toMatchObject(expected);
  });

  test("gives parts of which an object is made", async () => {
    const { world, UploadId, part } = await begun();
    const big = Buffer.concat([Buffer.alloc(5 << 20, "b"), Buffer.from("rest")]);
    await world.act("PutObject", { Bucket: "otherbucket", Key: "big" }, { body: big });
    const CopySource = "otherbucket/big";
    const results = [
      await part({ CopySource, CopySourceRange: `bytes=0-${(5 << 20) - 1}` }),
      await part({ CopySource, CopySourceRange: `bytes=${5 << 20}-${big.length - 1}`, PartNumber: 2 }),
      await part({ PartNumber: 3 }),
    ];
    const Parts = results.map(({ CopyPartResult }, index) => {
      return { PartNumber: index + 1, ETag: (CopyPartResult as Members).ETag };
    });
    // The second is too small to be any but the last.
    const complete = (chosen: readonly Members[]) =>
      world.run("CompleteMultipartUpload", { Key: "parts", UploadId, MultipartUpload: { Parts: chosen } });
    expect(await complete(Parts)).toMatchObject({ code: "EntityTooSmall", PartNumber: "2" });
    await complete(Parts.slice(0, 2));
    expect(await world.run("GetObject", { Key: "parts", Range: "bytes=-5" })).toMatchObject({ Body: "brest" });
    expect(world.blobs).toEqual(await world.named());
  });

  test.each(["CRC32C", "SHA256", "CRC64NVME"])("computes the %s that the upload wants", async (ChecksumAlgorithm) => {
    const { world, UploadId, part } = await begun({ ChecksumAlgorithm });
    const { CopyPartResult } = await part({});
    const member = `Checksum${ChecksumAlgorithm}`;
    const value = (CopyPartResult as Members)[member];
    expect(value).toEqual(expect.any(String));
    const listed = await world.run("ListParts", { Key: "parts", UploadId });
    expect(listed.Parts).toMatchObject([{ [member]: value, Size: 10 }]);
  });

  test.each<[Members, object]>([
    [{ UploadId: "none" }, { code: "NoSuchUpload", UploadId: "none" }],
    [{ PartNumber: 0 }, { code: "InvalidArgument", ArgumentName: "partNumber" }],
    [{ CopySource: "mybucket/none" }, { code: "NoSuchKey", Key: "none" }],
    [{ CopySource: "wrongformat" }, { code: "InvalidArgument", ArgumentName: "x-amz-copy-source" }],
  ])("refuses %j", async (input, expected) => {
    const { part } = await begun();
    expect(await part(input)).toMatchObject(expected);
  });

  test("of nothing is nothing", async () => {
    const { world, part } = await begun();
    await world.act("PutObject", { Key: "empty" }, { body: "" });
    expect(await part({ CopySource: "mybucket/empty" })).toMatchObject({ CopyPartResult: { ETag: etag("") } });
  });
});
