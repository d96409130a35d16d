// May who brings this token be this role for a while? The token proves who they are, so that nothing need be signed.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

import type { Identities, Role } from "../../roles/model.ts";
import type { WebIdentitySession } from "../../signing/session.ts";
import type { Call } from "../call.ts";
import {
  assumedRoleUser,
  ofRole,
  type RoleInput,
  roleNamed,
  roleTagKeys,
  sessionSeconds,
  trustOf,
} from "./assumable-role.ts";
import { accessDenied } from "./errors.ts";
import { credentialsOf, giveOut, inputOf, lifetimeOf, type StsOperation } from "./operation.ts";
import { type ProvenIdentity, proveIdentity } from "./provider-token.ts";
import { type PoliciesInput, packedPolicySize, sessionPoliciesOf } from "./session-limits.ts";
import { keptTags, sessionTags, tagContext } from "./session-tags.ts";

interface WebIdentityInput extends RoleInput, PoliciesInput {
  readonly WebIdentityToken: string;
}

/** The role, where it trusts the provider with all that the token asks for. A role that is not there is refused alike. */
function roleFor(call: Call, identities: Identities, identity: ProvenIdentity): Role {
  const { provider, tags, sourceIdentity, keys } = identity;
  const role = roleNamed(call, identities);
  const context = {
    ...(role && roleTagKeys(role)),
    ...keys,
    "aws:FederatedProvider": [provider.arn],
    "sts:RoleSessionName": [inputOf<WebIdentityInput>(call).RoleSessionName],
    ...tagContext(tags),
    ...(sourceIdentity !== undefined && { "sts:SourceIdentity": [sourceIdentity] }),
  };
  const actions = [
    "sts:AssumeRoleWithWebIdentity",
    ...(tags.tags.length > 0 ? ["sts:TagSession"] : []),
    ...(sourceIdentity !== undefined ? ["sts:SetSourceIdentity"] : []),
  ];
  const federatedProvider = provider.arn;
  const refused = actions.find(
    (action) => !role || !call.may({ action, ...trustOf(role), federatedProvider, context }),
  );
  if (!role || refused) throw accessDenied(`Not authorized to perform ${refused ?? actions[0]}`);
  return role;
}

export const assumeRoleWithWebIdentity: StsOperation = {
  unsigned: true,
  permissions: () => [],
  async act(call, tools) {
    const identity = await proveIdentity(inputOf<WebIdentityInput>(call).WebIdentityToken, call.request.at, tools);
    const { provider, subject, audience, sourceIdentity, keys } = identity;
    const identities = tools.identities();
    const role = roleFor(call, identities, identity);
    const seconds = sessionSeconds(call, role);
    const tags = sessionTags(identity.tags);
    const policies = sessionPoliciesOf(call, identities);
    const packed = packedPolicySize(policies, tags.tags);
    const credentials = await giveOut<WebIdentitySession>(tools, {
      kind: "web-identity",
      ...ofRole(call, role),
      ...lifetimeOf(call, seconds),
      federatedProvider: provider.arn,
      keys,
      ...keptTags(tags),
      ...(policies && { policies }),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    });
    return {
      output: {
        Credentials: credentialsOf(credentials),
        SubjectFromWebIdentityToken: subject,
        AssumedRoleUser: assumedRoleUser(call, credentials.session),
        ...(packed !== undefined && { PackedPolicySize: packed }),
        Provider: provider.arn,
        Audience: audience,
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      },
    };
  },
};
