// What do the AWS endpoints do with a request? Named steps, in the order in which AWS takes them, for each service: the matrix
// below is the whole story. A step adds to the exchange or refuses; refusals get the service's own words in one place.

import { type HttpHandler, type HttpReply, type HttpRequest, RequestAborted } from "../network/message.ts";
import { ANONYMOUS } from "../roles/principal.ts";
import { PayloadFault } from "../signing/payload-fault.ts";
import { readSignature } from "../signing/read-signature.ts";
import { AwsError } from "./call.ts";
import type { Exchange, Service, Step, World } from "./exchange.ts";
import { LastUses, noteUse } from "./last-uses.ts";
import { Refused, word } from "./refusals/refusal.ts";
import { awsServices, type OwnOperations, type ServiceParts, unsignedServiceName } from "./services.ts";
import { act } from "./steps/act.ts";
import {
  checkAlive,
  checkFormSignature,
  checkHeadSignature,
  checkScope,
  findSigner,
  findSignerOrNobody,
  trustClaim,
} from "./steps/authenticate.ts";
import { authorise } from "./steps/authorise.ts";

/**
 * S3 decides by the head alone: not a byte of a body is read for a request that is refused. The services of forms must read theirs
 * early, because its hash is signed and it names the action.
 */
function stepsOf({ protocol }: Service): readonly { readonly name: string; readonly step: Step }[] {
  const isForm = protocol.kind === "form";
  // biome-ignore format: a matrix is read by its columns
  const rows: readonly (readonly [name: string, forms: Step, s3?: Step])[] = [
    // step          STS, IAM, EC2       S3, where it is another one
    ["claim",        trustClaim],
    ["receive",      protocol.receive],
    ["recognise",    protocol.recognise],
    ["scope",        checkScope],
    ["key",          findSigner,         findSignerOrNobody],
    ["alive?",       checkAlive],
    ["signature",    checkFormSignature, checkHeadSignature],
    ["last use",     noteUse],
    ["faults",       interject],
    ["served?",      protocol.admit],
    ["read",         protocol.read],
    ["authorise",    authorise],
    ["body",         protocol.takeBody],
    ["act",          act],
    ["render",       protocol.render],
  ];
  return rows.map(([name, form, s3 = form]) => ({ name, step: isForm ? form : s3 }));
}

function interject(exchange: Exchange): void {
  exchange.world.interject?.(exchange);
}

interface Column {
  readonly service: Service;
  readonly steps: ReturnType<typeof stepsOf>;
}

export interface AwsApiParts extends World, ServiceParts {
  /** Hears of a bug of ours, with the step that it showed in; the client is told of an internal error and no more. */
  reportDefect(error: unknown, step: string, request: HttpRequest): void;
}

/** The AWS endpoints, all services on one port. The handler rejects with RequestAborted alone, when nobody waits any more. */
export function createAwsApi(parts: AwsApiParts, operations: OwnOperations = {}): HttpHandler {
  const lastUses = new LastUses();
  const services = awsServices(parts, lastUses, operations);
  const columns = new Map<string, Column>();
  const columnOf = async (name: string): Promise<Column> => {
    const service = await (services.get(name) as NonNullable<ReturnType<typeof services.get>>)();
    const column = { service, steps: stepsOf(service) };
    columns.set(name, column);
    return column;
  };
  return async (request) => {
    const claimed = readSignature(request, request, { strictClock: parts.strictClock ?? false });
    const named = claimed?.service ?? unsignedServiceName(request);
    // Whatever else is called is refused as STS refuses.
    const name = services.has(named) ? named : "sts";
    const { service, steps } = columns.get(name) ?? (await columnOf(name));
    const exchange = begin(parts, service, lastUses, request, claimed);
    let current = "claim";
    try {
      for (const { name, step } of steps) {
        current = name;
        const going = step(exchange);
        if (going instanceof Promise) await going;
        if (exchange.reply !== undefined) break;
      }
      return exchange.reply as HttpReply;
    } catch (error) {
      return refuse(exchange, error, (defect) => parts.reportDefect(defect, current, request));
    }
  };
}

function begin(
  world: World,
  service: Service,
  lastUses: LastUses,
  request: HttpRequest,
  claimed: Exchange["claimed"],
): Exchange {
  return {
    world,
    service,
    lastUses,
    request,
    ...service.newIds(world.entropy),
    facts: {},
    claimed,
    claim: undefined,
    received: undefined,
    hostBucket: undefined,
    operation: "",
    signer: { principal: ANONYMOUS },
    input: {},
    payload: NO_BYTES,
    trailers: NO_TRAILERS,
    call: undefined,
    answer: {},
    reply: undefined,
  };
}

const NO_BYTES = new Uint8Array(0);
const NO_TRAILERS: ReadonlyMap<string, string> = new Map();

function refuse(exchange: Exchange, thrown: unknown, report: (defect: unknown) => void): HttpReply {
  if (thrown instanceof RequestAborted) throw thrown;
  const { service, request, facts } = exchange;
  const error = awsErrorOf(exchange, thrown);
  if (error.status === 500) report(thrown);
  if (error.code !== "") facts.errorCode = error.code;
  if (request.method === "HEAD") facts.reason = error.message;
  return service.protocol.renderError(exchange, error);
}

function awsErrorOf({ service, request }: Exchange, thrown: unknown): AwsError {
  if (thrown instanceof AwsError) return thrown;
  if (thrown instanceof Refused) return word(service.wording, thrown.refusal, request);
  if (thrown instanceof PayloadFault) return word(service.wording, thrown.data, request);
  return word(service.wording, { fault: "defect" }, request);
}
