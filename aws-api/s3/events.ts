// What changes S3, and how? The events, and the fold that every process applies in the same order. It decides nothing, reads no
// clock and does no I/O, and it changes the state in place, because a bucket with 100,000 keys cannot be copied for each event.

import { SortedMap } from "./sorted-map.ts";
import {
  ALL_BLOCKED,
  type Bucket,
  type BucketSettings,
  type ConfiguredBucket,
  type ObjectContent,
  type Part,
  type Piece,
  type S3State,
  type StoredObject,
  type Tag,
  type Upload,
  type UploadPlan,
} from "./state.ts";

interface InBucket {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly bucket: string;
}

/** What S3's operations do. */
export type S3Change =
  | (InBucket & {
      readonly type: "bucket.created";
      readonly locationConstraint?: string;
      readonly tags?: readonly Tag[];
    })
  | (InBucket & { readonly type: "bucket.changed"; readonly settings: BucketSettings })
  | (InBucket & { readonly type: "bucket.deleted" })
  | (InBucket & { readonly type: "object.put"; readonly key: string; readonly object: ObjectContent })
  | (InBucket & { readonly type: "object.tagged"; readonly key: string; readonly tags: readonly Tag[] })
  | (InBucket & { readonly type: "object.deleted"; readonly key: string })
  | (InBucket & { readonly type: "upload.created"; readonly upload: UploadPlan })
  | (InBucket & {
      readonly type: "part.put";
      readonly uploadId: string;
      readonly partNumber: number;
      readonly part: Omit<Part, "lastModifiedAt">;
    })
  | (InBucket & { readonly type: "upload.completed"; readonly uploadId: string; readonly object: ObjectContent })
  | (InBucket & { readonly type: "upload.aborted"; readonly uploadId: string });

/** With what happens to the whole world. */
export type S3Event =
  | S3Change
  | (Configured & { readonly type: "configuration.loaded" })
  | (Configured & { readonly type: "world.reset" });

interface Configured {
  readonly at: number;
  /** What this room reads of the configuration. */
  readonly buckets: readonly ConfiguredBucket[];
}

/** What stops naming a blob; new names are counted before, so that a blob which only changes its place is not let go. */
type Dropped = readonly { readonly hash: string }[];

type Folds = {
  readonly [Type in S3Event["type"]]: (state: S3State, event: Extract<S3Event, { type: Type }>) => Dropped;
};

const FOLDS: Folds = {
  "configuration.loaded"(state, event) {
    configure(state, event);
    return [];
  },
  "world.reset"(state, event) {
    const dropped = [...state.buckets.entries()].flatMap(([, bucket]) => named(bucket));
    state.buckets.clear();
    configure(state, event);
    return dropped;
  },
  "bucket.created"(state, { at, bucket, locationConstraint, tags = [] }) {
    const location = locationConstraint === undefined ? {} : { locationConstraint };
    state.buckets.set(bucket, { ...emptyBucket(bucket, at, { tags, publicAccessBlock: ALL_BLOCKED }), ...location });
    return [];
  },
  "bucket.changed"(state, { bucket, settings }) {
    bucketOf(state, bucket).settings = settings;
    return [];
  },
  "bucket.deleted"(state, { bucket }) {
    const dropped = named(bucketOf(state, bucket));
    state.buckets.delete(bucket);
    return dropped;
  },
  "object.put"(state, { at, bucket, key, object }) {
    return put(state, bucketOf(state, bucket), key, { ...object, lastModifiedAt: at, change: state.changes });
  },
  "object.tagged"(state, { bucket, key, tags }) {
    const { objects } = bucketOf(state, bucket);
    const { tags: _, ...object } = objects.get(key) as StoredObject;
    objects.set(key, tags.length > 0 ? { ...object, tags } : object);
    return [];
  },
  "object.deleted"(state, { bucket, key }) {
    const { objects } = bucketOf(state, bucket);
    const dropped = objects.get(key)?.pieces ?? [];
    objects.delete(key);
    return dropped;
  },
  "upload.created"(state, { at, bucket: name, upload: plan }) {
    const { objects, uploads, uploadsByKey } = bucketOf(state, name);
    const replaces = objects.get(plan.key) !== undefined;
    const upload: Upload = { ...plan, initiatedAt: at, change: state.changes, replaces, parts: new Map() };
    uploads.set(plan.uploadId, upload);
    uploadsByKey.set(plan.key, [...(uploadsByKey.get(plan.key) ?? []), upload]);
    return [];
  },
  "part.put"(state, { at, bucket, uploadId, partNumber, part }) {
    const { parts } = uploadOf(bucketOf(state, bucket), uploadId);
    const replaced = parts.get(partNumber);
    parts.set(partNumber, { ...part, lastModifiedAt: at });
    name(state, part.hash);
    return replaced ? [replaced] : [];
  },
  "upload.completed"(state, { at, bucket: name, uploadId, object }) {
    const bucket = bucketOf(state, name);
    const { key } = uploadOf(bucket, uploadId);
    const replaced = put(state, bucket, key, { ...object, lastModifiedAt: at, change: state.changes });
    return [...replaced, ...endUpload(bucket, uploadId)];
  },
  "upload.aborted"(state, { bucket, uploadId }) {
    return endUpload(bucketOf(state, bucket), uploadId);
  },
};

