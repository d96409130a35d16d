// Where in an HTTP request do an operation's members stand? In the path, the query, headers and the body, as the model says.

import { AwsError, type Members } from "../call.ts";
import { type Member, type ServiceModel, type Shape, shapeOf } from "./model.ts";
import type { RestTarget } from "./rest-route.ts";
import { parseBoolean, parseInteger, parseTimestamp } from "./scalars.ts";
import { compileXmlReader } from "./xml-read.ts";

interface Place {
  readonly member: string;
  readonly parse: (text: string, name: string) => unknown;
}

/** How to read one operation's input: the head at once, an XML body when it is there. */
export interface RestReader {
  /** @throws AwsError InvalidArgument for a number or truth that is none */
  readHead(target: RestTarget, rawHeaders: readonly string[]): Record<string, unknown>;
  /** The member that takes the body as it streams in. */
  readonly streamsInto?: string;
  /** Only where the operation has a document for a body. @throws AwsError MalformedXML, MissingRequestBodyError */
  readonly readBody?: (bytes: Uint8Array) => Promise<Members>;
}

export function compileRestReader(model: ServiceModel, inputShape: string | undefined): RestReader {
  const shape: Shape = inputShape === undefined ? { type: "structure" } : shapeOf(model, inputShape);
  const query = new Map<string, Place>();
  const headers = new Map<string, Place>();
  let prefix: (Place & { readonly beginning: string }) | undefined;
  for (const [member, { location, locationName = member, shape: target }] of Object.entries(shape.members ?? {})) {
    const goesIntoHeader = location === "querystring" && locationName.startsWith("response-");
    const parse = goesIntoHeader
      ? headerTextParser(shapeOf(model, target))
      : parserOf(shapeOf(model, target), location);
    const place: Place = { member, parse };
    if (location === "querystring") query.set(locationName, place);
    if (location === "header") headers.set(locationName.toLowerCase(), place);
    if (location === "headers") prefix = { ...place, beginning: locationName.toLowerCase() };
  }
  const payload = shape.payload === undefined ? undefined : shape.members?.[shape.payload];
  return {
    readHead(target, rawHeaders) {
      const input: Record<string, unknown> = {};
      if (target.bucket !== undefined) input.Bucket = target.bucket;
      if (target.key !== undefined) input.Key = target.key;
      if (target.query.size > 0) readQuery(query, target.query, input);
      readHeaders(headers, prefix, withHoistedMetadata(rawHeaders, target.query, prefix?.beginning), input);
      return input;
    },
    ...(payload?.streaming && { streamsInto: shape.payload as string }),
    ...(payload && !payload.streaming && { readBody: compileBody(model, shape, payload) }),
  };
}

function readQuery(
  places: ReadonlyMap<string, Place>,
  query: ReadonlyMap<string, string>,
  input: Record<string, unknown>,
): void {
  for (const [name, text] of query) {
    const place = places.get(name);
    if (place) input[place.member] = place.parse(text, name);
  }
}

/**
 * Presigners of some SDKs put metadata into the query, and S3 keeps them: https://github.com/aws/aws-sdk-js-v3/issues/4694. Other headers
 * do not count there.
 */
function withHoistedMetadata(
  rawHeaders: readonly string[],
  query: ReadonlyMap<string, string>,
  beginning: string | undefined,
): readonly string[] {
  if (beginning === undefined || !(query.has("X-Amz-Signature") || query.has("Signature"))) return rawHeaders;
  const found = [...query].filter(([name]) => name.toLowerCase().startsWith(beginning));
  return [...rawHeaders, ...found.flatMap(([name, value]) => [name, Buffer.from(value).toString("latin1")])];
}

/**
 * Of a repeated header the first counts; repeated metadata are joined by a comma, as S3 does, and a list may come in several: the SDKs for Go
 * and Java send one header an item. https://www.rfc-editor.org/rfc/rfc9110#section-5.3
 */
function readHeaders(
  places: ReadonlyMap<string, Place>,
  prefix: (Place & { readonly beginning: string }) | undefined,
  rawHeaders: readonly string[],
  input: Record<string, unknown>,
): void {
  const prefixed: Record<string, string> = { __proto__: null } as never;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    const place = places.get(name);
    if (place) {
      const before = input[place.member];
      const more = () => place.parse(rawHeaders[i + 1] as string, name);
      const value = Array.isArray(before) ? before.concat(more()) : (before ?? more());
      if (value !== undefined) input[place.member] = value;
    } else if (prefix && name.startsWith(prefix.beginning)) {
      const key = name.slice(prefix.beginning.length);
      const value = rawHeaders[i + 1] as string;
      prefixed[key] = key in prefixed ? `${prefixed[key]},${value}` : value;
      input[prefix.member] = prefixed;
    }
  }
}

function parserOf(shape: Shape, location: Member["location"]): Place["parse"] {
  if (shape.type === "integer" || shape.type === "long")
    return (text, name) => parseInteger(text) ?? notAnInteger(name, text);
  if (shape.type === "boolean") return (text, name) => parseBoolean(text) ?? notATruth(name, text);
  if (shape.type === "list") return (text) => text.split(",").map((each) => each.trim());
  if (shape.type !== "timestamp") return (text) => text;
  // A conditional header with an invalid date is ignored: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3
  return location === "header" ? parseTimestamp : (text, name) => parseTimestamp(text) ?? notATime(name, text);
}

// What an HTTP header can hold: https://www.rfc-editor.org/rfc/rfc9110#section-5.5
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/** `response-content-type` and its like come back as headers of the answer. */
function headerTextParser(shape: Shape): Place["parse"] {
  const parse = parserOf(shape, "querystring");
  return (text, name) => (HEADER_TEXT.test(text) ? parse(text, name) : notHeaderText(name, text));
}

function refuseArgument(message: string, name: string, text: string): never {
  throw new AwsError("InvalidArgument", 400, message, { ArgumentName: name, ArgumentValue: text });
}
const notAnInteger = (name: string, text: string) =>
  refuseArgument(`Provided ${name} not an integer or within integer range`, name, text);
const notHeaderText = (name: string, text: string) =>
  refuseArgument("Header value cannot be represented using ISO-8859-1.", name, text);
const notATruth = (name: string, text: string) => refuseArgument(`Invalid value for ${name}`, name, text);
const notATime = (name: string, text: string) => refuseArgument(`Invalid date for ${name}`, name, text);

function compileBody(model: ServiceModel, shape: Shape, payload: Member) {
  const name = shape.payload as string;
  // A text is the body as it is: a bucket's policy.
  if (shapeOf(model, payload.shape).type === "string") {
    return async (bytes: Uint8Array): Promise<Members> => ({ [name]: Buffer.from(bytes).toString() });
  }
  const read = compileXmlReader(model, payload.shape, payload.locationName ?? name);
  const required = shape.required?.includes(name) ?? false;
  return async (bytes: Uint8Array): Promise<Members> => {
    if (bytes.length > 0) return { [name]: await read(Buffer.from(bytes).toString()) };
    if (required) throw new AwsError("MissingRequestBodyError", 400, "Request Body is empty");
    return {};
  };
}
