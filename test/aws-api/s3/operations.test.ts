// Every operation that is served, called by AWS's own SDK for JavaScript: by path, by host and by presigned URL.

import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import type { LookupFunction } from "node:net";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test } from "vitest";
import { s3Operations } from "../../../aws-api/s3/operations.ts";
import { ALICE } from "../world.ts";
import { type ServedS3, serveS3 } from "./served.ts";

const BUCKET = { Bucket: "mybucket" };
const OBJECT = { ...BUCKET, Key: "a key/ü" };
const COPY = { ...BUCKET, Key: "copy" };
const UPLOAD = { ...BUCKET, Key: "parts" };
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::mybucket/secret/*" }],
});
const TAGS = [{ Key: "team", Value: "blue" }];
const PART = /^"[0-9a-f]{32}"$/;

/** What earlier calls have answered. */
interface Said {
  UploadId?: string;
  ETag?: string;
}
type Command = { readonly input: object };
type Row = readonly [command: (said: Said) => Command, expected: object];

const missing = (name: string) => ({ name, $metadata: { httpStatusCode: 404 } });

/** In an order in which each has what it needs. */
const ROWS: Readonly<Record<string, Row>> = {
  ListBuckets: [() => new sdk.ListBucketsCommand({}), { Buckets: [{ Name: "mybucket" }] }],
  CreateBucket: [() => new sdk.CreateBucketCommand({ Bucket: "another" }), { BucketArn: "arn:aws:s3:::another" }],
  DeleteBucket: [() => new sdk.DeleteBucketCommand({ Bucket: "another" }), { $metadata: { httpStatusCode: 204 } }],
  HeadBucket: [() => new sdk.HeadBucketCommand(BUCKET), { BucketRegion: "us-east-1" }],
  GetBucketLocation: [() => new sdk.GetBucketLocationCommand(BUCKET), { $metadata: { httpStatusCode: 200 } }],
  PutObject: [
    () => new sdk.PutObjectCommand({ ...OBJECT, Body: "text", Tagging: "team=blue", Metadata: { colour: "blue" } }),
    { ETag: '"1cb251ec0d568de6a929b520c4aed8d1"' },
  ],
  GetObject: [() => new sdk.GetObjectCommand(OBJECT), { TagCount: 1, Metadata: { colour: "blue" }, ContentLength: 4 }],
  HeadObject: [() => new sdk.HeadObjectCommand(OBJECT), { TagCount: 1, ContentLength: 4 }],
  CopyObject: [
    () => new sdk.CopyObjectCommand({ ...COPY, CopySource: `mybucket/${encodeURIComponent(OBJECT.Key)}` }),
    { CopyObjectResult: { ETag: '"1cb251ec0d568de6a929b520c4aed8d1"', LastModified: expect.any(Date) } },
  ],
  GetObjectAttributes: [
    () => new sdk.GetObjectAttributesCommand({ ...COPY, ObjectAttributes: ["ETag", "Checksum", "ObjectSize"] }),
    { ETag: "1cb251ec0d568de6a929b520c4aed8d1", ObjectSize: 4, Checksum: { ChecksumType: "FULL_OBJECT" } },
  ],
  GetObjectTagging: [() => new sdk.GetObjectTaggingCommand(COPY), { TagSet: TAGS }],
  DeleteObjectTagging: [() => new sdk.DeleteObjectTaggingCommand(COPY), { $metadata: { httpStatusCode: 204 } }],
  PutObjectTagging: [
    () => new sdk.PutObjectTaggingCommand({ ...COPY, Tagging: { TagSet: [{ Key: "a=b/ü", Value: "" }] } }),
    { $metadata: { httpStatusCode: 200 } },
  ],
  GetObjectAcl: [
    () => new sdk.GetObjectAclCommand(COPY),
    { Grants: [{ Grantee: { Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }] },
  ],
  ListObjects: [() => new sdk.ListObjectsCommand(BUCKET), { Contents: [{ Key: OBJECT.Key }, { Key: COPY.Key }] }],
  ListObjectsV2: [() => new sdk.ListObjectsV2Command(BUCKET), { KeyCount: 2 }],
  ListObjectVersions: [
    () => new sdk.ListObjectVersionsCommand({ ...BUCKET, MaxKeys: 1 }),
    {
      Versions: [{ Key: OBJECT.Key, VersionId: "null", IsLatest: true }],
      IsTruncated: true,
      NextKeyMarker: OBJECT.Key,
      NextVersionIdMarker: "null",
    },
  ],
  CreateMultipartUpload: [
    () => new sdk.CreateMultipartUploadCommand({ ...UPLOAD, Tagging: "team=blue" }),
    { UploadId: expect.any(String) },
  ],
  UploadPart: [
    ({ UploadId }) => new sdk.UploadPartCommand({ ...UPLOAD, UploadId, PartNumber: 2, Body: "the end" }),
    { ETag: expect.stringMatching(PART) },
  ],
  UploadPartCopy: [
    ({ UploadId }) =>
      new sdk.UploadPartCopyCommand({
        ...{ ...UPLOAD, UploadId, PartNumber: 1 },
        ...{ CopySource: "/mybucket/copy", CopySourceRange: "bytes=1-2" },
      }),
    { CopyPartResult: { ETag: '"54d54a126a783bc9cba8c06137136943"', LastModified: expect.any(Date) } },
  ],
  ListParts: [
    ({ UploadId }) => new sdk.ListPartsCommand({ ...UPLOAD, UploadId }),
    { Parts: [{ PartNumber: 1, Size: 2 }, { PartNumber: 2 }] },
  ],
  ListMultipartUploads: [() => new sdk.ListMultipartUploadsCommand(BUCKET), { Uploads: [{ Key: UPLOAD.Key }] }],
  CompleteMultipartUpload: [
    ({ UploadId }) => {
      const Parts = [{ PartNumber: 1, ETag: "54d54a126a783bc9cba8c06137136943" }];
      return new sdk.CompleteMultipartUploadCommand({ ...UPLOAD, UploadId, MultipartUpload: { Parts } });
    },
    { ETag: expect.stringMatching(/-1"$/) },
  ],
  AbortMultipartUpload: [
    ({ UploadId }) => new sdk.AbortMultipartUploadCommand({ ...UPLOAD, UploadId }),
    { name: "NoSuchUpload" },
  ],
  DeleteObject: [() => new sdk.DeleteObjectCommand(UPLOAD), { $metadata: { httpStatusCode: 204 } }],
  DeleteObjects: [
    () => new sdk.DeleteObjectsCommand({ ...BUCKET, Delete: { Objects: [{ Key: "none", VersionId: "null" }] } }),
    { Deleted: [{ Key: "none", VersionId: "null" }] },
  ],
  GetBucketTagging: [() => new sdk.GetBucketTaggingCommand(BUCKET), missing("NoSuchTagSet")],
  PutBucketTagging: [
    () => new sdk.PutBucketTaggingCommand({ ...BUCKET, Tagging: { TagSet: TAGS } }),
    { $metadata: { httpStatusCode: 204 } },
  ],
  DeleteBucketTagging: [() => new sdk.DeleteBucketTaggingCommand(BUCKET), { $metadata: { httpStatusCode: 204 } }],
  PutBucketPolicy: [
    () => new sdk.PutBucketPolicyCommand({ ...BUCKET, Policy: POLICY }),
    { $metadata: { httpStatusCode: 204 } },
  ],
  GetBucketPolicy: [() => new sdk.GetBucketPolicyCommand(BUCKET), { Policy: POLICY }],
  GetBucketPolicyStatus: [() => new sdk.GetBucketPolicyStatusCommand(BUCKET), { PolicyStatus: { IsPublic: false } }],
  DeleteBucketPolicy: [() => new sdk.DeleteBucketPolicyCommand(BUCKET), { $metadata: { httpStatusCode: 204 } }],
  GetPublicAccessBlock: [
    () => new sdk.GetPublicAccessBlockCommand(BUCKET),
    { PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true } },
  ],
  PutPublicAccessBlock: [
    () =>
      new sdk.PutPublicAccessBlockCommand({ ...BUCKET, PublicAccessBlockConfiguration: { BlockPublicAcls: false } }),
    { $metadata: { httpStatusCode: 200 } },
  ],
  DeletePublicAccessBlock: [
    () => new sdk.DeletePublicAccessBlockCommand(BUCKET),
    { $metadata: { httpStatusCode: 204 } },
  ],
  GetBucketAccelerateConfiguration: [
    () => new sdk.GetBucketAccelerateConfigurationCommand(BUCKET),
    { $metadata: { httpStatusCode: 200 } },
  ],
  GetBucketAcl: [
    () => new sdk.GetBucketAclCommand(BUCKET),
    { Owner: { ID: expect.any(String) }, Grants: [{ Grantee: { Type: "CanonicalUser" } }] },
  ],
  GetBucketCors: [() => new sdk.GetBucketCorsCommand(BUCKET), missing("NoSuchCORSConfiguration")],
  GetBucketEncryption: [
    () => new sdk.GetBucketEncryptionCommand(BUCKET),
    {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
      },
    },
  ],
  GetBucketLifecycleConfiguration: [
    () => new sdk.GetBucketLifecycleConfigurationCommand(BUCKET),
    missing("NoSuchLifecycleConfiguration"),
  ],
  GetBucketLogging: [() => new sdk.GetBucketLoggingCommand(BUCKET), { $metadata: { httpStatusCode: 200 } }],
  GetBucketNotificationConfiguration: [
    () => new sdk.GetBucketNotificationConfigurationCommand(BUCKET),
    { $metadata: { httpStatusCode: 200 } },
  ],
  GetBucketOwnershipControls: [
    () => new sdk.GetBucketOwnershipControlsCommand(BUCKET),
    { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
  ],
  GetBucketReplication: [
    () => new sdk.GetBucketReplicationCommand(BUCKET),
    missing("ReplicationConfigurationNotFoundError"),
  ],
  GetBucketRequestPayment: [() => new sdk.GetBucketRequestPaymentCommand(BUCKET), { Payer: "BucketOwner" }],
  GetBucketVersioning: [() => new sdk.GetBucketVersioningCommand(BUCKET), { $metadata: { httpStatusCode: 200 } }],
  GetBucketWebsite: [() => new sdk.GetBucketWebsiteCommand(BUCKET), missing("NoSuchWebsiteConfiguration")],
  GetObjectLockConfiguration: [
    () => new sdk.GetObjectLockConfigurationCommand(BUCKET),
    missing("ObjectLockConfigurationNotFoundError"),
  ],
};

test("all that is served is in the table, and nothing else", () => {
  expect(Object.keys(ROWS).sort()).toEqual(Object.keys(s3Operations).sort());
});

test("docs/s3.md names all of it, and nothing else", () => {
  const document = readFileSync(join(import.meta.dirname, "../../../docs/s3.md"), "utf8");
  const rows = document.split("\n").filter((line) => line.startsWith("| `"));
  const told = rows.flatMap((row) => Array.from((row.split("|")[1] ?? "").matchAll(/`(\w+)`/g), ([, name]) => name));
  expect(told.sort()).toEqual(Object.keys(s3Operations).sort());
});

/** Any name is this machine's. */
const lookup: LookupFunction = (_, options, callback) =>
  options.all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4);

const STYLES: Readonly<Record<string, (endpoint: string) => sdk.S3ClientConfig>> = {
  path: () => ({}),
  host: (endpoint) => ({
    endpoint: endpoint.replace("127.0.0.1", "s3.localhost"),
    forcePathStyle: false,
    requestHandler: { httpAgent: new Agent({ lookup }) },
  }),
};

describe.each(Object.keys(STYLES))("called by %s", (style) => {
  test("each does what the SDK expects", async () => {
    await using served: ServedS3 = await serveS3();
    const client = served.client(ALICE, STYLES[style]?.(served.endpoint));
    const said: Said = {};
    for (const [name, [command, expected]] of Object.entries(ROWS)) {
      const sent = client.send(command(said) as sdk.PutObjectCommand);
      const answer = await sent.catch((error: Error) => error);
      expect(answer, name).toMatchObject(expected);
      if ("UploadId" in answer) said.UploadId = String(answer.UploadId);
    }
  });
});

test("each that reads may be asked for by a presigned URL", async () => {
  await using served: ServedS3 = await serveS3();
  const client = served.client(ALICE);
  await client.send(new sdk.PutObjectCommand({ ...OBJECT, Body: "text" }));
  await client.send(new sdk.PutObjectCommand({ ...COPY, Body: "text" }));
  const { UploadId = "" } = await client.send(new sdk.CreateMultipartUploadCommand(UPLOAD));
  // Of GetObjectAttributes the SDK puts a header into the query, where S3 does not look.
  const reads = Object.entries(ROWS).filter(([name]) => /^(Get|List)/.test(name) && name !== "GetObjectAttributes");
  for (const [name, [command, expected]] of reads) {
    const url = await getSignedUrl(client, command({ UploadId }) as sdk.GetObjectCommand, { expiresIn: 60 });
    const { status } = await fetch(url);
    const none = "name" in expected || name === "GetBucketPolicy" || name === "GetBucketPolicyStatus";
    expect([name, status]).toEqual([name, none ? 404 : 200]);
    expect([name, (await fetch(`${url}0`)).status]).toEqual([name, 403]);
  }
});
