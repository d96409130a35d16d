// Which operations of S3 are there? The table that the front door looks into.

import { DeleteBucketPolicy, GetBucketPolicy, GetBucketPolicyStatus, PutBucketPolicy } from "./bucket-policies.ts";
import { CreateBucket, DeleteBucket, GetBucketLocation, HeadBucket } from "./buckets.ts";
import { CompleteMultipartUpload } from "./complete-multipart.ts";
import { CopyObject } from "./copy-object.ts";
import { UploadPartCopy } from "./copy-part.ts";
import { DeleteObject, DeleteObjects } from "./delete-object.ts";
import { GetObject, HeadObject } from "./get-object.ts";
import { ListBuckets } from "./list-buckets.ts";
import { ListObjects, ListObjectsV2 } from "./list-objects.ts";
import { ListMultipartUploads, ListParts } from "./list-uploads.ts";
import { ListObjectVersions } from "./list-versions.ts";
import { AbortMultipartUpload, CreateMultipartUpload, UploadPart } from "./multipart.ts";
import { GetObjectAttributes } from "./object-attributes.ts";
import type { S3Operation } from "./operation.ts";
import { DeletePublicAccessBlock, GetPublicAccessBlock, PutPublicAccessBlock } from "./public-access.ts";
import { PutObject } from "./put-object.ts";
import { settingsReads } from "./settings-reads.ts";
import {
  DeleteBucketTagging,
  DeleteObjectTagging,
  GetBucketTagging,
  GetObjectTagging,
  PutBucketTagging,
  PutObjectTagging,
} from "./tagging.ts";

/** By their names in AWS's model. */
export const s3Operations: Readonly<Record<string, S3Operation>> = {
  ListBuckets,
  CreateBucket,
  HeadBucket,
  DeleteBucket,
  GetBucketLocation,
  PutObject,
  GetObject,
  HeadObject,
  DeleteObject,
  DeleteObjects,
  ListObjects,
  ListObjectsV2,
  CreateMultipartUpload,
  UploadPart,
  CompleteMultipartUpload,
  AbortMultipartUpload,
  ListParts,
  ListMultipartUploads,
  CopyObject,
  UploadPartCopy,
  ListObjectVersions,
  GetObjectAttributes,
  GetObjectTagging,
  PutObjectTagging,
  DeleteObjectTagging,
  GetBucketTagging,
  PutBucketTagging,
  DeleteBucketTagging,
  GetBucketPolicy,
  PutBucketPolicy,
  DeleteBucketPolicy,
  GetBucketPolicyStatus,
  GetPublicAccessBlock,
  PutPublicAccessBlock,
  DeletePublicAccessBlock,
  ...settingsReads,
};
