// Does a bucket's policy open it to everybody, and does it count for who asks?
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status

import { isObject, listOf } from "../../roles/json.ts";
import type { Principal, ResourcePolicy } from "../../roles/model.ts";
import type { BucketSettings } from "./state.ts";

type Json = Readonly<Record<string, unknown>>;

/** A value without a wildcard and without a variable. */
const isFixed = (value: string) => !/[*?]|\$\{/.test(value);

/** The broadest ranges that are not everybody. */
const PREFIX_MINIMUM = { ipv4: 8, ipv6: 32 };

function isNarrow(range: string): boolean {
  const [address = "", prefix] = range.split("/");
  return prefix === undefined || Number(prefix) >= PREFIX_MINIMUM[address.includes(":") ? "ipv6" : "ipv4"];
}

/** Access points may have any name, but not in any account. */
const isOfOneAccount = (arn: string) => /^arn:[^*?]+:s3:[^:]*:\d{12}:accesspoint\/[^$]+$/.test(arn);

/** Condition keys by which a statement for everybody is not one, in lower case, and which of their values do that. */
const NARROWING: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ["aws:sourceip", isNarrow],
  ["s3:dataaccesspointarn", isOfOneAccount],
  ...[
    ...["aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid"],
    ...["aws:principalorgid", "aws:principalaccount", "aws:principalarn", "s3:dataaccesspointaccount"],
  ].map((key) => [key, isFixed] as const),
]);

/** Those that hold for a key that is missing do not narrow. */
const OPERATORS = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/;

function isNarrowed(conditions: Json): boolean {
  return Object.entries(conditions).some(
    ([operator, keys]) =>
      OPERATORS.test(operator) &&
      Object.entries(keys as Json).some(([key, values]) => {
        const narrows = NARROWING.get(key.toLowerCase());
        return narrows !== undefined && listOf(values).every((value) => narrows(String(value)));
      }),
  );
}

const isEveryone = (principal: unknown) =>
  principal === "*" || (isObject(principal) && listOf(principal.AWS ?? []).includes("*"));

/** `document` is known to be a bucket policy. */
export function isPublic(document: string): boolean {
  const { Statement } = JSON.parse(document) as Json;
  return listOf(Statement).some((statement) => {
    const { Effect, Principal, Condition = {} } = statement as Json;
    return Effect === "Allow" && isEveryone(Principal) && !isNarrowed(Condition as Json);
  });
}

const known = new WeakMap<ResourcePolicy, boolean>();

/** The same of a policy that is in force, found once. */
function isPublicPolicy(policy: ResourcePolicy): boolean {
  const found = known.get(policy) ?? isPublic(policy.document);
  known.set(policy, found);
  return found;
}

/** The policy of a bucket as it counts for a caller: where public buckets are restricted, a public one opens nothing to strangers. */
export function policyFor(
  { kind }: Principal,
  { policy, publicAccessBlock }: BucketSettings,
): ResourcePolicy | undefined {
  const isRestricted = kind === "anonymous" && publicAccessBlock?.RestrictPublicBuckets;
  return policy && isRestricted && isPublicPolicy(policy) ? undefined : policy;
}
