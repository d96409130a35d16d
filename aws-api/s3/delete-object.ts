// DeleteObject and DeleteObjects: remove objects, of which none need be there.

import { AwsError, type Call } from "../call.ts";
import { Refused, word } from "../refusals/refusal.ts";
import { S3_REFUSALS } from "../refusals/s3.ts";
import { checkPayload } from "./announced.ts";
import { isMatch } from "./conditions.ts";
import { invalidRequest, malformedXml, notImplemented, preconditionFailed } from "./errors.ts";
import type { S3Change } from "./events.ts";
import {
  type BucketInput,
  bucketOf,
  checkKey,
  inputOf,
  keyOf,
  type ObjectInput,
  onObject,
  type S3Operation,
  throwMissing,
} from "./operation.ts";
import type { Bucket, S3State } from "./state.ts";

interface DeleteInput extends ObjectInput {
  readonly IfMatch?: string;
  readonly IfMatchLastModifiedTime?: number;
  readonly IfMatchSize?: number;
}

const deleteAction = (versionId: string | undefined) =>
  versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";

export const DeleteObject: S3Operation = {
  permissions: (call, state) => {
    const { VersionId, IfMatch } = inputOf<DeleteInput>(call);
    return [onObject(call, state, deleteAction(VersionId), { "s3:if-match": IfMatch, "s3:versionid": VersionId })];
  },
  async act(call, parts) {
    const { Bucket: bucket, IfMatch, IfMatchLastModifiedTime, IfMatchSize } = inputOf<DeleteInput>(call);
    const key = keyOf(call);
    // These two are for directory buckets.
    if (IfMatchLastModifiedTime !== undefined) throw notImplemented("x-amz-if-match-last-modified-time");
    if (IfMatchSize !== undefined) throw notImplemented("x-amz-if-match-size");
    await parts.commit((state) => {
      const object = bucketOf(call, state).objects.get(key);
      if (IfMatch !== undefined) {
        const there = object ?? throwMissing(call, state, { Bucket: bucket, Key: key });
        if (!isMatch(IfMatch, there)) throw preconditionFailed("If-Match");
      }
      const { at } = call.request;
      return { events: object ? [{ type: "object.deleted", at, bucket, key }] : [], result: undefined };
    });
    return {};
  },
};

interface Identifier {
  readonly Key: string;
  readonly VersionId?: string;
  readonly ETag?: string;
}

interface DeleteObjectsInput extends BucketInput {
  readonly Delete: { readonly Objects: readonly Identifier[]; readonly Quiet?: boolean };
}

const KEYS_LIMIT = 1000;

export const DeleteObjects: S3Operation = {
  // Each key is authorised by itself, and refused by itself.
  permissions: () => [],
  async act(call, parts) {
    const { Delete } = inputOf<DeleteObjectsInput>(call);
    const { Objects, Quiet = false } = Delete;
    if (Objects.length === 0 || Objects.length > KEYS_LIMIT) throw malformedXml();
    // Here S3 insists on a checksum of the body.
    if (checkPayload(call) === "nothing announced") {
      throw invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
    }
    const { deleted, errors } = await parts.commit((state) => decideAll(call, state, Objects));
    return {
      output: {
        ...(!Quiet && deleted.length > 0 && { Deleted: deleted }),
        ...(errors.length > 0 && { Errors: errors }),
      },
    };
  },
};

function decideAll(call: Call, state: S3State, identifiers: readonly Identifier[]) {
  const bucket = bucketOf(call, state);
  const found = new Set<string>();
  const deleted: Identifier[] = [];
  const errors: (Identifier & { readonly Code: string; readonly Message: string })[] = [];
  for (const identifier of identifiers) {
    const { Key, VersionId } = identifier;
    const shown = { Key, ...(VersionId !== undefined && { VersionId }) };
    const refusal = refusalOf(call, state, bucket, identifier);
    if (refusal) errors.push({ ...shown, Code: refusal.code, Message: refusal.message });
    else {
      deleted.push(shown);
      if (bucket.objects.get(Key)) found.add(Key);
    }
  }
  const events = [...found].map((key): S3Change => {
    return { type: "object.deleted", at: call.request.at, bucket: bucket.name, key };
  });
  return { events, result: { deleted, errors } };
}

function refusalOf(
  call: Call,
  state: S3State,
  bucket: Bucket,
  { Key, VersionId, ETag }: Identifier,
): AwsError | undefined {
  const place = { Bucket: bucket.name, Key };
  try {
    call.demand(
      onObject(call, state, deleteAction(VersionId), { "s3:if-match": ETag, "s3:versionid": VersionId }, place),
    );
    checkKey(Key, VersionId);
    const object = bucket.objects.get(Key) ?? (ETag !== undefined && throwMissing(call, state, place));
    if (object && ETag !== undefined && !isMatch(ETag, object)) throw preconditionFailed("If-Match");
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return word(S3_REFUSALS, error.refusal, call.request);
    if (error instanceof AwsError) return error;
    throw error;
  }
}
