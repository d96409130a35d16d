// May the caller be this role for a while? https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

import type { Identities, Role } from "../../roles/model.ts";
import { TRUSTS_NOBODY } from "../../roles/trust.ts";
import type { AssumedRoleSession } from "../../signing/session.ts";
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
import { accessDenied, notAuthorized } from "./errors.ts";
import { type MfaInput, mfaContext, useMfaCode } from "./mfa.ts";
import { credentialsOf, giveOut, inputOf, lifetimeOf, type StsOperation } from "./operation.ts";
import { type PoliciesInput, packedPolicySize, sessionPoliciesOf } from "./session-limits.ts";
import { keptTags, type RequestedTags, sessionTags, tagContext, writtenTags } from "./session-tags.ts";

interface AssumeRoleInput extends RoleInput, MfaInput, PoliciesInput {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly TransitiveTagKeys?: readonly string[];
  readonly ExternalId?: string;
  readonly SourceIdentity?: string;
}

/** A role that is not there is refused as one that trusts nobody. */
function roleOf(call: Call, identities: Identities): Role {
  const role = roleNamed(call, identities);
  if (role) return role;
  throw notAuthorized(call, "sts:AssumeRole", inputOf<AssumeRoleInput>(call).RoleArn);
}

/** By a question to the policies, so that it can be explained. */
const trustingRole = (call: Call, identities: Identities): Pick<Role, "arn" | "trustPolicy" | "tags"> =>
  roleNamed(call, identities) ?? {
    arn: inputOf<AssumeRoleInput>(call).RoleArn,
    trustPolicy: TRUSTS_NOBODY,
    tags: [],
  };

function tagsOf(call: Call): RequestedTags {
  const { Tags, TransitiveTagKeys = [] } = inputOf<AssumeRoleInput>(call);
  return { tags: writtenTags(Tags), transitiveKeys: TransitiveTagKeys };
}

/** What is asked for, or was set before in the chain, where it can be changed no more. */
function sourceIdentityOf(call: Call): string | undefined {
  const { session } = call;
  const inherited = session && "sourceIdentity" in session ? session.sourceIdentity : undefined;
  return inherited ?? inputOf<AssumeRoleInput>(call).SourceIdentity;
}

function contextOf(call: Call, identities: Identities) {
  const { RoleSessionName, ExternalId, SourceIdentity } = inputOf<AssumeRoleInput>(call);
  const sourceIdentity = SourceIdentity ?? sourceIdentityOf(call);
  return {
    "sts:RoleSessionName": [RoleSessionName],
    ...(ExternalId !== undefined && { "sts:ExternalId": [ExternalId] }),
    ...(sourceIdentity !== undefined && { "sts:SourceIdentity": [sourceIdentity] }),
    ...tagContext(tagsOf(call)),
    ...mfaContext(call, identities),
  };
}

/** That a code was given goes on from a user's session, and from a role's to none: how the console behaves, and else not documented. */
const mfaHandedOn = ({ session }: Call) =>
  (session?.kind === "user" || session?.kind === "console") && session.mfaAuthenticatedAt !== undefined
    ? { mfaAuthenticatedAt: session.mfaAuthenticatedAt }
    : {};

export const assumeRole: StsOperation = {
  permissions(call, identities) {
    if (call.principal.kind === "root") throw accessDenied("Roles may not be assumed by root accounts.");
    const role = trustingRole(call, identities);
    const context = { ...roleTagKeys(role), ...contextOf(call, identities) };
    const actions = [
      "sts:AssumeRole",
      ...(tagsOf(call).tags.length > 0 ? ["sts:TagSession"] : []),
      ...("sts:SourceIdentity" in context ? ["sts:SetSourceIdentity"] : []),
    ];
    return actions.map((action) => ({ action, ...trustOf(role), context }));
  },
  async act(call, tools) {
    const identities = tools.identities();
    const role = roleOf(call, identities);
    const seconds = sessionSeconds(call, role);
    const tags = sessionTags(tagsOf(call), call.session);
    const policies = sessionPoliciesOf(call, identities);
    const packed = packedPolicySize(policies, tags.tags);
    const sourceIdentity = sourceIdentityOf(call);
    const { SourceIdentity: wanted = sourceIdentity } = inputOf<AssumeRoleInput>(call);
    // No answer of AWS to this is recorded.
    if (wanted !== sourceIdentity) throw notAuthorized(call, "sts:SetSourceIdentity", role.arn);
    const credentials = await giveOut<AssumedRoleSession>(tools, {
      kind: "assumed-role",
      ...ofRole(call, role),
      ...lifetimeOf(call, seconds),
      ...keptTags(tags),
      ...(policies && { policies }),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      ...mfaHandedOn(call),
      ...(await useMfaCode(call, tools)),
    });
    return {
      output: {
        Credentials: credentialsOf(credentials),
        AssumedRoleUser: assumedRoleUser(call, credentials.session),
        ...(packed !== undefined && { PackedPolicySize: packed }),
        ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
      },
    };
  },
};
