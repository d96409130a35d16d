// May they? The policies of who signed, asked for each permission that the operation needs.

import type { SecretKey } from "../../entropy/hash.ts";
import { header } from "../../network/message.ts";
import { authorize } from "../../roles/authorize.ts";
import type { Context } from "../../roles/context.ts";
import { denialReason } from "../../roles/denial-reason.ts";
import { type Asked, type Circumstances, contextOf, noteRefusal, questionOf } from "../asked.ts";
import { type DecidedRequest, encodeAuthorizationMessage } from "../authorization-message.ts";
import type { AwsError, Call, Permission } from "../call.ts";
import type { Exchange } from "../exchange.ts";
import { type Refusal, word } from "../refusals/refusal.ts";
import { handlerOf } from "./act.ts";

/** Makes the call that the operation gets, and refuses it unless all that it needs is allowed. */
export function authorise(exchange: Exchange): void {
  const asked = askedOf(exchange);
  exchange.facts.asked = asked;
  const call = makeCall(exchange, asked);
  exchange.call = call;
  asked.permissions = handlerOf(exchange).permissions(call);
  for (const permission of asked.permissions) call.demand(permission);
}

/** The body comes after the permissions: until then `payload` and `trailers` are empty. */
function makeCall(exchange: Exchange, asked: Asked): Call {
  const { operation, request, requestId, world, signer } = exchange;
  const { identities } = asked;
  let common: Context | undefined;
  const ask = (permission: Permission) => {
    common ??= contextOf(asked, circumstancesOf(exchange));
    const question = questionOf(asked, permission, common);
    const decision = authorize(question);
    if (decision.outcome !== "allowed") noteRefusal(asked, permission);
    return { question, decision };
  };
  return {
    operation,
    request,
    requestId,
    principal: signer.principal,
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
    may: (permission) => ask(permission).decision.outcome === "allowed",
    demand(permission) {
      const { question, decision } = ask(permission);
      if (decision.outcome !== "allowed") throw denial(exchange, { ...question, decision }, permission.shown);
    },
  };
}

const circumstancesOf = ({ request, world }: Exchange): Circumstances => ({
  at: request.at,
  sourceIp: request.remoteAddress,
  requestedRegion: world.region,
  userAgent: header(request.rawHeaders, "user-agent"),
});

const denial = ({ service, world, request }: Exchange, decided: DecidedRequest, shown?: string): AwsError =>
  word(service.wording, denied(decided, world.masterKey, shown), request);

/** Whoever did not sign is told nothing. */
function denied(decided: DecidedRequest, masterKey: SecretKey, shown = decided.resource): Refusal {
  const { principal, action, decision } = decided;
  if (principal.kind === "anonymous") return { fault: "denied" };
  const reason = denialReason(decision, action);
  const encodedMessage = () => encodeAuthorizationMessage(masterKey, decided);
  return { fault: "denied", denial: { principalArn: principal.arn, action, resource: shown, reason, encodedMessage } };
}

function askedOf({ world, request, requestId, signer, service, claim }: Exchange): Asked {
  const identities = world.identities();
  return {
    requestId,
    identities,
    principal: signer.principal,
    session: signer.session,
    secure: request.secure ?? false,
    serviceKeys:
      service.name === "s3"
        ? // All that is here belongs to the one account.
          { "s3:ResourceAccount": [identities.accountId], ...signatureKeys(claim, request.at) }
        : undefined,
    permissions: [],
    refused: undefined,
  };
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
