// ListParts and ListMultipartUploads: what has been uploaded of an object, and which uploads are not over?

import type { Call, Members } from "../call.ts";
import { invalidArgument } from "./errors.ts";
import {
  type BucketInput,
  bucketOf,
  inputOf,
  onBucket,
  onObject,
  type S3Operation,
  type UploadInput,
  uploadOf,
} from "./operation.ts";
import { ownerOf } from "./owner.ts";
import { encoderOf, type Listed, type ListQuery, limitOf, listed, pageOf, wholeSecond } from "./page.ts";
import type { Bucket, Upload } from "./state.ts";

interface ListPartsInput extends UploadInput {
  readonly MaxParts?: number;
  readonly PartNumberMarker?: number;
}

export const ListParts: S3Operation = {
  permissions: (call, state) => [onObject(call, state, "s3:ListMultipartUploadParts")],
  act(call, parts) {
    const { Bucket, MaxParts, PartNumberMarker = 0 } = inputOf<ListPartsInput>(call);
    const upload = uploadOf(call, parts.state());
    const limit = limitOf(MaxParts, "max-parts");
    const numbers = [...upload.parts.keys()].filter((number) => number > PartNumberMarker).sort((a, b) => a - b);
    const { entries, truncated } = pageOf(numbers.values(), limit);
    return {
      output: {
        Bucket,
        ...shown(call, upload),
        PartNumberMarker,
        NextPartNumberMarker: entries.at(-1) ?? 0,
        MaxParts: limit,
        IsTruncated: truncated,
        ...(entries.length > 0 && { Parts: entries.map((number) => shownPart(upload, number)) }),
      },
    };
  },
};

function shownPart({ parts, checksum: plan }: Upload, partNumber: number): Members {
  const { etag, sizeBytes, lastModifiedAt, checksum } = parts.get(partNumber) as NonNullable<
    ReturnType<typeof parts.get>
  >;
  return {
    PartNumber: partNumber,
    LastModified: wholeSecond(lastModifiedAt),
    ETag: `"${etag}"`,
    Size: sizeBytes,
    ...(plan && { [`Checksum${plan.algorithm}`]: checksum }),
  };
}

/** What both listings say of an upload. */
function shown(call: Call, { key, uploadId, initiator, attributes, checksum }: Upload): Members {
  return {
    Key: key,
    UploadId: uploadId,
    Initiator: initiator,
    Owner: { ID: ownerOf(call) },
    StorageClass: attributes.StorageClass ?? "STANDARD",
    ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
  };
}

interface ListUploadsInput extends BucketInput {
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly EncodingType?: string;
  readonly MaxUploads?: number;
  readonly KeyMarker?: string;
  readonly UploadIdMarker?: string;
}

export const ListMultipartUploads: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:ListBucketMultipartUploads")],
  act(call, parts) {
    const input = inputOf<ListUploadsInput>(call);
    const { Bucket: name, Prefix = "", Delimiter = "", EncodingType, KeyMarker = "" } = input;
    const limit = limitOf(input.MaxUploads, "max-uploads");
    const encode = encoderOf(EncodingType);
    const query = { prefix: Prefix, delimiter: Delimiter, after: KeyMarker };
    // Without a key the other marker means nothing.
    const uploadIdMarker = KeyMarker === "" ? "" : (input.UploadIdMarker ?? "");
    const { entries, truncated } = pageOf(uploadsAfter(bucketOf(call, parts.state()), query, uploadIdMarker), limit);
    const uploads = entries.flatMap((entry) => ("value" in entry ? [entry.value as Upload] : []));
    const prefixes = entries.flatMap((entry) => ("prefix" in entry ? [{ Prefix: encode(entry.prefix) }] : []));
    const last = entries.at(-1);
    // S3 forgets to say how to go on behind a common prefix.
    const { key = "", uploadId = "" } = (last && "key" in last && last.value) || {};
    return {
      output: {
        Bucket: name,
        KeyMarker: encode(KeyMarker),
        UploadIdMarker: uploadIdMarker,
        NextKeyMarker: encode(key),
        NextUploadIdMarker: uploadId,
        ...(Prefix !== "" && { Prefix: encode(Prefix) }),
        ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
        MaxUploads: limit,
        ...(EncodingType !== undefined && { EncodingType }),
        IsTruncated: truncated,
        ...(uploads.length > 0 && {
          Uploads: uploads.map((upload) => ({
            ...shown(call, upload),
            Key: encode(upload.key),
            Initiated: wholeSecond(upload.initiatedAt),
          })),
        }),
        ...(prefixes.length > 0 && { CommonPrefixes: prefixes }),
      },
    };
  },
};

const UPLOAD_ID = /^[0-9a-f]{64}$/;

/** Uploads and common prefixes: first what is left of the key of the markers, then the keys after it. */
function* uploadsAfter(
  { uploads, uploadsByKey }: Bucket,
  query: ListQuery,
  uploadIdMarker: string,
): Generator<Listed<Upload>> {
  if (uploadIdMarker !== "") {
    const ofKey = uploadsByKey.get(query.after) ?? [];
    const place = ofKey.findIndex((upload) => upload.uploadId === uploadIdMarker);
    // One that was aborted since is still a marker, but not one of another key (https://github.com/minio/minio/issues/1805). Whoever
    // aborts page by page has aborted those before it too: what is left of the key comes next.
    if (place < 0 && (uploads.has(uploadIdMarker) || !UPLOAD_ID.test(uploadIdMarker))) {
      throw invalidArgument("Invalid uploadId marker", "upload-id-marker", uploadIdMarker);
    }
    for (const value of ofKey.slice(place + 1)) yield { key: query.after, value };
  }
  for (const entry of listed(uploadsByKey, query)) {
    if ("prefix" in entry) yield { prefix: entry.prefix };
    else for (const value of entry.value) yield { key: entry.key, value };
  }
}
