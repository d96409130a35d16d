// What does RunInstances take? The members that make a difference here, as the model of the operation types them.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html

import type { WrittenOptions } from "./metadata-options.ts";
import type { ProfileSpecification } from "./profile.ts";
import type { WrittenTag } from "./tags.ts";

export interface WrittenEbs {
  readonly DeleteOnTermination?: boolean;
  readonly Iops?: number;
  readonly SnapshotId?: string;
  readonly VolumeSize?: number;
  readonly VolumeType?: string;
  readonly Throughput?: number;
  readonly Encrypted?: boolean;
}

export interface WrittenMapping {
  readonly DeviceName?: string;
  readonly VirtualName?: string;
  readonly NoDevice?: string;
  readonly Ebs?: WrittenEbs;
}

export interface WrittenInterface {
  readonly AssociatePublicIpAddress?: boolean;
  readonly DeviceIndex?: number;
  readonly Groups?: readonly string[];
  readonly Ipv6AddressCount?: number;
  readonly Ipv6Addresses?: readonly { readonly Ipv6Address?: string }[];
  readonly NetworkInterfaceId?: string;
  readonly PrivateIpAddress?: string;
  readonly PrivateIpAddresses?: readonly { readonly PrivateIpAddress?: string; readonly Primary?: boolean }[];
  readonly SubnetId?: string;
  readonly NetworkCardIndex?: number;
}

export interface RunInput {
  readonly MinCount: number;
  readonly MaxCount: number;
  readonly ImageId?: string;
  readonly InstanceType?: string;
  readonly KeyName?: string;
  readonly KernelId?: string;
  readonly RamdiskId?: string;
  readonly SubnetId?: string;
  readonly SecurityGroupIds?: readonly string[];
  readonly SecurityGroups?: readonly string[];
  readonly PrivateIpAddress?: string;
  readonly Ipv6AddressCount?: number;
  readonly Ipv6Addresses?: readonly { readonly Ipv6Address?: string }[];
  readonly NetworkInterfaces?: readonly WrittenInterface[];
  readonly BlockDeviceMappings?: readonly WrittenMapping[];
  readonly Placement?: {
    readonly AvailabilityZone?: string;
    readonly GroupName?: string;
    readonly HostId?: string;
    readonly PartitionNumber?: number;
  };
  readonly IamInstanceProfile?: ProfileSpecification;
  readonly MetadataOptions?: WrittenOptions;
  readonly UserData?: string;
  readonly TagSpecifications?: readonly { readonly ResourceType?: string; readonly Tags?: readonly WrittenTag[] }[];
  readonly InstanceMarketOptions?: { readonly MarketType?: string };
  readonly HibernationOptions?: { readonly Configured?: boolean };
  readonly PrivateDnsNameOptions?: { readonly HostnameType?: "ip-name" | "resource-name" };
  readonly DisableApiStop?: boolean;
  readonly DisableApiTermination?: boolean;
  readonly InstanceInitiatedShutdownBehavior?: "stop" | "terminate";
  readonly EbsOptimized?: boolean;
  readonly LaunchTemplate?: object;
  readonly ClientToken?: string;
  readonly DryRun?: boolean;
}
