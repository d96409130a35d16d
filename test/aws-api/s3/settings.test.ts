// Tags, public access, versions, attributes, and what a bucket is set to: what was recorded of S3, in tables.

import { describe, expect, test } from "vitest";
import type { Members } from "../../../aws-api/call.ts";
import { AT, S3World } from "./world.ts";

const tags = (written: Readonly<Record<string, string>>) => ({
  Tagging: { TagSet: Object.entries(written).map(([Key, Value]) => ({ Key, Value })) },
});
const NO_TAGS = { code: "NoSuchTagSet", status: 404, message: "The TagSet does not exist", BucketName: "mybucket" };
const many = (count: number) => tags(Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, ""])));

async function withObject(input: Members = {}) {
  const world = new S3World();
  await world.act("PutObject", { Key: "key", ...input }, { body: "text" });
  return world;
}

describe("tags of a bucket", () => {
  test("are put, read and deleted", async () => {
    const world = new S3World();
    expect(await world.run("GetBucketTagging")).toEqual(NO_TAGS);
    expect(await world.run("PutBucketTagging", tags({ tag1: "tag1", tag2: "" }))).toEqual({ status: 204 });
    expect(await world.run("GetBucketTagging")).toEqual(tags({ tag1: "tag1", tag2: "" }).Tagging);
    await world.act("PutBucketTagging", tags({ tag3: "tag3" }));
    expect(await world.run("GetBucketTagging")).toEqual(tags({ tag3: "tag3" }).Tagging);
    expect(await world.run("DeleteBucketTagging")).toEqual({});
    expect(await world.run("GetBucketTagging")).toEqual(NO_TAGS);
    await world.act("PutBucketTagging", tags({}));
    expect(await world.run("GetBucketTagging")).toEqual(NO_TAGS);
  });

  // Recorded: test_create_bucket_with_tags_us_east_1_idempotency.
  test("may come with it, and then it is not made again", async () => {
    const world = new S3World();
    const create = (Tags: readonly Members[]) =>
      world.run("CreateBucket", { Bucket: "tagged", CreateBucketConfiguration: { Tags } });
    const Tags = [{ Key: "tag1", Value: "value1" }];
    expect(await create(Tags)).toMatchObject({ Location: "/tagged" });
    expect(await create(Tags)).toMatchObject({ code: "BucketAlreadyOwnedByYou", status: 409 });
    expect(await create([])).toMatchObject({ Location: "/tagged" });
    expect(await world.run("GetBucketTagging", { Bucket: "tagged" })).toEqual({ TagSet: Tags });
  });
});

const invalid = (message: string, TagKey: string, more: object = {}) => ({
  code: "InvalidTag",
  status: 400,
  message,
  TagKey,
  ...more,
});
const twice = { Tagging: { TagSet: [...tags({ Key1: "a" }).Tagging.TagSet, ...tags({ Key1: "b" }).Tagging.TagSet] } };

// Recorded: test_tagging_validation; the limits are versitygw's.
const WRONG: readonly [operation: string, given: object, expected: object][] = ["Bucket", "Object"].flatMap((of) => {
  const operation = `Put${of}Tagging`;
  const reserved =
    of === "Bucket" ? "System tags cannot be added/updated by requester" : "Your TagKey cannot be prefixed with aws:";
  return [
    [operation, twice, invalid("Cannot provide multiple Tags with the same key", "Key1")],
    [operation, tags({ "Key1,Key2": "" }), invalid("The TagKey you have provided is invalid", "Key1,Key2")],
    [operation, tags({ "": "" }), invalid("The TagKey you have provided is invalid", "")],
    [operation, tags({ ["k".repeat(129)]: "" }), { code: "InvalidTag" }],
    [
      operation,
      tags({ Key1: "Val1,Val2" }),
      invalid("The TagValue you have provided is invalid", "Key1", { TagValue: "Val1,Val2" }),
    ],
    [operation, tags({ key: "v".repeat(257) }), { code: "InvalidTag" }],
    [operation, tags({ "aws:prefixed": "" }), invalid(reserved, "aws:prefixed")],
  ] as [string, object, object][];
});

describe("tags that are none", () => {
  test.each(WRONG)("%s %j", async (operation, given, expected) => {
    const world = await withObject();
    expect(await world.run(operation, { Key: "key", ...given })).toMatchObject(expected);
  });

  test.each([
    ["PutBucketTagging", 50, "Bucket tag count cannot be greater than 50"],
    ["PutObjectTagging", 10, "Object tags cannot be greater than 10"],
  ])("%s: %i at most", async (operation, limit, message) => {
    const world = await withObject();
    expect((await world.run(operation, { Key: "key", ...many(limit) })).code).toBeUndefined();
    const expected = { code: "BadRequest", status: 400, message };
    expect(await world.run(operation, { Key: "key", ...many(limit + 1) })).toEqual(expected);
  });
});

