// May this request read? The checks that EC2 makes, in EC2's order: captures show that a request without a valid token learns
// nothing, not even that its method or its path is wrong.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html

import type { Instance } from "../instances/instance.ts";
import { isOwnHost } from "../network/host.ts";
import { type ExchangeFacts, type HttpReply, type HttpRequest, header } from "../network/message.ts";
import type { ImdsTokens } from "../signing/imds-tokens.ts";
import type { Segments } from "./path.ts";
import { empty, minted } from "./reply.ts";

/** One request of a known instance on its way through the checks. */
export interface Visit {
  readonly request: HttpRequest;
  readonly instance: Instance;
  readonly tokens: ImdsTokens;
  readonly at: number;
  readonly segments: Segments | undefined;
  /** The names by which an instance with real credentials may be reached; undefined where they are simulated. */
  readonly hosts: readonly string[] | undefined;
  /** What the token header holds; a request that has the header is one of IMDSv2. */
  readonly token: string | undefined;
  /** Set by the check of the token. */
  secondsLeft: number | undefined;
  readonly facts: ExchangeFacts;
}

/** Answers what it refuses or settles; undefined passes the request on to the next check. */
type Check = (visit: Visit) => HttpReply | undefined;

/** What comes before the path, which is looked up in the tree only then. */
const CHECKS: readonly Check[] = [endpointEnabled, hostKnown, tokenRequested, tokenValid, methodReads];

/** The same for `/latest/api/token`, where the token header of the request plays no part. */
const TOKEN_CHECKS: readonly Check[] = [nothingExpected, methodRequestsToken, notForwarded, tokenMinted];

/** The answer of the first check that has one; undefined when the request may read. */
export function passGate(visit: Visit): HttpReply | undefined {
  return firstAnswer(CHECKS, visit);
}

function firstAnswer(checks: readonly Check[], visit: Visit): HttpReply | undefined {
  for (const check of checks) {
    const reply = check(visit);
    if (reply !== undefined) return reply;
  }
  return undefined;
}

/** An empty answer, and for the request log why. */
export function refuse(visit: Visit, status: number, reason: string, allow?: string): HttpReply {
  visit.facts.reason = reason;
  return empty(visit, status, allow);
}

function endpointEnabled(visit: Visit): HttpReply | undefined {
  if (visit.instance.metadataOptions.httpEndpoint === "enabled") return undefined;
  return refuse(visit, 403, "HttpEndpoint is disabled");
}

/** EC2 does not look at it. Where keys are real, no web page shall come by them under a name that leads here. */
function hostKnown(visit: Visit): HttpReply | undefined {
  if (visit.hosts === undefined) return undefined;
  const host = header(visit.request.rawHeaders, "host");
  if (isOwnHost(host, visit.hosts)) return undefined;
  return refuse(
    visit,
    403,
    `the Host ${JSON.stringify(host ?? "")} is unknown, and the credentials are real: see imds.hosts`,
  );
}

/** Only under `latest`: a token cannot be had from `/2021-03-23/api/token`, which the checks to come refuse. */
function tokenRequested(visit: Visit): HttpReply | undefined {
  const { segments } = visit;
  const asked = segments?.length === 3 && segments[2] === "token" && segments[1] === "api" && segments[0] === "latest";
  return asked ? firstAnswer(TOKEN_CHECKS, visit) : undefined;
}

/** curl asks for 100-continue before a large body, and was refused: https://github.com/s3fs-fuse/s3fs-fuse/issues/1765 */
function nothingExpected(visit: Visit): HttpReply | undefined {
  if (header(visit.request.rawHeaders, "expect") === undefined) return undefined;
  return refuse(visit, 417, "a request for a token must not have an Expect header");
}

/** https://github.com/googleapis/google-auth-library-ruby/issues/421 has the 405; that OPTIONS is answered follows from its Allow. */
function methodRequestsToken(visit: Visit): HttpReply | undefined {
  const { method } = visit.request;
  if (method === "PUT") return undefined;
  if (method === "OPTIONS") return empty(visit, 200, "OPTIONS, PUT");
  return refuse(visit, 405, "a token is requested with PUT", "OPTIONS, PUT");
}

/** A proxy that lets strangers in from outside most likely says for whom it asks. */
function notForwarded(visit: Visit): HttpReply | undefined {
  if (header(visit.request.rawHeaders, "x-forwarded-for") === undefined) return undefined;
  return refuse(visit, 403, "a request for a token must not have an X-Forwarded-For header");
}

/** Six hours. Of the other end the documentation says 1, but 0 is captured as accepted: its token has run out at once. */
const MAXIMUM_TTL_SECONDS = 21_600;

function tokenMinted(visit: Visit): HttpReply {
  const asked = header(visit.request.rawHeaders, "x-aws-ec2-metadata-token-ttl-seconds");
  const ttlSeconds = Number(asked);
  const inRange = Number.isInteger(ttlSeconds) && ttlSeconds >= 0 && ttlSeconds <= MAXIMUM_TTL_SECONDS;
  if (!inRange || String(ttlSeconds) !== asked) {
    return refuse(visit, 400, "X-aws-ec2-metadata-token-ttl-seconds must be a whole number from 0 to 21600");
  }
  visit.facts.imdsVersion = 2;
  const { instanceId, metadataOptions } = visit.instance;
  const token = visit.tokens.mint(instanceId, ttlSeconds, visit.at);
  return minted(visit, token, ttlSeconds, metadataOptions.httpPutResponseHopLimit);
}

/** A bad token is refused where HttpTokens is optional, too: documented ("uses an invalid token"), not captured. */
function tokenValid(visit: Visit): HttpReply | undefined {
  const { token, instance, tokens, at } = visit;
  if (token === undefined) {
    if (instance.metadataOptions.httpTokens === "optional") {
      if (visit.hosts === undefined) return undefined;
      return refuse(
        visit,
        401,
        "HttpTokens is as if required where the credentials are real, and the request has no token",
      );
    }
    return refuse(visit, 401, "HttpTokens is required, and the request has no token");
  }
  visit.secondsLeft = tokens.secondsLeft(token, instance.instanceId, at);
  if (visit.secondsLeft !== undefined) return undefined;
  return refuse(visit, 401, "the token is not one of this instance, or has run out");
}

function methodReads(visit: Visit): HttpReply | undefined {
  const { method } = visit.request;
  if (method === "GET" || method === "HEAD") return undefined;
  if (method === "OPTIONS") return empty(visit, 200, "OPTIONS, GET, HEAD");
  return refuse(visit, 403, "metadata can only be read");
}
