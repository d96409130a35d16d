// Are these tags, and what do policies see of them? https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html

import { AwsError } from "../call.ts";
import { decodePercent } from "../wire/percent.ts";
import { invalidArgument } from "./errors.ts";
import type { Tag } from "./state.ts";

const KEY_LENGTH = 128;
const VALUE_LENGTH = 256;
const OBJECT_TAGS = 10;
const BUCKET_TAGS = 50;
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const isKey = (key: string) => key.length > 0 && key.length <= KEY_LENGTH && TEXT.test(key);
const isValue = (value: string) => value.length <= VALUE_LENGTH && TEXT.test(value);
const isReserved = (key: string) => /^aws:/i.test(key);

const invalidTag = (message: string, { Key }: Tag, fields: object = {}) =>
  new AwsError("InvalidTag", 400, message, { TagKey: Key, ...fields });

/** @throws AwsError InvalidTag, BadRequest */
export function checkObjectTags(tags: readonly Tag[]): void {
  if (tags.length > OBJECT_TAGS) {
    throw new AwsError("BadRequest", 400, `Object tags cannot be greater than ${OBJECT_TAGS}`);
  }
  checkTags(tags, "Your TagKey cannot be prefixed with aws:");
}

/** @throws AwsError InvalidTag, BadRequest */
export function checkBucketTags(tags: readonly Tag[]): void {
  if (tags.length > BUCKET_TAGS) {
    throw new AwsError("BadRequest", 400, `Bucket tag count cannot be greater than ${BUCKET_TAGS}`);
  }
  checkTags(tags, "System tags cannot be added/updated by requester");
}

function checkTags(tags: readonly Tag[], reserved: string): void {
  const keys = new Set<string>();
  for (const tag of tags) {
    if (keys.has(tag.Key)) throw invalidTag("Cannot provide multiple Tags with the same key", tag);
    keys.add(tag.Key);
    if (isReserved(tag.Key)) throw invalidTag(reserved, tag);
    if (!isKey(tag.Key)) throw invalidTag("The TagKey you have provided is invalid", tag);
    if (!isValue(tag.Value))
      throw invalidTag("The TagValue you have provided is invalid", tag, { TagValue: tag.Value });
  }
}

/**
 * The tags in an `x-amz-tagging` header: `team=blue&stage=test`.
 * @throws AwsError InvalidArgument, BadRequest for more than ten
 */
export function readTagging(header: string): readonly Tag[] {
  const refuse = () =>
    invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging",
      header,
    );
  const decode = (text: string) => decodePercent(text.replaceAll("+", " "), refuse);
  const pairs = header.split("&").filter((pair) => pair !== "");
  const tags = pairs.map((pair): Tag => {
    const [key = "", ...value] = pair.split("=");
    return { Key: decode(key), Value: decode(value.join("=")) };
  });
  const isDistinct = new Set(tags.map(({ Key }) => Key)).size === tags.length;
  if (!isDistinct || !tags.every(({ Key, Value }) => isKey(Key) && !isReserved(Key) && isValue(Value))) throw refuse();
  checkObjectTags(tags);
  return tags;
}

/** `{"s3:ExistingObjectTag/team": "blue"}` */
export function tagContext(condition: string, tags: readonly Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [`${condition}/${Key}`, Value]));
}

/** Condition keys of the tags that a request brings. */
export function requestedTags(tags: readonly Tag[]): Readonly<Record<string, unknown>> {
  if (tags.length === 0) return {};
  return { ...tagContext("s3:RequestObjectTag", tags), "s3:RequestObjectTagKeys": tags.map(({ Key }) => Key) };
}
