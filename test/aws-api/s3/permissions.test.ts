import { describe, expect, test } from "vitest";
import { s3Operations } from "../../../aws-api/s3/operations.ts";
import { emptyS3 } from "../../../aws-api/s3/state.ts";
import { S3World } from "./world.ts";

const BUCKET = "arn:aws:s3:::mybucket";
const OBJECT = `${BUCKET}/a/key`;
const creating = (object: boolean, more: object = {}) => ({
  action: "s3:PutObject",
  resource: OBJECT,
  context: { "s3:ObjectCreationOperation": [String(object)], ...more },
});

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html, and "Required permissions" of each
// operation in the API reference.
const CASES: readonly [operation: string, input: object, expected: readonly object[]][] = [
  ["ListBuckets", {}, [{ action: "s3:ListAllMyBuckets", resource: "arn:aws:s3:::*" }]],
  ["CreateBucket", {}, []],
  ["HeadBucket", {}, [{ action: "s3:ListBucket", resource: BUCKET }]],
  ["DeleteBucket", {}, [{ action: "s3:DeleteBucket", resource: BUCKET }]],
  ["GetBucketLocation", {}, [{ action: "s3:GetBucketLocation", resource: BUCKET }]],
  ["PutObject", {}, [creating(true)]],
  [
    "PutObject",
    { IfNoneMatch: "*", StorageClass: "STANDARD_IA", ACL: "private", ServerSideEncryption: "AES256" },
    [
      {
        action: "s3:PutObject",
        resource: OBJECT,
        context: {
          "s3:ObjectCreationOperation": ["true"],
          "s3:if-none-match": ["*"],
          "s3:x-amz-acl": ["private"],
          "s3:x-amz-server-side-encryption": ["AES256"],
          "s3:x-amz-storage-class": ["STANDARD_IA"],
        },
      },
    ],
  ],
  ["GetObject", {}, [{ action: "s3:GetObject", resource: OBJECT }]],
  ["GetObject", { VersionId: "null" }, [{ action: "s3:GetObjectVersion", resource: OBJECT }]],
  ["HeadObject", {}, [{ action: "s3:GetObject", resource: OBJECT }]],
  ["DeleteObject", {}, [{ action: "s3:DeleteObject", resource: OBJECT }]],
  ["DeleteObject", { VersionId: "null" }, [{ action: "s3:DeleteObjectVersion", resource: OBJECT }]],
  ["DeleteObjects", {}, []],
  ["ListObjects", {}, [{ action: "s3:ListBucket", resource: BUCKET }]],
  ["ListObjectsV2", {}, [{ action: "s3:ListBucket", resource: BUCKET }]],
  [
    "ListObjectsV2",
    { Prefix: "", Delimiter: "/", MaxKeys: 5 },
    [
      {
        action: "s3:ListBucket",
        resource: BUCKET,
        context: { "s3:prefix": [""], "s3:delimiter": ["/"], "s3:max-keys": ["5"] },
      },
    ],
  ],
  ["CreateMultipartUpload", {}, [creating(false)]],
  ["UploadPart", {}, [creating(false)]],
  ["CompleteMultipartUpload", {}, [creating(true)]],
  ["CompleteMultipartUpload", { IfNoneMatch: "*" }, [creating(true, { "s3:if-none-match": ["*"] })]],
  ["AbortMultipartUpload", {}, [{ action: "s3:AbortMultipartUpload", resource: OBJECT }]],
  ["ListParts", {}, [{ action: "s3:ListMultipartUploadParts", resource: OBJECT }]],
  ["ListMultipartUploads", {}, [{ action: "s3:ListBucketMultipartUploads", resource: BUCKET }]],
];

describe("permissions", () => {
  test.each(CASES)("%s with %j", (operation, input, expected) => {
    const call = new S3World().call(operation, { Bucket: "mybucket", Key: "a/key", ...input });
    expect(s3Operations[operation]?.permissions(call, emptyS3())).toEqual(expected);
  });

  test("every operation is in the table", () => {
    expect(new Set(CASES.map(([operation]) => operation))).toEqual(new Set(Object.keys(s3Operations)));
  });
});
