// What does a session limit itself to, and how much room does that take? Session policies, and the packed size of them and the tags.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session

import { managedPolicyByArn } from "../../roles/authorize.ts";
import { MalformedPolicy } from "../../roles/malformed-policy.ts";
import type { Identities, SessionPolicies } from "../../roles/model.ts";
import { readPolicy } from "../../roles/policy.ts";
import type { Call, Members } from "../call.ts";
import { malformedPolicy, packedPolicyTooLarge, validationError } from "./errors.ts";
import { inputOf } from "./operation.ts";

export interface PoliciesInput extends Members {
  readonly Policy?: string;
  readonly PolicyArns?: readonly { readonly arn?: string }[];
}

const POLICY_ARNS = 10;

/** What a session's policies and tags may take together, so that its token stays within what headers carry. AWS packs them and does not say its limit. */
const PACKED_BYTES = 4096;

/**
 * Undefined where there are none.
 * @throws AwsError for a policy that is none, or that is not there
 */
export function sessionPoliciesOf(call: Call, identities: Identities): SessionPolicies | undefined {
  const { Policy: document, PolicyArns = [] } = inputOf<PoliciesInput>(call);
  const arns = PolicyArns.map(({ arn = "" }) => arn);
  if (arns.length > POLICY_ARNS) {
    const constraint = `Member must have length less than or equal to ${POLICY_ARNS}`;
    const at = "at 'policyArns' failed to satisfy constraint";
    throw validationError(`1 validation error detected: Value '[${arns.join(", ")}]' ${at}: ${constraint}`);
  }
  const missing = arns.find((arn) => !managedPolicyByArn(identities, arn));
  // No answer of AWS to this is recorded.
  if (missing !== undefined) throw validationError(`${missing} is invalid`);
  if (document !== undefined) checkDocument(document);
  if (document === undefined) return arns.length > 0 ? { arns } : undefined;
  return { document, arns };
}

function checkDocument(document: string): void {
  try {
    readPolicy(document, "identity");
  } catch (error) {
    throw error instanceof MalformedPolicy ? malformedPolicy(error.message) : error;
  }
}

/**
 * How much of the room they take, in per cent; undefined where there is nothing to take it.
 * @throws AwsError PackedPolicyTooLarge above 100
 */
export function packedPolicySize(
  policies: SessionPolicies | undefined,
  tags: Readonly<Record<string, string>>,
): number | undefined {
  const hasTags = Object.keys(tags).length > 0;
  if (!policies && !hasTags) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify({ ...policies, ...(hasTags && { tags }) }));
  const size = Math.ceil((bytes / PACKED_BYTES) * 100);
  if (size <= 100) return size;
  const what = policies ? "Packed policy" : "Packed size of session tags";
  const advice = policies ? ", please use smaller policy" : "";
  throw packedPolicyTooLarge(`${what} consumes ${size}% of allotted space${advice}.`);
}
