// What does a writer say of an object beside its bytes? What S3 keeps and gives back, and what is asked for that we do not do.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html

import { AwsError, type Call, type Members, type Permission } from "../call.ts";
import { metadataTooLarge, notImplemented } from "./errors.ts";
import { type ConditionKeys, onObject } from "./operation.ts";
import type { ObjectContent, S3State, Tag } from "./state.ts";
import { readTagging, requestedTags } from "./tags.ts";

/** Kept under these names, which GetObject's output has too. */
const KEPT = [
  "CacheControl",
  "ContentDisposition",
  "ContentEncoding",
  "ContentLanguage",
  "Expires",
  "WebsiteRedirectLocation",
] as const;

/** Members whose wish would otherwise be passed over in silence, with their headers. */
const NOT_DONE: Readonly<Record<string, string>> = {
  ObjectLockMode: "x-amz-object-lock-mode",
  ObjectLockRetainUntilDate: "x-amz-object-lock-retain-until-date",
  ObjectLockLegalHoldStatus: "x-amz-object-lock-legal-hold",
  ObjectLockEventHold: "x-amz-object-lock-event-hold",
  SSECustomerAlgorithm: "x-amz-server-side-encryption-customer-algorithm",
  CopySourceSSECustomerAlgorithm: "x-amz-copy-source-server-side-encryption-customer-algorithm",
  SSEKMSKeyId: "x-amz-server-side-encryption-aws-kms-key-id",
  WriteOffsetBytes: "x-amz-write-offset-bytes",
};

const STORAGE_CLASSES = [
  ...["STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING"],
  ...["GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"],
];

/** Buckets have had no access control lists of their own since April 2023; these two wish for nothing else. */
const ACLS = ["private", "bucket-owner-full-control"];

const METADATA_LIMIT_BYTES = 2048;

/**
 * What a writer says of its object: attributes, as members of GetObject's output, and tags.
 * @throws AwsError NotImplemented, AccessControlListNotSupported, InvalidStorageClass, MetadataTooLarge, and as `readTagging`
 */
export function attributesOf(call: Call): Pick<ObjectContent, "attributes" | "tags"> {
  const { input } = call;
  refuseNotDone(input);
  const tags = tagsOf(call);
  const attributes: Record<string, unknown> = { ContentType: input.ContentType ?? "binary/octet-stream" };
  for (const name of KEPT) if (input[name] !== undefined) attributes[name] = input[name];
  const { StorageClass, Metadata } = input as { StorageClass?: string; Metadata?: Readonly<Record<string, string>> };
  if (StorageClass !== undefined && !STORAGE_CLASSES.includes(StorageClass)) {
    throw new AwsError("InvalidStorageClass", 400, "The storage class you specified is not valid", {
      StorageClassRequested: StorageClass,
    });
  }
  // S3 does not show the usual class.
  if (StorageClass !== undefined && StorageClass !== "STANDARD") attributes.StorageClass = StorageClass;
  if (Metadata !== undefined) attributes.Metadata = checkedMetadata(Metadata);
  return { attributes, ...(tags.length > 0 && { tags }) };
}

/** The tags that a writer gives its object. @throws AwsError as `readTagging` */
function tagsOf({ input: { Tagging } }: Call): readonly Tag[] {
  return typeof Tagging === "string" ? readTagging(Tagging) : [];
}

function refuseNotDone(input: Members): void {
  for (const [member, header] of Object.entries(NOT_DONE)) {
    if (input[member] !== undefined) throw notImplemented(header);
  }
  const { ServerSideEncryption, ACL } = input;
  if (ServerSideEncryption !== undefined && ServerSideEncryption !== "AES256") {
    throw notImplemented("x-amz-server-side-encryption");
  }
  const grants = Object.keys(input).some((member) => member.startsWith("Grant"));
  if (grants || (ACL !== undefined && !ACLS.includes(String(ACL)))) {
    throw new AwsError("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");
  }
}

function checkedMetadata(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let sizeBytes = 0;
  // Text of headers has one character for each byte.
  for (const [name, value] of Object.entries(metadata)) sizeBytes += name.length + value.length;
  if (sizeBytes > METADATA_LIMIT_BYTES) throw metadataTooLarge(sizeBytes);
  return { ...metadata };
}

/** What a writer must be allowed: with tags, which are those of the request unless others are given, the setting of tags, too. */
export function writerPermissions(
  call: Call,
  state: S3State,
  more: ConditionKeys,
  tags: readonly Tag[] = tagsOf(call),
): readonly Permission[] {
  const context = { ...writerContext(call), ...requestedTags(tags), ...more };
  const put = onObject(call, state, "s3:PutObject", context);
  return tags.length === 0 ? [put] : [put, onObject(call, state, "s3:PutObjectTagging", requestedTags(tags))];
}

/** Condition keys of s3:PutObject that come from a writer's headers. */
function writerContext({ input }: Call): ConditionKeys {
  return {
    "s3:x-amz-acl": input.ACL,
    "s3:x-amz-metadata-directive": input.MetadataDirective,
    "s3:x-amz-website-redirect-location": input.WebsiteRedirectLocation,
    "s3:x-amz-storage-class": input.StorageClass,
    "s3:x-amz-server-side-encryption": input.ServerSideEncryption,
    ...conditionContext(input),
  };
}

/** What a policy that enforces conditional writes asks: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html */
export function conditionContext({ IfMatch, IfNoneMatch }: Call["input"]): ConditionKeys {
  return { "s3:if-match": IfMatch, "s3:if-none-match": IfNoneMatch };
}

/** Whether an object comes to be by this request, or only a part or the beginning of one. */
export const creates = (object: boolean) => ({ "s3:ObjectCreationOperation": String(object) });
