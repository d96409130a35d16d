// Which versions does a managed policy have, and which is in force?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html

import { QUOTAS } from "../../roles/limits.ts";
import type { Identities, ManagedPolicy, PolicyVersion } from "../../roles/model.ts";
import type { Call, Members } from "../call.ts";
import { deleteConflict, limitExceeded, noSuchEntity } from "./errors.ts";
import {
  checkedManagedDocument,
  checkedPolicyArn,
  ownPolicyIn,
  policyByArn,
  policyIn,
  policyResource,
} from "./managed-policies.ts";
import { changes, type IamOperation, inputOf, put, reads } from "./operation.ts";
import { page } from "./page.ts";
import { shownText } from "./policy-documents.ts";

interface VersionInput extends Members {
  readonly PolicyArn: string;
  readonly VersionId: string;
  readonly SetAsDefault?: boolean;
}

/** The version that the call names. @throws AwsError NoSuchEntity, whether the policy or the version is missing */
function versionIn(call: Call, identities: Identities): { policy: ManagedPolicy; version: PolicyVersion } {
  const { PolicyArn, VersionId } = inputOf<VersionInput>(call);
  const policy = policyByArn(identities, checkedPolicyArn(call));
  const version = policy?.versions.find(({ versionId }) => versionId === VersionId);
  if (policy && version) return { policy, version };
  throw noSuchEntity(`Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`);
}

const shown = ({ versionId, createdAt }: PolicyVersion, { defaultVersionId }: ManagedPolicy): Members => ({
  VersionId: versionId,
  IsDefaultVersion: versionId === defaultVersionId,
  CreateDate: createdAt,
});

/** With its document, as it is got alone. */
export const wholeVersion = (version: PolicyVersion, policy: ManagedPolicy): Members => ({
  Document: shownText(version.document),
  ...shown(version, policy),
});

export const newestFirst = ({ versions }: ManagedPolicy): PolicyVersion[] => versions.toReversed();

/** So that `v10` is older than `v9`, in pages of what is sorted by its key. */
const newestFirstKey = ({ versionId }: PolicyVersion) => String(1e9 - Number(versionId.slice(1)));

export const policyVersionOperations: Readonly<Record<string, IamOperation>> = {
  CreatePolicyVersion: changes(policyResource, (call, identities) => {
    const policy = ownPolicyIn(call, identities);
    const document = checkedManagedDocument(call);
    if (policy.versions.length >= QUOTAS.VersionsPerPolicy) {
      throw limitExceeded(
        `A managed policy can have up to ${QUOTAS.VersionsPerPolicy} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const { at } = call.request;
    const versionsMade = policy.versionsMade + 1;
    const version = { versionId: `v${versionsMade}`, document, createdAt: at };
    const changed = {
      ...policy,
      ...{ versions: [...policy.versions, version], versionsMade, updatedAt: at },
      ...(inputOf<VersionInput>(call).SetAsDefault && { defaultVersionId: version.versionId }),
    };
    return {
      changes: [put("managedPolicies", policy.name, changed)],
      output: { PolicyVersion: shown(version, changed) },
    };
  }),
  GetPolicyVersion: reads(policyResource, (call, identities) => {
    const { policy, version } = versionIn(call, identities);
    return { PolicyVersion: wholeVersion(version, policy) };
  }),
  ListPolicyVersions: reads(policyResource, (call, identities) => {
    const policy = policyIn(call, identities);
    return page(call, "Versions", policy.versions, newestFirstKey, (version) => shown(version, policy));
  }),
  SetDefaultPolicyVersion: changes(policyResource, (call, identities) => {
    const { version, policy } = versionIn(call, identities);
    ownPolicyIn(call, identities);
    const changed = { ...policy, defaultVersionId: version.versionId, updatedAt: call.request.at };
    return { changes: [put("managedPolicies", policy.name, changed)] };
  }),
  DeletePolicyVersion: changes(policyResource, (call, identities) => {
    ownPolicyIn(call, identities, "delete policy versions for policies");
    const { version, policy } = versionIn(call, identities);
    if (version.versionId === policy.defaultVersionId) {
      throw deleteConflict("Cannot delete the default version of a policy.");
    }
    const versions = policy.versions.filter((each) => each !== version);
    return { changes: [put("managedPolicies", policy.name, { ...policy, versions })] };
  }),
};
