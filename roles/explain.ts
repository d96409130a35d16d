// Why was it allowed or denied? Every statement that speaks of the action: whether it counted, and what in it did not fit. This takes its
// time, and decides nothing: `authorize` does.

import { arnComponents } from "./arn.ts";
import { type AuthorizationRequest, authorize, layersFor } from "./authorize.ts";
import type { Context } from "./context.ts";
import type { Decision, Inquiry, Layer, Layers, PolicyType, Rule } from "./decision.ts";
import { denialReason } from "./denial-reason.ts";
import { type NamedCaller, reachOf } from "./reach.ts";
import type { Statement } from "./statement.ts";

export interface ExplainedCondition {
  /** `StringEquals` */
  readonly operator: string;
  /** As written: `aws:PrincipalTag/team`. */
  readonly key: string;
  /** As written, variables and all. */
  readonly wanted: readonly string[];
  /** The values of the request; absent where it has no such key. */
  readonly had?: readonly string[];
  readonly holds: boolean;
}

export interface ExplainedStatement {
  readonly policy: string;
  readonly policyArn?: string;
  /** Of an inline policy: `role mybucket-access`. */
  readonly holder?: string;
  readonly sid?: string;
  /** The place in the document, from 0. */
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  readonly counts: boolean;
  /** What in it does not fit the request. */
  readonly mismatches: readonly ("principal" | "resource" | "condition")[];
  readonly conditions: readonly ExplainedCondition[];
}

/** What the policies of one type say; all of them together are as one. */
export interface ExplainedPolicies {
  readonly policyType: PolicyType;
  readonly says: "allow" | "deny" | "nothing";
  /** Those that speak of the action. */
  readonly statements: readonly ExplainedStatement[];
}

export interface Explanation {
  /** An ARN, or `anonymous`. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly outcome: Decision["outcome"];
  /** The type of policy that refused. */
  readonly refusedBy?: PolicyType;
  /** In one sentence. */
  readonly reason: string;
  readonly policies: readonly ExplainedPolicies[];
  /** The condition keys of the request, in lower case. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

function conditionsOf({ conditions }: Statement, context: Context): ExplainedCondition[] {
  return conditions.map(({ operator, key, values: wanted, holds }) => {
    const had = context.get(key.toLowerCase());
    return { operator, key, wanted, ...(had && { had }), holds: holds(context) };
  });
}

function explainRule(
  { policy, statement }: Rule,
  { resource, context }: Inquiry,
  caller: NamedCaller | undefined,
): ExplainedStatement {
  const components = resource === "*" ? undefined : arnComponents(resource);
  const conditions = conditionsOf(statement, context);
  const fits = {
    principal: !caller || reachOf(statement, caller) !== undefined,
    resource: statement.hasResource(components, context),
    condition: conditions.every(({ holds }) => holds),
  };
  const { sid, index, effect } = statement;
  const mismatches = (["principal", "resource", "condition"] as const).filter((part) => !fits[part]);
  return {
    policy: policy.name,
    ...(policy.arn && { policyArn: policy.arn }),
    ...(policy.holder && { holder: `${policy.holder.kind} ${policy.holder.name}` }),
    ...(sid && { sid }),
    ...{ index, effect, counts: mismatches.length === 0, mismatches, conditions },
  };
}

function explainLayer(layer: Layer, inquiry: Inquiry, caller?: NamedCaller): ExplainedPolicies {
  const statements = layer.rulesFor(inquiry.action.toLowerCase()).map((rule) => explainRule(rule, inquiry, caller));
  const says = (wanted: "Allow" | "Deny") => statements.some(({ effect, counts }) => counts && effect === wanted);
  return { policyType: layer.type, says: says("Deny") ? "deny" : says("Allow") ? "allow" : "nothing", statements };
}

function explainLayers({ identity, boundary, session, resource }: Layers, inquiry: Inquiry): ExplainedPolicies[] {
  const own = [identity, boundary, session].flatMap((layer) => (layer ? explainLayer(layer, inquiry) : []));
  return resource ? [explainLayer(resource.layer, inquiry, resource.caller), ...own] : own;
}

/** AWS's own words where it is denied, with those of its pages where STS gives none. */
function reasonOf({ principal, action }: AuthorizationRequest, decision: Decision): string {
  if (decision.outcome === "allowed") {
    if (decision.statements.length === 0) return "the root user may do everything";
    const types = new Set(decision.statements.map(({ policyType }) => policyType));
    return `allowed by policies of type ${[...types].join(", ")}`;
  }
  if (decision.policyType === "trust") {
    const denied = decision.outcome === "explicit-deny";
    return denied
      ? "with an explicit deny in the role trust policy"
      : `because no role trust policy allows the ${action} action`;
  }
  const reason = denialReason(decision, action).trim();
  return principal.kind === "anonymous" ? `${reason}, and nobody has signed` : reason;
}

/** Decides as `authorize` does, and says why. */
export function explain(request: AuthorizationRequest): Explanation {
  const { principal, action, resource, context } = request;
  const decision = authorize(request);
  return {
    principal: principal.kind === "anonymous" ? "anonymous" : principal.arn,
    action,
    resource,
    outcome: decision.outcome,
    ...("policyType" in decision && { refusedBy: decision.policyType }),
    reason: reasonOf(request, decision),
    policies: explainLayers(layersFor(request), request),
    context: Object.fromEntries(context),
  };
}
