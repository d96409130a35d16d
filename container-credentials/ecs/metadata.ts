// What does a container learn of itself and of its task? Version 4 of the task metadata endpoint, members in the order of the agent's
// structures, for a task in the network mode awsvpc on an EC2 container instance.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html
// https://github.com/aws/amazon-ecs-agent/blob/master/ecs-agent/tmds/handlers/v4/state/response.go

import { goTime } from "../go-reply.ts";
import type { Container, Task } from "./task.ts";

/** What Docker gives a container that asks for none, as the agent tells it. */
const LIMITS = { CPU: 2, Memory: 0 };

export function containerMetadata(task: Task, container: Container) {
  const startedAt = goTime(task.startedAt);
  return {
    DockerId: container.dockerId,
    Name: container.name,
    DockerName: container.dockerName,
    Image: container.image,
    ImageID: container.imageId,
    Labels: {
      "com.amazonaws.ecs.cluster": task.cluster,
      "com.amazonaws.ecs.container-name": container.name,
      "com.amazonaws.ecs.task-arn": task.taskArn,
      "com.amazonaws.ecs.task-definition-family": task.family,
      "com.amazonaws.ecs.task-definition-version": String(task.revision),
    },
    DesiredStatus: "RUNNING",
    KnownStatus: "RUNNING",
    Limits: LIMITS,
    CreatedAt: startedAt,
    StartedAt: startedAt,
    Type: "NORMAL",
    ContainerARN: container.containerArn,
    Networks: [networkOf(task)],
  };
}

function networkOf({ network: { privateIpAddress, macAddress }, availabilityZone }: Task) {
  const region = availabilityZone.slice(0, -1);
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  return {
    NetworkMode: "awsvpc",
    IPv4Addresses: [privateIpAddress],
    AttachmentIndex: 0,
    MACAddress: macAddress,
    IPv4SubnetCIDRBlock: "10.0.2.0/24",
    DomainNameServers: ["10.0.0.2"],
    DomainNameSearchList: [domain],
    PrivateDNSName: `ip-${privateIpAddress.replaceAll(".", "-")}.${domain}`,
    SubnetGatewayIpv4Address: "10.0.2.1/24",
  };
}

/** Tags are told only who asks for them, and members without a value are left out. */
export function taskMetadata(task: Task, withTags: boolean) {
  const startedAt = goTime(task.startedAt);
  return {
    Cluster: task.cluster,
    TaskARN: task.taskArn,
    Family: task.family,
    Revision: String(task.revision),
    DesiredStatus: "RUNNING",
    KnownStatus: "RUNNING",
    PullStartedAt: startedAt,
    PullStoppedAt: startedAt,
    AvailabilityZone: task.availabilityZone,
    ...(withTags && Object.keys(task.tags).length > 0 && { TaskTags: sorted(task.tags) }),
    LaunchType: task.launchType,
    Containers: task.containers.map((container) => containerMetadata(task, container)),
    VPCID: task.vpcId,
    FaultInjectionEnabled: false,
    AvailabilityZoneID: task.availabilityZoneId,
  };
}

/** As Go writes a map. */
const sorted = (map: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1)));
