// What were the policies asked about a request? So little of it is kept that the request log can have it of thousands; what else there is
// to a question follows from it again, when somebody wants to know why.

import type { AuthorizationRequest } from "../roles/authorize.ts";
import { type Context, type RequestFacts, requestContext, type SessionFacts, withKeys } from "../roles/context.ts";
import type { Identities, Principal } from "../roles/model.ts";
import type { Permission } from "./call.ts";

/** By reference, so that it costs the path of a request next to nothing. The account has secrets in it: none of this is ever shown as it is. */
export interface Asked {
  readonly requestId: string;
  /** The account as it was. */
  readonly identities: Identities;
  readonly principal: Principal;
  readonly session: SessionFacts | undefined;
  readonly secure: boolean;
  /** What the service adds to the condition keys of every request. */
  readonly serviceKeys: Readonly<Record<string, readonly string[]>> | undefined;
  /** What the operation needs, all of it. */
  permissions: readonly Permission[];
  /** What was refused, also where the operation asked on its way; undefined while nothing was. */
  refused: Permission[] | undefined;
}

/** The rest that policies may ask for. */
export type Circumstances = Pick<RequestFacts, "at" | "sourceIp" | "requestedRegion" | "userAgent">;

/** The condition keys that every request has, and those of the service. */
export function contextOf(
  { identities, principal, session, secure, serviceKeys }: Asked,
  circumstances: Circumstances,
) {
  const context = requestContext(identities, principal, { ...circumstances, secureTransport: secure, session });
  return serviceKeys ? withKeys(context, serviceKeys) : context;
}

/** The question to the policies; `common` is `contextOf`. */
export function questionOf(
  { identities, principal, session }: Asked,
  { context, ...permission }: Permission,
  common: Context,
): AuthorizationRequest {
  return {
    ...permission,
    identities,
    principal,
    context: context ? withKeys(common, context) : common,
    sessionPolicies: session?.policies,
  };
}

/** An operation that asks for each of a thousand keys is not worth a thousand explanations. */
const REFUSALS_KEPT = 100;

export function noteRefusal(asked: Asked, permission: Permission): void {
  asked.refused ??= [];
  if (asked.refused.length < REFUSALS_KEPT) asked.refused.push(permission);
}
