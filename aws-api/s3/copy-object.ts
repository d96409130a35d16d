// CopyObject: an object as another one says it. It is made of the same blobs: no byte is copied, and only one that came in parts, or
// is to have another checksum, is read.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html

import type { Call, Permission } from "../call.ts";
import { attributesOf, creates, writerPermissions } from "./attributes.ts";
import { type ChecksumAlgorithm, checksumMembers, isChecksumAlgorithm } from "./checksums.ts";
import { checkWrite, type WriteConditions } from "./conditions.ts";
import { type CopyInput, copyContext, copySourceOf, shownSource, sourceOf, sourcePermission } from "./copy-source.ts";
import { invalidArgument, invalidRequest, unsupportedChecksum } from "./errors.ts";
import { bucketOf, existingTags, inputOf, keyOf, onObject, type S3Operation, type S3Parts } from "./operation.ts";
import { wholeSecond } from "./page.ts";
import { digestsOf } from "./receive.ts";
import type { ObjectContent, S3State, StoredObject, Tag } from "./state.ts";

type Directive = "COPY" | "REPLACE";

interface CopyObjectInput extends CopyInput, WriteConditions {
  readonly MetadataDirective?: string;
  readonly TaggingDirective?: string;
  readonly ChecksumAlgorithm?: string;
  readonly StorageClass?: string;
  readonly WebsiteRedirectLocation?: string;
  readonly ServerSideEncryption?: string;
}

export const CopyObject: S3Operation = {
  permissions(call, state) {
    const { Bucket, Key } = sourceOf(call);
    const copied = copiesTags(call) ? (state.buckets.get(Bucket)?.objects.get(Key)?.tags ?? []) : undefined;
    const context = { ...copyContext(call), ...creates(true) };
    return [
      sourcePermission(call, state),
      ...tagsPermission(call, state, copied),
      ...writerPermissions(call, state, context, copied),
    ];
  },
  async act(call, parts) {
    const input = inputOf<CopyObjectInput>(call);
    const { Bucket: bucket } = input;
    const key = keyOf(call);
    const begun = { change: parts.state().changes, replaces: false };
    const check = (state: S3State) => checkWrite(input, bucketOf(call, state), key, begun);
    check(parts.state());
    const source = copySourceOf(call, parts.state());
    checkSelf(call);
    const said = saidOf(call, source);
    // The source may be deleted while it is read.
    using _ = parts.blobs.keep(source.pieces.map(({ hash }) => hash));
    const object: ObjectContent = { ...(await contentOf(input, source, parts)), ...said };
    const { at } = call.request;
    await parts.commit((state) => {
      check(state);
      return { events: [{ type: "object.put", at, bucket, key, object }], result: undefined };
    });
    const shown = { ETag: `"${object.etag}"`, LastModified: wholeSecond(at), ...checksumMembers(object.checksum) };
    return { output: { CopyObjectResult: shown, ...shownSource(call), ServerSideEncryption: "AES256" } };
  },
};

const copiesTags = (call: Call) => directiveOf("tagging", inputOf<CopyObjectInput>(call).TaggingDirective) === "COPY";

/** Tags that come along are read at the source. */
function tagsPermission(call: Call, state: S3State, copied: readonly Tag[] = []): readonly Permission[] {
  if (copied.length === 0) return [];
  const source = sourceOf(call);
  return [onObject(call, state, "s3:GetObjectTagging", existingTags(state, source), source)];
}

function directiveOf(of: "metadata" | "tagging", value: string = "COPY"): Directive {
  if (value === "COPY" || value === "REPLACE") return value;
  throw invalidArgument(`Unknown ${of} directive.`, `x-amz-${of}-directive`, value);
}

/** An object may be copied to itself only to be changed. */
function checkSelf(call: Call): void {
  const input = inputOf<CopyObjectInput>(call);
  const source = sourceOf(call);
  const changes = [input.StorageClass, input.WebsiteRedirectLocation, input.ServerSideEncryption];
  if (source.Bucket !== input.Bucket || source.Key !== input.Key) return;
  if (input.MetadataDirective === "REPLACE" || changes.some((value) => value !== undefined)) return;
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, " +
      "storage class, website redirect location or encryption attributes.",
  );
}

/** Storage class and redirection are the request's own in any case. */
function saidOf(call: Call, source: StoredObject): Pick<ObjectContent, "attributes" | "tags"> {
  const input = inputOf<CopyObjectInput>(call);
  const own = attributesOf(call);
  const tags = copiesTags(call) ? source.tags : own.tags;
  const { StorageClass, WebsiteRedirectLocation } = own.attributes;
  const { StorageClass: _, WebsiteRedirectLocation: __, ...kept } = source.attributes;
  const copied = {
    ...kept,
    ...(StorageClass !== undefined && { StorageClass }),
    ...(WebsiteRedirectLocation !== undefined && { WebsiteRedirectLocation }),
  };
  const replaces = directiveOf("metadata", input.MetadataDirective) === "REPLACE";
  return { attributes: replaces ? own.attributes : copied, ...(tags && { tags }) };
}

/** A copy has come in one piece: its ETag is the MD5 of the bytes, and its checksum that of the whole. */
async function contentOf(
  input: CopyObjectInput,
  source: StoredObject,
  parts: S3Parts,
): Promise<Pick<ObjectContent, "pieces" | "sizeBytes" | "etag" | "checksum">> {
  const { sizeBytes, etag, checksum } = source;
  const pieces = source.pieces.map(({ hash, sizeBytes: size }) => ({ hash, sizeBytes: size }));
  const algorithm = algorithmOf(input) ?? checksum.algorithm;
  const isWhole = checksum.type === "FULL_OBJECT" && checksum.algorithm === algorithm;
  if (isWhole && !etag.includes("-")) return { pieces, sizeBytes, etag, checksum };
  const stretches = pieces.map(({ hash, sizeBytes: size }) => ({ hash, start: 0, end: size - 1 }));
  const digests = await digestsOf(parts.blobs.read(stretches), [algorithm]);
  const value = digests.checksums.get(algorithm) as string;
  return { pieces, sizeBytes, etag: digests.md5.toString("hex"), checksum: { algorithm, type: "FULL_OBJECT", value } };
}

function algorithmOf({ ChecksumAlgorithm: algorithm }: CopyObjectInput): ChecksumAlgorithm | undefined {
  if (algorithm === undefined || isChecksumAlgorithm(algorithm)) return algorithm;
  throw unsupportedChecksum();
}
