// What would be decided? IAM's policy simulator: over the policies of a user, group or role, or over policies that are given.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html

import { parseArn } from "../../roles/arn.ts";
import { layersOf } from "../../roles/authorize.ts";
import { bindPrincipals } from "../../roles/bound-principals.ts";
import type { Context } from "../../roles/context.ts";
import { contextKeysOf } from "../../roles/context-keys.ts";
import {
  createLayer,
  type Inquiry,
  type Layer,
  type Layers,
  type PolicyType,
  type Rule,
} from "../../roles/decision.ts";
import { entityByArn } from "../../roles/entity-by-arn.ts";
import { MalformedPolicy } from "../../roles/malformed-policy.ts";
import type { Group, Identities, Principal, Role, User } from "../../roles/model.ts";
import { readPolicy } from "../../roles/policy.ts";
import { principalOfArn } from "../../roles/principal.ts";
import { callerNames } from "../../roles/reach.ts";
import { statementSpans } from "../../roles/statement-position.ts";
import type { Call, Members } from "../call.ts";
import { invalidInput, noSuchEntity } from "./errors.ts";
import { type IamOperation, inputOf, reads } from "./operation.ts";
import { page } from "./page.ts";
import { type Evaluation, evaluate } from "./simulated-decision.ts";

/** A policy of the user, group or role that is to be left out. */
interface PolicyExclusion {
  readonly PolicyType?: string;
  readonly PolicyArn?: string;
  readonly InlinePolicyIdentifier?: {
    readonly PolicyName: string;
    readonly AttachmentType: string;
    readonly AttachmentName: string;
  };
}

interface SimulationInput extends Members {
  readonly PolicySourceArn?: string;
  readonly PolicyInputList?: readonly string[];
  readonly PermissionsBoundaryPolicyInputList?: readonly string[];
  readonly PolicyExclusionList?: readonly PolicyExclusion[];
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[];
  readonly ResourcePolicy?: string;
  readonly ResourceOwner?: string;
  readonly CallerArn?: string;
  readonly ContextEntries?: readonly {
    readonly ContextKeyName?: string;
    readonly ContextKeyValues?: readonly string[];
  }[];
}

/** What decides, and for whom. */
interface Scene {
  readonly layers: Layers;
  /** A policy of the resource is another account's: then both sides must allow. */
  readonly crossesAccounts: boolean;
  readonly context: Context;
}

/** InvalidInput with IAM's own words for what is wrong; that it is these words is a guess. */
function readOrRefuse<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (problem) {
    if (problem instanceof MalformedPolicy) throw invalidInput(problem.message);
    throw problem;
  }
}

/** Policies without a name are known by the parameter and their place in it, from 1: `PolicyInputList.1`. */
const givenPolicies = (parameter: string, documents: readonly string[]) =>
  documents.map((document, index) => ({
    name: `${parameter}.${index + 1}`,
    document,
    statements: readOrRefuse(() => readPolicy(document, "identity")),
  }));

function isExcluded({ policy }: Rule, exclusions: readonly PolicyExclusion[]): boolean {
  const { arn, holder, name } = policy;
  return exclusions.some(({ PolicyType, PolicyArn, InlinePolicyIdentifier: inline }) => {
    if (PolicyType === "permission-boundary") return false;
    if (!inline) return arn !== undefined && arn === PolicyArn;
    const { PolicyName, AttachmentType, AttachmentName } = inline;
    return holder?.kind === AttachmentType.toLowerCase() && holder.name === AttachmentName && name === PolicyName;
  });
}

function changed(layer: Layer, exclusions: readonly PolicyExclusion[], more: ReturnType<typeof givenPolicies>): Layer {
  if (exclusions.length === 0 && more.length === 0) return layer;
  const kept = layer.rules.filter((rule) => !isExcluded(rule, exclusions));
  return createLayer(layer.type, [
    ...kept.map(({ policy, statement }) => ({ ...policy, statements: [statement] })),
    ...more,
  ]);
}

