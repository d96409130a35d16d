// How do requests and answers of a query service (STS, IAM) travel, and those of EC2? As a form, in the body or the query, and as XML.

import { type HttpReply, type HttpRequest, header } from "../network/message.ts";
import { AwsError } from "./call.ts";
import type { Exchange, Protocol } from "./exchange.ts";
import { perOperation } from "./per-operation.ts";
import { Refused } from "./refusals/refusal.ts";
import { readWhole } from "./steps/body.ts";
import { compileEc2Validator } from "./wire/ec2-validate.ts";
import { compileEc2Writer, ec2Error } from "./wire/ec2-write.ts";
import type { ServiceModel } from "./wire/model.ts";
import { parseForm } from "./wire/percent.ts";
import { compileFormReader } from "./wire/query-read.ts";
import { compileQueryWriter, queryError } from "./wire/query-write.ts";
import { httpDate } from "./wire/scalars.ts";
import { compileValidator } from "./wire/validate.ts";

/** Far above what any action takes: the longest parameter is a web identity token of 20,000 characters. */
const FORM_LIMIT_BYTES = 1 << 20;

type Parameters = ReadonlyMap<string, string>;

/** In what the protocols of forms differ. */
interface Dialect {
  readonly contentType: string;
  readonly compileValidator: typeof compileValidator;
  readonly compileWriter: typeof compileQueryWriter;
  readonly error: typeof queryError;
}

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const queryProtocol = (load: () => ServiceModel): Protocol =>
  formProtocol(load, {
    contentType: "text/xml",
    compileValidator,
    compileWriter: compileQueryWriter,
    error: queryError,
  });

/** https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const ec2Protocol = (load: () => ServiceModel): Protocol =>
  formProtocol(load, {
    contentType: "text/xml;charset=UTF-8",
    compileValidator: compileEc2Validator,
    compileWriter: compileEc2Writer,
    error: ec2Error,
  });

/** A wire protocol for the service whose model `load` gives; it is loaded at the first request. */
function formProtocol(load: () => ServiceModel, dialect: Dialect): Protocol {
  let wire: Wire | undefined;
  const loaded = () => {
    wire ??= compileWire(load(), dialect);
    return wire;
  };
  return {
    kind: "form",
    async receive(exchange) {
      const { request } = exchange;
      if (request.method === "POST") exchange.payload = await readWhole(request.body, FORM_LIMIT_BYTES);
      exchange.received = readParameters(request, exchange.payload);
    },
    recognise(exchange) {
      exchange.operation = parameters(exchange).get("Action") ?? "";
      if (exchange.operation !== "") exchange.facts.action = `${exchange.service.name}:${exchange.operation}`;
      // A browser that looks in is shown the documentation, before anything is checked.
      if (exchange.operation === "" && exchange.request.method === "GET" && !exchange.claim) {
        throw new AwsError("", 302, "", { Location: "https://aws.amazon.com/iam" });
      }
    },
    admit({ operation, request, received, service }) {
      if (operation === "") throw new Refused({ fault: "no-operation", method: request.method, resource: "service" });
      if (Object.hasOwn(service.operations, operation)) return;
      const version = (received as Parameters).get("Version") ?? "NO_VERSION_SPECIFIED";
      throw new Refused({ fault: "unserved-operation", operation, parameter: version });
    },
    read(exchange) {
      const { read, validate } = loaded().operation(exchange.operation) as OperationWire;
      exchange.input = read(parameters(exchange));
      validate(exchange.input);
    },
    // The form was the body.
    takeBody() {},
    render(exchange) {
      const { answer, operation, requestId } = exchange;
      const { write } = loaded().operation(operation) as OperationWire;
      exchange.reply = reply(exchange, dialect, answer.status ?? 200, write(answer.output ?? {}, requestId));
    },
    renderError(exchange, error) {
      const body = error.code === "" ? "" : dialect.error(loaded().xmlNamespace, error, exchange.requestId);
      const location = error.fields.Location;
      return reply(exchange, dialect, error.status, body, location === undefined ? [] : ["Location", location]);
    },
  };
}

const parameters = (exchange: Exchange) => exchange.received as Parameters;

function readParameters({ target, rawHeaders }: HttpRequest, payload: Uint8Array): Parameters {
  const refuse = (why: string) => new AwsError("MalformedQueryString", 400, why);
  const question = target.indexOf("?");
  const found = question < 0 ? new Map<string, string>() : parseForm(target.slice(question + 1), refuse);
  const isForm = header(rawHeaders, "content-type")?.startsWith("application/x-www-form-urlencoded");
  if (payload.length === 0 || !isForm) return found;
  return parseForm(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString(), refuse, found);
}

interface OperationWire {
  readonly read: ReturnType<typeof compileFormReader>;
  readonly validate: ReturnType<typeof compileValidator>;
  readonly write: ReturnType<typeof compileQueryWriter>;
}

interface Wire {
  readonly xmlNamespace: string;
  operation(name: string): OperationWire | undefined;
}

function compileWire(model: ServiceModel, { compileValidator, compileWriter }: Dialect): Wire {
  return {
    xmlNamespace: model.metadata.xmlNamespace,
    operation: perOperation(
      (name) => Object.hasOwn(model.operations, name),
      (name) => ({
        read: compileFormReader(model, model.operations[name]?.input),
        validate: compileValidator(model, model.operations[name]?.input),
        write: compileWriter(model, name),
      }),
    ),
  };
}

function reply(
  { requestId, request, facts }: Exchange,
  { contentType }: Dialect,
  status: number,
  body: string,
  more: readonly string[] = [],
): HttpReply {
  const rawHeaders = ["x-amzn-RequestId", requestId, ...more];
  if (body !== "") rawHeaders.push("Content-Type", contentType);
  rawHeaders.push("Content-Length", String(Buffer.byteLength(body)), "Date", httpDate(request.at));
  return { status, rawHeaders, body: request.method === "HEAD" ? "" : body, facts };
}
