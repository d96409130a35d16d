// Who is this pod, and which role does its service account have? The pods that Mayfly knows by name, and the EKS Pod Identity
// associations of the present state.

import type { RoleRecipient } from "../../credential-rotator/container-role.ts";
import { derivedBase32Id, derivedUuid } from "../../entropy/derive.ts";
import type { SecretKey } from "../../entropy/hash.ts";
import { partitionOf } from "../../roles/arn.ts";
import { POD_IDENTITY_AUDIENCE, type PodSubject } from "../../signing/service-account-tokens.ts";
import { type ContainersState, isOfSameServiceAccount, type PodEntry, type PodIdentityState } from "../state.ts";

/** A pod of the configuration. */
export function subjectOf({ name, namespace, serviceAccount }: PodEntry, masterKey: SecretKey): PodSubject {
  return { namespace, serviceAccount, podName: name, podUid: derivedUuid(masterKey, "pod", namespace, name) };
}

/** To whom credentials are delivered for the pod; undefined where its service account has no association. */
export function recipientOf(state: ContainersState, pod: PodSubject, masterKey: SecretKey): RoleRecipient | undefined {
  const { accountId, region, podIdentity } = state;
  const association = podIdentity?.associations.find((each) => isOfSameServiceAccount(each, pod));
  if (!podIdentity || !association) return undefined;
  const { clusterName } = podIdentity;
  const { namespace, serviceAccount } = association;
  const arn = (resource: string) => `arn:${partitionOf(region)}:eks:${region}:${accountId}:${resource}`;
  const id = derivedBase32Id("a-", 17, "association", accountId, region, clusterName, namespace, serviceAccount);
  const clusterArn = arn(`cluster/${clusterName}`);
  return {
    kind: "eks-pod",
    roleName: association.role,
    servicePrincipal: POD_IDENTITY_AUDIENCE,
    sourceArn: arn(`podidentityassociation/${clusterName}/${id.toLowerCase()}`),
    requestArn: clusterArn,
    tags: association.disableSessionTags ? {} : sessionTags(podIdentity, clusterArn, pod),
    rotation: "podIdentity/",
    deliveredFrom: association.createdAt,
    sessionName: (issuedAt) => sessionName(clusterName, pod, derivedUuid(masterKey, "session", pod.podUid, issuedAt)),
  };
}

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html */
const sessionTags = ({ clusterName }: PodIdentityState, clusterArn: string, pod: PodSubject) => ({
  "eks-cluster-arn": clusterArn,
  "eks-cluster-name": clusterName,
  "kubernetes-namespace": pod.namespace,
  "kubernetes-service-account": pod.serviceAccount,
  "kubernetes-pod-name": pod.podName,
  "kubernetes-pod-uid": pod.podUid,
});

const NAME_PART = 10;

/**
 * The first ten characters of both names and a UUID: seen in public reports of 2024 to 2026, such as
 * `eks-eks-worksh-carts-d49c-c1857ccc-86be-4bd6-9c6d-0b90748341b4`.
 */
const sessionName = (clusterName: string, { podName }: PodSubject, uuid: string) =>
  `eks-${clusterName.slice(0, NAME_PART)}-${podName.slice(0, NAME_PART)}-${uuid}`;
