// Whom does a managed policy concern, and which policies give somebody access to a service?

import { defaultDocument } from "../../roles/authorize.ts";
import { entityByArn } from "../../roles/entity-by-arn.ts";
import { isObject, listOf } from "../../roles/json.ts";
import type { Group, Identities, Role, User } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { invalidInput, noSuchEntity } from "./errors.ts";
import { below, GRANTEES } from "./kinds.ts";
import { checkedPolicyArn, policyByArn, policyResource } from "./managed-policies.ts";
import { type IamOperation, inputOf, reads } from "./operation.ts";
import { pageOf } from "./page.ts";

interface EntitiesInput extends Members {
  readonly PolicyArn: string;
  readonly EntityFilter?: string;
  readonly PolicyUsageFilter?: "PermissionsPolicy" | "PermissionsBoundary";
}

interface GrantingInput extends Members {
  readonly Arn: string;
  readonly ServiceNamespaces: readonly string[];
}

type Grantee = User | Group | Role;

/** Whether the policy is used by somebody in the way that the call asks for. */
function isUsedBy(call: Call, grantee: Grantee): boolean {
  const { PolicyArn, PolicyUsageFilter } = inputOf<EntitiesInput>(call);
  const attached = grantee.attachedPolicies.includes(PolicyArn);
  const bounding = "permissionsBoundary" in grantee && grantee.permissionsBoundary === PolicyArn;
  if (PolicyUsageFilter === undefined) return attached || bounding;
  return PolicyUsageFilter === "PermissionsPolicy" ? attached : bounding;
}

function entitiesForPolicy(call: Call, identities: Identities): Members {
  const { PolicyArn, EntityFilter } = inputOf<EntitiesInput>(call);
  if (!policyByArn(identities, checkedPolicyArn(call))) {
    throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
  }
  const found = GRANTEES.filter(({ title }) => EntityFilter === undefined || EntityFilter === title).flatMap((kind) =>
    below<Grantee>(call, identities[kind.section].values())
      .filter((each) => isUsedBy(call, each))
      .map((entity) => ({ kind, entity })),
  );
  const { items, more } = pageOf(call, found, ({ kind, entity }) => `${kind.title} ${entity.name}`);
  const lists = GRANTEES.map(({ title, section }) => [
    `Policy${title}s`,
    items
      .filter(({ kind }) => kind.section === section)
      .map(({ entity }) => ({ [`${title}Name`]: entity.name, [`${title}Id`]: entity.id })),
  ]);
  return { ...Object.fromEntries(lists), ...more };
}

/** Whether a document allows anything of a service, whatever its conditions and what denies it again. */
function allows(document: string, service: string): boolean {
  const { Statement } = JSON.parse(document) as { Statement: unknown };
  const speaksOf = (action: unknown) => {
    const [vendor = "", name] = String(action).toLowerCase().split(":");
    return vendor === "*" || (vendor === service && (name ?? "") !== "");
  };
  const isAll = (action: unknown) => ["*", "*:*", `${service}:*`].includes(String(action).toLowerCase());
  return listOf(Statement).some((statement) => {
    if (!isObject(statement) || statement.Effect !== "Allow") return false;
    if (statement.Action !== undefined) return listOf(statement.Action).some(speaksOf);
    return !listOf(statement.NotAction).some(isAll);
  });
}

/** The user, group or role with that ARN, and for a user the groups. @throws AwsError */
function granteesOf(identities: Identities, arn: string): readonly { title: string; entity: Grantee }[] {
  const entity = entityByArn(identities, arn);
  if (!entity || !("attachedPolicies" in entity)) throw invalidInput(`ARN ${arn} is not valid.`);
  const kind = GRANTEES.find(({ section }) => identities[section].get(entity.name) === entity);
  const groups = "groups" in entity ? entity.groups.flatMap((name) => identities.groups.get(name) ?? []) : [];
  return [{ title: kind?.title ?? "", entity }, ...groups.map((group) => ({ title: "Group", entity: group }))];
}

function policiesGranting(identities: Identities, arn: string, service: string): Members[] {
  return granteesOf(identities, arn).flatMap(({ title, entity }) => {
    const inline = entity.inlinePolicies.filter(({ document }) => allows(document, service));
    const attached = entity.attachedPolicies.flatMap((each) => policyByArn(identities, each) ?? []);
    const managed = attached.filter((policy) => allows(defaultDocument(policy), service));
    const holder = { EntityType: title.toUpperCase(), EntityName: entity.name };
    return [
      ...inline.map(({ name }) => ({ PolicyName: name, PolicyType: "INLINE", ...holder })),
      ...managed.map((policy) => ({ PolicyName: policy.name, PolicyType: "MANAGED", PolicyArn: policy.arn })),
    ];
  });
}

export const policyEntityOperations: Readonly<Record<string, IamOperation>> = {
  ListEntitiesForPolicy: reads(policyResource, entitiesForPolicy),
  ListPoliciesGrantingServiceAccess: reads(
    (call) => inputOf<GrantingInput>(call).Arn,
    (call, identities) => {
      const { Arn, ServiceNamespaces } = inputOf<GrantingInput>(call);
      const granting = ServiceNamespaces.map((service) => ({
        ServiceNamespace: service,
        Policies: policiesGranting(identities, Arn, service),
      }));
      return { PoliciesGrantingServiceAccess: granting, IsTruncated: false };
    },
  ),
};
