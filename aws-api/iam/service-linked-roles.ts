// Which roles do AWS's services make for themselves? Their names and policies are the services' own.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html

import { ENTITY_KINDS, entityArn } from "../../roles/arn.ts";
import { awsManagedPolicy } from "../../roles/aws-managed-policies.ts";
import { bindPrincipals } from "../../roles/bound-principals.ts";
import { DEFAULT_SESSION_SECONDS } from "../../roles/identities.ts";
import type { Identities, Role } from "../../roles/model.ts";
import { trustPolicyFor } from "../../roles/trust.ts";
import type { Call, Members } from "../call.ts";
import { invalidInput, noSuchEntity } from "./errors.ts";
import { entityIn, named, newEntity, ROLE, SERVICE_LINKED_PATH } from "./kinds.ts";
import { changes, type IamOperation, inputOf, put, reads, remove } from "./operation.ts";
import { shownRole } from "./roles.ts";

interface LinkedInput extends Members {
  readonly AWSServiceName: string;
  readonly Description?: string;
  readonly CustomSuffix?: string;
  readonly DeletionTaskId: string;
}

/** What stands behind `AWSServiceRoleFor`, and the managed policy. */
const LINKED: Readonly<Record<string, readonly [name: string, policy: string]>> = {
  "autoscaling.amazonaws.com": ["AutoScaling", "AutoScalingServiceRolePolicy"],
  "backup.amazonaws.com": ["Backup", "AWSBackupServiceLinkedRolePolicyForBackup"],
  "batch.amazonaws.com": ["Batch", "BatchServiceRolePolicy"],
  "cloudtrail.amazonaws.com": ["CloudTrail", "CloudTrailServiceRolePolicy"],
  "config.amazonaws.com": ["Config", "AWSConfigServiceRolePolicy"],
  "ec2-instance-connect.amazonaws.com": ["Ec2InstanceConnect", "Ec2InstanceConnectEndpoint"],
  "ecs.amazonaws.com": ["ECS", "AmazonECSServiceRolePolicy"],
  "eks.amazonaws.com": ["AmazonEKS", "AmazonEKSServiceRolePolicy"],
  "eks-fargate.amazonaws.com": ["AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"],
  "eks-nodegroup.amazonaws.com": ["AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"],
  "elasticache.amazonaws.com": ["ElastiCache", "ElastiCacheServiceRolePolicy"],
  "elasticfilesystem.amazonaws.com": ["AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"],
  "elasticloadbalancing.amazonaws.com": ["ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"],
  "imagebuilder.amazonaws.com": ["ImageBuilder", "AWSServiceRoleForImageBuilder"],
  "kafka.amazonaws.com": ["Kafka", "KafkaServiceRolePolicy"],
  "opensearchservice.amazonaws.com": ["AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"],
  "ram.amazonaws.com": ["ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"],
  "rds.amazonaws.com": ["RDS", "AmazonRDSServiceRolePolicy"],
  "redshift.amazonaws.com": ["Redshift", "AmazonRedshiftServiceLinkedRolePolicy"],
  "ssm.amazonaws.com": ["AmazonSSM", "AmazonSSMServiceRolePolicy"],
  "sso.amazonaws.com": ["SSO", "AWSSSOServiceRolePolicy"],
};

/** Those that may have several. */
const SUFFIXED = ["autoscaling.amazonaws.com", "connect.amazonaws.com", "lexv2.amazonaws.com"];

const pathOf = (service: string) => `${SERVICE_LINKED_PATH}${service}/`;

/** A service that is not in the table has a role of its own name, without policies: that is a guess. */
function nameOf(service: string, suffix: string | undefined): string {
  const own = service.split(".", 1)[0] as string;
  const name = `AWSServiceRoleFor${LINKED[service]?.[0] ?? own.charAt(0).toUpperCase() + own.slice(1)}`;
  return suffix === undefined ? name : `${name}_${suffix}`;
}

function newRole(call: Call, identities: Identities): Role {
  const { AWSServiceName: service, Description, CustomSuffix } = inputOf<LinkedInput>(call);
  if (CustomSuffix !== undefined && !SUFFIXED.includes(service)) {
    throw invalidInput(`Custom suffix is not allowed for ${service}`);
  }
  const name = nameOf(service, CustomSuffix);
  if (identities.roles.has(name)) {
    throw invalidInput(`Service role name ${name} has been taken in this account, please try a different suffix.`);
  }
  const { name: policyName, path = "" } = awsManagedPolicy(LINKED[service]?.[1] ?? "") ?? {};
  const aws = { partition: identities.partition, accountId: "aws" };
  return {
    ...newEntity(ROLE, call, identities, { name, path: pathOf(service) }),
    ...(Description !== undefined && { description: Description }),
    trustPolicy: bindPrincipals(JSON.stringify(trustPolicyFor([service])), identities),
    attachedPolicies: policyName === undefined ? [] : [entityArn(aws, "policy", path, policyName)],
    maxSessionDurationSeconds: DEFAULT_SESSION_SECONDS,
    ...{ inlinePolicies: [], tags: [] },
  };
}

/** `task/aws-service-role/SERVICE/ROLE/UUID` → the role. */
const roleOfTask = (task: string) => task.split("/").at(-2) ?? "";

export const serviceLinkedRoleOperations: Readonly<Record<string, IamOperation>> = {
  CreateServiceLinkedRole: changes(
    (call) => {
      const { AWSServiceName: service, CustomSuffix } = inputOf<LinkedInput>(call);
      return entityArn(call, ENTITY_KINDS.roles, pathOf(service), nameOf(service, CustomSuffix));
    },
    (call, identities) => {
      const role = newRole(call, identities);
      return { changes: [put("roles", role.name, role)], output: { Role: shownRole(role, identities) } };
    },
  ),
  // AWS asks the service whether it is in need of the role; here none ever is, so that it is done at once.
  DeleteServiceLinkedRole: changes(named(ROLE), (call, identities) => {
    const { name, path } = entityIn(ROLE, call, identities);
    if (!path.startsWith(SERVICE_LINKED_PATH)) throw noSuchEntity(ROLE.missing(name));
    const output = { DeletionTaskId: `task${path}${name}/${call.requestId}` };
    return { changes: [remove("roles", name)], output };
  }),
  GetServiceLinkedRoleDeletionStatus: reads(
    (call, identities) => {
      const name = roleOfTask(inputOf<LinkedInput>(call).DeletionTaskId);
      return identities.roles.get(name)?.arn ?? entityArn(call, ENTITY_KINDS.roles, SERVICE_LINKED_PATH, name);
    },
    (call) => {
      const { DeletionTaskId } = inputOf<LinkedInput>(call);
      if (!DeletionTaskId.startsWith(`task${SERVICE_LINKED_PATH}`)) {
        throw noSuchEntity(`Deletion task ${DeletionTaskId} cannot be found.`);
      }
      return { Status: "SUCCEEDED" };
    },
  ),
};