/**
 * Applies an event to the state, in place; events of other rooms change nothing here.
 * @returns the hashes of the blobs that nothing names any more. Removing them is safe from now on; a replay of old events
 *   leaves them to BlobStore.sweep, because a later event may name them again.
 */
export function fold(state: S3State, event: S3Event): readonly string[] {
  const apply = FOLDS[event.type] as ((state: S3State, event: S3Event) => Dropped) | undefined;
  if (!apply) return [];
  state.changes++;
  return apply(state, event)
    .map(({ hash }) => hash)
    .filter((hash) => unname(state, hash));
}

/** Makes the buckets that are missing, and sets anew those of which the configuration says something else than before. */
function configure(state: S3State, { at, buckets }: Configured): void {
  for (const { name, written, settings, createdAt = at, locationConstraint } of buckets) {
    const bucket = state.buckets.get(name);
    const location = locationConstraint === undefined ? {} : { locationConstraint };
    if (!bucket) state.buckets.set(name, { ...emptyBucket(name, createdAt, settings), ...location });
    else if (state.configured.get(name) !== written) bucket.settings = settings;
  }
  state.configured = new Map(buckets.map(({ name, written }) => [name, written]));
}

function emptyBucket(name: string, createdAt: number, settings: BucketSettings): Bucket {
  return { name, createdAt, settings, objects: new SortedMap(), uploads: new Map(), uploadsByKey: new SortedMap() };
}

function put(state: S3State, bucket: Bucket, key: string, object: StoredObject): readonly Piece[] {
  const replaced = bucket.objects.get(key)?.pieces ?? [];
  bucket.objects.set(key, object);
  for (const { hash } of object.pieces) name(state, hash);
  return replaced;
}

function endUpload({ uploads, uploadsByKey }: Bucket, uploadId: string): readonly Part[] {
  const ended = uploads.get(uploadId) as Upload;
  uploads.delete(uploadId);
  const others = (uploadsByKey.get(ended.key) ?? []).filter((upload) => upload !== ended);
  if (others.length > 0) uploadsByKey.set(ended.key, others);
  else uploadsByKey.delete(ended.key);
  return [...ended.parts.values()];
}

/** All pieces and parts in a bucket. */
function named({ objects, uploads }: Bucket): (Piece | Part)[] {
  const parts = [...uploads.values()].flatMap((upload) => [...upload.parts.values()]);
  return [...objects.entries()].flatMap(([, object]): (Piece | Part)[] => [...object.pieces]).concat(parts);
}

function name({ blobNames }: S3State, hash: string): void {
  blobNames.set(hash, (blobNames.get(hash) ?? 0) + 1);
}

/** True when that was the last name. */
function unname({ blobNames }: S3State, hash: string): boolean {
  const left = (blobNames.get(hash) ?? 0) - 1;
  if (left > 0) blobNames.set(hash, left);
  else blobNames.delete(hash);
  return left === 0;
}

// INVARIANT: operations decide on the state to which their events are then applied, so what an event names is there.
function bucketOf(state: S3State, name: string): Bucket {
  const bucket = state.buckets.get(name);
  if (!bucket) throw new TypeError(`an event names the bucket ${name}, which is not there`);
  return bucket;
}

function uploadOf(bucket: Bucket, uploadId: string): Upload {
  const upload = bucket.uploads.get(uploadId);
  if (!upload) throw new TypeError(`an event names the upload ${uploadId}, which is not there`);
  return upload;
}
