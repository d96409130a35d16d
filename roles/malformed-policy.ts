// What is wrong with a policy document? In AWS's words for a caller of IAM, in clear ones for who wrote it.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html#API_CreatePolicy_Errors

/** AWS's texts. The general ones do not say what they mean; `detail` does. */
export const MALFORMED = {
  json: "This policy contains invalid Json",
  syntax: "Syntax errors in policy.",
  legacy: "The policy failed legacy parsing",
  actions: "Policy statement must contain actions.",
  resources: "Policy statement must contain resources.",
  vendor: "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
  colons: "Actions/Condition can contain only one colon.",
  sids: "Statement IDs (SID) in a single policy must be unique.",
  principal: "Policy document should not specify a principal.",
  version: "Policy document must be version 2012-10-17 or greater.",
  trustActions: "AssumeRole policy may only specify STS AssumeRole actions.",
} as const;

/**
 * The same in S3's words for a bucket's policy, by what the text begins with. The first was recorded, as was `Missing required field
 * Statement`; the others are as people report them.
 */
const OF_BUCKETS: readonly (readonly [string, string])[] = [
  [MALFORMED.json, "Policies must be valid JSON and the first byte must be '{'"],
  [MALFORMED.actions, "Missing required field Action"],
  [MALFORMED.resources, "Missing required field Resource"],
  [MALFORMED.vendor, "Policy has invalid action"],
  [MALFORMED.colons, "Policy has invalid action"],
  ["Vendor ", "Policy has invalid action"],
  ["Resource ", "Policy has invalid resource"],
  ["IAM resource ", "Policy has invalid resource"],
  ["Invalid principal in policy", "Invalid principal in policy"],
  ["Missing required field", ""],
  ["", "Invalid policy syntax."],
];

export type PolicyPath = readonly (string | number)[];

/** A document that IAM would refuse with MalformedPolicyDocument (HTTP 400); `message` is AWS's own text. */
export class MalformedPolicy extends Error {
  override readonly name = "MalformedPolicy";
  /** Where in the document: `["Statement", 0, "Effect"]`. */
  readonly path: PolicyPath;
  /** What is wrong there, in one line for the author of the document. */
  readonly detail: string;

  constructor(message: string, path: PolicyPath, detail: string) {
    super(message);
    this.path = path;
    this.detail = detail;
  }
}

/** As S3 says it, with MalformedPolicy (HTTP 400). */
export function inWordsOfBuckets({ message, path, detail }: MalformedPolicy): MalformedPolicy {
  const [, text] = OF_BUCKETS.find(([start]) => message.startsWith(start)) ?? [];
  return new MalformedPolicy(text || message, path, detail);
}
