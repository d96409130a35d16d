// DeleteObject and DeleteObjects: remove objects, of which none need be there.

import { md5 } from "../../entropy/hash.ts";
import { AwsError, type Call } from "../call.ts";
import { Refused, word } from "../refusals/refusal.ts";
import { S3_REFUSALS } from "../refusals/s3.ts";
import { announcedIn, checkAnnounced } from "./announced.ts";
import { checksumHasher } from "./checksums.ts";
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
  permissions: (call) => [onObject(call, deleteAction(inputOf<DeleteInput>(call).VersionId))],
  async act(call, parts) {
    const { Bucket: bucket, IfMatch, IfMatchLastModifiedTime, IfMatchSize } = inputOf<DeleteInput>(call);
    const key = keyOf(call);
    // These two are for directory buckets.
    if (IfMatchLastModifiedTime !== undefined) throw notImplemented("x-amz-if-match-last-modified-time");
    if (IfMatchSize !== undefined) throw notImplemented("x-amz-if-match-size");
    await parts.commit((state) => {
      const object = bucketOf(call, state).objects.get(key);
      if (IfMatch !== undefined) {
        if (!isMatch(IfMatch, object ?? throwMissing(call, key))) throw preconditionFailed("If-Match");
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
    checkPayload(call);
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
    const refusal = refusalOf(call, bucket, identifier);
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

function refusalOf(call: Call, bucket: Bucket, { Key, VersionId, ETag }: Identifier): AwsError | undefined {
  try {
    call.demand(onObject(call, deleteAction(VersionId), {}, Key));
    checkKey(Key, VersionId);
    const object = bucket.objects.get(Key);
    if (ETag !== undefined && !isMatch(ETag, object ?? throwMissing(call, Key))) throw preconditionFailed("If-Match");
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return word(S3_REFUSALS, error.refusal, call.request);
    if (error instanceof AwsError) return error;
    throw error;
  }
}

/** Here S3 insists on a checksum of the body. */
function checkPayload({ request, payload, trailers }: Call): void {
  const announced = announcedIn(request);
  const { algorithm } = announced;
  if (announced.md5 === undefined && algorithm === undefined) {
    throw invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
  }
  const hasher = algorithm && checksumHasher(algorithm);
  hasher?.update(payload);
  const checksums = new Map(hasher && [[algorithm, hasher.digest().toString("base64")]]);
  checkAnnounced(announced, { md5: md5(payload), checksums }, trailers);
}
