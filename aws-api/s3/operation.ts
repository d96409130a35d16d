// What are S3's operations written in? Their parts, their permissions, and the resources that they look up before anything else.

import type { Call, Members, Operation, Parts, Permission } from "../call.ts";
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
import type { Bucket, S3State, StoredObject, Upload } from "./state.ts";

/** S3 keeps its blobs while requests use them, so its parts have a BlobKeeper. */
export type S3Parts = Omit<Parts<S3State, S3Change>, "blobs"> & { readonly blobs: BlobKeeper };

export interface S3Operation extends Omit<Operation<S3State, S3Change>, "act"> {
  act(call: Call, parts: S3Parts): ReturnType<Operation<S3State, S3Change>["act"]>;
}

const KEY_LIMIT_BYTES = 1024;

/** The members of an input, as the model of the operation types them. */
export function inputOf<Input extends Members>({ input }: Call): Input {
  return input as Input;
}

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

/** The permission that an action on the call's bucket takes; context values that are absent are left out. */
export function onBucket(call: Call, action: string, context: Record<string, unknown> = {}): Permission {
  const { Bucket } = inputOf<BucketInput>(call);
  return { action, resource: bucketArn(call, Bucket), ...contextOf(context) };
}

/** The same for an object in that bucket: the call's own unless another key is given. */
export function onObject(call: Call, action: string, context: Record<string, unknown> = {}, key?: string): Permission {
  const { Bucket, Key } = inputOf<ObjectInput>(call);
  return { action, resource: `${bucketArn(call, Bucket)}/${key ?? Key}`, ...contextOf(context) };
}

function contextOf(context: Record<string, unknown>): Pick<Permission, "context"> {
  const sent = Object.entries(context).filter(([, value]) => value !== undefined);
  if (sent.length === 0) return {};
  return { context: Object.fromEntries(sent.map(([key, value]) => [key, [String(value)]])) };
}

/**
 * The bucket that the call names.
 * @throws AwsError NoSuchBucket, AccessDenied or InvalidBucketOwnerAWSAccountID for another expected owner
 */
export function bucketOf(call: Call, state: S3State): Bucket {
  const { Bucket, ExpectedBucketOwner } = inputOf<BucketInput>(call);
  if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== call.accountId) {
    throw /^\d{12}$/.test(ExpectedBucketOwner) ? accessDenied() : invalidBucketOwner(ExpectedBucketOwner);
  }
  const bucket = state.buckets.get(Bucket);
  if (!bucket) throw noSuchBucket(Bucket);
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
  return bucket.objects.get(key) ?? throwMissing(call, key);
}

/**
 * Says that there is no such key, but only to who may list the bucket: to others it is AccessDenied, as if it were there.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function throwMissing(call: Call, key: string): never {
  call.demand(onBucket(call, "s3:ListBucket"));
  throw noSuchKey(key);
}

/** The upload that the call names. @throws AwsError as `bucketOf` and `keyOf`; NoSuchUpload */
export function uploadOf(call: Call, state: S3State): Upload {
  const { uploads } = bucketOf(call, state);
  const { UploadId } = inputOf<UploadInput>(call);
  const upload = uploads.get(UploadId);
  if (upload?.key !== keyOf(call)) throw noSuchUpload(UploadId);
  return upload as Upload;
}
