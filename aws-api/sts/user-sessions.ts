// What do users get for their lasting keys? Sessions of their own, and sessions that they give to others: GetSessionToken, GetFederationToken.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_request.html

import { federatedUserArn } from "../../roles/arn.ts";
import type { Principal } from "../../roles/model.ts";
import type { FederatedUserSession, UserSession } from "../../signing/session.ts";
import type { Call, Members } from "../call.ts";
import { accessDenied } from "./errors.ts";
import { type MfaInput, mfaContext, useMfaCode } from "./mfa.ts";
import { credentialsOf, giveOut, inputOf, lifetimeOf, type StsOperation } from "./operation.ts";
import { type PoliciesInput, packedPolicySize, sessionPoliciesOf } from "./session-limits.ts";
import { keptTags, sessionTags, tagContext, writtenTags } from "./session-tags.ts";

const DEFAULT_SECONDS = 43_200;

interface SessionTokenInput extends MfaInput {
  readonly DurationSeconds?: number;
}

interface FederationInput extends PoliciesInput {
  readonly Name: string;
  readonly DurationSeconds?: number;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** Only users come so far: who has a session was refused before, and the root user has no keys here. */
function userOf({ principal, operation }: Call): Extract<Principal, { kind: "user" }> {
  if (principal.kind === "user") return principal;
  throw accessDenied(`Cannot call ${operation} with session credentials`);
}

/** No policy speaks of it: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html */
export const getSessionToken: StsOperation = {
  permissions(call, identities) {
    mfaContext(call, identities);
    return [];
  },
  async act(call, tools) {
    const { DurationSeconds: seconds = DEFAULT_SECONDS } = inputOf<SessionTokenInput>(call);
    const { userName, userId } = userOf(call);
    const credentials = await giveOut<UserSession>(tools, {
      kind: "user",
      accountId: call.accountId,
      userName,
      userId,
      ...lifetimeOf(call, seconds),
      ...(await useMfaCode(call, tools)),
    });
    return { output: { Credentials: credentialsOf(credentials) } };
  },
};

function requestedTags(call: Call) {
  return { tags: writtenTags(inputOf<FederationInput>(call).Tags), transitiveKeys: [] };
}

export const getFederationToken: StsOperation = {
  permissions(call) {
    const resource = federatedUserArn(call, inputOf<FederationInput>(call).Name);
    const requested = requestedTags(call);
    const actions = ["sts:GetFederationToken", ...(requested.tags.length > 0 ? ["sts:TagSession"] : [])];
    return actions.map((action) => ({ action, resource, context: tagContext(requested) }));
  },
  async act(call, tools) {
    const { Name: name, DurationSeconds: seconds = DEFAULT_SECONDS } = inputOf<FederationInput>(call);
    const { accountId, partition } = call;
    const { userName, userId } = userOf(call);
    const tags = sessionTags(requestedTags(call));
    const policies = sessionPoliciesOf(call, tools.identities());
    const packed = packedPolicySize(policies, tags.tags) ?? 0;
    const credentials = await giveOut<FederatedUserSession>(tools, {
      kind: "federated-user",
      ...{ accountId, partition, federatedUserName: name, userName, userId },
      ...lifetimeOf(call, seconds),
      ...keptTags(tags),
      ...(policies && { policies }),
    });
    const FederatedUser: Members = { FederatedUserId: `${accountId}:${name}`, Arn: federatedUserArn(call, name) };
    return { output: { Credentials: credentialsOf(credentials), FederatedUser, PackedPolicySize: packed } };
  },
};
