// How does EC2 describe an instance? The very facts that its metadata service tells, in the shape of the API.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html

import { derivedHexId } from "../../entropy/derive.ts";
import { optionsOf, tagsOf } from "../../instances/actions/settings.ts";
import { privateHostname, publicHostname } from "../../instances/hostname.ts";
import {
  type Instance,
  isGone,
  type NetworkInterface,
  POWER_STATES,
  type PowerState,
} from "../../instances/instance.ts";
import { instanceTypeFacts } from "../../instances/instance-types.ts";
import { securityGroupIds } from "../../instances/network.ts";
import { attachedAt, attachmentIdOf, volumesOf } from "../../instances/volumes.ts";
import type { Members } from "../call.ts";
import { type Ec2, situationOf } from "./operation.ts";
import { profileOfInstance } from "./profile.ts";

export const shownState = (state: PowerState) => ({ Code: POWER_STATES[state], Name: state });

export const shownTags = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Whether what was decided last is still on its way; from the end on it is so again, captured. */
function isPending(ec2: Ec2, { instanceId, state }: Instance): boolean {
  if (state === "pending" || isGone(state)) return true;
  return (ec2.state.lives.get(instanceId)?.metadataOptions?.at(-1)?.from ?? 0) > ec2.at;
}

export function shownOptions(ec2: Ec2, instance: Instance, isJustModified = false): Members {
  const { httpTokens, httpPutResponseHopLimit, httpEndpoint, httpProtocolIpv6, instanceMetadataTags } = optionsOf(
    situationOf(ec2, instance),
  );
  return {
    State: isJustModified || isPending(ec2, instance) ? "pending" : "applied",
    HttpTokens: httpTokens,
    HttpPutResponseHopLimit: httpPutResponseHopLimit,
    HttpEndpoint: httpEndpoint,
    HttpProtocolIpv6: httpProtocolIpv6,
    InstanceMetadataTags: instanceMetadataTags,
  };
}

export function shownInstance(ec2: Ec2, instance: Instance): Members {
  const { attributes, placement } = instance;
  const profile = profileOfInstance(ec2, instance);
  const { virtualCpus, isBurstable } = instanceTypeFacts(instance.instanceType);
  const threads = instance.architecture === "arm64" || virtualCpus === 1 ? 1 : 2;
  return {
    InstanceId: instance.instanceId,
    ImageId: instance.imageId,
    State: shownState(instance.state),
    ...reasonOf(instance),
    ...(instance.keyName !== undefined && { KeyName: instance.keyName }),
    AmiLaunchIndex: instance.amiLaunchIndex,
    ProductCodes: instance.productCodes.map((ProductCodeId) => ({ ProductCodeId, ProductCodeType: "marketplace" })),
    InstanceType: instance.instanceType,
    LaunchTime: instance.launchTime,
    Placement: {
      AvailabilityZone: instance.availabilityZone,
      AvailabilityZoneId: instance.availabilityZoneId,
      GroupName: placement.groupName ?? "",
      ...(placement.partitionNumber !== undefined && { PartitionNumber: placement.partitionNumber }),
      ...(placement.hostId !== undefined && { HostId: placement.hostId }),
      Tenancy: placement.hostId === undefined ? "default" : "host",
    },
    ...(instance.kernelId !== undefined && { KernelId: instance.kernelId }),
    ...(instance.ramdiskId !== undefined && { RamdiskId: instance.ramdiskId }),
    Monitoring: { State: "disabled" },
    Architecture: instance.architecture,
    ...(instance.clientToken !== undefined && { ClientToken: instance.clientToken }),
    EbsOptimized: attributes.ebsOptimized,
    EnaSupport: instance.hypervisor === "nitro",
    // EC2 says so of Nitro, too.
    Hypervisor: "xen",
    ...(profile && { IamInstanceProfile: { Arn: profile.arn, Id: profile.id } }),
    ...lifecycleOf(instance),
    RootDeviceName: instance.rootDeviceName,
    RootDeviceType: "ebs",
    Tags: shownTags(tagsOf(situationOf(ec2, instance))),
    VirtualizationType: "hvm",
    CpuOptions: { CoreCount: virtualCpus / threads, ThreadsPerCore: threads },
    CapacityReservationSpecification: { CapacityReservationPreference: "open" },
    HibernationOptions: { Configured: instance.hibernationConfigured ?? false },
    MetadataOptions: shownOptions(ec2, instance),
    EnclaveOptions: { Enabled: false },
    BootMode: "uefi-preferred",
    CurrentInstanceBootMode: isBurstable && instance.hypervisor === "xen" ? "legacy-bios" : "uefi",
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    UsageOperationUpdateTime: instance.createdAt,
    MaintenanceOptions: { AutoRecovery: "default", RebootMigration: "default" },
    NetworkPerformanceOptions: { BandwidthWeighting: "default" },
    ...connectionsOf(ec2, instance),
  };
}

