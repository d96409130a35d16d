// What are clients to ask of S3? Every operation once.

import type { Asked } from "./asked.ts";

const bucket = { Bucket: "mybucket" };
const object = { ...bucket, Key: "a key/ü" };
const source = { ...bucket, Key: "source" };
const copy = { ...bucket, Key: "copy" };
const upload = { ...bucket, Key: "parts" };
const begun = { ...upload, UploadId: "$UPLOAD" };
const another = { Bucket: "another" };
const Policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::mybucket/secret/*" }],
});
const TagSet = [{ Key: "team", Value: "" }];

/** What a bucket is asked for that has been told nothing. */
const READS = [
  ...["GetBucketVersioning", "GetBucketAccelerateConfiguration", "GetBucketAcl", "GetBucketCors"],
  ...["GetBucketEncryption", "GetBucketLifecycleConfiguration", "GetBucketLogging", "GetBucketReplication"],
  ...["GetBucketRequestPayment", "GetBucketWebsite", "GetObjectLockConfiguration", "GetBucketOwnershipControls"],
  "GetBucketNotificationConfiguration",
];

/** In an order in which each has what it needs. */
export const EVERY: readonly Asked[] = [
  ["CreateBucket", another],
  ["ListBuckets", {}],
  ["HeadBucket", another],
  ["GetBucketLocation", another],
  ["DeleteBucket", another],
  [
    "PutObject",
    { ...object, Body: "text", ContentType: "text/plain", Tagging: "team=blue", Metadata: { colour: "blue" } },
  ],
  ["PutObject", { ...source, Body: "a source" }],
  ["GetObject", { ...object, ChecksumMode: "ENABLED" }],
  ["GetObject", { ...object, Range: "bytes=1-2" }],
  ["HeadObject", object],
  ["CopyObject", { ...copy, CopySource: "mybucket/source" }],
  ["GetObjectAttributes", { ...copy, ObjectAttributes: ["ETag", "Checksum", "ObjectSize", "StorageClass"] }],
  ["PutObjectTagging", { ...copy, Tagging: { TagSet } }],
  ["GetObjectTagging", copy],
  ["DeleteObjectTagging", copy],
  ["GetObjectAcl", copy],
  ["ListObjects", { ...bucket, Delimiter: "/" }],
  ["ListObjectsV2", { ...bucket, Delimiter: "/", FetchOwner: true }],
  ["ListObjectVersions", { ...bucket, MaxKeys: 1 }],
  ["CreateMultipartUpload", upload, { UPLOAD: "UploadId" }],
  [
    "UploadPartCopy",
    { ...begun, PartNumber: 1, CopySource: "mybucket/source", CopySourceRange: "bytes=0-3" },
    { COPIED: "CopyPartResult.ETag" },
  ],
  ["ListParts", begun],
  ["ListMultipartUploads", bucket],
  ["CompleteMultipartUpload", { ...begun, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: "$COPIED" }] } }],
  ["CreateMultipartUpload", upload, { UPLOAD: "UploadId" }],
  ["UploadPart", { ...begun, PartNumber: 1, Body: "a part" }],
  ["AbortMultipartUpload", begun],
  ["ListParts", begun],
  ["DeleteObject", upload],
  ["DeleteObjects", { ...bucket, Delete: { Objects: [{ Key: "copy" }, { Key: "none", VersionId: "null" }] } }],
  ["GetBucketTagging", bucket],
  ["PutBucketTagging", { ...bucket, Tagging: { TagSet } }],
  ["GetBucketTagging", bucket],
  ["DeleteBucketTagging", bucket],
  ["PutBucketPolicy", { ...bucket, Policy }],
  ["GetBucketPolicy", bucket],
  ["GetBucketPolicyStatus", bucket],
  ["DeleteBucketPolicy", bucket],
  ["GetPublicAccessBlock", bucket],
  ["PutPublicAccessBlock", { ...bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }],
  ["DeletePublicAccessBlock", bucket],
  ...READS.map((operation): Asked => [operation, bucket]),
  ["GetObject", { ...bucket, Key: "none" }],
];
