// What does a pod see at 169.254.170.23? The credentials of the role that its service account is associated with, as the EKS Pod
// Identity Agent answers: https://github.com/aws/eks-pod-identity-agent

import type { ContainerCredentials } from "../../credential-rotator/container-role.ts";
import type { CredentialRotator } from "../../credential-rotator/rotator.ts";
import type { Entropy } from "../../entropy/entropy.ts";
import type { SecretKey } from "../../entropy/hash.ts";
import { uuid } from "../../entropy/random.ts";
import { type HttpHandler, type HttpRequest, header } from "../../network/message.ts";
import { readKeySet } from "../../signing/key-set.ts";
import type { PodSubject, ServiceAccountTokens } from "../../signing/service-account-tokens.ts";
import { badRequest, type GoReply, goTime, json, notFound, plainError, readTarget, written } from "../go-reply.ts";
import { rateLimit } from "../rate-limit.ts";
import { sessionFacts } from "../session-facts.ts";
import type { ContainersState } from "../state.ts";
import { recipientOf } from "./pods.ts";
import { tokenFormFault } from "./token-form.ts";

export interface PodIdentityParts {
  state(): ContainersState;
  readonly rotator: CredentialRotator;
  readonly tokens: ServiceAccountTokens;
  readonly masterKey: SecretKey;
  readonly entropy: Entropy;
}

/** The agent's: half a second's requests at once. */
const PER_SECOND = 1000;
const BURST = PER_SECOND / 2;

export function createPodIdentity(parts: PodIdentityParts): HttpHandler {
  const limit = rateLimit(PER_SECOND, BURST);
  return async (request) => {
    const target = readTarget(request.target);
    if (target === undefined) return badRequest;
    if (target.path !== "/v1/credentials") return written(notFound(), request.at);
    if (!limit.allows("", request.realAt)) return written(plainError(429, "Too Many Requests"), request.at);
    return written(await answer(parts, request), request.at);
  };
}

/** The agent's own checks in its order, then those of EKS Auth. */
async function answer(parts: PodIdentityParts, request: HttpRequest): Promise<GoReply> {
  const hostFault = hostFaultOf(request);
  if (hostFault !== undefined) return plainError(403, hostFault, { errorCode: "AccessDenied" });
  const token = header(request.rawHeaders, "authorization") ?? "";
  const formFault = tokenFormFault(token, request.at);
  if (formFault !== undefined) return plainError(400, formFault, { errorCode: "InvalidToken" });
  const given = await assumeRoleForPodIdentity(parts, token, request.at);
  return "refused" in given ? refusal(parts.entropy, given) : success(given);
}

const ADDRESSES = ["169.254.170.23", "fd00:ec2::23"];

/**
 * The agent wants to be called by its addresses alone, against DNS rebinding. Here the address at which it was reached will do too, and
 * so does localhost: on loopback it has no other.
 */
function hostFaultOf({ rawHeaders, localAddress }: HttpRequest): string | undefined {
  const host = hostOf(header(rawHeaders, "host") ?? "");
  if (ADDRESSES.includes(host) || host === localAddress || host === "localhost") return undefined;
  const asked = `please use either [${ADDRESSES.join(" ")}] address not ${host}`;
  return `Access Denied. Called agent through invalid address, ${asked}`;
}

/** Without port and brackets. */
const hostOf = (host: string) => /^\[(.*)\](:\d*)?$/.exec(host)?.[1] ?? /^([^:]*):[^:]*$/.exec(host)?.[1] ?? host;

const NO_KEYS = { keys: [] };

interface Refused {
  readonly refused: string;
  readonly status: number;
  readonly message: string;
  readonly reason: string;
}

/**
 * What EKS Auth decides. The text of AccessDeniedException is seen in public reports; those of the other two are not known. A token that
 * has expired never comes here, because the agent looks at the same clock.
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_auth_AssumeRoleForPodIdentity.html
 */
async function assumeRoleForPodIdentity(
  { state, rotator, tokens, masterKey }: PodIdentityParts,
  token: string,
  at: number,
): Promise<ContainerCredentials | Refused> {
  const now = state();
  let pod: PodSubject | string;
  try {
    pod = await tokens.read(token, async () => readKeySet(now.podIdentity?.jwks ?? NO_KEYS), at);
  } catch (problem) {
    const reason = (problem as Error).message;
    return { refused: "InternalServerException", status: 500, message: "Internal server error", reason };
  }
  if (typeof pod === "string") {
    const message = "The service account token provided is invalid.";
    return { refused: "InvalidTokenException", status: 400, message, reason: pod };
  }
  const recipient = recipientOf(now, pod, masterKey);
  if (!recipient) {
    const message = `No association found for service account ${pod.serviceAccount} in namespace ${pod.namespace}.`;
    return { refused: "ResourceNotFoundException", status: 404, message, reason: "add it to podIdentity.associations" };
  }
  const delivered = await rotator.deliverToContainer(recipient, at);
  if (delivered) return delivered;
  const message = "Unauthorized Exception! EKS does not have permissions to assume the associated role.";
  const reason = `the role ${recipient.roleName} must allow ${recipient.servicePrincipal} sts:AssumeRole and sts:TagSession`;
  return { refused: "AccessDeniedException", status: 400, message, reason };
}

/** How the agent tells what the SDK for Go told it. */
function refusal(entropy: Entropy, { refused, status, message, reason }: Refused): GoReply {
  const text = `[${uuid(entropy)}]: (${refused}): ${message}, fault: ${status < 500 ? "client" : "server"}`;
  return plainError(status, text, { errorCode: refused, reason });
}

function success(credentials: ContainerCredentials): GoReply {
  const { accessKeyId, secretAccessKey, sessionToken, session } = credentials;
  return json(
    200,
    {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      AccountId: session.accountId,
      Expiration: goTime(session.expiresAt),
    },
    sessionFacts(credentials),
  );
}
