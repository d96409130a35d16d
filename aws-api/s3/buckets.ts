// CreateBucket, HeadBucket, DeleteBucket and GetBucketLocation: is there such a bucket, and where?

import { AwsError, type Call } from "../call.ts";
import { requestTagKeys } from "../tag-keys.ts";
import { isBucketName } from "./bucket-name.ts";
import {
  bucketAlreadyOwnedByYou,
  bucketNotEmpty,
  illegalLocationConstraint,
  invalidBucketName,
  invalidLocationConstraint,
  notImplemented,
} from "./errors.ts";
import { type BucketInput, bucketArn, bucketOf, inputOf, onBucket, type S3Operation } from "./operation.ts";
import type { Bucket, Tag } from "./state.ts";
import { checkBucketTags } from "./tags.ts";

/** S3's first region, which is what no LocationConstraint means. */
const FIRST_REGION = "us-east-1";
const REGION = /^[a-z]{2,3}(-[a-z]+)+-\d$/;
/** An old name of eu-west-1. */
const EU = "EU";

interface CreateBucketInput extends BucketInput {
  readonly CreateBucketConfiguration?: { readonly LocationConstraint?: string; readonly Tags?: readonly Tag[] };
}

/** An empty one is none. */
const constraintOf = (call: Call) =>
  inputOf<CreateBucketInput>(call).CreateBucketConfiguration?.LocationConstraint || undefined;

export const CreateBucket: S3Operation = {
  permissions: () => [],
  async act(call, parts) {
    const tags = inputOf<CreateBucketInput>(call).CreateBucketConfiguration?.Tags ?? [];
    const asked = requestTagKeys(tags.map(({ Key, Value }) => [Key, Value]));
    const place = { "s3:LocationConstraint": constraintOf(call) };
    // Only now: the region and the tags that policies may ask about stand in the body.
    call.demand(onBucket(call, parts.state(), "s3:CreateBucket", { ...place, ...asked }));
    if (tags.length > 0) call.demand(onBucket(call, parts.state(), "s3:TagResource", asked));
    const { Bucket: bucket, ACL = "private", ObjectLockEnabledForBucket } = inputOf<CreateBucketInput>(call);
    const constraint = constraintOf(call);
    if (!isBucketName(bucket)) throw invalidBucketName(bucket);
    checkConstraint(call.region, constraint);
    if (ACL !== "private") {
      const text = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
      throw new AwsError("InvalidBucketAclWithObjectOwnership", 400, text);
    }
    if (ObjectLockEnabledForBucket) throw notImplemented("x-amz-bucket-object-lock-enabled");
    checkBucketTags(tags);
    await parts.commit((state) => {
      if (!state.buckets.get(bucket)) {
        const location = constraint === undefined ? {} : { locationConstraint: constraint };
        const created = { type: "bucket.created", at: call.request.at, bucket, ...location } as const;
        return { events: [tags.length > 0 ? { ...created, tags } : created], result: undefined };
      }
      // Only there, only for one's own bucket and only without tags is it no error to make it again.
      if (call.region !== FIRST_REGION || tags.length > 0) throw bucketAlreadyOwnedByYou(bucket);
      return { events: [], result: undefined };
    });
    const Location = constraint === undefined ? `/${bucket}` : `http://${bucket}.s3.amazonaws.com/`;
    return { output: { Location, BucketArn: bucketArn(call, bucket) } };
  },
};

/** An endpoint makes buckets of its own region; that of the first region makes them anywhere, but takes no name for itself. */
function checkConstraint(region: string, constraint: string | undefined): void {
  if (region !== FIRST_REGION) {
    const own = constraint === region || (constraint === EU && region === "eu-west-1");
    if (!own) throw illegalLocationConstraint(constraint ?? "unspecified");
  } else if (constraint !== undefined && constraint !== EU) {
    if (constraint === FIRST_REGION || !REGION.test(constraint)) throw invalidLocationConstraint(constraint);
  }
}

/** The region in which a bucket is. */
export function regionOf({ locationConstraint }: Bucket, { region }: Call): string {
  return locationConstraint === EU ? "eu-west-1" : (locationConstraint ?? region);
}

export const HeadBucket: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:ListBucket")],
  act(call, parts) {
    const bucket = bucketOf(call, parts.state());
    const BucketArn = bucketArn(call, bucket.name);
    return { output: { BucketArn, BucketRegion: regionOf(bucket, call), AccessPointAlias: false } };
  },
};

export const DeleteBucket: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:DeleteBucket")],
  async act(call, parts) {
    await parts.commit((state) => {
      const { name, objects } = bucketOf(call, state);
      if (objects.size > 0) throw bucketNotEmpty(name);
      return { events: [{ type: "bucket.deleted", at: call.request.at, bucket: name }], result: undefined };
    });
    return {};
  },
};

export const GetBucketLocation: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:GetBucketLocation")],
  act(call, parts) {
    const { locationConstraint = call.region } = bucketOf(call, parts.state());
    return { output: locationConstraint === FIRST_REGION ? {} : { LocationConstraint: locationConstraint } };
  },
};
