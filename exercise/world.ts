// In which world does a program prove itself? One role that opens one bucket, and an instance for each program.

import { mergePatch } from "../control/merge-patch.ts";

const BUCKET = "mybucket";
const ROLE = "mybucket-access";

const bucketPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: `arn:aws:s3:::${BUCKET}/*`,
    },
    { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${BUCKET}` },
  ],
};

export interface WorldPatches {
  /** Merged over the world, one after the other (RFC 7396). */
  readonly configurations: readonly (Readonly<Record<string, unknown>> | undefined)[];
  /** Merged over each of its instances. */
  readonly instance: Readonly<Record<string, unknown>> | undefined;
}

/** The configuration of the world, not checked yet. Sets live six hours and a new one comes each hour unless a patch says otherwise. */
export function worldOf(instanceNames: readonly string[], { configurations, instance = {} }: WorldPatches): object {
  const own = mergePatch({ instanceProfile: ROLE, metadataOptions: { httpTokens: "required" } }, instance);
  const world = {
    roles: { [ROLE]: { trust: "ec2.amazonaws.com", policies: { "mybucket-read-write": bucketPolicy } } },
    buckets: [BUCKET],
    instances: Object.fromEntries(instanceNames.map((name) => [name, own])),
  };
  return configurations.reduce<object>((merged, patch) => mergePatch(merged, patch ?? {}) as object, world);
}
