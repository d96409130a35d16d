// Is this principal allowed this action on this resource? The policies that speak for a principal, and what they decide.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html

import { awsManagedPolicyByArn } from "./aws-managed-policies.ts";
import { createLayer, type Decision, decide, type Inquiry, type Layer, type Layers } from "./decision.ts";
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
import { callerNames } from "./reach.ts";

export interface AuthorizationRequest extends Inquiry {
  readonly identities: Identities;
  readonly principal: Principal;
  readonly sessionPolicies?: SessionPolicies | undefined;
  readonly resourcePolicy?: ResourcePolicy | undefined;
  /** `resource`, such as a bucket, unless given. */
  readonly resourcePolicyKind?: "resource" | "trust" | undefined;
  /** Of a web identity: the ARN of its provider, or a name such as `accounts.google.com`. */
  readonly federatedProvider?: string | undefined;
}

/** A managed policy of the account, or of AWS in its partition; undefined when neither has it. */
export function managedPolicyByArn(identities: Identities, arn: string): ManagedPolicy | undefined {
  const own = identities.managedPolicies.get(arn.slice(arn.lastIndexOf("/") + 1));
  if (own?.arn === arn) return own;
  return arn.startsWith(`arn:${identities.partition}:`) ? awsManagedPolicyByArn(arn) : undefined;
}

/** What the policy says now: its default version. */
export function defaultDocument({ versions, defaultVersionId }: ManagedPolicy): string {
  const version = versions.find(({ versionId }) => versionId === defaultVersionId);
  if (!version) throw new TypeError(`a managed policy has no version ${defaultVersionId}`);
  return version.document;
}

/** What speaks for nobody: an anonymous caller, or a user or role that was deleted. */
const NOTHING: Layers = { identity: createLayer("identity", []) };

interface Holder {
  readonly kind: "user" | "role" | "group";
  readonly grantee: User | Role | Group;
}

function policiesOf(identities: Identities, { kind, grantee }: Holder) {
  const holder = { kind, name: grantee.name };
  const inline = grantee.inlinePolicies.map(({ name, document }) => ({
    ...{ name, holder, document },
    statements: readPolicy(document, "identity"),
  }));
  return [...inline, ...managedPoliciesOf(identities, grantee.attachedPolicies)];
}

/** A policy that is not there any more says nothing. */
function managedPoliciesOf(identities: Identities, arns: readonly string[]) {
  return arns.flatMap((arn) => {
    const policy = managedPolicyByArn(identities, arn);
    if (!policy) return [];
    const document = defaultDocument(policy);
    return [{ name: policy.name, arn, document, statements: readPolicy(document, "identity") }];
  });
}

type Sources = Pick<Identities, "groups" | "managedPolicies">;
interface Remembered<Made> {
  readonly sources: Sources;
  readonly made: Made;
}

/** What is made of somebody or something, as long as the groups and the managed policies of the account stay the same too. */
function remembering<Of extends object, Made>(make: (identities: Identities, of: Of) => Made) {
  const remembered = new WeakMap<Of, Remembered<Made>>();
  return (identities: Identities, of: Of): Made => {
    const known = remembered.get(of);
    const { groups, managedPolicies } = identities;
    if (known?.sources.groups === groups && known.sources.managedPolicies === managedPolicies) return known.made;
    const made = make(identities, of);
    remembered.set(of, { sources: { groups, managedPolicies }, made });
    return made;
  };
}

function kindOf(grantee: User | Role | Group): Holder["kind"] {
  if ("groups" in grantee) return "user";
  return "trustPolicy" in grantee ? "role" : "group";
}

/** The layers of a user, role or group; those of a user's groups are among them. */
export const layersOf = remembering((identities, grantee: User | Role | Group): Layers => {
  const own: Holder = { kind: kindOf(grantee), grantee };
  const groupNames = "groups" in grantee ? grantee.groups : [];
  const groups = groupNames.flatMap((name) => {
    const group = identities.groups.get(name);
    return group ? [{ kind: "group", grantee: group } as const] : [];
  });
  const permissionsBoundary = "permissionsBoundary" in grantee ? grantee.permissionsBoundary : undefined;
  return {
    identity: createLayer(
      "identity",
      [own, ...groups].flatMap((holder) => policiesOf(identities, holder)),
    ),
    boundary: permissionsBoundary
      ? createLayer("boundary", managedPoliciesOf(identities, [permissionsBoundary]))
      : undefined,
  };
});

const sessionLayer = remembering((identities, { document, arns }: SessionPolicies): Layer => {
  const given =
    document === undefined ? [] : [{ name: "Policy", document, statements: readPolicy(document, "identity") }];
  return createLayer("session", [...given, ...managedPoliciesOf(identities, arns)]);
});

/** A federated user without a session policy may nothing. */
const NO_SESSION_POLICY = createLayer("session", []);

/** A text may stand on a role and on a bucket alike, so that the kind is remembered with it. */
const resourceLayers = { resource: new WeakMap<ResourcePolicy, Layer>(), trust: new WeakMap<ResourcePolicy, Layer>() };

function resourceLayer(policy: ResourcePolicy, kind: "resource" | "trust"): Layer {
  const known = resourceLayers[kind].get(policy);
  if (known) return known;
  const { document } = policy;
  const named = { name: kind === "trust" ? "AssumeRolePolicyDocument" : "ResourcePolicy", document };
  const layer = createLayer(kind, [{ ...named, statements: readPolicy(document, kind) }]);
  resourceLayers[kind].set(policy, layer);
  return layer;
}

/** All that speaks in a decision about the principal, as things are in `identities`. */
export function layersFor(request: Omit<AuthorizationRequest, keyof Inquiry>): Layers {
  const { identities, principal, sessionPolicies, resourcePolicy, resourcePolicyKind = "resource" } = request;
  const grantee = granteeOf(identities, principal);
  const own = grantee ? layersOf(identities, grantee) : NOTHING;
  if (!resourcePolicy && !sessionPolicies && principal.kind !== "federated-user") return own;
  const unlimited = principal.kind === "federated-user" ? NO_SESSION_POLICY : undefined;
  return {
    ...own,
    session: sessionPolicies ? sessionLayer(identities, sessionPolicies) : unlimited,
    resource: resourcePolicy && {
      layer: resourceLayer(resourcePolicy, resourcePolicyKind),
      caller: {
        names: callerNames(identities, principal, resourcePolicy, request.federatedProvider),
        isBounded: own.boundary !== undefined,
      },
    },
  };
}

/**
 * Decides by the policies of the principal as they are in `identities`, and by that of the resource. The root user is allowed everything
 * that no policy of a resource denies.
 *
 * Who may assume a role: the action `sts:AssumeRole` on the role's ARN, its trust policy as `resourcePolicy` and `trust` as
 * `resourcePolicyKind`. Then the policy must allow by itself; a user, role or session that it names needs no policy of their own, who is
 * meant as one of the account does. With a web identity the principal is anonymous, and `federatedProvider` names who vouches for it.
 */
export function authorize(request: AuthorizationRequest): Decision {
  const decision = decide(layersFor(request), request);
  if (request.principal.kind !== "root" || decision.outcome === "explicit-deny") return decision;
  const isTrusted = decision.outcome === "allowed" || decision.policyType !== "trust";
  return isTrusted ? { outcome: "allowed", statements: [] } : decision;
}
