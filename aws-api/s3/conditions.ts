// May this request go on, by its conditional headers? For readers as RFC 9110 has it, for writers as S3 narrows it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html

import { conditionalRequestConflict, noSuchKey, notImplemented, preconditionFailed } from "./errors.ts";
import type { Bucket, StoredObject } from "./state.ts";

export interface ReadConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly IfModifiedSince?: number;
  readonly IfUnmodifiedSince?: number;
}

export interface WriteConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

/** What S3 remembers of a write that takes its time. */
export interface Begun {
  /** The change of the state that had been made last when it began. */
  readonly change: number;
  /** Whether there was an object of its key then. */
  readonly replaces: boolean;
}

/** Instants in headers have whole seconds. */
const second = (instant: number) => Math.floor(instant / 1000);

/**
 * Whether a reader has the object already, so that 304 is the answer. An ETag decides over a date, and a date in the future is
 * no condition.
 * @throws AwsError PreconditionFailed
 */
export function isNotModified(conditions: ReadConditions, object: StoredObject, at: number): boolean {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modified = second(object.lastModifiedAt);
  if (IfMatch !== undefined) {
    if (!isMatch(IfMatch, object)) throw preconditionFailed("If-Match");
  } else if (IfUnmodifiedSince !== undefined && modified > second(IfUnmodifiedSince)) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  if (IfNoneMatch !== undefined) return isMatch(IfNoneMatch, object);
  return IfModifiedSince !== undefined && IfModifiedSince <= at && modified <= second(IfModifiedSince);
}

/** Whether one of the ETags in a header is the object's; quotes may be missing, and `*` is any. */
export function isMatch(header: string, { etag }: StoredObject): boolean {
  return header.split(",").some((each) => {
    const wanted = each.trim();
    return wanted === "*" || wanted.replaceAll('"', "") === etag;
  });
}

/**
 * Refuses a write whose conditions do not hold now.
 * @throws AwsError PreconditionFailed, NoSuchKey, ConditionalRequestConflict; NotImplemented for values that S3 does not take
 */
export function checkWrite({ IfMatch, IfNoneMatch }: WriteConditions, bucket: Bucket, key: string, begun: Begun): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw notImplemented("If-Match,If-None-Match", "Multiple conditional request headers present in the request");
  }
  const object = bucket.objects.get(key);
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== "*") throw valueNotTaken("If-None-Match");
    if (object) throw preconditionFailed("If-None-Match");
    // It was there when the upload began, and somebody has deleted it since.
    if (begun.replaces) throw conditionalRequestConflict("If-None-Match", key);
  }
  if (IfMatch !== undefined) {
    if (IfMatch === "*") throw valueNotTaken("If-Match");
    if (!object) throw noSuchKey(key);
    if (!isMatch(IfMatch, object)) throw preconditionFailed("If-Match");
    // It matches, but is not the one that was there when the upload began.
    if (object.change > begun.change) throw conditionalRequestConflict("If-Match", key);
  }
}

const valueNotTaken = (header: string) =>
  notImplemented(header, `We don't accept the provided value of ${header} header for this API`);
