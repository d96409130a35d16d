// Which instances are there, and how are they? https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html

import type { Instance } from "../../instances/instance.ts";
import type { Call, Members } from "../call.ts";
import { invalidParameterCombination } from "./errors.ts";
import { type FilterPaths, filterOf, TAG_FILTERS } from "./filters.ts";
import { allInstances, instanceIdsOf, instancesOfIds } from "./instances.ts";
import { describes, type Ec2, type Ec2Operation, inputOf } from "./operation.ts";
import { pageOf } from "./page.ts";
import { shownInstance, shownState } from "./show-instance.ts";

/** What is found in an instance as it is told, or beside it in its reservation. */
export const INSTANCE_FILTERS: FilterPaths = {
  ...TAG_FILTERS,
  architecture: "Architecture",
  "availability-zone": "Placement.AvailabilityZone",
  "availability-zone-id": "Placement.AvailabilityZoneId",
  "block-device-mapping.attach-time": "@BlockDeviceMappings.Ebs.AttachTime",
  "block-device-mapping.delete-on-termination": "BlockDeviceMappings.Ebs.DeleteOnTermination",
  "block-device-mapping.device-name": "BlockDeviceMappings.DeviceName",
  "block-device-mapping.status": "BlockDeviceMappings.Ebs.Status",
  "block-device-mapping.volume-id": "BlockDeviceMappings.Ebs.VolumeId",
  "client-token": "ClientToken",
  "dns-name": "PublicDnsName",
  "host-id": "Placement.HostId",
  hypervisor: "Hypervisor",
  "iam-instance-profile.arn": "IamInstanceProfile.Arn",
  "iam-instance-profile.id": "IamInstanceProfile.Id",
  "image-id": "ImageId",
  "instance-id": "InstanceId",
  "instance-lifecycle": "InstanceLifecycle",
  "instance-state-code": "State.Code",
  "instance-state-name": "State.Name",
  "instance-type": "InstanceType",
  "instance.group-id": "SecurityGroups.GroupId",
  "instance.group-name": "SecurityGroups.GroupName",
  "ip-address": "PublicIpAddress",
  "kernel-id": "KernelId",
  "key-name": "KeyName",
  "launch-index": "AmiLaunchIndex",
  "launch-time": "@LaunchTime",
  "metadata-options.http-endpoint": "MetadataOptions.HttpEndpoint",
  "metadata-options.http-put-response-hop-limit": "MetadataOptions.HttpPutResponseHopLimit",
  "metadata-options.http-tokens": "MetadataOptions.HttpTokens",
  "metadata-options.instance-metadata-tags": "MetadataOptions.InstanceMetadataTags",
  "metadata-options.state": "MetadataOptions.State",
  "monitoring-state": "Monitoring.State",
  "network-interface.addresses.primary": "NetworkInterfaces.PrivateIpAddresses.Primary",
  "network-interface.addresses.private-ip-address": "NetworkInterfaces.PrivateIpAddresses.PrivateIpAddress",
  "network-interface.group-id": "NetworkInterfaces.Groups.GroupId",
  "network-interface.group-name": "NetworkInterfaces.Groups.GroupName",
  "network-interface.mac-address": "NetworkInterfaces.MacAddress",
  "network-interface.network-interface-id": "NetworkInterfaces.NetworkInterfaceId",
  "network-interface.private-dns-name": "NetworkInterfaces.PrivateDnsName",
  "network-interface.status": "NetworkInterfaces.Status",
  "network-interface.subnet-id": "NetworkInterfaces.SubnetId",
  "network-interface.vpc-id": "NetworkInterfaces.VpcId",
  "owner-id": "Reservation.OwnerId",
  "placement-group-name": "Placement.GroupName",
  "placement-partition-number": "Placement.PartitionNumber",
  "platform-details": "PlatformDetails",
  "private-dns-name": "PrivateDnsName",
  "private-ip-address": "PrivateIpAddress",
  "product-code": "ProductCodes.ProductCodeId",
  "ramdisk-id": "RamdiskId",
  reason: "StateTransitionReason",
  "reservation-id": "Reservation.ReservationId",
  "root-device-name": "RootDeviceName",
  "root-device-type": "RootDeviceType",
  "source-dest-check": "SourceDestCheck",
  "spot-instance-request-id": "SpotInstanceRequestId",
  "state-reason-code": "StateReason.Code",
  "subnet-id": "SubnetId",
  tenancy: "Placement.Tenancy",
  "usage-operation": "UsageOperation",
  "virtualization-type": "VirtualizationType",
  "vpc-id": "VpcId",
};

