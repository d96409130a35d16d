// How do requests and answers of S3 travel? Members in path, host, query, headers and body, as the model says; objects stream.

import { type HttpReply, header } from "../network/message.ts";
import { decodePayload } from "../signing/payload.ts";
import type { AwsError } from "./call.ts";
import type { Exchange, Protocol } from "./exchange.ts";
import { perOperation } from "./per-operation.ts";
import { Refused } from "./refusals/refusal.ts";
import { readWhole } from "./steps/body.ts";
import type { ServiceModel } from "./wire/model.ts";
import { restError } from "./wire/rest-error.ts";
import { compileRestReader, type RestReader } from "./wire/rest-read.ts";
import {
  bucketOfHost,
  compileRouter,
  type RestTarget,
  type Router,
  readRestTarget,
  resourceOf,
} from "./wire/rest-route.ts";
import { compileRestWriter, type RestOutput } from "./wire/rest-write.ts";
import { httpDate } from "./wire/scalars.ts";

/** For XML bodies: twice what 1,000 keys of DeleteObjects or 10,000 parts of CompleteMultipartUpload usually take. */
const DOCUMENT_LIMIT_BYTES = 4 << 20;

/** A wire protocol for the service whose model `load` gives; it is loaded at the first request. */
export function restProtocol(load: () => ServiceModel): Protocol {
  let wire: Wire | undefined;
  const loaded = () => {
    wire ??= compileWire(load());
    return wire;
  };
  const of = (operation: string) => loaded().operation(operation) as OperationWire;
  return {
    kind: "resource",
    receive(exchange) {
      const { target, rawHeaders } = exchange.request;
      const host = header(rawHeaders, "host");
      exchange.hostBucket = bucketOfHost(host);
      exchange.received = readRestTarget(target, exchange.hostBucket);
    },
    recognise(exchange) {
      const { method, rawHeaders } = exchange.request;
      const hasHeader = (name: string) => header(rawHeaders, name) !== undefined;
      exchange.operation = loaded().route(method, targetOf(exchange), hasHeader) ?? "";
      if (exchange.operation !== "") exchange.facts.action = `${exchange.service.name}:${exchange.operation}`;
    },
    admit(exchange) {
      const { operation, service, request, claim } = exchange;
      if (Object.hasOwn(service.operations, operation)) return;
      // Whoever did not sign is denied whatever they ask, here as on AWS.
      if (!claim) throw new Refused({ fault: "denied" });
      const { method } = request;
      if (operation === "")
        throw new Refused({ fault: "no-operation", method, resource: resourceOf(targetOf(exchange)) });
      const parameter = loaded().tellingParameter(operation);
      throw new Refused({ fault: "unserved-operation", operation, ...(parameter !== undefined && { parameter }) });
    },
    read(exchange) {
      const { reader } = of(exchange.operation);
      exchange.input = reader.readHead(targetOf(exchange), exchange.request.rawHeaders);
    },
    async takeBody(exchange) {
      const { reader } = of(exchange.operation);
      if (reader.streamsInto !== undefined) takeStream(exchange, reader.streamsInto);
      else if (reader.readBody) await takeDocument(exchange, reader.readBody);
    },
    render(exchange) {
      const { answer, operation } = exchange;
      const { status, write } = of(operation);
      exchange.reply = reply(exchange, answer.status ?? status, write(answer.output ?? {}));
    },
    renderError: errorReply,
  };
}

const targetOf = (exchange: Exchange) => exchange.received as RestTarget;

function takeStream(exchange: Exchange, member: string): void {
  const { claim, request, signer, input } = exchange;
  const { body, length, trailers } = decodePayload(claim, request, signer.secretAccessKey);
  if (length === undefined) throw new Refused({ fault: "missing-decoded-length" });
  input[member] = body;
  input.ContentLength = length;
  // aws-chunked is how the body travelled, not what the object is.
  const encodings = String(input.ContentEncoding ?? "").split(",");
  const kept = encodings
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding && encoding !== "aws-chunked");
  if (kept.length > 0) input.ContentEncoding = kept.join(",");
  else delete input.ContentEncoding;
  exchange.trailers = trailers;
}

async function takeDocument(exchange: Exchange, readBody: NonNullable<RestReader["readBody"]>): Promise<void> {
  const { claim, request, signer, input } = exchange;
  const { body, trailers } = decodePayload(claim, request, signer.secretAccessKey);
  exchange.payload = await readWhole(body, DOCUMENT_LIMIT_BYTES);
  exchange.trailers = trailers;
  Object.assign(input, await readBody(exchange.payload));
}

interface OperationWire {
  readonly status: number;
  readonly reader: RestReader;
  readonly write: ReturnType<typeof compileRestWriter>;
}

interface Wire {
  readonly route: Router;
  operation(name: string): OperationWire | undefined;
  /** The query or header that makes an operation what it is: `acl`, `x-amz-copy-source`. */
  tellingParameter(operation: string): string | undefined;
}

function compileWire(model: ServiceModel): Wire {
  return {
    route: compileRouter(model),
    operation: perOperation(
      (name) => Object.hasOwn(model.operations, name),
      (name) => {
        const operation = model.operations[name] as ServiceModel["operations"][string];
        const reader = compileRestReader(model, operation.input);
        return { status: operation.status, reader, write: compileRestWriter(model, operation) };
      },
    ),
    tellingParameter(operation) {
      const route = model.routes?.[operation];
      return route?.header ?? Object.keys(route?.query ?? {})[0];
    },
  };
}

const identification = ({ requestId, hostId = "", request }: Exchange) => [
  ...["x-amz-id-2", hostId, "x-amz-request-id", requestId, "Date", httpDate(request.at), "Server", "AmazonS3"],
];

function reply(exchange: Exchange, status: number, { rawHeaders, body }: RestOutput): HttpReply {
  const all = [...identification(exchange), ...rawHeaders];
  // A text that is no XML is a bucket's policy.
  if (typeof body === "string" && body !== "") {
    all.push("Content-Type", body.startsWith("<") ? "application/xml" : "application/json");
  }
  if (status !== 204 && status !== 304 && !rawHeaders.includes("Content-Length") && isSized(body)) {
    all.push("Content-Length", String(Buffer.byteLength(body)));
  }
  return { status, rawHeaders: all, body, facts: exchange.facts };
}

const isSized = (body: RestOutput["body"]) => typeof body === "string" || body instanceof Uint8Array;

/** The answer to HEAD has no body, so that the status alone tells what is wrong. */
function errorReply(exchange: Exchange, error: AwsError): HttpReply {
  const rawHeaders = [...identification(exchange), "Content-Type", "application/xml"];
  const { requestId, hostId = "", request, facts } = exchange;
  if (request.method === "HEAD") return { status: error.status, rawHeaders, body: "", facts };
  const body = restError(error, requestId, hostId);
  rawHeaders.push("Content-Length", String(Buffer.byteLength(body)));
  return { status: error.status, rawHeaders, body, facts };
}