const NOTHING: Layers = { identity: createLayer("identity", []) };

/** A given boundary takes the place of the one that the user or role has. */
function layersOfInput(input: SimulationInput, own: Layers): Layers {
  const { PolicyInputList: policies = [], PermissionsBoundaryPolicyInputList: boundaries } = input;
  const { PolicyExclusionList: exclusions = [] } = input;
  const isUnbounded = exclusions.some(({ PolicyType }) => PolicyType === "permission-boundary");
  const ownBoundary = isUnbounded ? undefined : own.boundary;
  return {
    identity: changed(own.identity, exclusions, givenPolicies("PolicyInputList", policies)),
    boundary: boundaries
      ? createLayer("boundary", givenPolicies("PermissionsBoundaryPolicyInputList", boundaries))
      : ownBoundary,
  };
}

/** The user, group or role with this ARN. */
function sourceOf(identities: Identities, arn: string): User | Group | Role {
  const [kind = "", ...path] = parseArn(arn)?.resource.split("/") ?? [];
  if (!/^(user|group|role)$/.test(kind))
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  const found = entityByArn(identities, arn);
  if (!found) throw noSuchEntity(`The ${kind} with name ${path.at(-1)} cannot be found.`);
  return found as User | Group | Role;
}

/** The simulated caller is a user of the account: the one that is named, or whose policies are looked at. */
function callerOf(identities: Identities, { CallerArn, PolicySourceArn }: SimulationInput): Principal {
  const arn = CallerArn ?? PolicySourceArn;
  const principal = arn === undefined ? undefined : principalOfArn(identities, arn);
  if (principal?.kind === "user") return principal;
  throw invalidInput("CallerArn must be the ARN of an IAM user where a ResourcePolicy is given");
}

function withResource(layers: Layers, input: SimulationInput, identities: Identities): Layers {
  const { ResourcePolicy: document } = input;
  if (document === undefined) return layers;
  const statements = readOrRefuse(() => readPolicy(document, "resource"));
  const names = callerNames(identities, callerOf(identities, input), bindPrincipals(document, identities));
  const layer = createLayer("resource", [{ name: "ResourcePolicy", document, statements }]);
  return { ...layers, resource: { layer, caller: { names, isBounded: layers.boundary !== undefined } } };
}

function sceneOf(input: SimulationInput, identities: Identities, own: Layers): Scene {
  const { ResourceOwner: owner, ContextEntries: entries = [] } = input;
  const keys = entries.map(
    ({ ContextKeyName = "", ContextKeyValues = [] }) => [ContextKeyName, ContextKeyValues] as const,
  );
  const ownerAccount = owner === undefined ? identities.accountId : (parseArn(owner)?.accountId ?? owner);
  return {
    layers: withResource(layersOfInput(input, own), input, identities),
    crossesAccounts: input.ResourcePolicy !== undefined && ownerAccount !== identities.accountId,
    context: new Map(keys.map(([key, values]) => [key.toLowerCase(), values])),
  };
}

/** Recorded of AWS for identity policies; that the others are called alike is a guess. */
const SOURCE_TYPES: Readonly<Record<PolicyType, string>> = {
  identity: "IAM Policy",
  boundary: "Permissions Boundary Policy",
  session: "IAM Policy",
  resource: "Resource Policy",
  trust: "Resource Policy",
};

const shownPosition = ({ line, column }: { line: number; column: number }) => ({ Line: line, Column: column });

/** A managed policy is known by its name, an inline one by that of its holder too: `role_app_own`. */
function shownRule({ policy, policyType, statement }: Rule): Members {
  const { holder, name, document } = policy;
  const span = statementSpans(document)[statement.index];
  return {
    SourcePolicyId: holder ? `${holder.kind}_${holder.name}_${name}` : name,
    SourcePolicyType: SOURCE_TYPES[policyType],
    ...(span && { StartPosition: shownPosition(span.start), EndPosition: shownPosition(span.end) }),
  };
}