describe("tags of an object", () => {
  const of = (world: S3World) => world.run("GetObjectTagging", { Key: "key" });

  test("are put, counted, read and deleted", async () => {
    const world = await withObject();
    const count = async (operation: string) => (await world.run(operation, { Key: "key" })).TagCount;
    expect(await of(world)).toEqual({ TagSet: [] });
    expect(await count("GetObject")).toBeUndefined();
    expect(await world.run("PutObjectTagging", { Key: "key", ...tags({ tag1: "tag1", tag2: "" }) })).toEqual({});
    expect(await of(world)).toEqual(tags({ tag1: "tag1", tag2: "" }).Tagging);
    expect([await count("GetObject"), await count("HeadObject")]).toEqual([2, 2]);
    expect(await world.run("DeleteObjectTagging", { Key: "key" })).toEqual({});
    expect(await of(world)).toEqual({ TagSet: [] });
    expect(await count("HeadObject")).toBeUndefined();
  });

  test("are counted for those alone who may read them", async () => {
    const world = await withObject({ Tagging: "a=b" });
    const may = ({ action }: { action: string }) => action !== "s3:GetObjectTagging";
    expect(await world.run("GetObject", { Key: "key" }, { may })).not.toHaveProperty("TagCount");
  });

  test("leave the object as it is for conditions, and end with it", async () => {
    const world = await withObject({ Tagging: "a=b" });
    const head = await world.run("HeadObject", { Key: "key" });
    await world.act("PutObjectTagging", { Key: "key", ...tags({ c: "d" }) }, { at: AT + 60_000 });
    expect(await world.run("HeadObject", { Key: "key" })).toEqual(head);
    await world.act("PutObject", { Key: "key" }, { body: "text" });
    expect(await of(world)).toEqual({ TagSet: [] });
  });

  // Recorded: test_put_object_with_tags and test_object_tagging_exc.
  const REFUSED = {
    code: "InvalidArgument",
    status: 400,
    message:
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    ArgumentName: "x-amz-tagging",
  };
  test.each<[header: string, expected: object]>([
    ["tag1=tag1&tag2=tag2&tag=", tags({ tag1: "tag1", tag2: "tag2", tag: "" }).Tagging],
    ["wrongquery&wrongagain", tags({ wrongquery: "", wrongagain: "" }).Tagging],
    ["key1&&&key2", tags({ key1: "", key2: "" }).Tagging],
    ["a%20b=%C3%BC%2B&c+d=e=f", tags({ "a b": "ü+", "c d": "e=f" }).Tagging],
    ["", { TagSet: [] }],
    ["key1=val1&key1=val2", { ...REFUSED, ArgumentValue: "key1=val1&key1=val2" }],
    ["key1=val1,key2=val2", { ...REFUSED, ArgumentValue: "key1=val1,key2=val2" }],
    ["aws:a=b", REFUSED],
    ["a=%zz", REFUSED],
    [Array.from({ length: 11 }, (_, i) => `k${i}=v`).join("&"), { code: "BadRequest", status: 400 }],
  ])("in a header: %s", async (Tagging, expected) => {
    const world = new S3World();
    const put = await world.run("PutObject", { Key: "key", Tagging }, { body: "text" });
    expect(put.code === undefined ? await of(world) : put).toMatchObject(expected);
  });

  test("may be those of an upload in parts", async () => {
    const world = new S3World();
    const { UploadId } = await world.run("CreateMultipartUpload", { Key: "key", Tagging: "a=b" });
    const { ETag } = await world.run("UploadPart", { Key: "key", UploadId, PartNumber: 1 }, { body: "part" });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await world.act("CompleteMultipartUpload", { Key: "key", UploadId, MultipartUpload });
    expect(await of(world)).toEqual(tags({ a: "b" }).Tagging);
  });
});

