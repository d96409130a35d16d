// What is to be copied, and may it be? The object that `x-amz-copy-source` names, for CopyObject and UploadPartCopy.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html

import { AwsError, type Call, type Members, type Permission } from "../call.ts";
import { decodePercent } from "../wire/percent.ts";
import { isMatch } from "./conditions.ts";
import { invalidArgument, invalidRequest, preconditionFailed } from "./errors.ts";
import {
  bucketNamed,
  type ConditionKeys,
  checkKey,
  existingTags,
  inputOf,
  type ObjectInput,
  type ObjectPlace,
  onObject,
  throwMissing,
} from "./operation.ts";
import type { S3State, StoredObject } from "./state.ts";

export interface CopyInput extends ObjectInput {
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string;
  readonly CopySourceIfNoneMatch?: string;
  readonly CopySourceIfModifiedSince?: number;
  readonly CopySourceIfUnmodifiedSince?: number;
  readonly ExpectedSourceBucketOwner?: string;
}

export interface CopySource extends ObjectPlace {
  readonly VersionId?: string;
}

const HEADER = "x-amz-copy-source";

/** 5 GiB, the most that one request copies. */
const LIMIT_BYTES = 5 * 1024 ** 3;

/**
 * The place that the header names: `/bucket/key?versionId=null`, percent-encoded.
 * @throws AwsError InvalidArgument
 */
function readCopySource(header: string): CopySource {
  const [place = "", version] = header.split(/\?versionId=(?=[^?]*$)/);
  // A plus is a space there, as in forms.
  const path = decodePercent(place.replaceAll("+", " "), () =>
    invalidArgument("Invalid copy source encoding", HEADER, header),
  );
  const [, bucket = "", key = ""] = /^\/?([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  // As recorded, with its own name for a value.
  if (key === "") throw invalidArgument("Invalid copy source object key", HEADER, HEADER);
  if (bucket === "" || bucket.startsWith("arn:"))
    throw invalidArgument("Invalid copy source bucket name", HEADER, header);
  return { Bucket: bucket, Key: key, ...(version !== undefined && { VersionId: version }) };
}

const sources = new WeakMap<Call, CopySource>();

/** The source of a call, read once. @throws AwsError InvalidArgument */
export function sourceOf(call: Call): CopySource {
  const source = sources.get(call) ?? readCopySource(inputOf<CopyInput>(call).CopySource);
  sources.set(call, source);
  return source;
}

/** What reading the source takes. */
export function sourcePermission(call: Call, state: S3State): Permission {
  const source = sourceOf(call);
  const action = source.VersionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
  return onObject(call, state, action, { ...existingTags(state, source), "s3:versionid": source.VersionId }, source);
}

/** Condition keys of s3:PutObject. The source stands without a slash before it, as in AWS's examples, however it was sent. */
export function copyContext(call: Call): ConditionKeys {
  const { Bucket, Key } = sourceOf(call);
  return { "s3:x-amz-copy-source": `${Bucket}/${Key}` };
}

/**
 * The object to copy, which is as the conditions want it.
 * @throws AwsError NoSuchBucket, NoSuchKey (AccessDenied where the bucket may not be listed), PreconditionFailed, InvalidRequest for
 *   one that is too large, InvalidObjectState for one in an archive
 */
export function copySourceOf(call: Call, state: S3State): StoredObject {
  const input = inputOf<CopyInput>(call);
  const source = sourceOf(call);
  const bucket = bucketNamed(call, state, source.Bucket, input.ExpectedSourceBucketOwner);
  checkKey(source.Key, source.VersionId);
  const object = bucket.objects.get(source.Key) ?? throwMissing(call, state, source);
  checkConditions(input, object, call.request.at);
  checkReadable(object);
  return object;
}

const second = (instant: number) => Math.floor(instant / 1000);

/** As for readers, but whoever has it already is refused: 412, where a reader gets 304. Names of the conditions are recorded. */
function checkConditions(input: CopyInput, object: StoredObject, at: number): void {
  const { CopySourceIfMatch: match, CopySourceIfNoneMatch: noneMatch } = input;
  const { CopySourceIfModifiedSince: modifiedSince, CopySourceIfUnmodifiedSince: unmodifiedSince } = input;
  const modified = second(object.lastModifiedAt);
  const refuse = (condition: string) => preconditionFailed(`${HEADER}-${condition}`);
  if (match !== undefined) {
    if (!isMatch(match, object)) throw refuse("If-Match");
  } else if (unmodifiedSince !== undefined && modified > second(unmodifiedSince)) throw refuse("If-Unmodified-Since");
  if (noneMatch !== undefined) {
    if (isMatch(noneMatch, object)) throw refuse("If-None-Match");
  } else if (modifiedSince !== undefined && modifiedSince <= at && modified <= second(modifiedSince)) {
    throw refuse("If-Modified-Since");
  }
}

function checkReadable({ sizeBytes, attributes }: StoredObject): void {
  if (sizeBytes > LIMIT_BYTES) {
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${LIMIT_BYTES}`,
    );
  }
  const { StorageClass } = attributes;
  if (StorageClass !== "GLACIER" && StorageClass !== "DEEP_ARCHIVE") return;
  throw new AwsError("InvalidObjectState", 403, "Operation is not valid for the source object's storage class", {
    StorageClass,
  });
}

/** What both say of their source. */
export function shownSource(call: Call): Members {
  const { VersionId } = sourceOf(call);
  return VersionId === undefined ? {} : { CopySourceVersionId: VersionId };
}