const DECISIONS = { allowed: "allowed", "explicit-deny": "explicitDeny", "implicit-deny": "implicitDeny" } as const;

/** What a result says of a resource, and of all of them. */
function shownEvaluation({ statements, missingKeys, boundaryAllows, details }: Evaluation): Members {
  return {
    MatchedStatements: statements.map(shownRule),
    MissingContextValues: missingKeys,
    ...(boundaryAllows !== undefined && {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: boundaryAllows },
    }),
    ...(details && {
      EvalDecisionDetails: {
        "IAM Policy": DECISIONS[details.identity],
        "Resource Policy": DECISIONS[details.resource],
      },
    }),
  };
}

const SEVERITY = ["allowed", "implicit-deny", "explicit-deny"] as const;

/**
 * One result an action, with one in it for each resource that is named. Of several resources the worst decision stands for all: AWS
 * names a pattern as their resource and does not say how it joins them.
 */
function resultOf(action: string, resources: readonly string[], { layers, crossesAccounts, context }: Scene): Members {
  const results = resources.map((resource) => {
    const inquiry: Inquiry = { action, resource, context };
    return { resource, evaluation: evaluate(layers, inquiry, crossesAccounts) };
  });
  const outcomes = results.map(({ evaluation }) => evaluation.outcome);
  const worst = SEVERITY.findLast((outcome) => outcomes.includes(outcome)) ?? "implicit-deny";
  const [only] = results.length === 1 ? results : [];
  const isNamed = resources.some((resource) => resource !== "*");
  return {
    EvalActionName: action,
    EvalResourceName: only?.resource ?? "*",
    EvalDecision: DECISIONS[worst],
    ...(only ? shownEvaluation(only.evaluation) : { MatchedStatements: [], MissingContextValues: [] }),
    ...(isNamed && {
      ResourceSpecificResults: results.map(({ resource, evaluation }) => ({
        EvalResourceName: resource,
        EvalResourceDecision: DECISIONS[evaluation.outcome],
        ...shownEvaluation(evaluation),
      })),
    }),
  };
}

function simulate(call: Call, identities: Identities, own: Layers): Members {
  const input = inputOf<SimulationInput>(call);
  const scene = sceneOf(input, identities, own);
  const { ActionNames: actions, ResourceArns: resources = ["*"] } = input;
  const numbered = actions.map((action, index) => ({ action, key: String(index).padStart(6, "0") }));
  return page(
    call,
    "EvaluationResults",
    numbered,
    ({ key }) => key,
    ({ action }) => resultOf(action, resources, scene),
  );
}

const ownLayers = (call: Call, identities: Identities): Layers =>
  layersOf(identities, sourceOf(identities, inputOf<SimulationInput>(call).PolicySourceArn ?? ""));

function contextKeys(call: Call, { identity, boundary }: Layers): Members {
  const given = givenPolicies("PolicyInputList", inputOf<SimulationInput>(call).PolicyInputList ?? []);
  const own = [identity, boundary].flatMap((layer) => layer?.rules ?? []).map(({ statement }) => statement);
  return { ContextKeyNames: contextKeysOf([...own, ...given.flatMap(({ statements }) => statements)]) };
}

const sourceArn = (call: Call) => inputOf<SimulationInput>(call).PolicySourceArn ?? "";
const anything = () => "*";

export const simulateOperations: Readonly<Record<string, IamOperation>> = {
  SimulatePrincipalPolicy: reads(sourceArn, (call, identities) =>
    simulate(call, identities, ownLayers(call, identities)),
  ),
  SimulateCustomPolicy: reads(anything, (call, identities) => simulate(call, identities, NOTHING)),
  GetContextKeysForPrincipalPolicy: reads(sourceArn, (call, identities) =>
    contextKeys(call, ownLayers(call, identities)),
  ),
  GetContextKeysForCustomPolicy: reads(anything, (call) => contextKeys(call, NOTHING)),
};
