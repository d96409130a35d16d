// Which tags does the instance see? Each by its key below tags/, all in one document below tag-sets/, and neither unless
// InstanceMetadataTags is enabled.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html

import type { Leaves } from "./leaf.ts";

export const TAG_LEAVES: Leaves = {
  "meta-data/tags/instance/{tag}": ["2021-03-23", ({ instance }, key) => instance.tags.get(key)],
  // Without any tag tags/ is gone, but tag-sets/ shows that there are none.
  "meta-data/tag-sets/instance": [
    "2025-10-04",
    ({ instance: { metadataOptions, tags } }) =>
      metadataOptions.instanceMetadataTags === "enabled" ? tagSet(tags) : undefined,
  ],
};

/**
 * Compact JSON, in an order that is nobody's choice: in both captures of four tags it is the one in which a java.util.HashMap,
 * copied from another map, hands out its keys.
 */
function tagSet(tags: ReadonlyMap<string, string>): string {
  const buckets = 2 ** Math.ceil(Math.log2(Math.floor(tags.size / 0.75 + 1)));
  const entries = [...tags].sort(([a], [b]) => bucketOf(a, buckets) - bucketOf(b, buckets));
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
}

/** java.lang.String's hashCode, spread and cut as java.util.HashMap does it. */
function bucketOf(key: string, buckets: number): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 16)) & (buckets - 1);
}
