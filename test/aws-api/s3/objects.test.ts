import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { AT, S3World } from "./world.ts";

const md5 = (text: string) => createHash("md5").update(text).digest();
const etag = (text: string) => `"${md5(text).toString("hex")}"`;

async function withObject(text = "0123456789", input = {}) {
  const world = new S3World();
  await world.act("PutObject", { Key: "key", ...input }, { body: text });
  return world;
}

describe("PutObject and GetObject", () => {
  test("keep the bytes, the headers, the metadata and the instant", async () => {
    const world = new S3World();
    const stored = {
      CacheControl: "no-store",
      ContentDisposition: "attachment",
      ContentEncoding: "gzip",
      ContentLanguage: "de",
      ContentType: "text/plain",
      Expires: "Tue, 24 Nov 2026 13:00:00 GMT",
      Metadata: { colour: "blue" },
      StorageClass: "STANDARD_IA",
      WebsiteRedirectLocation: "/elsewhere",
    };
    const put = await world.run("PutObject", { Key: "key", ...stored }, { body: "hello", at: AT + 1_500 });
    const checksum = { ChecksumCRC64NVME: "M3eFcAZSQlc=", ChecksumType: "FULL_OBJECT" };
    expect(put).toEqual({ ETag: etag("hello"), ...checksum, ServerSideEncryption: "AES256" });
    const described = {
      ...stored,
      ETag: etag("hello"),
      LastModified: AT + 1_500,
      AcceptRanges: "bytes",
      ContentLength: 5,
      ServerSideEncryption: "AES256",
    };
    expect(await world.run("HeadObject", { Key: "key" })).toEqual(described);
    expect(await world.run("GetObject", { Key: "key" })).toEqual({ ...described, Body: "hello" });
    const withChecksum = await world.run("GetObject", { Key: "key", ChecksumMode: "ENABLED" });
    expect(withChecksum).toEqual({ ...described, ...checksum, Body: "hello" });
  });

  test("an object may be empty, and has the usual type", async () => {
    const world = await withObject("");
    expect(await world.run("GetObject", { Key: "key" })).toMatchObject({
      ContentLength: 0,
      ContentType: "binary/octet-stream",
      ETag: etag(""),
      Body: "",
    });
  });

  test("the last write counts", async () => {
    const world = await withObject("first");
    await world.act("PutObject", { Key: "key" }, { body: "second" });
    expect(await world.run("GetObject", { Key: "key" })).toMatchObject({ Body: "second" });
  });

  test("a reader may have other headers said", async () => {
    const world = await withObject();
    const asked = {
      ResponseCacheControl: "max-age=1",
      ResponseContentType: "text/html",
      ResponseExpires: Date.parse("2026-11-24T13:00:00Z"),
    };
    expect(await world.run("GetObject", { Key: "key", ...asked })).toMatchObject({
      CacheControl: "max-age=1",
      ContentType: "text/html",
      Expires: "Tue, 24 Nov 2026 13:00:00 GMT",
    });
    const stranger = { principal: { kind: "anonymous" } } as const;
    expect(await world.run("GetObject", { Key: "key", ...asked }, stranger)).toMatchObject({
      code: "InvalidRequest",
      message: "Request specific response headers cannot be used for anonymous GET requests.",
    });
  });

  test("an archived object must be restored first", async () => {
    const world = await withObject("old", { StorageClass: "DEEP_ARCHIVE" });
    expect(await world.run("HeadObject", { Key: "key" })).toMatchObject({ StorageClass: "DEEP_ARCHIVE" });
    expect(await world.run("GetObject", { Key: "key" })).toEqual({
      code: "InvalidObjectState",
      status: 403,
      message: "The operation is not valid for the object's storage class",
      StorageClass: "DEEP_ARCHIVE",
    });
  });
});

