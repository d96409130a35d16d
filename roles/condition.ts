// Does a request meet the Condition of a statement? Every operator and every key must hold; of a key's values one is enough.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html

import { CONDITION_OPERATORS, type Comparison } from "./condition-operators.ts";
import type { Context } from "./context.ts";
import { didYouMean } from "./did-you-mean.ts";
import { isObject, listOf } from "./json.ts";
import { MALFORMED, MalformedPolicy, type PolicyPath } from "./malformed-policy.ts";
import { bind, isPattern, parseTemplate } from "./policy-variable.ts";
import type { TextTest } from "./wildcard.ts";

/** One key below one operator. */
export interface Condition {
  /** As written, with `ForAnyValue:` or `IfExists`. */
  readonly operator: string;
  readonly key: string;
  /** As written. */
  readonly values: readonly string[];
  readonly holds: (context: Context) => boolean;
}

type ContextTest = (context: Context) => TextTest | undefined;

const OPERATOR_NAME = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/;
const NAMES = [...CONDITION_OPERATORS.keys(), "Null"];

/** A value as text: policies also have bare booleans and numbers. */
function written(value: unknown, path: PolicyPath): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  throw new MalformedPolicy(MALFORMED.syntax, path, "a condition's value must be a string, a number or a boolean");
}

function valueTest(value: string, { reading, wanted, test }: Comparison, variables: boolean, path: PolicyPath) {
  const template = parseTemplate(value, { ...reading, variables: reading.variables && variables });
  if (isPattern(template) && !test(template)) {
    throw new MalformedPolicy(MALFORMED.legacy, path, `must be ${wanted}, not "${value}"`);
  }
  return bind(template, test);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null */
function presence(key: string, values: readonly string[], path: PolicyPath): Condition["holds"] {
  const wrong = values.find((value) => !/^(true|false)$/i.test(value));
  if (wrong !== undefined) throw new MalformedPolicy(MALFORMED.legacy, path, `must be true or false, not "${wrong}"`);
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  return (context) => wanted.has(String(!context.get(key)?.length));
}

/**
 * A plain operator asks whether any value of the request matches, a negated one whether all of them match nothing: so they
 * are ForAnyValue and ForAllValues, also in what they say of a missing key.
 */
function comparison(
  key: string,
  tests: readonly ContextTest[],
  { forAll, negated, ifExists }: { forAll: boolean; negated: boolean; ifExists: boolean },
): Condition["holds"] {
  return (context) => {
    const values = context.get(key);
    if (!values?.length) return ifExists || forAll;
    const fits = (value: string) => tests.some((test) => test(context)?.(value)) !== negated;
    return forAll ? values.every(fits) : values.some(fits);
  };
}

function parseOperator(operator: string, path: PolicyPath) {
  const [, quantifier, name = "", ifExists] = OPERATOR_NAME.exec(operator) ?? [];
  if (name === "Null") {
    if (!quantifier && !ifExists) return undefined;
    throw new MalformedPolicy(MALFORMED.syntax, path, "Null takes neither ForAllValues, ForAnyValue nor IfExists");
  }
  const found = CONDITION_OPERATORS.get(name);
  if (!found) {
    const hint = didYouMean(name, NAMES);
    throw new MalformedPolicy(MALFORMED.syntax, path, `there is no condition operator "${operator}"${hint}`);
  }
  const negated = found.negated ?? false;
  const forAll = quantifier ? quantifier === "ForAllValues" : negated;
  return { compares: found.compares, forAll, negated, ifExists: ifExists !== undefined };
}

/**
 * The conditions of a Condition element.
 * @param variables whether the policy's version has variables
 * @throws MalformedPolicy also for an operator that does not exist: nothing that we cannot judge may allow
 */
export function parseConditions(element: unknown, variables: boolean, path: PolicyPath): readonly Condition[] {
  if (!isObject(element)) throw new MalformedPolicy(MALFORMED.syntax, path, "must be a mapping of operators");
  return Object.entries(element).flatMap(([operator, keys]) => {
    const at = [...path, operator];
    const parsed = parseOperator(operator, at);
    if (!isObject(keys)) throw new MalformedPolicy(MALFORMED.syntax, at, "must be a mapping of condition keys");
    return Object.entries(keys).map(([key, value]): Condition => {
      const place = [...at, key];
      if (!/^[^:]+:./.test(key)) {
        throw new MalformedPolicy(MALFORMED.vendor, place, `a condition key needs a prefix, as in aws:${key}`);
      }
      const values = listOf(value).map((each) => written(each, place));
      const name = key.toLowerCase();
      if (!parsed) return { operator, key, values, holds: presence(name, values, place) };
      const tests = values.map((each) => valueTest(each, parsed.compares, variables, place));
      return { operator, key, values, holds: comparison(name, tests, parsed) };
    });
  });
}
