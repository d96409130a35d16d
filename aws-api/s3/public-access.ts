// GetPublicAccessBlock, PutPublicAccessBlock and DeletePublicAccessBlock: what is kept from everybody, whatever policies say?
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html

import { checkPayload } from "./announced.ts";
import { changeSettings } from "./change-settings.ts";
import { noSuchPublicAccessBlock } from "./errors.ts";
import { type BucketInput, bucketOf, inputOf, onBucket, type S3Operation } from "./operation.ts";
import type { PublicAccessBlock } from "./state.ts";

export const GetPublicAccessBlock: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:GetBucketPublicAccessBlock")],
  act(call, parts) {
    const { name, settings } = bucketOf(call, parts.state());
    if (!settings.publicAccessBlock) throw noSuchPublicAccessBlock(name);
    return { output: { PublicAccessBlockConfiguration: settings.publicAccessBlock } };
  },
};

interface PutInput extends BucketInput {
  readonly PublicAccessBlockConfiguration: Partial<PublicAccessBlock>;
}

const NOT_BLOCKED: PublicAccessBlock = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};

export const PutPublicAccessBlock: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:PutBucketPublicAccessBlock")],
  async act(call, parts) {
    checkPayload(call);
    const { PublicAccessBlockConfiguration } = inputOf<PutInput>(call);
    const publicAccessBlock = { ...NOT_BLOCKED, ...PublicAccessBlockConfiguration };
    await changeSettings(call, parts, (settings) => ({ ...settings, publicAccessBlock }));
    return {};
  },
};

export const DeletePublicAccessBlock: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:PutBucketPublicAccessBlock")],
  async act(call, parts) {
    await changeSettings(call, parts, ({ publicAccessBlock: _, ...settings }) => settings);
    return {};
  },
};
