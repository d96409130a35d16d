// What does a client hear that calls a service which is not here? The reason, in the protocol that it speaks itself.

import { type HttpReply, header } from "../network/message.ts";
import { AwsError } from "./call.ts";
import type { Exchange } from "./exchange.ts";
import { httpDate } from "./wire/scalars.ts";

/** Of those that answer to paths, these have XML. https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html */
const XML_SERVICES: ReadonlySet<string> = new Set(["route53", "cloudfront", "s3express", "s3-outposts"]);

const FORM = "application/x-www-form-urlencoded";

/**
 * To clients of JSON a reply with the code that such services have for what they do not know; to all others, as STS would say it.
 * @throws AwsError InvalidAction
 */
export function refuseUnserved({ request, requestId, facts }: Exchange, service: string): HttpReply {
  const message = `Mayfly does not serve ${service}`;
  const isForm = header(request.rawHeaders, "content-type")?.startsWith(FORM) ?? false;
  if (isForm || XML_SERVICES.has(service)) throw new AwsError("InvalidAction", 400, message);
  const code = "UnknownOperationException";
  facts.errorCode = code;
  const body = JSON.stringify({ __type: code, message });
  const rawHeaders = ["x-amzn-RequestId", requestId, "x-amzn-ErrorType", code, "Content-Type", "application/json"];
  rawHeaders.push("Content-Length", String(Buffer.byteLength(body)), "Date", httpDate(request.at));
  return { status: 400, rawHeaders, body: request.method === "HEAD" ? "" : body, facts };
}
