// How does EC2 answer? `<XResponse><requestId>…</requestId>…`, without an element around the output, and errors in a Response.
// https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html

import type { AwsError, Members } from "../call.ts";
import type { ServiceModel } from "./model.ts";
import { compileContent, element } from "./xml-write.ts";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A writer of answers of an operation of EC2. */
export function compileEc2Writer(
  model: ServiceModel,
  operation: string,
): (output: Members, requestId: string) => string {
  const shape = model.operations[operation]?.output;
  const write = shape === undefined ? () => "" : compileContent(model, shape);
  // Answers end it with a slash, which the model does not have.
  const opening = `${DECLARATION}<${operation}Response xmlns="${model.metadata.xmlNamespace}/">`;
  // Where the model has no output there is a word of success all the same.
  const content = (output: Members) => (shape === undefined ? element("return", "true") : write(output));
  return (output, requestId) => `${opening}${element("requestId", requestId)}${content(output)}</${operation}Response>`;
}

/** The envelope of an error. The namespace of the service is not in it. */
export function ec2Error(_xmlNamespace: string, { code, message }: AwsError, requestId: string): string {
  const error = `<Error>${element("Code", code)}${element("Message", message)}</Error>`;
  return `${DECLARATION}<Response><Errors>${error}</Errors>${element("RequestID", requestId)}</Response>`;
}
