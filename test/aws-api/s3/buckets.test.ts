import { describe, expect, test } from "vitest";
import type { Members } from "../../../aws-api/call.ts";
import { isBucketName } from "../../../aws-api/s3/bucket-name.ts";
import { AT, S3World } from "./world.ts";

const located = (LocationConstraint: string) => ({ CreateBucketConfiguration: { LocationConstraint } });
const create = (world: S3World, Bucket: string, input: Members = {}, region = "us-east-1") =>
  world.run("CreateBucket", { Bucket, ...input }, { region });
const owner = { ID: expect.stringMatching(/^[0-9a-f]{64}$/) };

describe("bucket names", () => {
  const good = ["abc", "a-b", "a.b.c", "1bucket", "a".repeat(63), "192.168.5.4.5", "xn-a", "my-s3alias-2"];
  const bad = [
    "",
    "ab",
    "Abc",
    "a_b",
    "-ab",
    "ab-",
    ".ab",
    "ab.",
    "a..b",
    "a.-b",
    "a-.b",
    "a b",
    "192.168.5.4",
    "é-bucket",
  ];
  const reserved = [
    "xn--abc",
    "sthree-abc",
    "amzn-s3-demo-abc",
    "abc-s3alias",
    "abc--ol-s3",
    "abc.mrap",
    "abc--x-s3",
    "abc--table-s3",
  ];
  test.each(good)("%s is one", (name) => expect(isBucketName(name)).toBe(true));
  test.each([...bad, ...reserved, "a".repeat(64)])("%s is none", (name) => expect(isBucketName(name)).toBe(false));
});

