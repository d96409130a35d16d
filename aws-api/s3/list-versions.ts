// ListObjectVersions: which versions of which keys are in the bucket? Of each key the only one, whose id is "null", because buckets
// here have no versioning. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html

import type { Members } from "../call.ts";
import { invalidArgument } from "./errors.ts";
import { type ListInput, listContext, shownObject } from "./list-objects.ts";
import { bucketOf, inputOf, onBucket, type S3Operation } from "./operation.ts";
import { ownerOf } from "./owner.ts";
import { encoderOf, limitOf, listed, pageOf } from "./page.ts";

interface ListVersionsInput extends ListInput {
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

const NO_VERSION = "null";

export const ListObjectVersions: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:ListBucketVersions", listContext(call))],
  act(call, parts) {
    const input = inputOf<ListVersionsInput>(call);
    const { Bucket: Name, Prefix = "", Delimiter = "", EncodingType, MaxKeys } = input;
    const { KeyMarker: after = "", VersionIdMarker = "" } = input;
    checkMarker(after, VersionIdMarker);
    const limit = limitOf(MaxKeys, "maxKeys");
    const encode = encoderOf(EncodingType);
    const { objects } = bucketOf(call, parts.state());
    const { entries, truncated } = pageOf(listed(objects, { prefix: Prefix, delimiter: Delimiter, after }), limit);
    const Owner = { ID: ownerOf(call) };
    const versions: Members[] = [];
    const prefixes: Members[] = [];
    for (const entry of entries) {
      if ("prefix" in entry) prefixes.push({ Prefix: encode(entry.prefix) });
      else
        versions.push({ ...shownObject(encode(entry.key), entry.value), VersionId: NO_VERSION, IsLatest: true, Owner });
    }
    const last = truncated ? entries.at(-1) : undefined;
    const next = last && ("prefix" in last ? { key: last.prefix } : { key: last.key, version: NO_VERSION });
    return {
      output: {
        Name,
        Prefix: encode(Prefix),
        KeyMarker: encode(after),
        VersionIdMarker,
        ...(next && { NextKeyMarker: encode(next.key) }),
        ...(next && "version" in next && { NextVersionIdMarker: next.version }),
        ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
        MaxKeys: limit,
        ...(EncodingType !== undefined && { EncodingType }),
        IsTruncated: truncated,
        ...(versions.length > 0 && { Versions: versions }),
        ...(prefixes.length > 0 && { CommonPrefixes: prefixes }),
      },
    };
  },
};

/** The first is recorded: LocalStack's test_list_objects_versions_markers; the second is as S3 words it for objects. */
function checkMarker(keyMarker: string, versionIdMarker: string): void {
  if (versionIdMarker === "") return;
  const refuse = (message: string) => invalidArgument(message, "version-id-marker", versionIdMarker);
  if (keyMarker === "") throw refuse("A version-id marker cannot be specified without a key marker.");
  if (versionIdMarker !== NO_VERSION) throw refuse("Invalid version id specified");
}
