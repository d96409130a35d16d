// May they? The decision over policies of several types, with the statements that made it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

import { LRUCache } from "lru-cache";
import { arnComponents } from "./arn.ts";
import type { Context } from "./context.ts";
import type { Statement } from "./statement.ts";

/** The types of policies that limit what a principal may do. */
export type PolicyType = "identity" | "boundary" | "session" | "resource";

/** A policy where it stands: managed ones have an ARN, inline ones only the name that they have on their holder. */
export interface NamedPolicy {
  readonly name: string;
  readonly arn?: string;
}

/** A statement where it stands: what a decision names as its reason. */
export interface Rule {
  readonly policyType: PolicyType;
  readonly policy: NamedPolicy;
  readonly statement: Statement;
}

/** All policies of one type that speak for a principal. */
export interface Layer {
  readonly type: PolicyType;
  /** The statements that speak of an action, given in lower case, whatever its resource. */
  readonly rulesFor: (action: string) => readonly Rule[];
}

/** What is asked, as policies see it. */
export interface Inquiry {
  /** `s3:GetObject` */
  readonly action: string;
  /** An ARN, or `*` for an action that has none. */
  readonly resource: string;
  readonly context: Context;
}

export type Decision =
  /** The statements that allow; none for the root user, who needs none. */
  | { readonly outcome: "allowed"; readonly statements: readonly Rule[] }
  /** The statements that deny, all of one type of policy. */
  | {
      readonly outcome: "explicit-deny";
      readonly policyType: PolicyType;
      readonly statements: readonly Rule[];
    }
  /** No policy of this type allows. */
  | { readonly outcome: "implicit-deny"; readonly policyType: PolicyType };

/** Actions come from service models, so that a few hundred are all that a principal ever uses. */
const ACTIONS_REMEMBERED = 256;

/** A layer that remembers which statements speak of an action: that depends on nothing else of a request. */
export function createLayer(
  type: PolicyType,
  policies: readonly (NamedPolicy & { readonly statements: readonly Statement[] })[],
): Layer {
  const rules = policies.flatMap(({ statements, ...policy }) =>
    statements.map((statement) => ({ policyType: type, policy, statement })),
  );
  const remembered = new LRUCache<string, readonly Rule[]>({ max: ACTIONS_REMEMBERED });
  return {
    type,
    rulesFor: (action) => {
      const known = remembered.get(action);
      if (known) return known;
      const found = rules.filter(({ statement }) => statement.hasAction(action));
      remembered.set(action, found);
      return found;
    },
  };
}

/**
 * A statement that denies wins, wherever it stands; else every layer must allow. The first layer that refuses is the one
 * that is named, so they come in AWS's order: identity, boundary, session.
 */
export function decide(layers: readonly Layer[], { action, resource, context }: Inquiry): Decision {
  const wanted = action.toLowerCase();
  const components = resource === "*" ? undefined : arnComponents(resource);
  const speaking = layers.map(({ type, rulesFor }) => ({
    type,
    rules: rulesFor(wanted).filter(
      ({ statement }) =>
        statement.hasResource(components, context) && statement.conditions.every(({ holds }) => holds(context)),
    ),
  }));
  const saying = (effect: Statement["effect"]) =>
    speaking.map(({ type, rules }) => ({
      type,
      statements: rules.filter(({ statement }) => statement.effect === effect),
    }));
  const denying = saying("Deny").find(({ statements }) => statements.length > 0);
  if (denying) return { outcome: "explicit-deny", policyType: denying.type, statements: denying.statements };
  const allowing = saying("Allow");
  const silent = allowing.find(({ statements }) => statements.length === 0);
  if (silent) return { outcome: "implicit-deny", policyType: silent.type };
  return { outcome: "allowed", statements: allowing.flatMap(({ statements }) => statements) };
}
