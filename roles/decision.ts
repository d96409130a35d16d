// May they? The decision over policies of several types, with the statements that made it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html

import { arnComponents } from "./arn.ts";
import type { Context } from "./context.ts";
import { type FoundRules, findable } from "./find-rules.ts";
import { type NamedCaller, type Reach, reachOf } from "./reach.ts";
import type { Statement } from "./statement.ts";

/** The types of policies that limit what a principal may do; a role's trust policy is the one of its own resource that must allow. */
export type PolicyType = "identity" | "boundary" | "session" | "resource" | "trust";

/** A policy where it stands: managed ones have an ARN, inline ones only the name that they have on their holder. */
export interface NamedPolicy {
  readonly name: string;
  readonly arn?: string;
  /** Of an inline policy. */
  readonly holder?: { readonly kind: "user" | "group" | "role"; readonly name: string };
  readonly document: string;
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
  readonly rules: readonly Rule[];
  /** The statements that speak of an action, given in lower case, whatever its resource. */
  readonly rulesFor: (action: string) => readonly Rule[];
  /** Those of them, in their order, that may speak of this resource; its ARN, or `*`. */
  readonly rulesOn: (action: string, resource: string) => readonly Rule[];
}

/** What the policy of the resource says, and to whom. */
export interface ResourceLayer {
  readonly layer: Layer;
  readonly caller: NamedCaller;
}

/** All that speaks in a decision. */
export interface Layers {
  readonly identity: Layer;
  readonly boundary?: Layer | undefined;
  readonly session?: Layer | undefined;
  /** Of type `resource` or `trust`. */
  readonly resource?: ResourceLayer | undefined;
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
  | { readonly outcome: "explicit-deny"; readonly policyType: PolicyType; readonly statements: readonly Rule[] }
  /** No policy of this type allows. */
  | { readonly outcome: "implicit-deny"; readonly policyType: PolicyType };

/**
 * Actions come from service models, so that a few hundred are all that a principal ever uses; a simulation may ask for any. A map that
 * begins anew is cheaper to make than one that forgets in order, and some layers are made for one decision.
 */
const ACTIONS_REMEMBERED = 256;

/** A layer that remembers which statements speak of an action: that depends on nothing else of a request. */
export function createLayer(
  type: PolicyType,
  policies: readonly (NamedPolicy & { readonly statements: readonly Statement[] })[],
): Layer {
  const rules = policies.flatMap(({ statements, ...policy }) =>
    statements.map((statement): Rule => ({ policyType: type, policy, statement })),
  );
  const remembered = new Map<string, FoundRules>();
  const found = (action: string) => {
    const known = remembered.get(action);
    if (known) return known;
    const made = findable(rules.filter(({ statement }) => statement.hasAction(action)));
    if (remembered.size === ACTIONS_REMEMBERED) remembered.clear();
    remembered.set(action, made);
    return made;
  };
  return {
    type,
    rules,
    rulesFor: (action) => found(action).all,
    rulesOn: (action, resource) => found(action).on(resource),
  };
}

/** The statements that speak of the request, by what they say. */
interface Speaking {
  readonly denying: Rule[];
  readonly allowing: Rule[];
  /** The farthest that one of those goes which allow; `everything` where the policy speaks of the caller alone. */
  reach: Reach | undefined;
}

const FARTHEST: readonly (Reach | undefined)[] = [undefined, "account", "identity", "everything"];
const farther = (one: Reach | undefined, other: Reach) =>
  FARTHEST.indexOf(one) < FARTHEST.indexOf(other) ? other : one;

type Listener = (layer: Layer | undefined, caller?: NamedCaller) => Speaking | undefined;

function listenFor({ action, resource, context }: Inquiry): Listener {
  const wanted = action.toLowerCase();
  const components = resource === "*" ? undefined : arnComponents(resource);
  return (layer, caller) => {
    if (!layer) return undefined;
    const speaking: Speaking = { denying: [], allowing: [], reach: undefined };
    for (const rule of layer.rulesOn(wanted, resource)) {
      const { statement } = rule;
      const reach = caller ? reachOf(statement, caller) : "everything";
      if (reach === undefined || !statement.hasResource(components, context)) continue;
      if (!statement.conditions.every(({ holds }) => holds(context))) continue;
      if (statement.effect === "Deny") speaking.denying.push(rule);
      else {
        speaking.allowing.push(rule);
        speaking.reach = farther(speaking.reach, reach);
      }
    }
    return speaking;
  };
}

/**
 * A statement that denies wins, wherever it stands. Then the policy of the resource may allow by itself, as far as it reaches; else each
 * of the others must allow. The first type that refuses is the one that is named: explicit denies of the resource, the identity, the
 * boundary, the session; then implicit ones of the identity, the boundary, the session. Who of several is named AWS does not say.
 */
export function decide({ identity, boundary, session, resource }: Layers, inquiry: Inquiry): Decision {
  const listen = listenFor(inquiry);
  const ofResource = listen(resource?.layer, resource?.caller);
  const [ofIdentity, ofBoundary, ofSession] = [listen(identity), listen(boundary), listen(session)];
  for (const speaking of [ofResource, ofIdentity, ofBoundary, ofSession]) {
    const [first] = speaking?.denying ?? [];
    if (speaking && first)
      return { outcome: "explicit-deny", policyType: first.policyType, statements: speaking.denying };
  }
  const reach = ofResource?.reach;
  if (resource?.layer.type === "trust" && !reach) return { outcome: "implicit-deny", policyType: "trust" };
  if (reach === "everything") return { outcome: "allowed", statements: ofResource?.allowing ?? [] };
  const granted = reach === "identity" || ofIdentity?.reach;
  if (!granted) return { outcome: "implicit-deny", policyType: "identity" };
  if (ofBoundary && !ofBoundary.reach) return { outcome: "implicit-deny", policyType: "boundary" };
  if (ofSession && !ofSession.reach) return { outcome: "implicit-deny", policyType: "session" };
  const allowing = [ofResource, ofIdentity, ofBoundary, ofSession].flatMap((speaking) => speaking?.allowing ?? []);
  return { outcome: "allowed", statements: allowing };
}
