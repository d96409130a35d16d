// What does one statement of a policy say, and does it speak of this request?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html

import { arnComponents } from "./arn.ts";
import { arnTest } from "./arn-pattern.ts";
import { type Condition, parseConditions } from "./condition.ts";
import type { Context } from "./context.ts";
import { didYouMean } from "./did-you-mean.ts";
import { isObject, listOf } from "./json.ts";
import { MALFORMED, MalformedPolicy, type PolicyPath } from "./malformed-policy.ts";
import { type Principals, parsePrincipals } from "./policy-principal.ts";
import { beginningOf, bind, parseTemplate } from "./policy-variable.ts";
import { parsePattern, type TextTest, wildcardTest } from "./wildcard.ts";

/** Where a policy stands: attached to an identity, on a resource such as a bucket, or as the trust policy of a role. */
export type PolicyKind = "identity" | "resource" | "trust";

type Json = Readonly<Record<string, unknown>>;

export interface Statement {
  /** Its place in the document, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  /** As it stands in the document. */
  readonly written: Json;
  /** The action in lower case. */
  readonly hasAction: (action: string) => boolean;
  /** The resource's components, undefined where it is `*`. A trust policy's statement has the role as its resource. */
  readonly hasResource: (components: readonly string[] | undefined, context: Context) => boolean;
  /** An ARN that it speaks of begins with one of these; undefined where it may speak of any resource. */
  readonly resourceBeginnings: readonly string[] | undefined;
  /** Undefined where the policy is attached to the caller itself. */
  readonly principals: Principals | undefined;
  readonly conditions: readonly Condition[];
  /** Whether `${…}` is a variable in it. */
  readonly hasVariables: boolean;
}

const ELEMENTS = [
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"],
];

const always = () => true;

type Element = { readonly name: string; readonly negated: boolean; readonly value: unknown };

/** The element or its `Not…`; undefined when there is neither. */
function element(statement: Json, name: string, path: PolicyPath): Element | undefined {
  const [positive, negative] = [statement[name], statement[`Not${name}`]];
  if (positive !== undefined && negative !== undefined) {
    throw new MalformedPolicy(MALFORMED.syntax, path, `has both ${name} and Not${name}`);
  }
  if (positive !== undefined) return { name, negated: false, value: positive };
  return negative === undefined ? undefined : { name: `Not${name}`, negated: true, value: negative };
}

