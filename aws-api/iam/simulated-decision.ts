// How does the policy simulator decide on one resource? As every request is decided, with what an answer to a question tells besides.

import { contextKeysOf } from "../../roles/context-keys.ts";
import {
  createLayer,
  type Decision,
  decide,
  type Inquiry,
  type Layer,
  type Layers,
  type Rule,
} from "../../roles/decision.ts";

type Outcome = Decision["outcome"];

export interface Evaluation {
  readonly outcome: Outcome;
  /** Those that allowed, or those that denied. */
  readonly statements: readonly Rule[];
  /** Condition keys that the policies ask for and nobody has given. */
  readonly missingKeys: readonly string[];
  /** Undefined where there is no boundary. */
  readonly boundaryAllows: boolean | undefined;
  /** How either side decides, where the resource is another account's. */
  readonly details?: { readonly identity: Outcome; readonly resource: Outcome };
}

const NOTHING = createLayer("identity", []);

function missingKeys({ identity, boundary, resource }: Layers, { action, context }: Inquiry): readonly string[] {
  const rules = [identity, boundary, resource?.layer].flatMap((layer) => layer?.rulesFor(action.toLowerCase()) ?? []);
  return contextKeysOf(rules.map(({ statement }) => statement)).filter((key) => !context.has(key.toLowerCase()));
}

const allows = (layer: Layer, inquiry: Inquiry) => decide({ identity: layer }, inquiry).outcome === "allowed";
const statementsOf = (decision: Decision) => ("statements" in decision ? decision.statements : []);

const DENIALS = ["explicit-deny", "implicit-deny"] as const;

/** Both accounts must allow. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
function decideAcross({ resource, ...own }: Layers, inquiry: Inquiry) {
  const ofCaller = decide(own, inquiry);
  // What the policy leaves to the caller's account is enough of the owner's.
  const ofOwner = decide({ identity: NOTHING, resource: resource && asFinal(resource) }, inquiry);
  const outcomes = [ofCaller.outcome, ofOwner.outcome];
  const outcome: Outcome = DENIALS.find((one) => outcomes.includes(one)) ?? "allowed";
  const deciding = [ofOwner, ofCaller].filter((decision) => decision.outcome === outcome);
  return {
    outcome,
    statements: deciding.flatMap(statementsOf),
    details: { identity: ofCaller.outcome, resource: ofOwner.outcome },
  };
}

const asFinal = ({ layer, caller }: NonNullable<Layers["resource"]>) => ({
  layer,
  caller: { ...caller, names: new Map(Array.from(caller.names.keys(), (name) => [name, "everything"] as const)) },
});

export function evaluate(layers: Layers, inquiry: Inquiry, crossesAccounts: boolean): Evaluation {
  const decision = decide(layers, inquiry);
  return {
    ...(crossesAccounts
      ? decideAcross(layers, inquiry)
      : { outcome: decision.outcome, statements: statementsOf(decision) }),
    missingKeys: missingKeys(layers, inquiry),
    boundaryAllows: layers.boundary && allows(layers.boundary, inquiry),
  };
}
