// What does a form say in AWS's query protocol? `Tags.member.1.Key=team` becomes `{Tags: [{Key: "team"}]}`, by the model; in that of EC2
// `Tag.1.Key=team` does. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and aws-ec2-query-protocol.html

import { AwsError, type Members } from "../call.ts";
import { type Member, type ServiceModel, type Shape, shapeOf } from "./model.ts";
import { parseBoolean, parseInteger, parseTimestamp } from "./scalars.ts";

/** The parameters of one request, and every dotted beginning of their names. */
class Form {
  readonly parameters: ReadonlyMap<string, string>;
  readonly #beginnings = new Set<string>();

  constructor(parameters: ReadonlyMap<string, string>) {
    this.parameters = parameters;
    for (const name of parameters.keys()) {
      for (let dot = name.length; dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
        this.#beginnings.add(name.slice(0, dot));
      }
    }
  }

  has(beginning: string): boolean {
    return this.#beginnings.has(beginning);
  }
}

type FormReader = (form: Form, name: string) => unknown;

/**
 * A reader of the parameters of an operation whose input has that shape.
 * @throws AwsError MalformedInput (of EC2 InvalidParameterValue) for a number, boolean or timestamp that is none
 */
export function compileFormReader(model: ServiceModel, shapeName: string | undefined) {
  const shape = shapeName === undefined ? undefined : shapeOf(model, shapeName);
  if (Object.keys(shape?.members ?? {}).length === 0) return (): Members => ({});
  const read = compileStructure(model, shape as Shape);
  const known = shape?.members?.DryRun !== undefined;
  return (parameters: ReadonlyMap<string, string>): Members => {
    const members = read(new Form(parameters), "") as Members;
    // EC2 takes it everywhere, also where the model does not have it: captured of the profile associations.
    return isEc2(model) && !known && parameters.get("DryRun") === "true" ? { ...members, DryRun: true } : members;
  };
}

function compile(model: ServiceModel, shape: Shape, flattened: boolean): FormReader {
  if (shape.type === "structure") return compileStructure(model, shape);
  if (shape.type === "list") return compileList(model, shape, flattened);
  if (shape.type === "map") return compileMap(model, shape, flattened);
  const parse = SCALARS[shape.type] ?? ((text: string) => text);
  return (form, name) => {
    const text = form.parameters.get(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) throw malformed(model, name, text);
    return value;
  };
}

const isEc2 = (model: ServiceModel) => model.metadata.protocol === "ec2";

const malformed = (model: ServiceModel, name: string, text: string) =>
  isEc2(model)
    ? new AwsError("InvalidParameterValue", 400, `Value (${text}) for parameter ${name} is invalid.`)
    : new AwsError("MalformedInput", 400, "");

const SCALARS: Partial<Record<Shape["type"], (text: string) => unknown>> = {
  integer: parseInteger,
  long: parseInteger,
  boolean: parseBoolean,
  timestamp: parseTimestamp,
  blob: (text) => Buffer.from(text, "base64"),
};

function compileStructure(model: ServiceModel, shape: Shape): FormReader {
  const readers = Object.entries(shape.members ?? {}).map(([name, member]) => {
    const target = shapeOf(model, member.shape);
    if (isEc2(model)) return { name, wireName: ec2Name(name, member), read: compile(model, target, true) };
    const flattened = Boolean(target.flattened || member.flattened);
    // A flattened list takes the name of its content, where that has one.
    const wireName = (flattened && target.member?.locationName) || (member.locationName ?? name);
    return { name, wireName, read: compile(model, target, flattened) };
  });
  return (form, prefix) => {
    const members: Record<string, unknown> = {};
    for (const { name, wireName, read } of readers) {
      const fullName = prefix === "" ? wireName : `${prefix}.${wireName}`;
      if (!form.has(fullName)) continue;
      const value = read(form, fullName);
      if (value !== undefined) members[name] = value;
    }
    return members;
  };
}

const ec2Name = (name: string, { queryName, locationName = name }: Member) =>
  queryName ?? locationName.charAt(0).toUpperCase() + locationName.slice(1);

/** Entries count from 1 without gaps, and the first without a value ends them; `Tags=` alone is an empty list. */
function compileList(model: ServiceModel, shape: Shape, flattened: boolean): FormReader {
  const content = shape.member as Member;
  const read = compile(model, shapeOf(model, content.shape), false);
  return (form, name) => {
    const prefix = flattened ? name : `${name}.${content.locationName ?? "member"}`;
    const list: unknown[] = [];
    for (let entry = `${prefix}.1`; form.has(entry); entry = `${prefix}.${list.length + 1}`) {
      const found = read(form, entry);
      if (found === undefined) break;
      list.push(found);
    }
    return list;
  };
}

/** `Attributes.entry.1.key=color&Attributes.entry.1.value=red`; a flattened one has no `entry`. */
function compileMap(model: ServiceModel, shape: Shape, flattened: boolean): FormReader {
  const [key, value] = [shape.key as Member, shape.value as Member];
  const readKey = compile(model, shapeOf(model, key.shape), false);
  const readValue = compile(model, shapeOf(model, value.shape), false);
  return (form, name) => {
    const prefix = flattened ? name : `${name}.entry`;
    const pairs: [string, unknown][] = [];
    for (let entry = `${prefix}.1`; form.has(entry); entry = `${prefix}.${pairs.length + 1}`) {
      const found = readKey(form, `${entry}.${key.locationName ?? "key"}`);
      if (found === undefined) break;
      pairs.push([String(found), readValue(form, `${entry}.${value.locationName ?? "value"}`)]);
    }
    return Object.fromEntries(pairs);
  };
}