/** The texts of an element that must have at least one. */
function texts(found: Element | undefined, name: string, missing: string, path: PolicyPath): readonly string[] {
  const values = found ? listOf(found.value) : [];
  if (!found || values.length === 0) throw new MalformedPolicy(missing, path, `needs ${name} or Not${name}`);
  for (const value of values) {
    if (typeof value !== "string")
      throw new MalformedPolicy(MALFORMED.syntax, [...path, found.name], "must be strings");
  }
  return values as readonly string[];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
function actionTest(action: string, path: PolicyPath): TextTest {
  if (action === "*" || action === "*:*") return always;
  const [vendor = "", name, ...more] = action.split(":");
  if (name === undefined) {
    const detail = `an action needs its service in front, as in s3:${action || "GetObject"}`;
    throw new MalformedPolicy(MALFORMED.vendor, path, detail);
  }
  if (more.length > 0) throw new MalformedPolicy(MALFORMED.colons, path, `"${action}" has more than one colon`);
  if (!/^[a-z0-9.-]+$/i.test(vendor)) {
    throw new MalformedPolicy(`Vendor ${vendor} is not valid`, path, `"${vendor}" in "${action}" is no service`);
  }
  if (!/^[\w*?-]+$/.test(name)) {
    throw new MalformedPolicy(MALFORMED.syntax, path, `"${action}" has no action behind the service`);
  }
  return wildcardTest(parsePattern(action.toLowerCase()));
}

type ResourceTest = Statement["hasResource"];

interface ResourcePattern {
  readonly test: ResourceTest;
  /** What stands before the first wildcard and the first variable. */
  readonly beginning: string;
}

/**
 * Variables are read behind the fifth colon only. A resource whose variable has no value matches nothing, in NotResource too:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
 */
function resourcePattern(resource: string, variables: boolean, path: PolicyPath): ResourcePattern {
  if (resource === "*") return { test: always, beginning: "" };
  if (!resource.startsWith("arn:")) {
    const message = `Resource ${resource} must be in ARN format or "*".`;
    throw new MalformedPolicy(message, path, `"${resource}" must be an ARN or "*"`);
  }
  const components = arnComponents(resource);
  if (!components && !resource.endsWith("*")) {
    throw new MalformedPolicy(MALFORMED.legacy, path, `"${resource}" must have the six parts of an ARN`);
  }
  if (components?.[2] === "iam" && components[3] !== "") {
    const message = `IAM resource ${resource} cannot contain region information.`;
    throw new MalformedPolicy(message, path, `"${resource}" must not name a region`);
  }
  const [place, own] = components ? [`${components.slice(0, 5).join(":")}:`, components[5] as string] : [resource, ""];
  const template = [
    ...parseTemplate(place, { wildcards: true, variables: false }),
    ...parseTemplate(own, { wildcards: true, variables }),
  ];
  const test = bind(template, arnTest);
  return {
    test: (asked, context) => asked !== undefined && test(context)?.(asked) === true,
    beginning: beginningOf(template),
  };
}

function actions(statement: Json, kind: PolicyKind, path: PolicyPath): Statement["hasAction"] {
  const found = element(statement, "Action", path);
  const values = texts(found, "Action", MALFORMED.actions, path);
  const { name = "", negated } = found ?? {};
  const foreign = kind === "trust" ? values.find((value) => !/^sts:/i.test(value)) : undefined;
  if (foreign !== undefined) {
    throw new MalformedPolicy(MALFORMED.trustActions, [...path, name], `"${foreign}" is no action of STS`);
  }
  const tests = values.map((value) => actionTest(value, [...path, name]));
  return (action) => tests.some((test) => test(action)) !== negated;
}

type Resources = Pick<Statement, "hasResource" | "resourceBeginnings">;

function resources(statement: Json, kind: PolicyKind, variables: boolean, path: PolicyPath): Resources {
  const found = element(statement, "Resource", path);
  if (kind === "trust") {
    if (!found) return { hasResource: always, resourceBeginnings: undefined };
    throw new MalformedPolicy(`Has prohibited field ${found.name}`, path, `a trust policy must not have ${found.name}`);
  }
  const values = texts(found, "Resource", MALFORMED.resources, path);
  const { name = "", negated } = found ?? {};
  const patterns = values.map((value) => resourcePattern(value, variables, [...path, name]));
  const beginnings = patterns.map(({ beginning }) => beginning);
  return {
    hasResource: (components, context) => patterns.some(({ test }) => test(components, context)) !== negated,
    resourceBeginnings: negated || beginnings.includes("") ? undefined : [...new Set(beginnings)],
  };
}

function principals(statement: Json, kind: PolicyKind, path: PolicyPath): Principals | undefined {
  const found = element(statement, "Principal", path);
  if (kind === "identity") {
    if (!found) return undefined;
    const detail = `must not have ${found.name}: the policy speaks of whom it is attached to`;
    throw new MalformedPolicy(MALFORMED.principal, path, detail);
  }
  if (!found) throw new MalformedPolicy("Missing required field Principal", path, "needs a Principal: who is meant?");
  return { listed: parsePrincipals(found.value, [...path, found.name]), negated: found.negated };
}

function effect(value: unknown, path: PolicyPath): Statement["effect"] {
  if (value === "Allow" || value === "Deny") return value;
  const message = /^(allow|deny)$/i.test(String(value)) ? MALFORMED.legacy : MALFORMED.syntax;
  throw new MalformedPolicy(message, path, `must be Allow or Deny, not ${JSON.stringify(value)}`);
}

/** @throws MalformedPolicy */
export function parseStatement(
  statement: unknown,
  index: number,
  { kind, variables, path }: { kind: PolicyKind; variables: boolean; path: PolicyPath },
): Statement {
  if (!isObject(statement)) throw new MalformedPolicy(MALFORMED.syntax, path, "must be a mapping");
  const unknown = Object.keys(statement).find((name) => !ELEMENTS.includes(name));
  if (unknown !== undefined) {
    const detail = `a statement has no element "${unknown}"${didYouMean(unknown, ELEMENTS)}`;
    throw new MalformedPolicy(MALFORMED.syntax, path, detail);
  }
  const { Sid: sid, Condition: condition } = statement;
  const isSid = typeof sid === "string" && (kind === "resource" || /^[A-Za-z0-9]*$/.test(sid));
  if (sid !== undefined && !isSid) {
    throw new MalformedPolicy(MALFORMED.syntax, [...path, "Sid"], "must be letters and digits only");
  }
  return {
    index,
    ...(isSid && sid !== "" && { sid }),
    effect: effect(statement.Effect, [...path, "Effect"]),
    written: statement,
    principals: principals(statement, kind, path),
    hasAction: actions(statement, kind, path),
    ...resources(statement, kind, variables, path),
    hasVariables: variables,
    conditions: condition === undefined ? [] : parseConditions(condition, variables, [...path, "Condition"]),
  };
}
