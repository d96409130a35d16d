// Which managed policies do users, groups and roles have, as permissions and as the boundary of their permissions?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_manage-attach-detach.html

import type { Identities, Role, User } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { noSuchEntity, policyNotAttachable } from "./errors.ts";
import {
  changeableIn,
  checkQuota,
  entityIn,
  GRANTEES,
  type GranteeKind,
  type Kind,
  named,
  ROLE,
  SERVICE_LINKED_PATH,
  USER,
} from "./kinds.ts";
import { boundaryArn, checkedPolicyArn, policyByArn } from "./managed-policies.ts";
import { changes, type IamOperation, inputOf, put, reads } from "./operation.ts";
import { page } from "./page.ts";

interface AttachmentInput extends Members {
  readonly PolicyArn: string;
  readonly PathPrefix?: string;
}

/** The ARN of a policy that may be attached. @throws AwsError */
function attachable(call: Call, identities: Identities): string {
  const arn = checkedPolicyArn(call);
  const policy = policyByArn(identities, arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  if (policy.path === SERVICE_LINKED_PATH) {
    throw policyNotAttachable("Cannot attach a Service Role Policy to a Customer Role.");
  }
  return arn;
}

/** As answers list it. */
export const shownAttachment = (arn: string) => ({ PolicyName: arn.slice(arn.lastIndexOf("/") + 1), PolicyArn: arn });

const pathOf = (policyArn: string) => policyArn.slice(policyArn.indexOf("/"), policyArn.lastIndexOf("/") + 1);

function operationsOf(kind: GranteeKind): Readonly<Record<string, IamOperation>> {
  const { title, section } = kind;
  const resource = named(kind);
  return {
    [`Attach${title}Policy`]: changes(resource, (call, identities) => {
      const holder = changeableIn(kind, call, identities);
      const arn = attachable(call, identities);
      if (holder.attachedPolicies.includes(arn)) return {};
      checkQuota(`PoliciesPer${title}` as "PoliciesPerUser", holder.attachedPolicies.length);
      const attachedPolicies = [...holder.attachedPolicies, arn];
      return { changes: [put(section, holder.name, { ...holder, attachedPolicies })] };
    }),
    [`Detach${title}Policy`]: changes(resource, (call, identities) => {
      const holder = changeableIn(kind, call, identities);
      const arn = checkedPolicyArn(call);
      const attachedPolicies = holder.attachedPolicies.filter((each) => each !== arn);
      if (attachedPolicies.length === holder.attachedPolicies.length) {
        throw noSuchEntity(`Policy ${arn} was not found.`);
      }
      return { changes: [put(section, holder.name, { ...holder, attachedPolicies })] };
    }),
    [`ListAttached${title}Policies`]: reads(resource, (call, identities) => {
      const { PathPrefix = "/" } = inputOf<AttachmentInput>(call);
      const { attachedPolicies } = entityIn(kind, call, identities);
      const found = attachedPolicies.filter((arn) => pathOf(arn).startsWith(PathPrefix));
      return page(call, "AttachedPolicies", found, String, shownAttachment);
    }),
  };
}

/** `PermissionsBoundary`, where there is one. */
export const boundaryIfAny = ({ permissionsBoundary: arn }: User | Role): Members =>
  arn === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: arn } };

function boundaryOperationsOf(kind: Kind<"users" | "roles">): Readonly<Record<string, IamOperation>> {
  const { title, section } = kind;
  const resource = named(kind);
  return {
    [`Put${title}PermissionsBoundary`]: changes(resource, (call, identities) => {
      const holder = changeableIn(kind, call, identities);
      return { changes: [put(section, holder.name, { ...holder, ...boundaryArn(call, identities) })] };
    }),
    [`Delete${title}PermissionsBoundary`]: changes(resource, (call, identities) => {
      const { permissionsBoundary, ...holder } = changeableIn(kind, call, identities);
      return permissionsBoundary === undefined ? {} : { changes: [put(section, holder.name, holder)] };
    }),
  };
}

export const attachmentOperations: Readonly<Record<string, IamOperation>> = Object.assign(
  {},
  ...GRANTEES.map(operationsOf),
  ...[USER, ROLE].map(boundaryOperationsOf),
);
