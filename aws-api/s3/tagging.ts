// Get, Put and Delete of BucketTagging and ObjectTagging: which tags has it?
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html

import type { Call } from "../call.ts";
import { checkPayload } from "./announced.ts";
import { changeSettings } from "./change-settings.ts";
import { noSuchTagSet } from "./errors.ts";
import {
  type BucketInput,
  bucketOf,
  existingTags,
  inputOf,
  keyOf,
  type ObjectInput,
  objectOf,
  onBucket,
  onObject,
  type S3Operation,
  type S3Parts,
} from "./operation.ts";
import type { S3State, Tag } from "./state.ts";
import { checkBucketTags, checkObjectTags, requestedTags } from "./tags.ts";

interface TagsInput {
  readonly Tagging: { readonly TagSet: readonly Tag[] };
}

export const GetBucketTagging: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:GetBucketTagging")],
  act(call, parts) {
    const { name, settings } = bucketOf(call, parts.state());
    if (settings.tags.length === 0) throw noSuchTagSet(name);
    return { output: { TagSet: settings.tags } };
  },
};

export const PutBucketTagging: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:PutBucketTagging")],
  async act(call, parts) {
    checkPayload(call);
    const { Tagging } = inputOf<BucketInput & TagsInput>(call);
    bucketOf(call, parts.state());
    checkBucketTags(Tagging.TagSet);
    await changeSettings(call, parts, (settings) => ({ ...settings, tags: Tagging.TagSet }));
    // As recorded, whatever the model says.
    return { status: 204 };
  },
};

export const DeleteBucketTagging: S3Operation = {
  permissions: (call, state) => [onBucket(call, state, "s3:PutBucketTagging")],
  async act(call, parts) {
    await changeSettings(call, parts, (settings) => ({ ...settings, tags: [] }));
    return {};
  },
};

/** An action on the tags of an object, which has another name for one on those of a version. */
function onTags(call: Call, state: S3State, verb: "Get" | "Put" | "Delete", context: object = {}) {
  const { VersionId } = inputOf<ObjectInput>(call);
  const action = `s3:${verb}Object${VersionId === undefined ? "" : "Version"}Tagging`;
  const existing = existingTags(state, inputOf<ObjectInput>(call));
  return onObject(call, state, action, { ...existing, "s3:versionid": VersionId, ...context });
}

export const GetObjectTagging: S3Operation = {
  permissions: (call, state) => [onTags(call, state, "Get")],
  act: (call, parts) => ({ output: { TagSet: objectOf(call, parts.state()).tags ?? [] } }),
};

export const PutObjectTagging: S3Operation = {
  permissions: () => [],
  async act(call, parts) {
    const { Tagging } = inputOf<ObjectInput & TagsInput>(call);
    // Only now: the tags that policies may ask about stand in the body.
    call.demand(onTags(call, parts.state(), "Put", requestedTags(Tagging.TagSet)));
    checkPayload(call);
    objectOf(call, parts.state());
    checkObjectTags(Tagging.TagSet);
    await tag(call, parts, Tagging.TagSet);
    return {};
  },
};

export const DeleteObjectTagging: S3Operation = {
  permissions: (call, state) => [onTags(call, state, "Delete")],
  async act(call, parts) {
    await tag(call, parts, []);
    return {};
  },
};

function tag(call: Call, parts: S3Parts, tags: readonly Tag[]): Promise<void> {
  return parts.commit((state) => {
    objectOf(call, state);
    const { Bucket: bucket } = inputOf<ObjectInput>(call);
    const { at } = call.request;
    return { events: [{ type: "object.tagged", at, bucket, key: keyOf(call), tags }], result: undefined };
  });
}
