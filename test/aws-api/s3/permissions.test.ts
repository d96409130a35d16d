import { describe, expect, test } from "vitest";
import { fold } from "../../../aws-api/s3/events.ts";
import { s3Operations } from "../../../aws-api/s3/operations.ts";
import { type BucketSettings, emptyS3, type S3State } from "../../../aws-api/s3/state.ts";
import { AT, configured, S3World } from "./world.ts";

const BUCKET = "arn:aws:s3:::mybucket";
const OBJECT = `${BUCKET}/a/key`;
const creating = (object: boolean, more: object = {}) => ({
  action: "s3:PutObject",
  resource: OBJECT,
  context: { "s3:ObjectCreationOperation": [String(object)], ...more },
});

const NULL_VERSION = { "s3:versionid": ["null"] };
const onBucket = (action: string) => [{ action: `s3:${action}`, resource: BUCKET }];
const onObject = (action: string, context?: object) => ({
  action: `s3:${action}`,
  resource: OBJECT,
  ...(context && { context }),
});
const SOURCE = "arn:aws:s3:::otherbucket/a b";
const COPY = { CopySource: "/otherbucket/a%20b" };
const copying = (object: boolean, more: object = {}) =>
  creating(object, { "s3:x-amz-copy-source": ["otherbucket/a b"], ...more });
const TAGS = { "s3:RequestObjectTag/team": ["blue"], "s3:RequestObjectTagKeys": ["team"] };

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
  ["GetObject", { VersionId: "null" }, [{ action: "s3:GetObjectVersion", resource: OBJECT, context: NULL_VERSION }]],
  ["HeadObject", {}, [{ action: "s3:GetObject", resource: OBJECT }]],
  ["DeleteObject", {}, [{ action: "s3:DeleteObject", resource: OBJECT }]],
  [
    "DeleteObject",
    { VersionId: "null", IfMatch: "etag" },
    [
      {
        action: "s3:DeleteObjectVersion",
        resource: OBJECT,
        context: { ...NULL_VERSION, "s3:if-match": ["etag"] },
      },
    ],
  ],
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
  ["PutObject", { Tagging: "team=blue" }, [creating(true, TAGS), onObject("PutObjectTagging", TAGS)]],
  ["CreateMultipartUpload", { Tagging: "team=blue" }, [creating(false, TAGS), onObject("PutObjectTagging", TAGS)]],
  ["CopyObject", COPY, [{ action: "s3:GetObject", resource: SOURCE }, copying(true)]],
  [
    "CopyObject",
    { CopySource: "otherbucket/a%20b?versionId=null", MetadataDirective: "REPLACE" },
    [
      { action: "s3:GetObjectVersion", resource: SOURCE, context: NULL_VERSION },
      copying(true, { "s3:x-amz-metadata-directive": ["REPLACE"] }),
    ],
  ],
  ["CopyObject", { ...COPY, Tagging: "team=blue" }, [{ action: "s3:GetObject", resource: SOURCE }, copying(true)]],
  [
    "CopyObject",
    { ...COPY, Tagging: "team=blue", TaggingDirective: "REPLACE" },
    [{ action: "s3:GetObject", resource: SOURCE }, copying(true, TAGS), onObject("PutObjectTagging", TAGS)],
  ],
  ["UploadPartCopy", COPY, [{ action: "s3:GetObject", resource: SOURCE }, copying(false)]],
  ["ListObjectVersions", {}, onBucket("ListBucketVersions")],
  [
    "ListObjectVersions",
    { Prefix: "a/" },
    [{ action: "s3:ListBucketVersions", resource: BUCKET, context: { "s3:prefix": ["a/"] } }],
  ],
  ["GetObjectAttributes", {}, [onObject("GetObject"), onObject("GetObjectAttributes")]],
  [
    "GetObjectAttributes",
    { VersionId: "null" },
    [onObject("GetObjectVersion", NULL_VERSION), onObject("GetObjectVersionAttributes", NULL_VERSION)],
  ],
  ["GetObjectTagging", {}, [onObject("GetObjectTagging")]],
  ["GetObjectTagging", { VersionId: "null" }, [onObject("GetObjectVersionTagging", NULL_VERSION)]],
  ["PutObjectTagging", {}, []],
  ["DeleteObjectTagging", {}, [onObject("DeleteObjectTagging")]],
  ["DeleteObjectTagging", { VersionId: "null" }, [onObject("DeleteObjectVersionTagging", NULL_VERSION)]],
  ["GetObjectAcl", {}, [onObject("GetObjectAcl")]],
  ["GetObjectAcl", { VersionId: "null" }, [onObject("GetObjectVersionAcl", NULL_VERSION)]],
  ["GetBucketTagging", {}, onBucket("GetBucketTagging")],
  ["PutBucketTagging", {}, onBucket("PutBucketTagging")],
  ["DeleteBucketTagging", {}, onBucket("PutBucketTagging")],
  ["GetBucketPolicy", {}, onBucket("GetBucketPolicy")],
  ["PutBucketPolicy", {}, onBucket("PutBucketPolicy")],
  ["DeleteBucketPolicy", {}, onBucket("DeleteBucketPolicy")],
  ["GetBucketPolicyStatus", {}, onBucket("GetBucketPolicyStatus")],
  ["GetPublicAccessBlock", {}, onBucket("GetBucketPublicAccessBlock")],
  ["PutPublicAccessBlock", {}, onBucket("PutBucketPublicAccessBlock")],
  ["DeletePublicAccessBlock", {}, onBucket("PutBucketPublicAccessBlock")],
  ["GetBucketAccelerateConfiguration", {}, onBucket("GetAccelerateConfiguration")],
  ["GetBucketAcl", {}, onBucket("GetBucketAcl")],
  ["GetBucketCors", {}, onBucket("GetBucketCORS")],
  ["GetBucketEncryption", {}, onBucket("GetEncryptionConfiguration")],
  ["GetBucketLifecycleConfiguration", {}, onBucket("GetLifecycleConfiguration")],
  ["GetBucketLogging", {}, onBucket("GetBucketLogging")],
  ["GetBucketNotificationConfiguration", {}, onBucket("GetBucketNotification")],
  ["GetBucketOwnershipControls", {}, onBucket("GetBucketOwnershipControls")],
  ["GetBucketReplication", {}, onBucket("GetReplicationConfiguration")],
  ["GetBucketRequestPayment", {}, onBucket("GetBucketRequestPayment")],
  ["GetBucketVersioning", {}, onBucket("GetBucketVersioning")],
  ["GetBucketWebsite", {}, onBucket("GetBucketWebsite")],
  ["GetObjectLockConfiguration", {}, onBucket("GetBucketObjectLockConfiguration")],
];

