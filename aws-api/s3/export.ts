// How are the buckets written as a configuration? With their policies, tags and what is blocked; not what is in them.

import { shownDocument } from "../../roles/bound-principals.ts";
import type { Identities } from "../../roles/model.ts";
import type { WrittenBucket, WrittenBuckets } from "./configuration.ts";
import { ALL_BLOCKED, type Bucket, type PublicAccessBlock, type S3State } from "./state.ts";

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** True where all is blocked, false where nothing is set, else what is. */
function blockOf(block: PublicAccessBlock | undefined): NonNullable<WrittenBucket["publicAccessBlock"]> {
  if (!block) return false;
  const flags = Object.entries(block);
  if (flags.every(([name, value]) => value === ALL_BLOCKED[name as keyof PublicAccessBlock])) return true;
  return Object.fromEntries(flags.map(([name, value]) => [lowerFirst(name), value]));
}

function written({ settings, createdAt, locationConstraint }: Bucket, account: Identities): WrittenBucket {
  const { policy, tags, publicAccessBlock } = settings;
  return {
    createDate: new Date(createdAt).toISOString(),
    ...(locationConstraint !== undefined && { locationConstraint }),
    ...(policy && { policy: JSON.parse(shownDocument(policy, account)) }),
    ...(tags.length > 0 && { tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }),
    publicAccessBlock: blockOf(publicAccessBlock),
  };
}

export function bucketsConfigurationOf({ buckets }: S3State, account: Identities): WrittenBuckets {
  return Object.fromEntries(Array.from(buckets.entries(), ([name, bucket]) => [name, written(bucket, account)]));
}