describe("the block of public access", () => {
  const block = (all: boolean) => ({
    BlockPublicAcls: all,
    IgnorePublicAcls: all,
    BlockPublicPolicy: all,
    RestrictPublicBuckets: all,
  });

  // Recorded: test_crud_public_access_block.
  test("is there from the start, is put, read and deleted", async () => {
    const world = new S3World();
    expect(await world.run("GetPublicAccessBlock")).toEqual({ PublicAccessBlockConfiguration: block(true) });
    const PublicAccessBlockConfiguration = { BlockPublicPolicy: true };
    expect(await world.run("PutPublicAccessBlock", { PublicAccessBlockConfiguration })).toEqual({});
    expect(await world.run("GetPublicAccessBlock")).toEqual({
      PublicAccessBlockConfiguration: { ...block(false), BlockPublicPolicy: true },
    });
    for (let time = 0; time < 2; time++) expect(await world.run("DeletePublicAccessBlock")).toEqual({});
    expect(await world.run("GetPublicAccessBlock")).toEqual({
      code: "NoSuchPublicAccessBlockConfiguration",
      status: 404,
      message: "The public access block configuration was not found",
      BucketName: "mybucket",
    });
  });
});

const missing = (code: string, message: string) => ({ code, status: 404, message, BucketName: "mybucket" });
const ACL = {
  Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) },
  Grants: [{ Grantee: { ID: expect.any(String), Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }],
};
const READS: readonly [operation: string, expected: object][] = [
  ["GetBucketAccelerateConfiguration", {}],
  ["GetBucketAcl", ACL],
  ["GetBucketCors", missing("NoSuchCORSConfiguration", "The CORS configuration does not exist")],
  [
    "GetBucketEncryption",
    {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
      },
    },
  ],
  [
    "GetBucketLifecycleConfiguration",
    missing("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
  ],
  ["GetBucketLogging", {}],
  ["GetBucketNotificationConfiguration", {}],
  ["GetBucketOwnershipControls", { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } }],
  [
    "GetBucketReplication",
    missing("ReplicationConfigurationNotFoundError", "The replication configuration was not found"),
  ],
  ["GetBucketRequestPayment", { Payer: "BucketOwner" }],
  ["GetBucketVersioning", {}],
  [
    "GetBucketWebsite",
    missing("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"),
  ],
  ["GetObjectAcl", ACL],
  [
    "GetObjectLockConfiguration",
    missing("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket"),
  ],
];

describe("what cannot be set", () => {
  test.each(READS)("%s", async (operation, expected) => {
    const world = await withObject();
    expect(await world.run(operation, { Key: "key" })).toEqual(expected);
    const elsewhere = await world.run(operation, { Bucket: "no-bucket", Key: "key" });
    expect(elsewhere).toMatchObject({ code: "NoSuchBucket", BucketName: "no-bucket" });
  });
});

describe("GetObjectAttributes", () => {
  const ALL = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];
  const of = (world: S3World, ObjectAttributes: readonly string[] = ALL, more: Members = {}) =>
    world.run("GetObjectAttributes", { Key: "key", ObjectAttributes, ...more });

  test("of an object in one piece", async () => {
    expect(await of(await withObject())).toEqual({
      LastModified: AT,
      ETag: "1cb251ec0d568de6a929b520c4aed8d1",
      Checksum: { ChecksumCRC64NVME: expect.any(String), ChecksumType: "FULL_OBJECT" },
      ObjectParts: undefined,
      StorageClass: "STANDARD",
      ObjectSize: 4,
    });
  });

  // Recorded: test_multipart_upload_part_copy_checksum: of a composite checksum without `-N`, and the parts with theirs.
  test.each(["COMPOSITE", "FULL_OBJECT"])("of one in parts, its checksum %s", async (ChecksumType) => {
    const world = await withObject();
    const plan = { Key: "parts", ChecksumAlgorithm: "CRC32C", ChecksumType };
    const { UploadId } = await world.run("CreateMultipartUpload", plan);
    const part = { Key: "parts", UploadId, PartNumber: 1, CopySource: "mybucket/key" };
    const { ChecksumCRC32C, ETag } = (await world.run("UploadPartCopy", part)).CopyPartResult as Members;
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32C }] };
    const done = await world.run("CompleteMultipartUpload", { Key: "parts", UploadId, MultipartUpload });
    const whole = String(done.ChecksumCRC32C).replace("-1", "");
    const found = await of(world, ALL, { Key: "parts" });
    expect(found.Checksum).toEqual({ ChecksumCRC32C: whole, ChecksumType });
    const single = {
      ...{ IsTruncated: false, MaxParts: 1000, NextPartNumberMarker: 1, PartNumberMarker: 0 },
      Parts: [{ ChecksumCRC32C, PartNumber: 1, Size: 4 }],
    };
    expect(found.ObjectParts).toEqual({ TotalPartsCount: 1, ...(ChecksumType === "COMPOSITE" && single) });
    const none = await of(world, ["ObjectParts"], { Key: "parts", MaxParts: 0, PartNumberMarker: 1 });
    if (ChecksumType === "COMPOSITE") expect(none.ObjectParts).toMatchObject({ Parts: [], MaxParts: 0 });
  });

  test("only those that are wanted", async () => {
    expect(await of(await withObject(), ["ObjectSize"])).toEqual({ LastModified: AT, ObjectSize: 4 });
  });

  test.each<[readonly string[], object]>([
    [
      [""],
      {
        code: "InvalidRequest",
        message:
          "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
      },
    ],
    [
      ["ETag", "Colour"],
      {
        code: "InvalidArgument",
        message: "Invalid attribute name specified.",
        ArgumentName: "x-amz-object-attributes",
        ArgumentValue: "Colour",
      },
    ],
  ])("%j", async (wanted, expected) => {
    expect(await of(await withObject(), wanted)).toMatchObject({ status: 400, ...expected });
  });

  test("what is missing is so only for who may list the bucket", async () => {
    const world = new S3World();
    expect(await of(world)).toMatchObject({ code: "NoSuchKey", status: 404 });
    const may = ({ action }: { action: string }) => action !== "s3:ListBucket";
    const denied = await world.run("GetObjectAttributes", { Key: "key", ObjectAttributes: ALL }, { may });
    expect(denied).toMatchObject({ code: "AccessDenied", status: 403 });
  });
});

