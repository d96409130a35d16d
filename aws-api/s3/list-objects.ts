// ListObjects and ListObjectsV2: which keys are in the bucket?

import type { Call, Members } from "../call.ts";
import {
  type BucketInput,
  bucketOf,
  type ConditionKeys,
  inputOf,
  onBucket,
  type S3Operation,
  type S3Parts,
} from "./operation.ts";
import { ownerOf } from "./owner.ts";
import { encoderOf, type Listed, limitOf, listed, pageOf, wholeSecond } from "./page.ts";
import type { S3State, StoredObject } from "./state.ts";
import { readToken, writeToken } from "./token.ts";

export interface ListInput extends BucketInput {
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly EncodingType?: string;
  readonly MaxKeys?: number;
}

/** A policy sees of these only what was sent. */
export function listContext(call: Call): ConditionKeys {
  const { Prefix, Delimiter, MaxKeys } = inputOf<ListInput>(call);
  return { "s3:prefix": Prefix, "s3:delimiter": Delimiter, "s3:max-keys": MaxKeys };
}

const permissions = (call: Call, state: S3State) => [onBucket(call, state, "s3:ListBucket", listContext(call))];

interface Listing {
  readonly entries: readonly Listed<StoredObject>[];
  readonly truncated: boolean;
  /** The last key or common prefix of the page; undefined for an empty one. */
  readonly last: string | undefined;
  readonly encode: (text: string) => string;
  /** What both versions say. */
  readonly output: Members;
}

/** @throws AwsError InvalidArgument, and as `bucketOf` */
function list(call: Call, parts: S3Parts, after: string, showsOwner: boolean): Listing {
  const { Bucket: Name, Prefix = "", Delimiter = "", EncodingType, MaxKeys } = inputOf<ListInput>(call);
  const limit = limitOf(MaxKeys, "maxKeys");
  const encode = encoderOf(EncodingType);
  const { objects } = bucketOf(call, parts.state());
  const { entries, truncated } = pageOf(listed(objects, { prefix: Prefix, delimiter: Delimiter, after }), limit);
  const owner = showsOwner ? { Owner: { ID: ownerOf(call) } } : {};
  const contents: Members[] = [];
  const prefixes: Members[] = [];
  for (const entry of entries) {
    if ("prefix" in entry) prefixes.push({ Prefix: encode(entry.prefix) });
    else contents.push({ ...shownObject(encode(entry.key), entry.value), ...owner });
  }
  const last = entries.at(-1);
  return {
    entries,
    truncated,
    last: last && ("prefix" in last ? last.prefix : last.key),
    encode,
    output: {
      Name,
      Prefix: encode(Prefix),
      ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
      MaxKeys: limit,
      ...(EncodingType !== undefined && { EncodingType }),
      IsTruncated: truncated,
      ...(contents.length > 0 && { Contents: contents }),
      ...(prefixes.length > 0 && { CommonPrefixes: prefixes }),
    },
  };
}

/** An object as listings show it. */
export function shownObject(key: string, object: StoredObject): Members {
  const { checksum, etag, sizeBytes, lastModifiedAt, attributes } = object;
  return {
    Key: key,
    LastModified: wholeSecond(lastModifiedAt),
    ETag: `"${etag}"`,
    ChecksumAlgorithm: [checksum.algorithm],
    ChecksumType: checksum.type,
    Size: sizeBytes,
    StorageClass: attributes.StorageClass ?? "STANDARD",
  };
}

export const ListObjects: S3Operation = {
  permissions,
  act(call, parts) {
    const { Marker = "" } = inputOf<ListInput & { readonly Marker?: string }>(call);
    const { truncated, last, encode, output } = list(call, parts, Marker, true);
    // Without a delimiter the client goes on from the last key that it has.
    const next = truncated && output.Delimiter !== undefined ? { NextMarker: encode(last as string) } : {};
    return { output: { ...output, Marker: encode(Marker), ...next } };
  },
};

interface ListV2Input extends ListInput {
  readonly ContinuationToken?: string;
  readonly StartAfter?: string;
  readonly FetchOwner?: boolean;
}

export const ListObjectsV2: S3Operation = {
  permissions,
  act(call, parts) {
    const { ContinuationToken, StartAfter = "", FetchOwner = false } = inputOf<ListV2Input>(call);
    const after = ContinuationToken === undefined ? StartAfter : readToken(ContinuationToken);
    const { entries, truncated, last, encode, output } = list(call, parts, after, FetchOwner);
    const place =
      ContinuationToken === undefined ? StartAfter !== "" && { StartAfter: encode(StartAfter) } : { ContinuationToken };
    return {
      output: {
        ...output,
        KeyCount: entries.length,
        ...place,
        ...(truncated && { NextContinuationToken: writeToken(last as string) }),
      },
    };
  },
};
