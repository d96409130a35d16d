// Is that a policy, and how is it shown? Documents are kept as they are put, and answered percent-encoded.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html

import { bindPrincipals, shownDocument, unknownPrincipals } from "../../roles/bound-principals.ts";
import { policySize, QUOTAS } from "../../roles/limits.ts";
import { MalformedPolicy } from "../../roles/malformed-policy.ts";
import type { Identities, ResourcePolicy, Role } from "../../roles/model.ts";
import { readNewPolicy, readPolicy } from "../../roles/policy.ts";
import type { PolicyKind } from "../../roles/statement.ts";
import { encodeBytes } from "../../signing/percent-encoding.ts";
import { limitExceeded, malformedPolicyDocument } from "./errors.ts";

/** As RFC 3986 has it, which is how clients decode it again. */
export const shownText = (document: string): string => encodeBytes(Buffer.from(document).toString("latin1"));

/** The trust policy with the principals that it means today. */
export const shownTrust = ({ trustPolicy }: Role, identities: Identities): string =>
  shownText(shownDocument(trustPolicy, identities));

/** The text, once it is known to be a policy of that kind. @throws AwsError MalformedPolicyDocument */
export function checkedDocument(text: string, kind: PolicyKind): string {
  try {
    if (kind === "identity") readNewPolicy(text);
    else readPolicy(text, kind);
    return text;
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    throw malformedPolicyDocument(error.message);
  }
}

/**
 * A trust policy, bound to those whom it names.
 * @throws AwsError MalformedPolicyDocument or LimitExceeded
 */
export function checkedTrust(text: string, identities: Identities): ResourcePolicy {
  const document = checkedDocument(text, "trust");
  const [unknown] = unknownPrincipals(document, identities);
  if (unknown !== undefined) throw malformedPolicyDocument(`Invalid principal in policy: "AWS":"${unknown}"`);
  if (policySize(document) > QUOTAS.ACLSizePerRole) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${QUOTAS.ACLSizePerRole}`);
  }
  return bindPrincipals(document, identities);
}