// Answers of S3 to an object of ten bytes, recorded in LocalStack's tests/aws/services/s3/test_s3_api.snapshot.json
// (test_get_object_range, 2026).
const RANGES: readonly [range: string, contentRange: string | undefined, body: string][] = [
  ["bytes=0-8", "bytes 0-8/10", "012345678"],
  ["bytes=1-1", "bytes 1-1/10", "1"],
  ["bytes=1-0", undefined, "0123456789"],
  ["bytes=1-", "bytes 1-9/10", "123456789"],
  ["bytes=-1-", undefined, "0123456789"],
  ["bytes=-2", "bytes 8-9/10", "89"],
  ["bytes=-9", "bytes 1-9/10", "123456789"],
  ["bytes=-15", "bytes 0-9/10", "0123456789"],
  ["bytes=0-100", "bytes 0-9/10", "0123456789"],
  ["bytes=0-0", "bytes 0-0/10", "0"],
  ["bytes=0--1", undefined, "0123456789"],
  ["bytes=0-1,3-4,7-9", undefined, "0123456789"],
  ["0-1", undefined, "0123456789"],
  ["bytes=-", undefined, "0123456789"],
];

describe("Range", () => {
  test.each(RANGES)("%s gives %s", async (Range, ContentRange, Body) => {
    const world = await withObject();
    const answer = await world.run("GetObject", { Key: "key", Range, ChecksumMode: "ENABLED" });
    expect(answer.Body).toBe(Body);
    expect(answer.ContentRange).toBe(ContentRange);
    expect(answer.status).toBe(ContentRange === undefined ? undefined : 206);
    expect(answer.ContentLength).toBe(Body.length);
    // The checksum of the whole comes only with the whole.
    expect(answer.ChecksumCRC64NVME !== undefined).toBe(Body.length === 10);
    const { Body: _, ...head } = answer;
    expect(await world.run("HeadObject", { Key: "key", Range, ChecksumMode: "ENABLED" })).toEqual(head);
  });

  test.each(["bytes=-0", "bytes=100-200", "bytes=10-"])("%s is not satisfiable", async (Range) => {
    const world = await withObject();
    expect(await world.run("GetObject", { Key: "key", Range })).toEqual({
      code: "InvalidRange",
      status: 416,
      message: "The requested range is not satisfiable",
      ActualObjectSize: "10",
      RangeRequested: Range,
    });
  });

  // https://github.com/apache/arrow-rs-object-store/issues/846
  test("of an empty object the last bytes are the whole, and so is its only part", async () => {
    const world = await withObject();
    await world.run("PutObject", { Key: "key" });
    for (const asked of [{ Range: "bytes=-5" }, { PartNumber: 1 }]) {
      const answer = await world.run("GetObject", { Key: "key", ...asked });
      expect(answer).toMatchObject({ Body: "", ContentLength: 0 });
      expect([answer.status, answer.ContentRange]).toEqual([undefined, undefined]);
    }
    expect(await world.run("GetObject", { Key: "key", Range: "bytes=0-" })).toMatchObject({ code: "InvalidRange" });
  });

  test("an object in one piece is its own first part", async () => {
    const world = await withObject();
    const first = await world.run("GetObject", { Key: "key", PartNumber: 1 });
    expect(first).toMatchObject({ status: 206, ContentRange: "bytes 0-9/10", Body: "0123456789" });
    expect(first).not.toHaveProperty("PartsCount");
    expect(await world.run("GetObject", { Key: "key", PartNumber: 2 })).toEqual({
      code: "InvalidPartNumber",
      status: 416,
      message: "The requested partnumber is not satisfiable",
      PartNumberRequested: "2",
      ActualPartCount: "1",
    });
    expect(await world.run("GetObject", { Key: "key", PartNumber: 1, Range: "bytes=0-1" })).toMatchObject({
      message: "Cannot specify both Range header and partNumber query parameter",
    });
  });
});

const TAG = etag("0123456789");
const FAILED = { status: 412, message: "At least one of the pre-conditions you specified did not hold" };
const NOT_MODIFIED = { status: 304, ETag: TAG, LastModified: AT };

