// How is an output written in XML? A writer for each shape, made once from the model and kept.

import type { Members } from "../call.ts";
import { type Member, type ServiceModel, type Shape, shapeOf } from "./model.ts";
import { isoMilliseconds, isoSeconds } from "./scalars.ts";

// XML cannot hold most control characters. S3 writes them as references all the same, which is why clients ask for
// `encoding-type=url`; so do we. A carriage return survives a parser only as a reference.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that need a reference
const SPECIAL = /[&<>"\u0000-\u0008\u000b-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const EVERY_SPECIAL = /[&<>"\u0000-\u0008\u000b-\u001f\u007f]/g;
const NAMED: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text that is safe as content of an element. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(EVERY_SPECIAL, (found) => NAMED[found] ?? `&#x${found.charCodeAt(0).toString(16)};`);
}

/** `<name>text</name>` */
export const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`;

/** What stands inside the element of a value of this shape. */
export type ContentWriter = (value: unknown) => string;

/** A writer for the content of `shapeName`. Instants have whole seconds in the query protocol, and milliseconds elsewhere. */
export function compileContent(model: ServiceModel, shapeName: string): ContentWriter {
  const shape = shapeOf(model, shapeName);
  if (shape.type === "structure") return compileStructure(model, shape);
  if (shape.type === "list") return compileList(model, shape);
  if (shape.type === "map") return compileMap(model, shape);
  if (shape.type === "timestamp") {
    const format = model.metadata.protocol === "query" ? isoSeconds : isoMilliseconds;
    return (value) => format(value as number);
  }
  if (shape.type === "blob") return (value) => Buffer.from(value as Uint8Array).toString("base64");
  return (value) => escapeXml(String(value));
}

function compileStructure(model: ServiceModel, shape: Shape): ContentWriter {
  const members = Object.entries(shape.members ?? {}).filter(
    ([, { location, xmlAttribute }]) => location === undefined && !xmlAttribute,
  );
  const writers = members.map(([name, member]) => [name, compileMember(model, name, member)] as const);
  return (value) => {
    let text = "";
    for (const [name, write] of writers) {
      const content = (value as Members)[name];
      if (content !== undefined) text += write(content);
    }
    return text;
  };
}

/** A member with its element around it; a flattened list is a row of such elements. */
function compileMember(model: ServiceModel, name: string, member: Member): ContentWriter {
  const shape = shapeOf(model, member.shape);
  const write = compileContent(model, member.shape);
  const elementName = member.locationName ?? name;
  if (shape.type === "list" && (shape.flattened || member.flattened)) {
    return compileRow(member.locationName ?? shape.member?.locationName ?? name, model, shape);
  }
  const attributes = compileAttributes(shape);
  if (attributes) return (value) => `<${elementName}${attributes(value as Members)}>${write(value)}</${elementName}>`;
  return (value) => `<${elementName}>${write(value)}</${elementName}>`;
}

/** Only the grantees of access control lists have some: `xsi:type="CanonicalUser"`. */
function compileAttributes({ members = {}, xmlNamespace }: Shape): ((value: Members) => string) | undefined {
  const attributes = Object.entries(members).filter(([, { xmlAttribute }]) => xmlAttribute);
  if (attributes.length === 0) return undefined;
  const declaration = xmlNamespace ? ` xmlns:${xmlNamespace.prefix}="${xmlNamespace.uri}"` : "";
  return (value) => {
    const written = attributes.map(
      ([name, { locationName = name }]) => ` ${locationName}="${escapeXml(String(value[name]))}"`,
    );
    return declaration + written.join("");
  };
}

const compileList = (model: ServiceModel, shape: Shape): ContentWriter =>
  compileRow(shape.member?.locationName ?? "member", model, shape);

function compileRow(elementName: string, model: ServiceModel, shape: Shape): ContentWriter {
  const write = compileContent(model, (shape.member as Member).shape);
  return (value) => {
    let text = "";
    for (const each of value as readonly unknown[]) text += `<${elementName}>${write(each)}</${elementName}>`;
    return text;
  };
}

/** Each pair in an `<entry>` of its own. https://smithy.io/2.0/spec/protocol-traits.html#map-serialization */
function compileMap(model: ServiceModel, shape: Shape): ContentWriter {
  const writeKey = compileMember(model, "key", shape.key as Member);
  const writeValue = compileMember(model, "value", shape.value as Member);
  return (value) => {
    let text = "";
    for (const [key, each] of Object.entries(value as Members)) {
      text += `<entry>${writeKey(key)}${writeValue(each)}</entry>`;
    }
    return text;
  };
}
