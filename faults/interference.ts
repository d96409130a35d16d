// Where do faults come in? At IMDS between the instance and its answer, at the AWS endpoints between who asks and what is done, and at
// both before the answer leaves.

import type { Exchange } from "../aws-api/exchange.ts";
import { word } from "../aws-api/refusals/refusal.ts";
import type { CredentialRotator } from "../credential-rotator/rotator.ts";
import type { Interference } from "../imds/imds.ts";
import type { Instance } from "../instances/instance.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "../network/message.ts";
import type { ImdsTokens } from "../signing/imds-tokens.ts";
import { instanceIdOf } from "../signing/session.ts";
import type { Asked } from "./fault.ts";
import type { Faults } from "./faults.ts";
import type { LiveFault } from "./live-fault.ts";

interface ImdsParts {
  readonly tokens: ImdsTokens;
  /** A rotator of the same world for readers at other instants: what the usual one keeps at hand stays. */
  rotator(): CredentialRotator;
}

/** What goes wrong for an instance at IMDS; undefined where nothing may. */
export function imdsInterference(faults: Faults, parts: ImdsParts): (instance: Instance) => Interference | undefined {
  return (instance) => {
    const live = faults.ofInstance(instance);
    if (live === undefined) return undefined;
    return (request, serve) => {
      const asked: Asked = { face: "imds", request, instance };
      const struck = live.filter((fault) => fault.strikes(asked));
      if (struck.length === 0) return serve({});
      const reply = serve(otherParts(struck, parts));
      return reply instanceof Promise
        ? reply.then((made) => spoilt(struck, made, asked))
        : spoilt(struck, reply, asked);
    };
  };
}

function otherParts(struck: readonly LiveFault[], parts: ImdsParts) {
  const other: { rotator?: CredentialRotator; tokens?: ImdsTokens } = {};
  for (const { action } of struck) {
    if (action.credentials) other.rotator = action.credentials(other.rotator ?? parts.rotator());
    if (action.tokens) other.tokens = action.tokens(other.tokens ?? parts.tokens);
  }
  return other;
}

function spoilt(struck: readonly LiveFault[], reply: HttpReply, asked: Asked): HttpReply {
  if (struck.length === 0) return reply;
  const made = struck.reduce((sofar, { action }) => action.spoil?.(sofar, asked) ?? sofar, reply);
  return { ...made, facts: { ...made.facts, fault: struck.map(({ raised }) => raised.id).join(" ") } };
}

type FindInstance = (instanceId: string, at: number) => Instance | undefined;

export interface AwsInterference {
  /** For the front door, once it is known who asks. */
  interject(exchange: Exchange): void;
  /** Around the front door. */
  around(handler: HttpHandler): HttpHandler;
}

/** What has been decided of a request that got as far as to tell who asks. */
interface Decided {
  readonly asked: Asked;
  readonly struck: readonly LiveFault[];
}

export function awsInterference(faults: Faults, instanceOf: FindInstance): AwsInterference {
  const decided = new WeakMap<HttpRequest, Decided>();
  return {
    interject(exchange) {
      const live = faults.atAws;
      if (live.length === 0) return;
      const asked = askedOf(exchange, instanceOf);
      const struck = live.filter((fault) => fault.strikes(asked));
      decided.set(exchange.request, { asked, struck });
      exchange.reply = insteadOf(exchange, asked, struck);
    },
    around: (handler) => async (request) => {
      const reply = await handler(request);
      if (faults.atAws.length === 0) return reply;
      const { asked, struck } = decided.get(request) ?? refusedBefore(faults.atAws, request, reply);
      return spoilt(struck, reply, asked);
    },
  };
}

function askedOf({ request, service, claim, signer, facts }: Exchange, instanceOf: FindInstance): Asked {
  const { session } = signer;
  const instanceId = session && instanceIdOf(session);
  return {
    face: "aws",
    request,
    service: service.name,
    instance: instanceId === undefined ? undefined : instanceOf(instanceId, request.at),
    accessKeyId: claim?.accessKeyId,
    sessionToken: claim?.sessionToken,
    principal: facts.principal,
    issuedAt: session?.issuedAt,
  };
}

const LOST: HttpReply = { status: 0, rawHeaders: [], body: "" };

function insteadOf(exchange: Exchange, asked: Asked, struck: readonly LiveFault[]): HttpReply | undefined {
  const { facts, request, service } = exchange;
  if (struck.some(({ action }) => action.loses)) return { ...LOST, facts };
  const refusal = struck.find(({ action }) => action.refuse)?.action.refuse?.(asked);
  if (refusal === undefined) return undefined;
  const error = word(service.wording, refusal, request);
  facts.errorCode = error.code;
  return service.protocol.renderError(exchange, error);
}

/** Whom the front door sends away before it knows who asks keeps that answer; on its way it may still suffer. */
function refusedBefore(live: readonly LiveFault[], request: HttpRequest, reply: HttpReply): Decided {
  const asked: Asked = {
    face: "aws",
    request,
    accessKeyId: reply.facts?.accessKeyId,
    principal: reply.facts?.principal,
  };
  const spoiling = live.filter(({ action }) => action.spoil && !action.refuse);
  return { asked, struck: spoiling.filter((fault) => fault.strikes(asked)) };
}
