// Which buckets are there from the start? The `buckets` of the configuration: names, or names with what each is set to.

import { z } from "zod";
import { type AccountPlace, entityArn, partitionOf } from "../../roles/arn.ts";
import { bindPrincipals } from "../../roles/bound-principals.ts";
import type { IdentitiesConfiguration } from "../../roles/configuration.ts";
import { instant } from "../../roles/configuration-pieces.ts";
import { DEFAULT_ACCOUNT_ID } from "../../roles/identities.ts";
import type { Identities } from "../../roles/model.ts";
import { strictMapping } from "../../roles/strict-mapping.ts";
import { AwsError } from "../call.ts";
import { isBucketName } from "./bucket-name.ts";
import { checkedBucketPolicy, normalBucketPolicy } from "./bucket-policy.ts";
import { isPublic } from "./public-policy.ts";
import { ALL_BLOCKED, type ConfiguredBucket, type PublicAccessBlock, type Tag } from "./state.ts";
import { checkBucketTags } from "./tags.ts";

const NAME_ERROR = "must be a bucket name of 3 to 63 lower-case letters, digits, hyphens and dots";

const name = z.string().refine(isBucketName, NAME_ERROR).describe("The name of a bucket that is there from the start");

const block = strictMapping({
  blockPublicAcls: z.boolean().exactOptional(),
  ignorePublicAcls: z.boolean().exactOptional(),
  blockPublicPolicy: z.boolean().exactOptional(),
  restrictPublicBuckets: z.boolean().exactOptional(),
});

const bucket = strictMapping({
  policy: z
    .record(z.string(), z.unknown(), "must be a policy document with Version and Statement")
    .describe("The bucket's policy, a whole document")
    .exactOptional(),
  tags: z.record(z.string(), z.string("must be a string; put it in quotes")).exactOptional(),
  publicAccessBlock: z
    .union([z.boolean(), block], "must be true or false, or a mapping of what is blocked")
    .describe("Whether the bucket is kept from everybody, whatever its policy says; true unless given")
    .exactOptional(),
  createDate: instant.describe("When it was made; the start of the simulation unless given").exactOptional(),
  locationConstraint: z.string().min(1).describe("As CreateBucket was given it").exactOptional(),
});

export type WrittenBucket = z.infer<typeof bucket>;

/** The value of the key `buckets`; `bucketsFaults` holds what it cannot know by itself. */
export const bucketsConfiguration = z.union(
  [z.array(name), z.record(name, bucket, { error: ({ code }) => (code === "invalid_key" ? NAME_ERROR : undefined) })],
  "must be a list of names, or a mapping of names to what each is set to",
);

export type WrittenBuckets = z.infer<typeof bucketsConfiguration>;

interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Account = Pick<IdentitiesConfiguration, "account" | "users" | "roles"> & { readonly region: string };

/** What is wrong with the buckets of an account; paths begin behind `buckets`. */
export function bucketsFaults(buckets: WrittenBuckets, account: Account): readonly Fault[] {
  if (Array.isArray(buckets)) {
    return buckets.flatMap((each, index) =>
      buckets.indexOf(each) < index ? [{ path: [index], message: `the bucket "${each}" is there twice` }] : [],
    );
  }
  return Object.entries(buckets).flatMap(([each, { policy, tags, publicAccessBlock = true }]) => {
    const fault = (key: string, check: () => void): readonly Fault[] => {
      const message = refusalOf(check);
      return message === undefined ? [] : [{ path: [each, key], message }];
    };
    return [
      ...fault("tags", () => checkBucketTags(tagsOf(tags))),
      ...fault("policy", () => policy && checkPolicy(policy, each, blockOf(publicAccessBlock), account)),
    ];
  });
}

/** What is not named in a mapping is not blocked. */
function blockOf(written: boolean | z.infer<typeof block>): PublicAccessBlock | undefined {
  if (typeof written === "boolean") return written ? ALL_BLOCKED : undefined;
  return {
    BlockPublicAcls: written.blockPublicAcls ?? false,
    IgnorePublicAcls: written.ignorePublicAcls ?? false,
    BlockPublicPolicy: written.blockPublicPolicy ?? false,
    RestrictPublicBuckets: written.restrictPublicBuckets ?? false,
  };
}

function checkPolicy(policy: object, bucketName: string, block: PublicAccessBlock | undefined, written: Account): void {
  const { account: accountId = DEFAULT_ACCOUNT_ID, region, users = {}, roles = {} } = written;
  const place = { accountId, partition: partitionOf(region) };
  const account = { accountId, users: holders(place, "user", users), roles: holders(place, "role", roles) };
  const document = checkedBucketPolicy(JSON.stringify(policy), arnOf(bucketName, place), account);
  if (block?.BlockPublicPolicy && isPublic(document)) {
    throw new AwsError("AccessDenied", 403, "opens the bucket to everybody, which takes publicAccessBlock: false");
  }
}

/** Whom a policy may name. */
function holders(place: AccountPlace, kind: "user" | "role", written: Readonly<Record<string, { path?: string }>>) {
  const entries = Object.entries(written).map(([each, { path = "/" }]) => {
    return [each, { id: "", arn: entityArn(place, kind, path, each) }] as const;
  });
  return new Map(entries);
}

/** What S3 would say. */
function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

const arnOf = (bucketName: string, { partition }: Pick<AccountPlace, "partition">) =>
  `arn:${partition}:s3:::${bucketName}`;

const tagsOf = (tags: WrittenBucket["tags"] = {}): readonly Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The buckets as events have them; their policies mean those who are in the account now. */
export function configuredBuckets(buckets: WrittenBuckets = [], account: Identities): readonly ConfiguredBucket[] {
  const entries = Array.isArray(buckets) ? buckets.map((each) => [each, {}] as const) : Object.entries(buckets);
  return entries.map(([each, written]: readonly [string, WrittenBucket]) => ({
    name: each,
    written: JSON.stringify(written),
    settings: settingsOf(each, written, account),
    ...(written.createDate !== undefined && { createdAt: Date.parse(written.createDate) }),
    ...(written.locationConstraint !== undefined && { locationConstraint: written.locationConstraint }),
  }));
}

function settingsOf(bucketName: string, written: WrittenBucket, account: Identities): ConfiguredBucket["settings"] {
  const { policy, tags, publicAccessBlock = true } = written;
  const blocked = blockOf(publicAccessBlock);
  const document = policy && normalBucketPolicy(JSON.stringify(policy), arnOf(bucketName, account));
  return {
    ...(document !== undefined && { policy: bindPrincipals(document, account) }),
    tags: tagsOf(tags),
    ...(blocked && { publicAccessBlock: blocked }),
  };
}
