// AWS's own SDK for JavaScript, over loopback, against the operations behind the front door: what it sends is understood, and what
// comes back is what it expects, checksums included (it checks them itself).

import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListPartsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAwsApi } from "../../../aws-api/front-door.ts";
import { machineTime } from "../../../clock/real-time.ts";
import { seededEntropy, systemEntropy } from "../../../entropy/random.ts";
import { awsFace } from "../../../network/faces.ts";
import { listen } from "../../../network/listener.ts";
import { ALICE, AT, type Credentials, identities, masterKey, ROLE, rotator, unusedEc2, unusedIam } from "../world.ts";
import { S3World } from "./world.ts";

const defects: unknown[] = [];
const world = new S3World();
let close = async () => {};
let client: S3Client;
let endpoint = "";
const clientOf = (credentials: Credentials) =>
  new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true, maxAttempts: 1 });

beforeAll(async () => {
  const handle = createAwsApi({
    region: "us-east-1",
    entropy: systemEntropy(),
    masterKey,
    identities: () => identities,
    rotator,
    iam: unusedIam,
    ec2: unusedEc2,
    s3: world.parts,
    reportDefect: (error) => defects.push(error),
  });
  const stamp = () => ({ at: AT, realAt: Date.now() });
  const { wait } = machineTime;
  const onFailure = (error: unknown) => defects.push(error);
  const listener = await listen({ host: "127.0.0.1", port: 0, face: awsFace, handle, stamp, wait, onFailure });
  endpoint = listener.url;
  client = clientOf(ALICE);
  close = () => listener.close();
});

afterAll(async () => {
  client.destroy();
  await close();
  await world.close();
  expect(defects).toEqual([]);
});

const Bucket = "mybucket";
const text = async (Key: string, more: object = {}) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Body?.transformToString();
};
const ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const satisfies ChecksumAlgorithm[];

describe("checksums", () => {
  test.each(ALGORITHMS)("%s, before and behind the body, is checked on both sides", async (algorithm) => {
    const bytes = seededEntropy(algorithm).bytes(100_001);
    const member = `Checksum${algorithm}` as const;
    const said: (string | undefined)[] = [];
    for (const Body of [bytes, Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)])]) {
      const Key = `checksum/${algorithm}`;
      const put = { Bucket, Key, Body, ContentLength: bytes.length, ChecksumAlgorithm: algorithm };
      said.push((await client.send(new PutObjectCommand(put)))[member]);
      const got = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
      // The SDK compares the checksum with the bytes while they are read.
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
      said.push(got[member]);
    }
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toEqual(expect.any(String));
  });

  test("a wrong one is refused", async () => {
    const put = { Bucket, Key: "wrong", Body: "text", ChecksumSHA256: "2l26x0trnT0r2AvakoFk2MB7eKVKzYESLMxSAKAzoik=" };
    await expect(client.send(new PutObjectCommand(put))).rejects.toMatchObject({
      name: "BadDigest",
      message: "The SHA256 you specified did not match the calculated checksum.",
    });
    await expect(text("wrong")).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

describe("multipart uploads", () => {
  test.each([
    ["CRC32", "FULL_OBJECT"],
    ["CRC32", "COMPOSITE"],
    ["CRC64NVME", "FULL_OBJECT"],
    ["SHA256", "COMPOSITE"],
  ] as const)("%s of type %s", async (algorithm, ChecksumType) => {
    const upload = { Bucket, Key: `parts ${algorithm}` };
    const plan = { ...upload, ChecksumAlgorithm: algorithm, ChecksumType };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(plan));
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(uploads.Uploads).toMatchObject([{ Key: upload.Key, UploadId, ChecksumType, Initiated: new Date(AT) }]);
    for (const [index, Body] of [Buffer.alloc(5 << 20, "a"), Buffer.from("the end")].entries()) {
      await client.send(
        new UploadPartCommand({ ...upload, UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm: algorithm }),
      );
    }
    const { Parts } = await client.send(new ListPartsCommand({ ...upload, UploadId }));
    expect(Parts).toHaveLength(2);
    await client.send(
      new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts }, ChecksumType }),
    );
    const head = await client.send(new HeadObjectCommand({ ...upload, ChecksumMode: "ENABLED" }));
    expect(head).toMatchObject({ ChecksumType, ContentLength: (5 << 20) + 7 });
    expect((await text(upload.Key, { ChecksumMode: "ENABLED" }))?.slice(-8)).toBe("athe end");
    expect(await text(upload.Key, { PartNumber: 2 })).toBe("the end");
  });

  test("given up", async () => {
    const upload = { Bucket, Key: "given up" };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
    await client.send(new AbortMultipartUploadCommand({ ...upload, UploadId }));
    const late = new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "late" });
    await expect(client.send(late)).rejects.toMatchObject({ name: "NoSuchUpload", UploadId });
  });
});