describe("CreateBucket", () => {
  test("makes a bucket, and in us-east-1 makes it again", async () => {
    const world = new S3World([]);
    const answer = { Location: "/new-bucket", BucketArn: "arn:aws:s3:::new-bucket" };
    expect(await create(world, "new-bucket")).toEqual(answer);
    await world.act("PutObject", { Bucket: "new-bucket", Key: "key" }, { body: "kept" });
    expect(await create(world, "new-bucket")).toEqual(answer);
    expect(await world.run("GetObject", { Bucket: "new-bucket", Key: "key" })).toMatchObject({ Body: "kept" });
    expect(await create(world, "new-bucket", located("eu-west-1"), "eu-west-1")).toEqual({
      code: "BucketAlreadyOwnedByYou",
      status: 409,
      message: "Your previous request to create the named bucket succeeded and you already own it.",
      BucketName: "new-bucket",
    });
  });

  test("refuses a name that is none", async () => {
    expect(await create(new S3World([]), "New_Bucket")).toEqual({
      code: "InvalidBucketName",
      status: 400,
      message: "The specified bucket is not valid.",
      BucketName: "New_Bucket",
    });
  });

  const incompatible = (location: string) => ({
    code: "IllegalLocationConstraintException",
    status: 400,
    message: `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  });
  const notValid = (LocationConstraint: string) => ({
    code: "InvalidLocationConstraint",
    status: 400,
    message: "The specified location-constraint is not valid",
    LocationConstraint,
  });
  // Recorded: test_different_location_constraint and its neighbours in LocalStack's tests/aws/services/s3/test_s3.snapshot.json.
  const cases: readonly [
    region: string,
    constraint: string | undefined,
    expected: object,
    location?: string | undefined,
    bucketRegion?: string,
  ][] = [
    ["us-east-1", undefined, { Location: "/new-bucket" }, undefined, "us-east-1"],
    ["us-east-1", "", { Location: "/new-bucket" }, undefined, "us-east-1"],
    ["us-east-1", "us-east-1", notValid("us-east-1")],
    ["us-east-1", "foo", notValid("foo")],
    ["us-east-1", "aws-global", notValid("aws-global")],
    ["us-east-1", "us-west-2", { Location: "http://new-bucket.s3.amazonaws.com/" }, "us-west-2", "us-west-2"],
    [
      "us-east-1",
      "us-gov-west-1",
      { Location: "http://new-bucket.s3.amazonaws.com/" },
      "us-gov-west-1",
      "us-gov-west-1",
    ],
    ["us-east-1", "EU", { Location: "http://new-bucket.s3.amazonaws.com/" }, "EU", "eu-west-1"],
    ["us-east-2", undefined, incompatible("unspecified")],
    ["us-east-2", "us-west-1", incompatible("us-west-1")],
    ["us-east-2", "EU", incompatible("EU")],
    ["eu-west-1", "bar", incompatible("bar")],
    ["us-west-1", "aws-global", incompatible("aws-global")],
    ["us-east-2", "us-east-2", { Location: "http://new-bucket.s3.amazonaws.com/" }, "us-east-2", "us-east-2"],
    ["eu-west-1", "EU", { Location: "http://new-bucket.s3.amazonaws.com/" }, "EU", "eu-west-1"],
  ];
  test.each(cases)("in %s with %s", async (region, constraint, expected, location, bucketRegion) => {
    const world = new S3World([]);
    expect(
      await create(world, "new-bucket", constraint === undefined ? {} : located(constraint), region),
    ).toMatchObject(expected);
    if (!bucketRegion) return;
    const answer = await world.run("GetBucketLocation", { Bucket: "new-bucket" }, { region });
    expect(answer.LocationConstraint).toBe(location);
    const head = await world.run("HeadBucket", { Bucket: "new-bucket" }, { region });
    expect(head).toEqual({ BucketArn: "arn:aws:s3:::new-bucket", BucketRegion: bucketRegion, AccessPointAlias: false });
  });

  test.each([
    [{ ACL: "public-read" }, "InvalidBucketAclWithObjectOwnership"],
    [{ ObjectLockEnabledForBucket: true }, "NotImplemented"],
  ])("with %j says what it cannot do", async (input, code) => {
    expect(await create(new S3World([]), "new-bucket", input)).toMatchObject({ code });
  });

  test("a configured bucket is where the endpoints are", async () => {
    const answer = await new S3World().run("GetBucketLocation", {}, { region: "eu-central-1" });
    expect(answer).toEqual({ LocationConstraint: "eu-central-1" });
  });
});

describe("DeleteBucket", () => {
  test("only an empty one; uploads that are not over go with it", async () => {
    const world = new S3World();
    await world.act("PutObject", { Key: "key" }, { body: "x" });
    const { UploadId } = await world.run("CreateMultipartUpload", { Key: "key" });
    await world.act("UploadPart", { Key: "key", UploadId, PartNumber: 1 }, { body: "part" });
    expect(await world.run("DeleteBucket")).toEqual({
      code: "BucketNotEmpty",
      status: 409,
      message: "The bucket you tried to delete is not empty",
      BucketName: "mybucket",
    });
    await world.act("DeleteObject", { Key: "key" });
    expect(await world.run("DeleteBucket")).toEqual({});
    for (const operation of [
      "HeadBucket",
      "DeleteBucket",
      "GetBucketLocation",
      "ListObjectsV2",
      "ListMultipartUploads",
    ]) {
      expect(await world.run(operation), operation).toMatchObject({ code: "NoSuchBucket", BucketName: "mybucket" });
    }
    expect(await world.named()).toEqual(new Set());
    expect(world.blobs).toEqual(new Set());
  });
});

describe("ListBuckets", () => {
  const listed = (Name: string, more: object = {}) => ({
    Name,
    CreationDate: AT,
    BucketArn: `arn:aws:s3:::${Name}`,
    ...more,
  });

  test("lists by name", async () => {
    const world = new S3World(["b-two", "a-one"]);
    expect(await world.run("ListBuckets")).toEqual({
      Buckets: [listed("a-one"), listed("b-two")],
      Owner: owner,
    });
  });

  test("goes page by page, and says the region when asked for something", async () => {
    const world = new S3World(["a-one", "a-two", "b-one"]);
    const region = { BucketRegion: "us-east-1" };
    const first = await world.run("ListBuckets", { Prefix: "a-", MaxBuckets: 1 });
    expect(first).toEqual({
      Buckets: [listed("a-one", region)],
      Owner: owner,
      Prefix: "a-",
      ContinuationToken: expect.any(String),
    });
    const second = await world.run("ListBuckets", {
      Prefix: "a-",
      MaxBuckets: 1,
      ContinuationToken: first.ContinuationToken,
    });
    expect(second).toEqual({ Buckets: [listed("a-two", region)], Owner: owner, Prefix: "a-" });
    expect(await world.run("ListBuckets", { BucketRegion: "eu-west-1" })).toEqual({ Buckets: [], Owner: owner });
    expect(await world.run("ListBuckets", { ContinuationToken: "made-up" })).toMatchObject({ code: "InvalidArgument" });
    for (const MaxBuckets of [0, 10_001]) {
      expect(await world.run("ListBuckets", { MaxBuckets })).toMatchObject({
        message: "Argument max-buckets must be an integer between 1 and 10000",
        ArgumentValue: `${MaxBuckets}`,
      });
    }
  });
});
