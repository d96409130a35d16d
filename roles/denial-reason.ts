// Why was it refused? The words that AWS adds to "… is not authorized to perform: …".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html

import type { Decision, PolicyType } from "./decision.ts";

const NAMES: Readonly<Record<Exclude<PolicyType, "trust">, string>> = {
  identity: "identity-based policy",
  boundary: "permissions boundary",
  session: "session policy",
  resource: "resource-based policy",
};

/**
 * The end of the sentence, with the space before it. Since January 2026 an explicit deny names the policy where it has an ARN
 * (https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns/); an inline policy has none.
 * Of trust policies STS says nothing at all, as recorded, though the page has words for them.
 * @returns "" for what is allowed
 */
export function denialReason(decision: Decision, action: string): string {
  if (decision.outcome === "allowed" || decision.policyType === "trust") return "";
  const name = NAMES[decision.policyType];
  if (decision.outcome === "implicit-deny") return ` because no ${name} allows the ${action} action`;
  const article = name.startsWith("i") ? "an" : "a";
  const arn = decision.statements.find(({ policy }) => policy.arn)?.policy.arn;
  return ` with an explicit deny in ${article} ${name}${arn ? `: ${arn}` : ""}`;
}
