// ListBuckets: which buckets are there?

import type { Call } from "../call.ts";
import { regionOf } from "./buckets.ts";
import { invalidArgument } from "./errors.ts";
import { bucketArn, inputOf, type S3Operation } from "./operation.ts";
import { ownerOf } from "./owner.ts";
import { wholeSecond } from "./page.ts";
import { compareUtf8 } from "./sorted-map.ts";
import { readToken, writeToken } from "./token.ts";

interface ListBucketsInput {
  readonly MaxBuckets?: number;
  readonly ContinuationToken?: string;
  readonly Prefix?: string;
  readonly BucketRegion?: string;
  readonly [member: string]: unknown;
}

const BUCKETS_LIMIT = 10_000;

export const ListBuckets: S3Operation = {
  permissions: (call) => [{ action: "s3:ListAllMyBuckets", resource: bucketArn(call, "*") }],
  act(call, parts) {
    const input = inputOf<ListBucketsInput>(call);
    const { MaxBuckets = BUCKETS_LIMIT, ContinuationToken, Prefix = "", BucketRegion } = input;
    if (MaxBuckets < 1 || MaxBuckets > BUCKETS_LIMIT) {
      const text = "Argument max-buckets must be an integer between 1 and 10000";
      throw invalidArgument(text, "max-buckets", MaxBuckets);
    }
    // S3 says the region only where it was asked for anything in particular.
    const showsRegion = Object.values(input).some((value) => value !== undefined);
    const after = ContinuationToken ? readToken(ContinuationToken) : "";
    const Buckets: object[] = [];
    let last: string | undefined;
    for (const [name, bucket] of parts.state().buckets.entriesFrom((other) => compareUtf8(other, after) <= 0)) {
      const region = regionOf(bucket, call);
      if (!name.startsWith(Prefix) || (BucketRegion !== undefined && BucketRegion !== region)) continue;
      if (Buckets.length === MaxBuckets) {
        return { output: { Buckets, ...ownerAnd(input, call), ContinuationToken: writeToken(last as string) } };
      }
      const shown = { Name: name, CreationDate: wholeSecond(bucket.createdAt), BucketArn: bucketArn(call, name) };
      Buckets.push(showsRegion ? { ...shown, BucketRegion: region } : shown);
      last = name;
    }
    return { output: { Buckets, ...ownerAnd(input, call) } };
  },
};

function ownerAnd({ Prefix }: ListBucketsInput, call: Call) {
  return { Owner: { ID: ownerOf(call) }, ...(Prefix !== undefined && { Prefix }) };
}