describe("permissions", () => {
  test.each(CASES)("%s with %j", (operation, input, expected) => {
    const call = new S3World().call(operation, { Bucket: "mybucket", Key: "a/key", ...input });
    expect(s3Operations[operation]?.permissions(call, emptyS3())).toEqual(expected);
  });

  test("every operation is in the table", () => {
    expect(new Set(CASES.map(([operation]) => operation))).toEqual(new Set(Object.keys(s3Operations)));
  });

  test("those of which the request's body tells more are demanded once it has come", async () => {
    const world = new S3World();
    await world.act("PutObject", { Key: "a/key" });
    const demanded: object[] = [];
    const may = (permission: object) => {
      demanded.push(permission);
      return true;
    };
    const Tags = [{ Key: "team", Value: "blue" }];
    await world.act("PutObjectTagging", { Key: "a/key", Tagging: { TagSet: Tags } }, { may });
    await world.act("CreateBucket", { Bucket: "tagged", CreateBucketConfiguration: { Tags } }, { may });
    const context = { "aws:RequestTag/team": ["blue"], "aws:TagKeys": ["team"] };
    const requested = { resource: "arn:aws:s3:::tagged", context };
    expect(demanded).toEqual([
      onObject("PutObjectTagging", TAGS),
      { action: "s3:CreateBucket", ...requested },
      { action: "s3:TagResource", ...requested },
    ]);
  });
});

/** Two buckets, in each of which there is an object with a tag. */
function stateWith(settings: BucketSettings): S3State {
  const state = emptyS3();
  fold(state, configured("mybucket", "otherbucket"));
  const checksum = { algorithm: "CRC32", type: "FULL_OBJECT", value: "" } as const;
  const content = { pieces: [], sizeBytes: 0, etag: "", checksum, attributes: {} };
  for (const [bucket, key] of [
    ["mybucket", "a/key"],
    ["otherbucket", "a b"],
  ] as const) {
    const tags = [{ Key: "of", Value: bucket }];
    fold(state, { type: "object.put", at: AT, bucket, key, object: { ...content, tags } });
    if (bucket === "otherbucket") fold(state, { type: "bucket.changed", at: AT, bucket, settings });
  }
  return state;
}