// By RFC 9110, section 13.2.2, and the recordings of test_s3_get_object_preconditions. The object was written at AT.
const READ_CONDITIONS: readonly [conditions: object, expected: object][] = [
  [{ IfMatch: TAG }, { Body: "0123456789" }],
  [{ IfMatch: TAG.slice(1, -1) }, { Body: "0123456789" }],
  [{ IfMatch: `"other", ${TAG}` }, { Body: "0123456789" }],
  [{ IfMatch: "*" }, { Body: "0123456789" }],
  [{ IfMatch: '"other"' }, { ...FAILED, Condition: "If-Match" }],
  [{ IfNoneMatch: '"other"' }, { Body: "0123456789" }],
  [{ IfNoneMatch: TAG }, NOT_MODIFIED],
  [{ IfNoneMatch: TAG.slice(1, -1) }, NOT_MODIFIED],
  [{ IfNoneMatch: "*" }, NOT_MODIFIED],
  [{ IfModifiedSince: AT - 1_000 }, { Body: "0123456789" }],
  [{ IfModifiedSince: AT }, NOT_MODIFIED],
  [{ IfModifiedSince: AT + 3_600_000 }, { Body: "0123456789" }],
  [{ IfUnmodifiedSince: AT }, { Body: "0123456789" }],
  [{ IfUnmodifiedSince: AT - 1_000 }, { ...FAILED, Condition: "If-Unmodified-Since" }],
  [{ IfMatch: TAG, IfUnmodifiedSince: AT - 1_000 }, { Body: "0123456789" }],
  [{ IfNoneMatch: '"other"', IfModifiedSince: AT }, { Body: "0123456789" }],
];

describe("conditions of readers", () => {
  test.each(READ_CONDITIONS)("%j", async (conditions, expected) => {
    const world = await withObject();
    expect(await world.run("GetObject", { Key: "key", ...conditions })).toMatchObject(expected);
    const { Body: _, ...head } = expected as { Body?: string };
    expect(await world.run("HeadObject", { Key: "key", ...conditions })).toMatchObject(head);
  });
});

const noHeader = (Header: string, additionalMessage?: string) => ({
  code: "NotImplemented",
  status: 501,
  message: "A header you provided implies functionality that is not implemented",
  Header,
  ...(additionalMessage && { additionalMessage }),
});
const notTaken = (header: string) => `We don't accept the provided value of ${header} header for this API`;

// Recorded: TestS3ObjectWritePrecondition in LocalStack's test_s3_api.snapshot.json.
const WRITE_CONDITIONS: readonly [conditions: object, key: string, expected: object][] = [
  [{ IfNoneMatch: "*" }, "new", { ETag: etag("again") }],
  [{ IfNoneMatch: "*" }, "key", { code: "PreconditionFailed", ...FAILED, Condition: "If-None-Match" }],
  [{ IfNoneMatch: TAG }, "key", noHeader("If-None-Match", notTaken("If-None-Match"))],
  [{ IfMatch: TAG }, "key", { ETag: etag("again") }],
  [{ IfMatch: '"other"' }, "key", { code: "PreconditionFailed", ...FAILED, Condition: "If-Match" }],
  [{ IfMatch: TAG }, "new", { code: "NoSuchKey", status: 404, Key: "new" }],
  [{ IfMatch: "*" }, "key", noHeader("If-Match", notTaken("If-Match"))],
  [
    { IfMatch: TAG, IfNoneMatch: "*" },
    "key",
    noHeader("If-Match,If-None-Match", "Multiple conditional request headers present in the request"),
  ],
];

describe("conditions of writers", () => {
  test.each(WRITE_CONDITIONS)("%j on %s", async (conditions, Key, expected) => {
    const world = await withObject();
    let read = false;
    const body = (async function* () {
      read = true;
      yield Buffer.from("again");
    })();
    expect(await world.run("PutObject", { Key, ...conditions }, { body })).toMatchObject(expected);
    // A refusal costs no byte of the body.
    expect(read).toBe("ETag" in expected);
  });

  test("of many who write what must not be there, one does", async () => {
    const world = new S3World();
    const all = Array.from({ length: 20 }, (_, index) =>
      world.run("PutObject", { Key: "lock", IfNoneMatch: "*" }, { body: `writer ${index}` }),
    );
    const outcomes = await Promise.all(all);
    const winners = outcomes.filter((outcome) => outcome.code === undefined);
    expect(winners).toHaveLength(1);
    expect(outcomes.filter(({ code }) => code === "PreconditionFailed")).toHaveLength(19);
    expect(world.blobs).toEqual(await world.named());
  });

  test("an object that was replaced by an equal one while the body came in is a conflict", async () => {
    const world = await withObject();
    const body = (async function* () {
      await world.act("PutObject", { Key: "key" }, { body: "0123456789" });
      yield Buffer.from("late");
    })();
    expect(await world.run("PutObject", { Key: "key", IfMatch: TAG }, { body })).toEqual({
      code: "ConditionalRequestConflict",
      status: 409,
      message: "The conditional request cannot succeed due to a conflicting operation against this resource.",
      Condition: "If-Match",
      Key: "key",
    });
  });
});