describe("keys", () => {
  const KEYS = [
    "a b",
    "a+b",
    "a%20b",
    "dir/ü",
    "dir//x",
    "dir/./y",
    "dir/../z",
    "<&>'\"",
    "\u{1f600}",
    "tab\there",
    "é".repeat(512),
  ];

  test("of any kind are kept and listed in the order of their bytes", async () => {
    await client.send(new CreateBucketCommand({ Bucket: "keys" }));
    for (const Key of KEYS) await client.send(new PutObjectCommand({ Bucket: "keys", Key, Body: Key }));
    const listed: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 3 }, { Bucket: "keys" })) {
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(listed).toEqual([...KEYS].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    for (const Key of KEYS) expect(await text(Key, { Bucket: "keys" })).toBe(Key);
    const page = await client.send(new ListObjectsCommand({ Bucket: "keys", Delimiter: "/", EncodingType: "url" }));
    expect(page.CommonPrefixes).toEqual([{ Prefix: "dir/" }]);
    const Objects = KEYS.map((Key) => ({ Key }));
    const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket: "keys", Delete: { Objects } }));
    expect(Deleted).toEqual(Objects);
    await client.send(new DeleteBucketCommand({ Bucket: "keys" }));
    await expect(client.send(new HeadBucketCommand({ Bucket: "keys" }))).rejects.toMatchObject({ name: "NotFound" });
  });

  test("too long a one is refused", async () => {
    const put = new PutObjectCommand({ Bucket, Key: "é".repeat(513), Body: "x" });
    await expect(client.send(put)).rejects.toMatchObject({ name: "KeyTooLongError", MaxSizeAllowed: "1024" });
  });
});

describe("conditions and refusals", () => {
  test("are what the SDK knows", async () => {
    const put = (more: object) => client.send(new PutObjectCommand({ Bucket, Key: "once", Body: "text", ...more }));
    const { ETag } = await put({ IfNoneMatch: "*" });
    await expect(put({ IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
      Condition: "If-None-Match",
    });
    await put({ IfMatch: ETag });
    await expect(text("once", { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(text("once", { IfMatch: '"other"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(text("once", { Range: "bytes=9-" })).rejects.toMatchObject({
      name: "InvalidRange",
      ActualObjectSize: "4",
      RangeRequested: "bytes=9-",
    });
    await client.send(new DeleteObjectCommand({ Bucket, Key: "once", IfMatch: ETag }));
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "once" }))).rejects.toMatchObject({
      name: "NotFound",
    });
  });

  test("buckets", async () => {
    const create = (Bucket: string) => client.send(new CreateBucketCommand({ Bucket }));
    expect(await create(Bucket)).toMatchObject({ Location: "/mybucket", BucketArn: "arn:aws:s3:::mybucket" });
    await expect(create("Not_A_Name")).rejects.toMatchObject({ name: "InvalidBucketName" });
    await client.send(new PutObjectCommand({ Bucket, Key: "full", Body: "x" }));
    await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "BucketNotEmpty" });
    const { Buckets, ContinuationToken } = await client.send(new ListBucketsCommand({ MaxBuckets: 1 }));
    expect(Buckets).toMatchObject([{ Name: Bucket, BucketRegion: "us-east-1" }]);
    expect(ContinuationToken).toBeUndefined();
  });
});

describe("what the role may not", () => {
  const denied = (action: string, resource: string) =>
    `User: arn:aws:sts::123456789012:assumed-role/mybucket-access/i-0123456789abcdef0 is not authorized to perform: ${action} ` +
    `on resource: "${resource}" because no identity-based policy allows the ${action} action`;

  test("is refused for each key by itself, in AWS's words", async () => {
    const role = clientOf(ROLE);
    const { Deleted, Errors } = await role.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "full" }] } }),
    );
    role.destroy();
    expect(Deleted).toBeUndefined();
    const Message = denied("s3:DeleteObject", "arn:aws:s3:::mybucket/full");
    expect(Errors).toEqual([{ Key: "full", Code: "AccessDenied", Message }]);
    expect(await text("full")).toBe("x");
  });

  test("a key that is missing is not told of where the bucket may not be listed", async () => {
    await client.send(new CreateBucketCommand({ Bucket: "unlisted" }));
    const role = clientOf(ROLE);
    const missing = { Bucket: "unlisted", Key: "from-imds-v2" };
    await expect(role.send(new GetObjectCommand(missing))).rejects.toMatchObject({
      name: "AccessDenied",
      message: denied("s3:ListBucket", "arn:aws:s3:::unlisted"),
      $metadata: { httpStatusCode: 403 },
    });
    await expect(role.send(new HeadObjectCommand(missing))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    role.destroy();
    await expect(client.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});
