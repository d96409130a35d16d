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
} as const;

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
