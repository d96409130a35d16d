// What is there to do with managed policies, the account's own and AWS's?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html

import { entityArn, parseArn } from "../../roles/arn.ts";
import { managedPolicyByArn } from "../../roles/authorize.ts";
import { awsManagedPolicyArns } from "../../roles/aws-managed-policies.ts";
import { policySize, QUOTAS } from "../../roles/limits.ts";
import type { Identities, ManagedPolicy } from "../../roles/model.ts";
import { uniqueId } from "../../roles/unique-id.ts";
import type { Call, Members } from "../call.ts";
import {
  accessDenied,
  deleteConflict,
  entityAlreadyExists,
  invalidInput,
  limitExceeded,
  noSuchEntity,
  validationError,
} from "./errors.ts";
import { checkQuota } from "./kinds.ts";
import { changes, type IamOperation, inputOf, put, type ResourceOf, reads, remove, tagging } from "./operation.ts";
import { page } from "./page.ts";
import { checkedDocument } from "./policy-documents.ts";
import { type Usage, usageOf } from "./policy-usage.ts";
import { shownTags, tagsIfAny, tagsIn } from "./tags.ts";

interface PolicyInput extends Members {
  readonly PolicyArn: string;
  readonly PolicyName: string;
  readonly PolicyDocument: string;
  readonly Path?: string;
  readonly Description?: string;
}

/** What belongs to AWS and to no customer. */
const isRefusedToAll = ({ path }: ManagedPolicy) => path === "/root-task/";

/** IAM takes an ARN in no other spelling than its own, since 2024, so that no policy that names it is got around. */
function isPolicyArn({ partition: own }: Call, arn: string): boolean {
  const { partition, service, region, resource = "" } = parseArn(arn) ?? {};
  return partition === own && service === "iam" && region === "" && resource.startsWith("policy/");
}

/** The ARN that the call names. @throws AwsError ValidationError */
export function checkedPolicyArn(call: Call): string {
  const { PolicyArn: arn } = inputOf<PolicyInput>(call);
  if (!isPolicyArn(call, arn)) throw validationError(`ARN ${arn} is not valid.`);
  return arn;
}

/** With the ARN that was asked for, which names the account's partition. */
export function policyByArn(identities: Identities, arn: string): ManagedPolicy | undefined {
  const found = managedPolicyByArn(identities, arn);
  return !found || found.arn === arn ? found : { ...found, arn };
}

/** Denials say `policy arn:…`, as recorded of AWS many times. */
export const policyResource: ResourceOf = (call) => {
  const { PolicyArn: arn } = inputOf<PolicyInput>(call);
  return { arn, shown: `policy ${arn}` };
};

/** The policy that the call names. @throws AwsError */
export function policyIn(call: Call, identities: Identities): ManagedPolicy {
  const arn = checkedPolicyArn(call);
  const policy = policyByArn(identities, arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** The same where it is the account's own: AWS's are not changed by anyone else. @throws AwsError */
export function ownPolicyIn(call: Call, identities: Identities, what = "update policies"): ManagedPolicy {
  const { PolicyArn } = inputOf<PolicyInput>(call);
  if (parseArn(PolicyArn)?.accountId === "aws") throw accessDenied(`Cannot ${what} outside your own account.`);
  return policyIn(call, identities);
}

/** The boundary that the call gives, as a member of a user or role. @throws AwsError */
export function boundaryArn(call: Call, identities: Identities): { readonly permissionsBoundary?: string } {
  const { PermissionsBoundary: arn } = call.input as { readonly PermissionsBoundary?: string };
  if (arn === undefined) return {};
  if (!isPolicyArn(call, arn)) throw invalidInput(`ARN ${arn} is not valid.`);
  if (!policyByArn(identities, arn)) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
  return { permissionsBoundary: arn };
}

/** As lists show it, and the answer to its creation. */
export const shownPolicy = (policy: ManagedPolicy, usage: Usage): Members => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.defaultVersionId,
  AttachmentCount: usage.attachments(policy.arn),
  PermissionsBoundaryUsageCount: usage.boundaries(policy.arn),
  IsAttachable: !isRefusedToAll(policy),
  CreateDate: policy.createdAt,
  UpdateDate: policy.updatedAt,
});

