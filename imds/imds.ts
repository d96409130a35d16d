// What does an instance see at 169.254.169.254? The Instance Metadata Service, as a handler on plain objects.

import type { CredentialRotator } from "../credential-rotator/rotator.ts";
import { type Instance, isOn } from "../instances/instance.ts";
import { type HttpHandler, type HttpReply, type HttpRequest, header } from "../network/message.ts";
import type { Identities } from "../roles/model.ts";
import type { ImdsTokens } from "../signing/imds-tokens.ts";
import type { SignIdentity } from "../signing/sign-identity.ts";
import { passGate, refuse, type Visit } from "./gate.ts";
import { segmentsOf } from "./path.ts";
import { empty, found, notFound } from "./reply.ts";
import type { Value } from "./tree/leaf.ts";
import { read } from "./tree/tree.ts";

export interface ImdsParts {
  /** Whose metadata the caller sees; undefined for a stranger. */
  findInstance(request: HttpRequest): Instance | undefined;
  readonly rotator: CredentialRotator;
  readonly tokens: ImdsTokens;
  readonly signIdentity: SignIdentity;
  /** The account as it is now: its instance profiles and its partition. */
  identities(): Identities;
  /** Further Host names by which an instance is reached whose credentials are real; none unless given. */
  readonly hosts?: () => readonly string[];
  /** What goes wrong for an instance; undefined where nothing is to. Asked at each request, so it must be quick. */
  interferenceWith?(instance: Instance): Interference | undefined;
}

/** Answers in place of us, by `serve`: with other parts where the reader is to see other credentials or tokens. */
export type Interference = (
  request: HttpRequest,
  serve: (other: Partial<Pick<ImdsParts, "rotator" | "tokens">>) => HttpReply | Promise<HttpReply>,
) => HttpReply | Promise<HttpReply>;

/**
 * Answers every request as EC2 does, and throws on none. At once, but for the first read of a set of credentials, which the
 * rotator may have to make, and for signatures. A stranger gets 403; no answer gets one whose instance does not run, and at an IPv6
 * address one whose instance has that protocol disabled.
 */
export function createImds(parts: ImdsParts): HttpHandler {
  return (request) => {
    const instance = parts.findInstance(request);
    if (instance === undefined) return refuseStranger(request);
    // While it shuts down its programs still ask, and are answered; before it has booted there are none.
    if (!isOn(instance.state) || instance.state === "pending") {
      return nobodyAnswers(instance, `the instance is ${instance.state}`);
    }
    if (instance.metadataOptions.httpProtocolIpv6 !== "enabled" && request.localAddress.includes(":")) {
      return nobodyAnswers(instance, "HttpProtocolIpv6 is disabled");
    }
    const interfere = parts.interferenceWith?.(instance);
    if (interfere === undefined) return serve(request, instance, parts);
    return interfere(request, (other) => serve(request, instance, { ...parts, ...other }));
  };
}

function serve(request: HttpRequest, instance: Instance, parts: ImdsParts): HttpReply | Promise<HttpReply> {
  const token = header(request.rawHeaders, "x-aws-ec2-metadata-token");
  const segments = segmentsOf(request.target);
  const visit: Visit = {
    request,
    instance,
    tokens: parts.tokens,
    at: request.at,
    segments,
    hosts: parts.rotator.isReal(instance, request.at) ? (parts.hosts?.() ?? []) : undefined,
    token,
    secondsLeft: undefined,
    facts: {
      instanceId: instance.instanceId,
      imdsVersion: token === undefined ? 1 : 2,
      metadataVersion: segments?.[0],
    },
  };
  return passGate(visit) ?? showPath(visit, parts);
}

function showPath(visit: Visit, parts: ImdsParts): HttpReply | Promise<HttpReply> {
  const { segments, instance, at, token } = visit;
  if (segments === undefined) return refuse(visit, 400, "the path cannot be decoded");
  const delivery = token === undefined ? "1.0" : "2.0";
  const { rotator, signIdentity } = parts;
  const value = read(segments, { instance, at, delivery, identities: parts.identities(), rotator, signIdentity });
  return value instanceof Promise ? value.then((made) => show(visit, made)) : show(visit, value);
}

function show(visit: Visit, value: Value): HttpReply {
  const headOnly = visit.request.method === "HEAD";
  if (value === undefined || value === null) return notFound(visit, headOnly);
  const document = typeof value === "string" ? { body: value } : value;
  if (document.facts) Object.assign(visit.facts, document.facts);
  const { body, contentType = "text/plain", lastModified = lastPush(visit.instance) } = document;
  return found(visit, { body, contentType, lastModified }, headOnly);
}

const pushes = new WeakMap<Instance, string>();

/** EC2 writes the tree anew at launch and when a profile is attached: captures of one boot all have that one second. */
function lastPush(instance: Instance): string {
  const kept = pushes.get(instance);
  if (kept !== undefined) return kept;
  const at = Math.max(instance.launchTime, instance.association?.associatedAt ?? 0);
  const written = new Date(at).toUTCString();
  pushes.set(instance, written);
  return written;
}

/** Who asks finds no service at the other end. What EC2 does at the IPv6 address where that is disabled was never captured. */
function nobodyAnswers({ instanceId }: Instance, reason: string): HttpReply {
  const facts = { instanceId, reason };
  return { status: 0, rawHeaders: [], body: "", facts, treatment: { brokenOff: { by: "resetting" } } };
}

/** AWS has no stranger to its metadata service; its answer to what it does not allow fits best. */
function refuseStranger({ at, remoteAddress, localAddress, localPort }: HttpRequest): HttpReply {
  const reason = `no instance is configured for a caller from ${remoteAddress} at ${localAddress}:${localPort}`;
  return empty({ at, secondsLeft: undefined, facts: { reason } }, 403);
}
