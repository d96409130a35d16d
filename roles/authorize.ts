// Is this principal allowed this action on this resource? The policies that speak for a principal, and what they decide.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html

import { awsManagedPolicyByArn } from "./aws-managed-policies.ts";
import { createLayer, type Decision, decide, type Inquiry, type Layer } from "./decision.ts";
import type {
  Group,
  Identities,
  ManagedPolicy,
  Principal,
  ResourcePolicy,
  Role,
  SessionPolicies,
  User,
} from "./model.ts";
import { readPolicy } from "./policy.ts";
import { granteeOf } from "./principal.ts";

export interface AuthorizationRequest extends Inquiry {
  readonly identities: Identities;
  readonly principal: Principal;
  readonly sessionPolicies?: SessionPolicies | undefined;
  readonly resourcePolicy?: ResourcePolicy | undefined;
}

/** A managed policy of the account or of AWS; undefined when neither has it. */
export function managedPolicyByArn(identities: Identities, arn: string): ManagedPolicy | undefined {
  const own = identities.managedPolicies.get(arn.slice(arn.lastIndexOf("/") + 1));
  return own?.arn === arn ? own : awsManagedPolicyByArn(arn);
}

/** What the policy says now: its default version. */
export function defaultDocument({ versions, defaultVersionId }: ManagedPolicy): string {
  const version = versions.find(({ versionId }) => versionId === defaultVersionId);
  if (!version) throw new TypeError(`a managed policy has no version ${defaultVersionId}`);
  return version.document;
}

function policiesOf(identities: Identities, grantee: User | Role | Group) {
  const inline = grantee.inlinePolicies.map(({ name, document }) => ({
    name,
    statements: readPolicy(document, "identity"),
  }));
  const attached = grantee.attachedPolicies.flatMap((arn) => {
    const policy = managedPolicyByArn(identities, arn);
    return policy ? [{ name: policy.name, arn, statements: readPolicy(defaultDocument(policy), "identity") }] : [];
  });
  return [...inline, ...attached];
}

/** What speaks for nobody: an anonymous caller, or a user or role that was deleted. */
const NOTHING: readonly Layer[] = [createLayer("identity", [])];

const remembered = new WeakMap<User | Role, { readonly identities: Identities; readonly layers: readonly Layer[] }>();

/** The layers of a user or role in this state of IAM; a change gives another state and other layers. */
function layersOf(identities: Identities, principal: Principal): readonly Layer[] {
  const grantee = granteeOf(identities, principal);
  if (!grantee) return NOTHING;
  const known = remembered.get(grantee);
  if (known?.identities === identities) return known.layers;
  const groupNames = "groups" in grantee ? grantee.groups : [];
  const groups = groupNames.flatMap((name) => identities.groups.get(name) ?? []);
  const policies = [grantee, ...groups].flatMap((each) => policiesOf(identities, each));
  const layers = [createLayer("identity", policies)];
  remembered.set(grantee, { identities, layers });
  return layers;
}

/** Decides by the policies of the principal as they are in `identities`; the root user is allowed everything. */
export function authorize({ identities, principal, ...inquiry }: AuthorizationRequest): Decision {
  if (principal.kind === "root") return { outcome: "allowed", statements: [] };
  return decide(layersOf(identities, principal), inquiry);
}
