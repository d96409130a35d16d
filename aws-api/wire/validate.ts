// Does an input keep the limits of the model? Says what AWS's query services say:
// `2 validation errors detected: Value '…' at 'roleSessionName' failed to satisfy constraint: Member must …; …`.

import { AwsError, type Members } from "../call.ts";
import { type ServiceModel, type Shape, shapeOf } from "./model.ts";

type Check = (value: unknown, path: string, violations: string[]) => void;

/** IAM repeats no value and no enum, as recorded of it in 2026; STS does. */
const isSilent = ({ metadata }: ServiceModel) => metadata.xmlNamespace.startsWith("https://iam.amazonaws.com/");

/**
 * A check of an operation's input.
 * @throws AwsError ValidationError with every violation, in the order of the model
 */
export function compileValidator(model: ServiceModel, shapeName: string | undefined): (input: Members) => void {
  const check = shapeName === undefined ? undefined : compile(model, shapeOf(model, shapeName));
  return (input) => {
    const violations: string[] = [];
    check?.(input, "", violations);
    if (violations.length === 0) return;
    const counted = violations.length === 1 ? "1 validation error" : `${violations.length} validation errors`;
    throw new AwsError("ValidationError", 400, `${counted} detected: ${violations.join("; ")}`);
  };
}

function compile(model: ServiceModel, shape: Shape): Check | undefined {
  if (shape.type === "structure") return compileStructure(model, shape);
  if (shape.type === "list") return compileList(model, shape);
  const rules = rulesOf(model, shape);
  if (rules.length === 0) return undefined;
  const isHidden = shape.sensitive || isSilent(model);
  return (value, path, violations) => {
    for (const [holds, constraint] of rules) {
      if (!holds(value)) violations.push(violation(isHidden ? undefined : String(value), path, constraint));
    }
  };
}

/** A sensitive value is not repeated: `Value at 'password' failed …`. */
function violation(shown: string | null | undefined, path: string, constraint: string): string {
  const value = shown === undefined ? "" : shown === null ? " null" : ` '${shown}'`;
  return `Value${value} at '${path}' failed to satisfy constraint: ${constraint}`;
}

type Rule = readonly [holds: (value: unknown) => boolean, constraint: string];

function rulesOf(model: ServiceModel, shape: Shape): Rule[] {
  const { min, max, pattern, enum: values } = shape;
  const isNumber = ["integer", "long", "float", "double"].includes(shape.type);
  const size = (value: unknown) => (isNumber ? (value as number) : (value as { length: number }).length);
  const measure = isNumber ? "value" : "length";
  const rules: Rule[] = [];
  if (pattern !== undefined) {
    // The models write the planes beyond the first as Java does, and escape what needs no escape.
    const own = pattern.replaceAll("\\u10000-\\u10FFFF", "\\u{10000}-\\u{10FFFF}").replace(/\\([@:=,_])/g, "$1");
    const whole = new RegExp(`^(?:${own})$`, "u");
    rules.push([(value) => whole.test(value as string), `Member must satisfy regular expression pattern: ${pattern}`]);
  }
  if (max !== undefined) {
    rules.push([(value) => size(value) <= max, `Member must have ${measure} less than or equal to ${max}`]);
  }
  if (min !== undefined) {
    rules.push([(value) => size(value) >= min, `Member must have ${measure} greater than or equal to ${min}`]);
  }
  if (values !== undefined) {
    const set = isSilent(model) ? "" : `: [${values.join(", ")}]`;
    const constraint = `Member must satisfy enum value set${set}`;
    rules.push([(value) => values.includes(value as string), constraint]);
  }
  return rules;
}

/** `RoleSessionName` is shown as `roleSessionName`. */
const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

function compileStructure(model: ServiceModel, shape: Shape): Check {
  const checks = Object.entries(shape.members ?? {}).map(([name, member]) => {
    const required = shape.required?.includes(name) ?? false;
    return { name, shown: lowerFirst(name), required, check: compile(model, shapeOf(model, member.shape)) };
  });
  return (value, prefix, violations) => {
    for (const { name, shown, required, check } of checks) {
      const path = prefix === "" ? shown : `${prefix}.${shown}`;
      const member = (value as Members)[name];
      if (member !== undefined) check?.(member, path, violations);
      else if (required) {
        violations.push(violation(isSilent(model) ? undefined : null, path, "Member must not be null"));
      }
    }
  };
}

function compileList(model: ServiceModel, shape: Shape): Check {
  const rules = rulesOf(model, shape);
  const content = shape.member && shapeOf(model, shape.member.shape);
  const checkAll = content && compileContents(model, content);
  return (value, path, violations) => {
    const list = value as readonly unknown[];
    const shown = isSilent(model) ? undefined : `[${list.map(show).join(", ")}]`;
    for (const [holds, constraint] of rules) if (!holds(list)) violations.push(violation(shown, path, constraint));
    checkAll?.(list, path, violations);
  };
}

/** Structures are judged one by one; texts at once, and all that each must be is told, as recorded of IAM in 2026. */
function compileContents(model: ServiceModel, content: Shape): Check | undefined {
  if (content.type === "structure") {
    const check = compileStructure(model, content);
    return (list, path, violations) => {
      for (const [index, each] of (list as readonly unknown[]).entries()) {
        check(each, `${path}.${index + 1}.member`, violations);
      }
    };
  }
  const rules = rulesOf(model, content);
  if (rules.length === 0) return undefined;
  const constraints = rules.map(([, constraint]) => constraint);
  // The pattern is told last of these.
  if (content.pattern !== undefined) constraints.push(constraints.shift() as string, "Member must not be null");
  return (list, path, violations) => {
    const texts = list as readonly unknown[];
    if (texts.every((each) => rules.every(([holds]) => holds(each)))) return;
    const shown = isSilent(model) ? undefined : `[${texts.map(show).join(", ")}]`;
    violations.push(violation(shown, path, `Member must satisfy constraint: [${constraints.join(", ")}]`));
  };
}

const show = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