describe("what is not there", () => {
  test.each(["GetObject", "HeadObject"])("%s says so only to who may list the bucket", async (operation) => {
    const world = new S3World();
    expect(await world.run(operation, { Key: "none" })).toEqual({
      code: "NoSuchKey",
      status: 404,
      message: "The specified key does not exist.",
      Key: "none",
    });
    const may = ({ action }: { action: string }) => action !== "s3:ListBucket";
    expect(await world.run(operation, { Key: "none" }, { may })).toEqual({
      code: "AccessDenied",
      status: 403,
      message: "may not s3:ListBucket",
    });
  });

  const everywhere = ["GetObject", "HeadObject", "PutObject", "DeleteObject", "CreateMultipartUpload"];
  test.each(everywhere)("%s in no bucket", async (operation) => {
    expect(await new S3World().run(operation, { Bucket: "no-bucket", Key: "key" }, { body: "" })).toEqual({
      code: "NoSuchBucket",
      status: 404,
      message: "The specified bucket does not exist",
      BucketName: "no-bucket",
    });
  });

  test.each(everywhere)("%s of too long a key", async (operation) => {
    const Key = "é".repeat(513);
    expect(await new S3World().run(operation, { Key }, { body: "" })).toEqual({
      code: "KeyTooLongError",
      status: 400,
      message: "Your key is too long",
      Size: "1026",
      MaxSizeAllowed: "1024",
    });
    expect(await new S3World().run("PutObject", { Key: "é".repeat(512) }, { body: "" })).toHaveProperty("ETag");
  });

  test("no version but null", async () => {
    const world = await withObject();
    expect(await world.run("GetObject", { Key: "key", VersionId: "null" })).toMatchObject({ Body: "0123456789" });
    expect(await world.run("GetObject", { Key: "key", VersionId: "v1" })).toEqual({
      code: "InvalidArgument",
      status: 400,
      message: "Invalid version id specified",
      ArgumentName: "versionId",
      ArgumentValue: "v1",
    });
  });

  test.each([
    ["999999999999", "AccessDenied", 403],
    ["12", "InvalidBucketOwnerAWSAccountID", 400],
  ])("another owner: %s", async (ExpectedBucketOwner, code, status) => {
    const world = await withObject();
    expect(await world.run("GetObject", { Key: "key", ExpectedBucketOwner })).toMatchObject({ code, status });
  });
});

describe("what S3 does not take", () => {
  test.each([
    [{ ObjectLockMode: "GOVERNANCE" }, noHeader("x-amz-object-lock-mode")],
    [{ ServerSideEncryption: "aws:kms" }, noHeader("x-amz-server-side-encryption")],
    [{ ACL: "public-read" }, { code: "AccessControlListNotSupported", status: 400 }],
    [{ GrantRead: "id=1" }, { code: "AccessControlListNotSupported", status: 400 }],
    [{ StorageClass: "OUTPOSTS" }, { code: "InvalidStorageClass", StorageClassRequested: "OUTPOSTS" }],
    [{ Metadata: { a: "x".repeat(2048) } }, { code: "MetadataTooLarge", Size: "2049", MaxSizeAllowed: "2048" }],
    [{ ContentLength: 5 * 1024 ** 3 + 1 }, { code: "EntityTooLarge", MaxSizeAllowed: "5368709120" }],
  ])("%j", async (input, expected) => {
    const world = new S3World();
    expect(await world.run("PutObject", { Key: "key", ...input }, { body: "x" })).toMatchObject(expected);
  });

  test("what it does take in their place", async () => {
    const world = new S3World();
    const input = { ServerSideEncryption: "AES256", ACL: "bucket-owner-full-control", StorageClass: "STANDARD" };
    expect(await world.run("PutObject", { Key: "key", ...input }, { body: "x" })).toHaveProperty("ETag");
    expect(await world.run("HeadObject", { Key: "key" })).not.toHaveProperty("StorageClass");
  });
});

