// May they? The policies of who signed, asked for each permission that the operation needs.

import type { SecretKey } from "../../entropy/hash.ts";
import { header } from "../../network/message.ts";
import { type AuthorizationRequest, authorize } from "../../roles/authorize.ts";
import { type Context, requestContext, type SessionFacts, withKeys } from "../../roles/context.ts";
import type { Decision } from "../../roles/decision.ts";
import { denialReason } from "../../roles/denial-reason.ts";
import { encodeAuthorizationMessage } from "../authorization-message.ts";
import type { Call, Permission } from "../call.ts";
import type { Exchange } from "../exchange.ts";
import { type Refusal, word } from "../refusals/refusal.ts";
import { handlerOf } from "./act.ts";

/** Makes the call that the operation gets, and refuses it unless all that it needs is allowed. */
export function authorise(exchange: Exchange): void {
  const call = makeCall(exchange);
  exchange.call = call;
  for (const permission of handlerOf(exchange).permissions(call)) call.demand(permission);
}

/** The body comes after the permissions: until then `payload` and `trailers` are empty. */
function makeCall(exchange: Exchange): Call {
  const { operation, request, requestId, world, signer, service } = exchange;
  const { principal } = signer;
  const identities = world.identities();
  let common: Context | undefined;
  const sessionPolicies = (signer.session as SessionFacts | undefined)?.policies;
  const asked = ({ context, ...permission }: Permission): AuthorizationRequest => {
    common ??= contextOf(exchange);
    return {
      ...permission,
      identities,
      principal,
      context: context ? withKeys(common, context) : common,
      sessionPolicies,
    };
  };
  return {
    operation,
    request,
    requestId,
    principal,
    session: signer.session,
    accountId: identities.accountId,
    partition: identities.partition,
    region: world.region,
    input: exchange.input,
    get payload() {
      return exchange.payload;
    },
    get trailers() {
      return exchange.trailers;
    },
    may: (permission) => authorize(asked(permission)).outcome === "allowed",
    demand(permission) {
      const request = asked(permission);
      const decision = authorize(request);
      if (decision.outcome === "allowed") return;
      throw word(service.wording, denied(request, decision, world.masterKey), exchange.request);
    },
  };
}

/** Whoever did not sign is told nothing. */
function denied(request: AuthorizationRequest, decision: Decision, masterKey: SecretKey): Refusal {
  const { principal, action, resource } = request;
  if (principal.kind === "anonymous") return { fault: "denied" };
  const reason = denialReason(decision, action);
  const encodedMessage = () => encodeAuthorizationMessage(masterKey, { ...request, decision });
  return { fault: "denied", denial: { principalArn: principal.arn, action, resource, reason, encodedMessage } };
}

/** The condition keys that every request has, and what a service adds about how it was signed. */
function contextOf({ world, request, signer, claim, service }: Exchange): Context {
  const context = requestContext(world.identities(), signer.principal, {
    at: request.at,
    sourceIp: request.remoteAddress,
    secureTransport: request.secure ?? false,
    requestedRegion: world.region,
    userAgent: header(request.rawHeaders, "user-agent"),
    session: signer.session,
  });
  if (service.name !== "s3") return context;
  // All that is here belongs to the one account.
  const owner = [world.identities().accountId];
  return withKeys(context, {
    "s3:ResourceAccount": owner,
    "aws:ResourceAccount": owner,
    ...signatureKeys(claim, request.at),
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html */
function signatureKeys(claim: Exchange["claim"], at: number): Record<string, string[]> {
  if (!claim) return {};
  const keys = {
    "s3:authType": [claim.carriedBy === "header" ? "REST-HEADER" : "REST-QUERY-STRING"],
    "s3:signatureversion": [claim.version === "AWS2" ? "AWS" : claim.version],
  };
  if (claim.version === "AWS2") return keys;
  return {
    ...keys,
    ...(claim.carriedBy === "query" && { "s3:signatureAge": [String(at - claim.signedAt)] }),
    ...(claim.payloadHash !== undefined && { "s3:x-amz-content-sha256": [claim.payloadHash] }),
  };
}