describe("ListObjectVersions", () => {
  const KEYS = ["a", "dir/1", "dir/2", "z"];
  async function withKeys() {
    const world = new S3World();
    for (const Key of KEYS) await world.act("PutObject", { Key }, { body: Key });
    return world;
  }

  // Recorded: test_list_object_versions_order_unversioned.
  test("has the only one of each key, and its owner", async () => {
    const world = await withKeys();
    const listed = await world.run("ListObjectVersions", { EncodingType: "url" });
    const { Versions, ...rest } = listed as { Versions: readonly Members[] };
    expect(rest).toEqual({
      ...{ EncodingType: "url", IsTruncated: false, KeyMarker: "", MaxKeys: 1000, Name: "mybucket" },
      ...{ Prefix: "", VersionIdMarker: "" },
    });
    expect(Versions.map(({ Key }) => Key)).toEqual(KEYS);
    expect(Versions[0]).toEqual({
      ...{ Key: "a", VersionId: "null", IsLatest: true, Size: 1, StorageClass: "STANDARD", LastModified: AT },
      ETag: '"0cc175b9c0f1b6a831c399e269772661"',
      ...{ ChecksumAlgorithm: ["CRC64NVME"], ChecksumType: "FULL_OBJECT" },
      Owner: { ID: expect.any(String) },
    });
    expect(await new S3World().run("ListObjectVersions")).not.toHaveProperty("Versions");
  });

  test.each([1, 2, 3, 4])("in pages of %i, common prefixes among them", async (MaxKeys) => {
    const world = await withKeys();
    const seen: unknown[] = [];
    let markers: Members = {};
    for (let pages = 0; pages < 9; pages++) {
      const page = await world.run("ListObjectVersions", { Delimiter: "/", MaxKeys, ...markers });
      const found = [...((page.Versions ?? []) as Members[]), ...((page.CommonPrefixes ?? []) as Members[])];
      seen.push(...found.map(({ Key, Prefix }) => Key ?? Prefix).sort());
      if (!page.IsTruncated) break;
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      // Behind a common prefix there is no version to go on from.
      expect(VersionIdMarker).toBe(KeyMarker === "dir/" ? undefined : "null");
      markers = { KeyMarker, ...(VersionIdMarker !== undefined && { VersionIdMarker }) };
    }
    expect(seen).toEqual(["a", "dir/", "z"]);
  });

  // Recorded: test_list_objects_versions_markers, test_list_ops_encoding_type_validation.
  test.each<[Members, object]>([
    [
      { VersionIdMarker: "null" },
      {
        message: "A version-id marker cannot be specified without a key marker.",
        ArgumentName: "version-id-marker",
        ArgumentValue: "null",
      },
    ],
    [{ KeyMarker: "a", VersionIdMarker: "v1" }, { message: "Invalid version id specified" }],
    [{ EncodingType: "value" }, { message: "Invalid Encoding Method specified in Request", ArgumentValue: "value" }],
    [{ MaxKeys: -1 }, { ArgumentName: "maxKeys" }],
  ])("%j is refused", async (input, expected) => {
    const refused = await new S3World().run("ListObjectVersions", input);
    expect(refused).toMatchObject({ code: "InvalidArgument", status: 400, ...expected });
  });
});
