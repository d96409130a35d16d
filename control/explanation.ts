// Why was a request allowed or denied, or would be? What may be asked, what is answered, and how people read it.

import { z } from "zod";
import type { ExplainedCondition, ExplainedPolicies, ExplainedStatement, Explanation } from "../roles/explain.ts";
import { strictMapping } from "../roles/strict-mapping.ts";
import { entryLine, type RequestEntry } from "./request-record.ts";

const text = z.string().min(1);

/** A request of the log, or one that might be. */
export const explanationQuery = strictMapping({
  request: z
    .union([text, z.number().int().min(1)])
    .optional()
    .describe("its number in the request log or its request id; the last that a policy refused when all is absent"),
  principal: text.optional().describe("the ARN of a user, a role, a role's session or root, or anonymous"),
  action: text.optional().describe("such as s3:GetObject"),
  resource: text.optional().describe("an ARN; * when absent"),
  context: z
    .record(text, z.union([z.string(), z.array(z.string())]))
    .optional()
    .describe("condition keys of the request, each with a value or several"),
});

export interface ExplanationQuery {
  readonly request?: string | number | undefined;
  readonly principal?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  readonly context?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

export interface ExplanationReport {
  /** As the request log has it, where it is one of its own. */
  readonly request?: RequestEntry;
  /** One for each permission that was asked for, in order; none where no policy was asked. */
  readonly explanations: readonly Explanation[];
}

const quoted = (values: readonly string[]) => values.map((value) => JSON.stringify(value)).join(" or ");

function conditionLine({ operator, key, wanted, had }: ExplainedCondition): string {
  const found = had ? `it is ${quoted(had)}` : "the request has no such key";
  return `      ${operator} ${key} ${quoted(wanted)}: ${found}`;
}

const MISMATCHES = {
  principal: "it means somebody else",
  resource: "it means another resource",
  condition: "its condition does not hold",
} as const;

function statementLines({ policy, policyArn, holder, sid, index, effect, ...fit }: ExplainedStatement): string[] {
  const place = `${policyArn ?? (holder ? `${policy} of ${holder}` : policy)}, statement ${index}${sid ? ` (${sid})` : ""}`;
  const why = fit.mismatches.map((mismatch) => MISMATCHES[mismatch]).join(", ");
  const failed = fit.conditions.filter(({ holds }) => !holds);
  return [
    `    ${effect} counts${fit.counts ? "" : " not"}: ${place}${why && `: ${why}`}`,
    ...failed.map(conditionLine),
  ];
}

function policiesLines({ policyType, says, statements }: ExplainedPolicies): string[] {
  const silent = statements.length === 0 ? "; none speaks of the action" : "";
  return [`  ${policyType}: ${says}${silent}`, ...statements.flatMap(statementLines)];
}

function explanationLines({ principal, action, resource, outcome, reason, policies }: Explanation): string[] {
  return [`${outcome}: ${principal} ${action} ${resource}`, `  ${reason}`, ...policies.flatMap(policiesLines)];
}

/** Lines for people. */
export function explanationText({ request, explanations }: ExplanationReport): string {
  const asked = request ? [`#${request.sequence} ${entryLine(request)}`] : [];
  const told = explanations.length === 0 ? ["no policy was asked"] : explanations.flatMap(explanationLines);
  return [...asked, ...told].join("\n");
}