const permissionsIn = (state: S3State, operation: string, input: object, options = {}) => {
  const call = new S3World().call(operation, { Bucket: "mybucket", Key: "a/key", ...input }, options);
  return s3Operations[operation]?.permissions(call, state);
};

describe("what an object's tags say", () => {
  const context = { "s3:ExistingObjectTag/of": ["mybucket"] };
  const state = stateWith({ tags: [] });
  const READS: readonly [string, readonly string[]][] = [
    ["GetObject", ["GetObject"]],
    ["HeadObject", ["GetObject"]],
    ["GetObjectAttributes", ["GetObject", "GetObjectAttributes"]],
    ["GetObjectTagging", ["GetObjectTagging"]],
    ["DeleteObjectTagging", ["DeleteObjectTagging"]],
    ["GetObjectAcl", ["GetObjectAcl"]],
  ];

  test.each(READS)("is a condition of %s", (operation, actions) => {
    expect(permissionsIn(state, operation, {})).toEqual(actions.map((action) => onObject(action, context)));
  });

  test("is none of PutObject and DeleteObject", () => {
    expect(permissionsIn(state, "DeleteObject", {})).toEqual([onObject("DeleteObject")]);
    expect(permissionsIn(state, "PutObject", {})).toEqual([creating(true)]);
  });

  test("comes along with a copy, and is then read there and set here", () => {
    const source = { resource: SOURCE, context: { "s3:ExistingObjectTag/of": ["otherbucket"] } };
    const requested = { "s3:RequestObjectTag/of": ["otherbucket"], "s3:RequestObjectTagKeys": ["of"] };
    expect(permissionsIn(state, "CopyObject", COPY)).toEqual([
      { action: "s3:GetObject", ...source },
      { action: "s3:GetObjectTagging", ...source },
      copying(true, requested),
      onObject("PutObjectTagging", requested),
    ]);
  });
});

describe("the policy of the bucket", () => {
  const statement = { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::otherbucket/*" };
  const policy = { document: JSON.stringify({ Statement: [statement] }), principalIds: {} };
  const withPolicy = stateWith({ tags: [], policy });

  test.each(CASES.filter(([, , expected]) => expected.length > 0))(
    "goes with every permission of %s, %j",
    (operation, input) => {
      for (const permission of permissionsIn(withPolicy, operation, { ...input, Bucket: "otherbucket" }) ?? []) {
        const { resource, resourcePolicy } = permission;
        expect([resource, resourcePolicy]).toEqual([resource, resource === "arn:aws:s3:::*" ? undefined : policy]);
      }
    },
  );

  test("of a copy's source goes with reading there alone", () => {
    const policies = permissionsIn(withPolicy, "UploadPartCopy", COPY)?.map(({ resourcePolicy }) => resourcePolicy);
    expect(policies).toEqual([policy, undefined]);
  });

  test.each([
    ["GetBucketPolicy", undefined],
    ["PutBucketPolicy", undefined],
    ["DeleteBucketPolicy", undefined],
    ["GetBucketPolicyStatus", policy],
    ["ListObjectsV2", policy],
  ])("keeps the root user from %s: %j", (operation, expected) => {
    const input = { Bucket: "otherbucket" };
    const asked = permissionsIn(withPolicy, operation, input, { principal: { kind: "root" } });
    expect(asked?.map(({ resourcePolicy }) => resourcePolicy)).toEqual([expected]);
  });

  test.each([
    ["anonymous", true, undefined],
    ["anonymous", false, policy],
    ["root", true, policy],
  ] as const)("for %s, public buckets restricted: %j", (kind, RestrictPublicBuckets, expected) => {
    const publicAccessBlock = {
      ...{ BlockPublicAcls: false, IgnorePublicAcls: false, BlockPublicPolicy: false },
      RestrictPublicBuckets,
    };
    const state = stateWith({ tags: [], policy, publicAccessBlock });
    const found = permissionsIn(state, "GetObject", { Bucket: "otherbucket" }, { principal: { kind } });
    expect(found?.map(({ resourcePolicy }) => resourcePolicy)).toEqual([expected]);
  });
});