function reasonOf({ state, stateSince, spotInterruption }: Instance): Members {
  if (state === "running") return { StateTransitionReason: "" };
  if (state === "pending") return { StateTransitionReason: "", StateReason: { Code: "pending", Message: "pending" } };
  const isSpot = spotInterruption !== undefined && spotInterruption.time <= stateSince;
  const Code = isSpot ? "Server.SpotInstanceTermination" : "Client.UserInitiatedShutdown";
  const Message = isSpot ? `${Code}: Instance termination` : `${Code}: User initiated shutdown`;
  const instant = new Date(stateSince).toISOString().slice(0, 19).replace("T", " ");
  return {
    StateTransitionReason: isSpot ? "" : `User initiated (${instant} GMT)`,
    StateReason: { Code, Message },
  };
}

function lifecycleOf({ instanceLifecycle, accountId, instanceId }: Instance): Members {
  if (instanceLifecycle === "on-demand") return {};
  const InstanceLifecycle = instanceLifecycle;
  if (instanceLifecycle !== "spot") return { InstanceLifecycle };
  return { InstanceLifecycle, SpotInstanceRequestId: derivedHexId("sir-", 8, accountId, instanceId) };
}

/** What a terminated machine has no more: addresses, interfaces, volumes. */
function connectionsOf(ec2: Ec2, instance: Instance): Members {
  const [primary] = instance.networkInterfaces;
  if (instance.state === "terminated") {
    return {
      PrivateDnsName: "",
      PublicDnsName: "",
      BlockDeviceMappings: [],
      NetworkInterfaces: [],
      SecurityGroups: [],
    };
  }
  const [address] = primary.privateIpAddresses;
  const [publicAddress] = primary.ipv4Associations.keys();
  const { hostnameType } = instance;
  return {
    PrivateDnsName: privateHostname(instance, primary),
    PublicDnsName: publicHostname(instance, primary, ec2.identities.partition) ?? "",
    ...(address !== undefined && { PrivateIpAddress: address }),
    ...(publicAddress !== undefined && { PublicIpAddress: publicAddress }),
    ...(primary.ipv6Addresses[0] !== undefined && { Ipv6Address: primary.ipv6Addresses[0] }),
    SubnetId: primary.subnetId,
    VpcId: primary.vpcId,
    SourceDestCheck: instance.attributes.sourceDestCheck,
    SecurityGroups: shownGroups(instance, primary),
    PrivateDnsNameOptions: {
      HostnameType: hostnameType,
      EnableResourceNameDnsARecord: hostnameType === "resource-name",
      EnableResourceNameDnsAAAARecord: false,
    },
    BlockDeviceMappings: shownMappings(instance),
    NetworkInterfaces: instance.networkInterfaces.map((connection) => shownInterface(ec2, instance, connection)),
  };
}

export const shownMappings = (instance: Instance) =>
  volumesOf(instance).map(({ deviceName, volumeId, deleteOnTermination }) => ({
    DeviceName: deviceName,
    Ebs: {
      AttachTime: attachedAt(instance),
      DeleteOnTermination: deleteOnTermination,
      Status: "attached",
      VolumeId: volumeId,
    },
  }));

export function shownGroups(instance: Instance, connection: NetworkInterface) {
  const ids = securityGroupIds(instance, connection);
  return connection.securityGroups.map((GroupName, i) => ({ GroupId: ids[i], GroupName }));
}

/** What DescribeNetworkInterfaces has, too. */
export function shownInterface(ec2: Ec2, instance: Instance, connection: NetworkInterface): Members {
  const { privateIpAddresses, ipv4Associations, ipv6Addresses, ipv4Prefixes, ipv6Prefixes } = connection;
  const dnsName = privateHostname(instance, connection);
  const publicName = publicHostname(instance, connection, ec2.identities.partition) ?? "";
  const addresses = privateIpAddresses.map((PrivateIpAddress, i) => {
    const [PublicIp] = ipv4Associations.entries().find(([, own]) => own === PrivateIpAddress) ?? [];
    const Association = PublicIp !== undefined && { IpOwnerId: "amazon", PublicDnsName: publicName, PublicIp };
    return { Primary: i === 0, PrivateDnsName: dnsName, PrivateIpAddress, ...(Association && { Association }) };
  });
  const [primary] = addresses;
  return {
    NetworkInterfaceId: connection.interfaceId,
    ...(primary && { PrivateIpAddress: primary.PrivateIpAddress }),
    ...(primary && "Association" in primary && { Association: primary.Association }),
    Attachment: {
      AttachTime: instance.createdAt,
      AttachmentId: attachmentIdOf(connection.interfaceId),
      DeleteOnTermination: true,
      DeviceIndex: connection.deviceIndex,
      NetworkCardIndex: connection.networkCardIndex ?? 0,
      Status: "attached",
    },
    Description: "",
    Groups: shownGroups(instance, connection),
    Ipv6Addresses: ipv6Addresses.map((Ipv6Address) => ({ Ipv6Address })),
    Ipv4Prefixes: ipv4Prefixes.map((Ipv4Prefix) => ({ Ipv4Prefix })),
    Ipv6Prefixes: ipv6Prefixes.map((Ipv6Prefix) => ({ Ipv6Prefix })),
    MacAddress: connection.macAddress,
    OwnerId: instance.accountId,
    PrivateDnsName: dnsName,
    PrivateIpAddresses: addresses,
    SourceDestCheck: instance.attributes.sourceDestCheck,
    Status: "in-use",
    SubnetId: connection.subnetId,
    VpcId: connection.vpcId,
    InterfaceType: "interface",
  };
}
