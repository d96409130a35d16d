// How does a query service answer? `<XResponse><XResult>…</XResult><ResponseMetadata>…`, and errors in an ErrorResponse.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

import type { AwsError, Members } from "../call.ts";
import type { ServiceModel } from "./model.ts";
import { compileContent, element } from "./xml-write.ts";

/** A writer of answers of an operation of a query service. */
export function compileQueryWriter(
  model: ServiceModel,
  operation: string,
): (output: Members, requestId: string) => string {
  const { output: shape, resultElement } = model.operations[operation] as NonNullable<
    ServiceModel["operations"][string]
  >;
  const opening = `<${operation}Response xmlns="${model.metadata.xmlNamespace}">`;
  const write = shape === undefined ? () => "" : compileContent(model, shape);
  const result = (output: Members) =>
    resultElement === undefined ? "" : `<${resultElement}>${write(output)}</${resultElement}>`;
  return (output, requestId) =>
    `${opening}${result(output)}<ResponseMetadata>${element("RequestId", requestId)}</ResponseMetadata></${operation}Response>`;
}

/** The envelope of an error of a query service: the fault is the sender's below 500. An empty message is left out, as AWS does. */
export function queryError(xmlNamespace: string, error: AwsError, requestId: string): string {
  const type = error.status < 500 ? "Sender" : "Receiver";
  const message = error.message === "" ? "" : element("Message", error.message);
  return (
    `<ErrorResponse xmlns="${xmlNamespace}"><Error><Type>${type}</Type>${element("Code", error.code)}${message}</Error>` +
    `${element("RequestId", requestId)}</ErrorResponse>`
  );
}