describe("DeleteObject", () => {
  test("removes, and says the same when there is nothing", async () => {
    const world = await withObject();
    expect(await world.run("DeleteObject", { Key: "key" })).toEqual({});
    expect(await world.run("GetObject", { Key: "key" })).toMatchObject({ code: "NoSuchKey" });
    const before = world.events.length;
    expect(await world.run("DeleteObject", { Key: "key" })).toEqual({});
    // What is no change is no event.
    expect(world.events).toHaveLength(before);
  });

  test.each([
    [{ IfMatch: TAG }, {}],
    [{ IfMatch: "*" }, {}],
    [{ IfMatch: "badvalue" }, { code: "PreconditionFailed", Condition: "If-Match" }],
    [{ IfMatchSize: 10 }, noHeader("x-amz-if-match-size")],
    [{ IfMatchLastModifiedTime: AT, IfMatch: TAG }, noHeader("x-amz-if-match-last-modified-time")],
  ])("on condition %j", async (conditions, expected) => {
    const world = await withObject();
    expect(await world.run("DeleteObject", { Key: "key", ...conditions })).toMatchObject(expected);
    const gone = Object.keys(expected).length === 0;
    expect(await world.run("HeadObject", { Key: "key" })).toMatchObject(gone ? { code: "NoSuchKey" } : { ETag: TAG });
  });
});

describe("DeleteObjects", () => {
  const headers = { "content-md5": md5("payload").toString("base64") };
  const payload = Buffer.from("payload");
  const remove = (world: S3World, Objects: readonly object[], options = {}, Quiet?: boolean) =>
    world.run(
      "DeleteObjects",
      { Delete: { Objects, ...(Quiet !== undefined && { Quiet }) } },
      { headers, payload, ...options },
    );

  test("says of each key how it went", async () => {
    const world = await withObject();
    const may = ({ resource }: { resource: string }) => resource !== "arn:aws:s3:::mybucket/forbidden";
    const Objects = [
      { Key: "key" },
      { Key: "none" },
      { Key: "key" },
      { Key: "forbidden" },
      { Key: "none", VersionId: "v1" },
      { Key: "key", ETag: "other" },
    ];
    expect(await remove(world, Objects, { may })).toEqual({
      Deleted: [{ Key: "key" }, { Key: "none" }, { Key: "key" }],
      Errors: [
        { Key: "forbidden", Code: "AccessDenied", Message: "may not s3:DeleteObject" },
        { Key: "none", VersionId: "v1", Code: "InvalidArgument", Message: "Invalid version id specified" },
        { Key: "key", Code: "PreconditionFailed", Message: FAILED.message },
      ],
    });
    expect(world.state.buckets.get("mybucket")?.objects.size).toBe(0);
    expect(world.events.filter(({ type }) => type === "object.deleted")).toHaveLength(1);
  });

  test("quietly says only what went wrong", async () => {
    const world = await withObject();
    expect(await remove(world, [{ Key: "key" }], {}, true)).toEqual({});
    const may = () => false;
    expect(await remove(world, [{ Key: "key" }], { may }, true)).toHaveProperty("Errors");
  });

  test.each([
    [[], {}, "MalformedXML"],
    [Array.from({ length: 1001 }, (_, i) => ({ Key: `${i}` })), {}, "MalformedXML"],
    [[{ Key: "a" }], { headers: {} }, "InvalidRequest"],
    [[{ Key: "a" }], { payload: Buffer.from("other") }, "BadDigest"],
    [[{ Key: "a" }], { headers: { "x-amz-checksum-crc32": "AAAAAA==" } }, "BadDigest"],
  ])("refuses a bad request: %#", async (Objects, options, code) => {
    expect(await remove(new S3World(), Objects, options)).toMatchObject({ code, status: 400 });
  });

  test("takes a checksum instead of the MD5", async () => {
    const sum = createHash("sha256").update("payload").digest("base64");
    expect(await remove(new S3World(), [{ Key: "a" }], { headers: { "X-Amz-Checksum-Sha256": sum } })).toEqual({
      Deleted: [{ Key: "a" }],
    });
  });
});