/** The ones that the call gives, or all. */
function meant(call: Call, ec2: Ec2): Iterable<Instance> {
  const ids = instanceIdsOf(call);
  if (ids.length === 0) return allInstances(ec2);
  if (call.input.MaxResults !== undefined) {
    throw invalidParameterCombination(
      "The parameter instancesSet cannot be used with the parameter maxResults. Remove maxResults and try again.",
    );
  }
  return instancesOfIds(ec2, ids);
}

export const shownReservation = ({ reservationId, accountId }: Instance, instances: readonly Members[]): Members => ({
  ReservationId: reservationId,
  OwnerId: accountId,
  Groups: [],
  Instances: instances,
});

const describeInstances = describes((call, ec2) => {
  const isWanted = filterOf(call, INSTANCE_FILTERS);
  const { shown, more } = pageOf(call, meant(call, ec2), (instance) => {
    const made = shownInstance(ec2, instance);
    const { ReservationId, OwnerId } = shownReservation(instance, []);
    return isWanted({ ...made, Reservation: { ReservationId, OwnerId } }) ? { instance, made } : undefined;
  });
  const reservations = Map.groupBy(shown, ({ instance }) => instance.reservationId);
  return {
    Reservations: Array.from(reservations.values(), (all) =>
      shownReservation(
        (all[0] as (typeof shown)[number]).instance,
        all.map(({ made }) => made),
      ),
    ),
    ...more,
  };
});

const STATUS_FILTERS: FilterPaths = {
  "availability-zone": "AvailabilityZone",
  "event.code": "Events.Code",
  "event.description": "Events.Description",
  "event.instance-event-id": "Events.InstanceEventId",
  "event.not-after": "@Events.NotAfter",
  "event.not-before": "@Events.NotBefore",
  "instance-state-code": "InstanceState.Code",
  "instance-state-name": "InstanceState.Name",
  "instance-status.reachability": "InstanceStatus.Details.Status",
  "instance-status.status": "InstanceStatus.Status",
  "system-status.reachability": "SystemStatus.Details.Status",
  "system-status.status": "SystemStatus.Status",
};

/** With EC2's delays: the checks take some two minutes; how many, nobody has captured. */
const CHECKS_MILLISECONDS = 120_000;

function shownStatus(ec2: Ec2, instance: Instance): Members {
  const { state, stateSince, delays } = instance;
  const isRunning = state === "running";
  const isChecked = delays === "none" || ec2.at >= stateSince + CHECKS_MILLISECONDS;
  const summary = isRunning
    ? {
        Status: isChecked ? "ok" : "initializing",
        Details: [{ Name: "reachability", Status: isChecked ? "passed" : "initializing" }],
      }
    : { Status: "not-applicable" };
  const events = instance.maintenance.filter((event) => event.state === "active");
  return {
    InstanceId: instance.instanceId,
    AvailabilityZone: instance.availabilityZone,
    AvailabilityZoneId: instance.availabilityZoneId,
    InstanceState: shownState(state),
    InstanceStatus: summary,
    SystemStatus: summary,
    AttachedEbsStatus: summary,
    Events: events.map(({ eventId, code, description, notBefore, notAfter }) => ({
      InstanceEventId: eventId,
      Code: code,
      Description: description,
      NotBefore: notBefore,
      NotAfter: notAfter,
    })),
  };
}

const describeInstanceStatus = describes((call, ec2) => {
  const isWanted = filterOf(call, STATUS_FILTERS);
  const { IncludeAllInstances = false } = inputOf<{ IncludeAllInstances?: boolean }>(call);
  const { shown, more } = pageOf(call, meant(call, ec2), (instance) => {
    if (!IncludeAllInstances && instance.state !== "running") return undefined;
    const made = shownStatus(ec2, instance);
    return isWanted(made) ? made : undefined;
  });
  return { InstanceStatuses: shown, ...more };
});

export const instanceDescriptions: Readonly<Record<string, Ec2Operation>> = {
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
};
