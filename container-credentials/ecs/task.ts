// What is this task like? Its attributes as configured, and plausible ones derived from its name for all that is left open.

import type { RoleRecipient } from "../../credential-rotator/container-role.ts";
import { derivedHexId, derivedUuid } from "../../entropy/derive.ts";
import type { SecretKey } from "../../entropy/hash.ts";
import { zoneOf } from "../../instances/zone.ts";
import type { ContainersState, TaskEntry } from "../state.ts";

export interface Container {
  readonly name: string;
  readonly image: string;
  /** `sha256:` and 64 hex digits. */
  readonly imageId: string;
  /** 64 hex digits. */
  readonly dockerId: string;
  readonly dockerName: string;
  readonly containerArn: string;
  /** In `ECS_CONTAINER_METADATA_URI_V4`. */
  readonly endpointId: string;
}

export interface Task {
  readonly name: string;
  readonly taskArn: string;
  readonly cluster: string;
  readonly family: string;
  readonly revision: number;
  readonly launchType: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly startedAt: number;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly vpcId: string;
  readonly network: { readonly privateIpAddress: string; readonly macAddress: string };
  readonly containers: readonly [Container, ...Container[]];
  /** In `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`; undefined for a task without a role. */
  readonly credentialsId?: string;
  readonly recipient?: RoleRecipient;
}

/** The task of an entry. What must not be guessed follows from the key. */
export function makeTask(
  { accountId, region }: Pick<ContainersState, "accountId" | "region">,
  partition: string,
  { name, configuration, startedAt }: TaskEntry,
  masterKey: SecretKey,
): Task {
  const { cluster = "default", family = name, revision = 1, launchType = "EC2", tags = {}, taskRole } = configuration;
  const taskId = derivedHexId("", 32, "ecs-task", accountId, region, name);
  const arn = (kind: string, id: string) => `arn:${partition}:ecs:${region}:${accountId}:${kind}/${cluster}/${id}`;
  const taskArn = arn("task", taskId);
  const zone = zoneOf(region);
  const described = configuration.containers ?? { [name]: {} };
  const containers = Object.entries(described).map(([container, { image = `${container}:latest` }]): Container => {
    const hex = (digits: number, what: string) => derivedHexId("", digits, what, taskArn, container);
    return {
      name: container,
      image,
      imageId: `sha256:${derivedHexId("", 64, "image", image)}`,
      dockerId: hex(64, "docker-id"),
      dockerName: `ecs-${family}-${revision}-${container}-${hex(20, "docker-name")}`,
      containerArn: arn("container", `${taskId}/${derivedUuid(masterKey, "container", taskArn, container)}`),
      endpointId: derivedUuid(masterKey, "container endpoint", taskArn, container),
    };
  });
  return {
    name,
    taskArn,
    cluster,
    family,
    revision,
    launchType,
    tags,
    startedAt,
    availabilityZone: zone.name,
    availabilityZoneId: zone.id,
    vpcId: derivedHexId("vpc-0", 16, accountId, region),
    network: networkOf(taskArn),
    // INVARIANT: a task has a container.
    containers: containers as [Container, ...Container[]],
    ...(taskRole !== undefined && {
      credentialsId: configuration.credentialsId ?? derivedUuid(masterKey, "credentials id", taskArn),
      recipient: recipientOf(taskArn, taskId, name, taskRole, startedAt),
    }),
  };
}

/** An address in 10.0.2.0/24, where AWS keeps the first four and the last for itself. */
function networkOf(taskArn: string) {
  const bytes = Buffer.from(derivedHexId("", 12, "task-network", taskArn), "hex");
  const macAddress = ["0e", ...Array.from(bytes.subarray(1), (byte) => byte.toString(16).padStart(2, "0"))].join(":");
  return { privateIpAddress: `10.0.2.${4 + ((bytes[0] as number) % 251)}`, macAddress };
}

/** The task's id is the session's name. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
function recipientOf(
  taskArn: string,
  taskId: string,
  name: string,
  roleName: string,
  deliveredFrom: number,
): RoleRecipient {
  return {
    kind: "ecs-task",
    roleName,
    servicePrincipal: "ecs-tasks.amazonaws.com",
    sourceArn: taskArn,
    requestArn: taskArn,
    tags: {},
    rotation: `tasks/${name}`,
    deliveredFrom,
    sessionName: () => taskId,
  };
}
