// What does an XML body say? fast-xml-parser makes a tree of it, and a reader for each shape, made once from the model, takes
// the members out. Names that the model does not have are passed over, as S3 does.

import { AwsError, type Members } from "../call.ts";
import { type Member, type ServiceModel, type Shape, shapeOf } from "./model.ts";
import { parseBoolean, parseInteger, parseTimestamp } from "./scalars.ts";

/** A text, an element with its children by name, or several elements of one name. */
type Tree = string | { readonly [name: string]: Tree } | readonly Tree[];

type TreeReader = (tree: Tree) => unknown;

const malformed = () =>
  new AwsError(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  );

/**
 * The tree under the root element, which must be called `rootName`. The parser is loaded on the first use.
 * @throws AwsError MalformedXML; a document type is refused too, because entities of one's own are never needed.
 */
async function parseXml(text: string, rootName: string): Promise<Tree> {
  const { XMLParser, XMLValidator } = await import("fast-xml-parser");
  if (text.includes("<!DOCTYPE") || XMLValidator.validate(text) !== true) throw malformed();
  const parser = new XMLParser({ parseTagValue: false, trimValues: false, removeNSPrefix: true, htmlEntities: true });
  try {
    const root = (parser.parse(text) as Record<string, Tree>)[rootName];
    if (root !== undefined) return root;
  } catch {
    // Too deep, or a name that JavaScript reserves: no model has such elements.
  }
  throw malformed();
}

/**
 * A reader for a body of that shape.
 * @throws AwsError MalformedXML, also for a missing required member
 */
export function compileXmlReader(model: ServiceModel, shapeName: string, rootName: string) {
  const read = compile(model, shapeOf(model, shapeName));
  return async (text: string): Promise<unknown> => read(await parseXml(text, rootName));
}

function compile(model: ServiceModel, shape: Shape): TreeReader {
  if (shape.type === "structure") return compileStructure(model, shape);
  if (shape.type === "list") return compileList(model, shape);
  const parse = SCALARS[shape.type] ?? ((text: string) => text);
  return (tree) => {
    if (typeof tree !== "string") throw malformed();
    const value = parse(tree);
    if (value === undefined) throw malformed();
    return value;
  };
}

const SCALARS: Partial<Record<Shape["type"], (text: string) => unknown>> = {
  integer: parseInteger,
  long: parseInteger,
  boolean: parseBoolean,
  timestamp: parseTimestamp,
};

function compileStructure(model: ServiceModel, shape: Shape): TreeReader {
  const readers = Object.entries(shape.members ?? {}).map(([name, member]) => {
    const target = shapeOf(model, member.shape);
    const flattened = target.type === "list" && (target.flattened || member.flattened);
    const read = flattened ? compileRow(model, target) : compile(model, target);
    return { name, elementName: member.locationName ?? name, read, required: shape.required?.includes(name) ?? false };
  });
  return (tree) => {
    if (Array.isArray(tree) || (typeof tree === "string" && tree.trim() !== "")) throw malformed();
    const members: Record<string, unknown> = {};
    for (const { name, elementName, read, required } of readers) {
      const child = typeof tree === "string" ? undefined : (tree as Record<string, Tree>)[elementName];
      if (child !== undefined) members[name] = read(child);
      else if (required) throw malformed();
    }
    return members satisfies Members;
  };
}

function compileRow(model: ServiceModel, shape: Shape): TreeReader {
  const read = compile(model, shapeOf(model, (shape.member as Member).shape));
  return (tree) => (Array.isArray(tree) ? tree.map(read) : [read(tree)]);
}

function compileList(model: ServiceModel, shape: Shape): TreeReader {
  const readRow = compileRow(model, shape);
  const elementName = shape.member?.locationName ?? "member";
  return (tree) => {
    const row = typeof tree === "string" ? undefined : (tree as Record<string, Tree>)[elementName];
    return row === undefined ? [] : readRow(row);
  };
}
