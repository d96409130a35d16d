// Does an input keep the limits of the model? What EC2 says where it does not: the first thing that is wrong, and each kind with a code of
// its own. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

import { AwsError, type Members } from "../call.ts";
import { type ServiceModel, type Shape, shapeOf } from "./model.ts";

type Check = (value: unknown, name: string) => void;

/** Shapes of which operations say in their own words what is wrong. */
const OWN_WORDS = ["InstanceType", "ResourceType", "DescribeIamInstanceProfileAssociationsMaxResults"];

/** Those that name what is missing as captured in September 2026; the others as EC2 has always said it. */
const NEW_WORDS = /IamInstanceProfile/;

const invalid = (message: string) => new AwsError("InvalidParameterValue", 400, message);
const missing = (message: string) => new AwsError("MissingParameter", 400, message);

/**
 * A check of an operation's input.
 * @throws AwsError MissingParameter, InvalidParameterValue
 */
export function compileEc2Validator(model: ServiceModel, shapeName: string | undefined): (input: Members) => void {
  if (shapeName === undefined) return () => {};
  const shape = shapeOf(model, shapeName);
  const check = compile(model, shapeName);
  const newWords = NEW_WORDS.test(shapeName);
  return (input) => {
    demandRequired(shape, input, newWords);
    check?.(input, "");
  };
}

/** A structure of which nothing was given is not there. */
const isAbsent = (value: unknown) =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

function demandRequired({ required = [] }: Shape, input: Members, newWords: boolean): void {
  const absent = required.filter((name) => isAbsent(input[name]));
  const [first] = absent;
  if (first === undefined) return;
  // EC2 counts `InstanceIds` as `InstanceId.1`, `InstanceId.2`, …
  if (!newWords) throw missing(`The request must contain the parameter ${first.replace(/Ids$/, "Id")}`);
  if (absent.length === 1) {
    throw missing(`The request must include the ${first} parameter. Add the required parameter and retry the request.`);
  }
  const names = absent.join(", ");
  throw missing(
    `The request must include the following parameters: ${names}. Add the required parameters and retry the request.`,
  );
}

function compile(model: ServiceModel, shapeName: string): Check | undefined {
  if (OWN_WORDS.includes(shapeName)) return undefined;
  const shape = shapeOf(model, shapeName);
  if (shape.type === "structure") return compileStructure(model, shape);
  if (shape.type === "list") {
    const check = shape.member && compile(model, shape.member.shape);
    if (!check) return undefined;
    return (value, name) => {
      for (const each of value as readonly unknown[]) check(each, name);
    };
  }
  return compileScalar(shape);
}

function compileStructure(model: ServiceModel, { members = {} }: Shape): Check | undefined {
  const checks = Object.entries(members).flatMap(([name, member]) => {
    const check = compile(model, member.shape);
    return check ? [[name, check] as const] : [];
  });
  if (checks.length === 0) return undefined;
  return (value) => {
    for (const [name, check] of checks) {
      const member = (value as Members)[name];
      if (member !== undefined) check(member, name.charAt(0).toLowerCase() + name.slice(1));
    }
  };
}

function compileScalar({ type, min, max, enum: values }: Shape): Check | undefined {
  if (values) {
    return (value, name) => {
      if (!values.includes(value as string)) throw invalid(`Value (${value}) for parameter ${name} is invalid.`);
    };
  }
  if (type !== "integer" && type !== "long") return undefined;
  return (value, name) => {
    const beginning = `Value ( ${value} ) for parameter ${name} is invalid.`;
    if (min !== undefined && (value as number) < min) {
      throw invalid(`${beginning} Expecting a value greater than ${min}.`);
    }
    if (max !== undefined && (value as number) > max) throw invalid(`${beginning} Expecting a value less than ${max}.`);
  };
}
