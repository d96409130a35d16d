// Who signed, and is it true? Scope, key, life and signature, in the order in which AWS checks them.

import { sha256Hex } from "../../entropy/hash.ts";
import type { Identities, Principal } from "../../roles/model.ts";
import {
  granteeOf,
  principalOfFederatedUser,
  principalOfInstance,
  principalOfRoleSession,
  principalOfUser,
  principalOfUserSession,
} from "../../roles/principal.ts";
import { judgeScope } from "../../signing/judge-scope.ts";
import { instanceIdOf, type Session } from "../../signing/session.ts";
import { type Evidence, verifySignature } from "../../signing/verify-signature.ts";
import type { Exchange, Signer } from "../exchange.ts";
import { Refused } from "../refusals/refusal.ts";
import { refuseUnserved } from "../unserved.ts";

/** Is the claim well-formed and in time, and for a service that there is? */
export function trustClaim(exchange: Exchange): void {
  const { claimed, facts, service } = exchange;
  if (!claimed) return;
  if (claimed.accessKeyId !== undefined) facts.accessKeyId = claimed.accessKeyId;
  if ("fault" in claimed) throw new Refused(claimed);
  if (claimed.service === service.name) exchange.claim = claimed;
  else exchange.reply = refuseUnserved(exchange, claimed.service);
}

/** Is the signature scoped to this service and region? */
export function checkScope({ claim, service, world }: Exchange): void {
  if (claim?.version !== "AWS4-HMAC-SHA256") return;
  const fault = judgeScope(claim, service.name, service.signingRegion(world.region, claim.region));
  if (fault) throw new Refused(fault);
}

/** Whose key is it? Nobody's, where nothing is signed. */
export function findSignerOrNobody(exchange: Exchange): void | Promise<void> {
  if (exchange.claim) return findSigner(exchange);
}

/** Whose key is it? A temporary one is known by its token, a long-term one by IAM. */
export async function findSigner(exchange: Exchange): Promise<void> {
  const { claim, world, facts, service, operation } = exchange;
  if (Object.hasOwn(service.operations, operation) && service.operations[operation]?.unsigned) {
    // Who signs all the same is nobody else for it: what the token proves must not be mixed with the signer.
    exchange.claim = undefined;
    return;
  }
  if (!claim) throw new Refused({ fault: "not-signed" });
  const { accessKeyId, sessionToken } = claim;
  const signer =
    sessionToken === undefined
      ? userSigner(world.identities(), accessKeyId)
      : await sessionSigner(exchange, accessKeyId, sessionToken);
  if (!signer) throw new Refused({ fault: "unknown-key", accessKeyId });
  exchange.signer = signer;
  if (signer.principal.kind !== "anonymous") facts.principal = signer.principal.arn;
  if (!signer.session) return;
  const instanceId = instanceIdOf(signer.session);
  if (instanceId !== undefined) facts.instanceId = instanceId;
  facts.keyIssuedAt = signer.session.issuedAt;
  facts.keyExpiresAt = signer.session.expiresAt;
}

function userSigner(identities: Identities, accessKeyId: string): Signer | undefined {
  const user = identities.users.get(identities.accessKeyOwners.get(accessKeyId) ?? "");
  const key = user?.accessKeys.find((each) => each.accessKeyId === accessKeyId);
  const principal = user && principalOfUser(identities, user.name);
  return principal && key?.active ? { principal, secretAccessKey: key.secretAccessKey } : undefined;
}

/** Undefined for who is unknown by now, and where the session opens nothing. */
async function sessionSigner(exchange: Exchange, accessKeyId: string, sessionToken: string) {
  const { world } = exchange;
  const opening = world.rotator.open(accessKeyId, sessionToken);
  const opened = opening instanceof Promise ? await opening : opening;
  if (opened === "tampered") throw new Refused({ fault: "invalid-token", sessionToken });
  const principal = opens(exchange, opened.session) ? principalOf(world.identities(), opened.session) : undefined;
  return principal && { principal, ...opened };
}

/**
 * An instance's own identity is known to GetCallerIdentity alone: all else refuses it as a key that does not exist, captured of EC2 in
 * 2026 (radkawar/stackd). IAM does the same with sessions that users ask for, unless they gave a code of their MFA device: the code
 * of that refusal is not recorded. What STS does not do for a session it says itself (`../sts/operation.ts`).
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
function opens({ service, operation }: Exchange, session: Session): boolean {
  switch (session.kind) {
    case "instance-identity":
      return operation === "GetCallerIdentity";
    case "user":
      return service.name !== "iam" || session.mfaAuthenticatedAt !== undefined;
    case "federated-user":
      return service.name !== "iam";
    default:
      return true;
  }
}

/** Undefined when the user or role is gone, or another one has its name now. */
function principalOf(identities: Identities, session: Session): Principal | undefined {
  switch (session.kind) {
    case "instance-identity":
      return principalOfInstance(session);
    case "user":
    case "console":
      return principalOfUserSession(identities, session);
    case "federated-user":
      return principalOfFederatedUser(identities, session);
    default: {
      const principal = principalOfRoleSession(session);
      return granteeOf(identities, principal) && principal;
    }
  }
}

/** Is the session still alive at the instant of the request? AWS says so before it looks at the signature. */
export function checkAlive({ signer, claim, request }: Exchange): void {
  if (signer.session && request.at >= signer.session.expiresAt) {
    throw new Refused({ fault: "expired-token", sessionToken: claim?.sessionToken ?? "" });
  }
}

/** Did the holder of the secret sign this very form? */
export function checkFormSignature(exchange: Exchange): void {
  checkSignature(exchange, { bodyHash: sha256Hex(exchange.payload) });
}

/** Did the holder of the secret sign this head? It says what hash the body must have, which is checked as the body comes. */
export function checkHeadSignature(exchange: Exchange): void {
  const { hostBucket } = exchange;
  checkSignature(exchange, hostBucket === undefined ? {} : { hostBucket });
}

function checkSignature({ claim, signer }: Exchange, evidence: Evidence): void {
  if (!claim) return;
  const fault = verifySignature(claim, signer.secretAccessKey ?? "", evidence);
  if (fault) throw new Refused(fault);
}
