// Where in an HTTP reply does an operation's output stand? In headers and the body, as the model says.

import type { Members } from "../call.ts";
import { type Member, type OperationModel, type ServiceModel, type Shape, shapeOf } from "./model.ts";
import { httpDate, isoMilliseconds } from "./scalars.ts";
import { compileContent } from "./xml-write.ts";

/** What of a reply comes from an output; the headers are names and values in turn. */
export interface RestOutput {
  readonly rawHeaders: string[];
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>;
}

type HeaderWriter = (value: unknown, rawHeaders: string[]) => void;

/** A writer of outputs of an operation. */
export function compileRestWriter(model: ServiceModel, operation: OperationModel): (output: Members) => RestOutput {
  const shape: Shape = operation.output === undefined ? { type: "structure" } : shapeOf(model, operation.output);
  const headers = new Map<string, HeaderWriter>();
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const write = headerWriter(name, member, shapeOf(model, member.shape));
    if (write) headers.set(name, write);
  }
  const writeBody = bodyWriter(model, operation, shape);
  return (output) => {
    const rawHeaders: string[] = [];
    for (const name in output) {
      const value = output[name];
      if (value !== undefined) headers.get(name)?.(value, rawHeaders);
    }
    return { rawHeaders, body: writeBody(output) };
  };
}

function headerWriter(name: string, member: Member, shape: Shape): HeaderWriter | undefined {
  const headerName = member.locationName ?? name;
  if (member.location === "headers") {
    return (value, rawHeaders) => {
      for (const [key, text] of Object.entries(value as Record<string, string>))
        rawHeaders.push(headerName + key, text);
    };
  }
  if (member.location !== "header") return undefined;
  if (shape.type === "timestamp") {
    const format = shape.timestampFormat === "iso8601" ? isoMilliseconds : httpDate;
    return (value, rawHeaders) => rawHeaders.push(headerName, format(value as number));
  }
  return (value, rawHeaders) => rawHeaders.push(headerName, String(value));
}

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A body that is one member: bytes, a text, or a document whose root it is. */
function payloadWriter(model: ServiceModel, name: string, member: Member): (output: Members) => RestOutput["body"] {
  if (shapeOf(model, member.shape).type !== "structure") {
    return (output) => (output[name] as RestOutput["body"] | undefined) ?? "";
  }
  const root = member.locationName ?? member.shape;
  const opening = `${XML_DECLARATION}<${root} xmlns="${model.metadata.xmlNamespace}">`;
  const write = compileContent(model, member.shape);
  return (output) => `${opening}${write(output[name] ?? {})}</${root}>`;
}

function bodyWriter(
  model: ServiceModel,
  { output: outputShape, resultElement }: OperationModel,
  shape: Shape,
): (output: Members) => RestOutput["body"] {
  const { payload } = shape;
  if (payload !== undefined) return payloadWriter(model, payload, shape.members?.[payload] as Member);
  if (resultElement === undefined || outputShape === undefined) return () => "";
  const opening = `${XML_DECLARATION}<${resultElement} xmlns="${model.metadata.xmlNamespace}">`;
  // The root element of GetBucketLocation is itself the only member.
  const root = shape.members?.[resultElement];
  const write = compileContent(model, root?.shape ?? outputShape);
  return (output) => `${opening}${write(root ? (output[resultElement] ?? "") : output)}</${resultElement}>`;
}