/** The document of a version, within the limit. @throws AwsError */
export function checkedManagedDocument(call: Call): string {
  const document = checkedDocument(inputOf<PolicyInput>(call).PolicyDocument, "identity");
  if (policySize(document) > QUOTAS.PolicySize) {
    throw limitExceeded(`Cannot exceed quota for PolicySize: ${QUOTAS.PolicySize}`);
  }
  return document;
}

function newPolicy(call: Call, identities: Identities): ManagedPolicy {
  const { PolicyName: name, Path: path = "/", Description } = inputOf<PolicyInput>(call);
  const taken = identities.managedPolicies.keys().some((each) => each.toLowerCase() === name.toLowerCase());
  if (taken) throw entityAlreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
  checkQuota("PoliciesPerAccount", identities.managedPolicies.size);
  const { at } = call.request;
  return {
    ...{ name, path, arn: entityArn(identities, "policy", path, name), createdAt: at, updatedAt: at },
    id: uniqueId(identities.accountId, "policy", name, identities.deleted.get(`policy/${name}`)),
    ...(Description !== undefined && { description: Description }),
    versions: [{ versionId: "v1", document: checkedManagedDocument(call), createdAt: at }],
    ...{ defaultVersionId: "v1", versionsMade: 1 },
    tags: tagsIn(call, "exact case"),
  };
}

interface ListInput extends Members {
  readonly Scope?: "All" | "AWS" | "Local";
  readonly OnlyAttached?: boolean;
  readonly PathPrefix?: string;
  readonly PolicyUsageFilter?: "PermissionsPolicy" | "PermissionsBoundary";
}

/** The ARNs that the call asks for; the policies of AWS are read only where they are shown. */
function askedFor(call: Call, identities: Identities): string[] {
  const { Scope = "All", OnlyAttached = false, PathPrefix = "/", PolicyUsageFilter } = inputOf<ListInput>(call);
  const usage = usageOf(identities);
  const own = Scope === "AWS" ? [] : Array.from(identities.managedPolicies.values(), ({ arn }) => arn);
  const prefix = `arn:${identities.partition}:`;
  const aws = Scope === "Local" ? [] : Array.from(awsManagedPolicyArns(), (arn) => arn.replace("arn:aws:", prefix));
  return [...own, ...aws].filter((arn) => {
    if (!arn.slice(arn.indexOf("/")).startsWith(PathPrefix)) return false;
    if (OnlyAttached && usage.attachments(arn) === 0) return false;
    if (PolicyUsageFilter === undefined) return true;
    return (PolicyUsageFilter === "PermissionsPolicy" ? usage.attachments(arn) : usage.boundaries(arn)) > 0;
  });
}

export const managedPolicyOperations: Readonly<Record<string, IamOperation>> = {
  CreatePolicy: changes(
    (call) => {
      const { PolicyName, Path = "/" } = inputOf<PolicyInput>(call);
      return { arn: entityArn(call, "policy", Path, PolicyName), shown: `policy ${PolicyName}` };
    },
    (call, identities) => {
      const policy = newPolicy(call, identities);
      const output = { Policy: { ...shownPolicy(policy, usageOf(identities)), ...tagsIfAny(policy) } };
      return { changes: [put("managedPolicies", policy.name, policy)], output };
    },
    tagging("Policy"),
  ),
  GetPolicy: reads(policyResource, (call, identities) => {
    const policy = policyIn(call, identities);
    const description = policy.description === undefined ? {} : { Description: policy.description };
    return { Policy: { ...shownPolicy(policy, usageOf(identities)), ...description, Tags: shownTags(policy.tags) } };
  }),
  ListPolicies: reads(
    (call) => {
      const { PathPrefix = "/" } = inputOf<ListInput>(call);
      return { arn: entityArn(call, "policy", PathPrefix, ""), shown: `policy path ${PathPrefix}` };
    },
    (call, identities) =>
      page(call, "Policies", askedFor(call, identities), String, (arn) =>
        shownPolicy(policyByArn(identities, arn) as ManagedPolicy, usageOf(identities)),
      ),
  ),
  DeletePolicy: changes(policyResource, (call, identities) => {
    const { arn, name, versions } = ownPolicyIn(call, identities, "delete policies");
    const usage = usageOf(identities);
    if (usage.attachments(arn) + usage.boundaries(arn) > 0) {
      throw deleteConflict("Cannot delete a policy attached to entities.");
    }
    if (versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
          "The default version is deleted with the policy.",
      );
    }
    return { changes: [remove("managedPolicies", name)] };
  }),
};
