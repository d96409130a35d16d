// What is in S3 now? Buckets with their objects and unfinished uploads, and how often each blob is named.

import type { ResourcePolicy } from "../../roles/model.ts";
import type { Members } from "../call.ts";
import type { ChecksumAlgorithm } from "./checksums.ts";
import { SortedMap } from "./sorted-map.ts";

/** Of a bucket or an object. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** What a bucket is set to. */
export interface BucketSettings {
  readonly policy?: ResourcePolicy;
  readonly tags: readonly Tag[];
  /** Absent once it was deleted: then nothing is blocked. */
  readonly publicAccessBlock?: PublicAccessBlock;
}

/** What new buckets have since April 2023. */
export const ALL_BLOCKED: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** A bucket that the configuration declares. */
export interface ConfiguredBucket {
  readonly name: string;
  /** What the configuration says of it, as JSON. */
  readonly written: string;
  readonly settings: BucketSettings;
  readonly createdAt?: number;
  readonly locationConstraint?: string;
}

/** A whole blob as a piece of an object: the only one, or one for each part of a multipart upload. */
export interface Piece {
  /** The blob's content hash. */
  readonly hash: string;
  readonly sizeBytes: number;
  /** The part's own checksum in Base64, where the object's is COMPOSITE. */
  readonly checksum?: string;
}

export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Base64; with `-N` behind it for the checksum of N parts' checksums. */
  readonly value: string;
}

/** What was written, as events carry it. */
export interface ObjectContent {
  /** In order. More than one only for a multipart upload. */
  readonly pieces: readonly Piece[];
  readonly sizeBytes: number;
  /** Without quotes: the MD5, or that of the parts' MD5s and `-N`. */
  readonly etag: string;
  readonly checksum: Checksum;
  /** What the writer said of it, as members of GetObject's output: ContentType, Metadata, StorageClass, … */
  readonly attributes: Members;
  /** Absent where there are none. */
  readonly tags?: readonly Tag[];
}

export interface StoredObject extends ObjectContent {
  readonly lastModifiedAt: number;
  /** Which change of the state made it: order, where instants are equal. */
  readonly change: number;
}

export interface Part {
  readonly hash: string;
  readonly sizeBytes: number;
  /** The MD5 in hex. */
  readonly etag: string;
  readonly lastModifiedAt: number;
  /** Base64, by the upload's algorithm, or CRC64NVME where it has none. */
  readonly checksum: string;
}

/** What was asked for when an upload began, as its event carries it. */
export interface UploadPlan {
  readonly key: string;
  readonly uploadId: string;
  readonly initiator: { readonly ID: string; readonly DisplayName: string };
  readonly attributes: Members;
  /** Those that the object will have; absent where there are none. */
  readonly tags?: readonly Tag[];
  /** Absent where the client named none: the object then gets CRC64NVME. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
}

export interface Upload extends UploadPlan {
  readonly initiatedAt: number;
  /** Which change of the state began it. */
  readonly change: number;
  /** Whether there was an object of this key when it began. */
  readonly replaces: boolean;
  readonly parts: Map<number, Part>;
}

export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  /** As CreateBucket was given it; absent: where the endpoints are. */
  readonly locationConstraint?: string;
  settings: BucketSettings;
  readonly objects: SortedMap<StoredObject>;
  readonly uploads: Map<string, Upload>;
  /** The same uploads by key, those of one key in the order in which they began. */
  readonly uploadsByKey: SortedMap<readonly Upload[]>;
}

/** Changed in place, by `fold` alone. */
export interface S3State {
  readonly buckets: SortedMap<Bucket>;
  /** Blob hash → how many pieces and parts name it. */
  readonly blobNames: Map<string, number>;
  /**
   * Name → what the configuration says of a bucket, as JSON: what it does not change when it is read again stays as the API has left
   * it.
   */
  configured: ReadonlyMap<string, string>;
  /** How many changes there have been. */
  changes: number;
}

export function emptyS3(): S3State {
  return { buckets: new SortedMap(), blobNames: new Map(), configured: new Map(), changes: 0 };
}

/** Whether some object or part has that blob: what BlobStore.sweep asks. */
export function isNamed(state: S3State, hash: string): boolean {
  return state.blobNames.has(hash);
}
