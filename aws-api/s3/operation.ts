// What are S3's operations written in? Their parts, their permissions, and the resources that they look up before anything else.

import type { Identities } from "../../roles/model.ts";
import { type Call, inputOf, type Members, type Operation, type Parts, type Permission } from "../call.ts";
import type { BlobKeeper } from "./blob-keeper.ts";
import {
  accessDenied,
  invalidArgument,
  invalidBucketOwner,
  keyTooLong,
  noSuchBucket,
  noSuchKey,
  noSuchUpload,
} from "./errors.ts";
import type { S3Change } from "./events.ts";
import { policyFor } from "./public-policy.ts";
import type { Bucket, S3State, StoredObject, Upload } from "./state.ts";
import { tagContext } from "./tags.ts";

/** S3 keeps its blobs while requests use them, so its parts have a BlobKeeper; a bucket's policy names principals of the account. */
export type S3Parts = Omit<Parts<S3State, S3Change>, "blobs"> & {
  readonly blobs: BlobKeeper;
  identities(): Identities;
};

export { inputOf } from "../call.ts";

export interface S3Operation extends Omit<Operation<S3State, S3Change>, "act"> {
  act(call: Call, parts: S3Parts): ReturnType<Operation<S3State, S3Change>["act"]>;
}

const KEY_LIMIT_BYTES = 1024;

export interface BucketInput extends Members {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string;
}

export interface ObjectInput extends BucketInput {
  readonly Key: string;
  readonly VersionId?: string;
}

export interface UploadInput extends ObjectInput {
  readonly UploadId: string;
}

export const bucketArn = ({ partition }: Call, bucket: string) => `arn:${partition}:s3:::${bucket}`;

/** Condition keys with their values: one, a list, or none where it is undefined. */
export type ConditionKeys = Readonly<Record<string, unknown>>;

/** Where an object is. */
export interface ObjectPlace {
  readonly Bucket: string;
  readonly Key: string;
}

/** The permission that an action on a bucket takes, the call's unless another is given. */
export function onBucket(
  call: Call,
  state: S3State,
  action: string,
  context: ConditionKeys = {},
  bucket = inputOf<BucketInput>(call).Bucket,
): Permission {
  return { action, resource: bucketArn(call, bucket), ...policyOf(call, state, bucket), ...contextOf(context) };
}

/** The same for an object. */
export function onObject(
  call: Call,
  state: S3State,
  action: string,
  context: ConditionKeys = {},
  { Bucket, Key }: ObjectPlace = inputOf<ObjectInput>(call),
): Permission {
  const resource = `${bucketArn(call, Bucket)}/${Key}`;
  return { action, resource, ...policyOf(call, state, Bucket), ...contextOf(context) };
}

function policyOf({ principal }: Call, state: S3State, bucket: string): Pick<Permission, "resourcePolicy"> {
  const { settings } = state.buckets.get(bucket) ?? {};
  const resourcePolicy = settings && policyFor(principal, settings);
  return resourcePolicy ? { resourcePolicy } : {};
}

function contextOf(context: ConditionKeys): Pick<Permission, "context"> {
  const sent = Object.entries(context).filter(([, value]) => value !== undefined);
  if (sent.length === 0) return {};
  return { context: Object.fromEntries(sent.map(([key, value]) => [key, [value].flat().map(String)])) };
}

/** Condition keys of the tags that an object has: https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html */
export function existingTags(state: S3State, { Bucket, Key }: ObjectPlace): Readonly<Record<string, string>> {
  const { tags } = state.buckets.get(Bucket)?.objects.get(Key) ?? {};
  return tags ? tagContext("s3:ExistingObjectTag", tags) : {};
}

/**
 * The bucket that the call names.
 * @throws AwsError NoSuchBucket, AccessDenied or InvalidBucketOwnerAWSAccountID for another expected owner
 */
export function bucketOf(call: Call, state: S3State): Bucket {
  const { Bucket, ExpectedBucketOwner } = inputOf<BucketInput>(call);
  return bucketNamed(call, state, Bucket, ExpectedBucketOwner);
}

/** The bucket of that name. @throws AwsError as `bucketOf` */
export function bucketNamed(call: Call, state: S3State, name: string, expectedOwner: string | undefined): Bucket {
  if (expectedOwner !== undefined && expectedOwner !== call.accountId) {
    throw /^\d{12}$/.test(expectedOwner) ? accessDenied() : invalidBucketOwner(expectedOwner);
  }
  const bucket = state.buckets.get(name);
  if (!bucket) throw noSuchBucket(name);
  return bucket;
}

/**
 * The key that the call names, for a read, a write or a removal.
 * @throws AwsError as `checkKey`
 */
export function keyOf(call: Call): string {
  const { Key, VersionId } = inputOf<ObjectInput>(call);
  checkKey(Key, VersionId);
  return Key;
}

/** @throws AwsError KeyTooLongError; InvalidArgument for a version, because buckets here have none */
export function checkKey(key: string, versionId: string | undefined): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > KEY_LIMIT_BYTES) throw keyTooLong(sizeBytes);
  if (versionId !== undefined && versionId !== "null") {
    throw invalidArgument("Invalid version id specified", "versionId", versionId);
  }
}

/** The object that the call names. @throws AwsError as `bucketOf`, `keyOf` and `throwMissing` */
export function objectOf(call: Call, state: S3State): StoredObject {
  const bucket = bucketOf(call, state);
  const key = keyOf(call);
  return bucket.objects.get(key) ?? throwMissing(call, state, { Bucket: bucket.name, Key: key });
}

/**
 * Says that there is no such key, but only to who may list the bucket: to others it is AccessDenied, as if it were there.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function throwMissing(call: Call, state: S3State, { Bucket, Key }: ObjectPlace): never {
  call.demand(onBucket(call, state, "s3:ListBucket", {}, Bucket));
  throw noSuchKey(Key);
}

/** The upload that the call names. @throws AwsError as `bucketOf` and `keyOf`; NoSuchUpload */
export function uploadOf(call: Call, state: S3State): Upload {
  const { uploads } = bucketOf(call, state);
  const { UploadId } = inputOf<UploadInput>(call);
  const upload = uploads.get(UploadId);
  if (upload?.key !== keyOf(call)) throw noSuchUpload(UploadId);
  return upload as Upload;
}
