// GetObject and HeadObject: what is at this key? The stored headers, and of the bytes those that were asked for.

import type { Answer, Call } from "../call.ts";
import { AwsError, type Members } from "../call.ts";
import { httpDate } from "../wire/scalars.ts";
import { checksumMembers } from "./checksums.ts";
import { isNotModified, type ReadConditions } from "./conditions.ts";
import { invalidRequest } from "./errors.ts";
import { existingTags, inputOf, type ObjectInput, objectOf, onObject, type S3Operation } from "./operation.ts";
import { type Extent, extentOf, isMultipart, type RangeInput, stretchesOf } from "./range.ts";
import type { S3State, StoredObject } from "./state.ts";

interface ReadInput extends ObjectInput, ReadConditions, RangeInput {
  readonly ChecksumMode?: string;
}

/** What a reader asks to be said instead of what is stored, by the member that it replaces. */
const OVERRIDES = {
  CacheControl: "ResponseCacheControl",
  ContentDisposition: "ResponseContentDisposition",
  ContentEncoding: "ResponseContentEncoding",
  ContentLanguage: "ResponseContentLanguage",
  ContentType: "ResponseContentType",
  Expires: "ResponseExpires",
} as const;

/** To be restored before they can be read. */
const ARCHIVED = ["GLACIER", "DEEP_ARCHIVE"];

function permissions(call: Call, state: S3State) {
  const input = inputOf<ReadInput>(call);
  const { VersionId } = input;
  const action = VersionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
  return [onObject(call, state, action, { ...existingTags(state, input), "s3:versionid": VersionId })];
}

export const HeadObject: S3Operation = {
  permissions,
  act(call, parts) {
    const object = objectOf(call, parts.state());
    const notModified = unchanged(call, object);
    return notModified ?? described(call, parts.state(), object, extentOf(object, inputOf<ReadInput>(call)));
  },
};

export const GetObject: S3Operation = {
  permissions,
  act(call, parts) {
    const object = objectOf(call, parts.state());
    refuseArchived(object);
    const notModified = unchanged(call, object);
    if (notModified) return notModified;
    const extent = extentOf(object, inputOf<ReadInput>(call));
    const { output, ...answer } = described(call, parts.state(), object, extent);
    return { ...answer, output: { ...output, Body: parts.blobs.read(stretchesOf(object.pieces, extent)) } };
  },
};

const quoted = ({ etag }: StoredObject) => `"${etag}"`;

function unchanged(call: Call, object: StoredObject): Answer | undefined {
  if (!isNotModified(inputOf<ReadInput>(call), object, call.request.at)) return undefined;
  return { status: 304, output: { LastModified: object.lastModifiedAt, ETag: quoted(object) } };
}

function described(call: Call, state: S3State, object: StoredObject, extent: Extent): Answer {
  const { start, end, partial } = extent;
  const input = inputOf<ReadInput>(call);
  const output = {
    LastModified: object.lastModifiedAt,
    ETag: quoted(object),
    ...(input.ChecksumMode === "ENABLED" && checksumOf(object, extent, input.PartNumber)),
    ServerSideEncryption: "AES256",
    ...object.attributes,
    ...overrides(call),
    ...tagCount(call, state, object),
    ...(input.PartNumber !== undefined && isMultipart(object) && { PartsCount: object.pieces.length }),
    AcceptRanges: "bytes",
    ...(partial && { ContentRange: `bytes ${start}-${end}/${object.sizeBytes}` }),
    ContentLength: end - start + 1,
  };
  return partial ? { status: 206, output } : { output };
}

/** Only for those who may read the tags. */
function tagCount(call: Call, state: S3State, { tags }: StoredObject): Members {
  if (!tags) return {};
  const context = existingTags(state, inputOf<ReadInput>(call));
  return call.may(onObject(call, state, "s3:GetObjectTagging", context)) ? { TagCount: tags.length } : {};
}

/** Of the whole only with the whole, and of a part with that part. */
function checksumOf(object: StoredObject, { start, end }: Extent, partNumber: number | undefined): Members {
  const { checksum, pieces, sizeBytes } = object;
  if (partNumber === undefined || !isMultipart(object)) {
    return end - start + 1 === sizeBytes ? checksumMembers(checksum) : {};
  }
  const value = pieces[partNumber - 1]?.checksum;
  return value === undefined ? {} : checksumMembers({ ...checksum, value });
}

function overrides({ input, principal }: Call): Members {
  const output: Record<string, unknown> = {};
  for (const [member, override] of Object.entries(OVERRIDES)) {
    const value = input[override];
    if (value === undefined) continue;
    if (principal.kind === "anonymous") {
      throw invalidRequest("Request specific response headers cannot be used for anonymous GET requests.");
    }
    output[member] = typeof value === "number" ? httpDate(value) : value;
  }
  return output;
}

function refuseArchived({ attributes: { StorageClass } }: StoredObject): void {
  if (!ARCHIVED.includes(String(StorageClass))) return;
  throw new AwsError("InvalidObjectState", 403, "The operation is not valid for the object's storage class", {
    StorageClass: String(StorageClass),
  });
}
