// GetObjectAttributes: what is known of an object, without its bytes?
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html

import type { Members } from "../call.ts";
import { checksumMembers } from "./checksums.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { existingTags, inputOf, type ObjectInput, objectOf, onObject, type S3Operation } from "./operation.ts";
import { limitOf, pageOf } from "./page.ts";
import { isMultipart } from "./range.ts";
import type { StoredObject } from "./state.ts";

interface AttributesInput extends ObjectInput {
  readonly ObjectAttributes?: readonly string[];
  readonly MaxParts?: number;
  readonly PartNumberMarker?: number;
}

type Show = (object: StoredObject, input: AttributesInput) => unknown;

/** By their names, which are those of the members. */
const ATTRIBUTES: Readonly<Record<string, Show>> = {
  ETag: ({ etag }) => etag,
  Checksum: ({ checksum }) => checksumMembers({ ...checksum, value: checksum.value.replace(/-\d+$/, "") }),
  ObjectParts: (object, input) => (isMultipart(object) ? partsOf(object, input) : undefined),
  StorageClass: ({ attributes }) => attributes.StorageClass ?? "STANDARD",
  ObjectSize: ({ sizeBytes }) => sizeBytes,
};

export const GetObjectAttributes: S3Operation = {
  permissions(call, state) {
    const { VersionId, Bucket, Key } = inputOf<ObjectInput>(call);
    const context = { ...existingTags(state, { Bucket, Key }), "s3:versionid": VersionId };
    const names =
      VersionId === undefined
        ? ["GetObject", "GetObjectAttributes"]
        : ["GetObjectVersion", "GetObjectVersionAttributes"];
    return names.map((name) => onObject(call, state, `s3:${name}`, context));
  },
  act(call, parts) {
    const input = inputOf<AttributesInput>(call);
    const wanted = wantedBy(input);
    const object = objectOf(call, parts.state());
    const output = wanted.map((name) => [name, ATTRIBUTES[name]?.(object, input)] as const);
    return { output: { LastModified: object.lastModifiedAt, ...Object.fromEntries(output) } };
  },
};

function wantedBy({ ObjectAttributes = [] }: AttributesInput): readonly string[] {
  const wanted = ObjectAttributes.filter((name) => name !== "");
  if (wanted.length === 0) {
    throw invalidRequest(
      "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    );
  }
  const unknown = wanted.find((name) => !Object.hasOwn(ATTRIBUTES, name));
  if (unknown === undefined) return wanted;
  throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", unknown);
}

/** Single parts are told only where each has a checksum of its own; else how many there are. */
function partsOf({ pieces, checksum }: StoredObject, { MaxParts, PartNumberMarker = 0 }: AttributesInput): Members {
  const TotalPartsCount = pieces.length;
  if (checksum.type !== "COMPOSITE") return { TotalPartsCount };
  const limit = limitOf(MaxParts, "max-parts");
  const numbered = pieces.map((piece, index) => ({ ...piece, number: index + 1 }));
  const { entries, truncated } = pageOf(numbered.slice(PartNumberMarker).values(), limit);
  const Parts = entries.map(({ number, sizeBytes, checksum: own }) => {
    return { PartNumber: number, Size: sizeBytes, [`Checksum${checksum.algorithm}`]: own };
  });
  return {
    TotalPartsCount,
    PartNumberMarker,
    NextPartNumberMarker: entries.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: truncated,
    Parts,
  };
}
