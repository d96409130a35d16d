// Which networks are there? VPCs, subnets, security groups and interfaces, which follow from the instances.

import { derivedHexId } from "../../entropy/derive.ts";
import { usableAddresses } from "../../instances/networks.ts";
import type { Call } from "../call.ts";
import type { Catalogue } from "./catalogue.ts";
import { unknownGroup, unknownInterface, unknownSubnet, unknownVpc } from "./errors.ts";
import { TAG_FILTERS } from "./filters.ts";
import { presentInstances } from "./instances.ts";
import { networks } from "./networks.ts";
import { shownInterface } from "./show-instance.ts";
import { shownTagsOf } from "./tags.ts";

const arn = ({ partition, region, accountId }: Call, resource: string) =>
  `arn:${partition}:ec2:${region}:${accountId}:${resource}`;

const vpcs: Catalogue = {
  member: "Vpcs",
  chosenBy: { VpcIds: ["VpcId", unknownVpc] },
  filters: {
    ...TAG_FILTERS,
    cidr: "CidrBlock",
    "cidr-block-association.cidr-block": "CidrBlockAssociationSet.CidrBlock",
    "dhcp-options-id": "DhcpOptionsId",
    "is-default": "IsDefault",
    isDefault: "IsDefault",
    "owner-id": "OwnerId",
    state: "State",
    "vpc-id": "VpcId",
  },
  *items(ec2, { accountId }) {
    for (const { vpcId, ipv4CidrBlocks, ipv6CidrBlocks, isDefault } of networks(ec2).vpcs.values()) {
      const associationId = (block: string) => derivedHexId("vpc-cidr-assoc-0", 16, vpcId, block);
      yield {
        VpcId: vpcId,
        OwnerId: accountId,
        State: "available",
        CidrBlock: ipv4CidrBlocks[0],
        CidrBlockAssociationSet: ipv4CidrBlocks.map((CidrBlock) => ({
          AssociationId: associationId(CidrBlock),
          CidrBlock,
          CidrBlockState: { State: "associated" },
        })),
        Ipv6CidrBlockAssociationSet: ipv6CidrBlocks.map((Ipv6CidrBlock) => ({
          AssociationId: associationId(Ipv6CidrBlock),
          Ipv6CidrBlock,
          Ipv6CidrBlockState: { State: "associated" },
        })),
        DhcpOptionsId: derivedHexId("dopt-0", 16, accountId),
        InstanceTenancy: "default",
        IsDefault: isDefault,
        Tags: shownTagsOf(ec2, vpcId),
      };
    }
  },
};

const subnets: Catalogue = {
  member: "Subnets",
  chosenBy: { SubnetIds: ["SubnetId", unknownSubnet] },
  filters: {
    ...TAG_FILTERS,
    "availability-zone": "AvailabilityZone",
    "availability-zone-id": "AvailabilityZoneId",
    cidr: "CidrBlock",
    "cidr-block": "CidrBlock",
    "default-for-az": "DefaultForAz",
    "ipv6-native": "Ipv6Native",
    "map-public-ip-on-launch": "MapPublicIpOnLaunch",
    "owner-id": "OwnerId",
    state: "State",
    "subnet-arn": "SubnetArn",
    "subnet-id": "SubnetId",
    "vpc-id": "VpcId",
  },
  *items(ec2, call) {
    for (const { subnetId, vpcId, zone, ipv4CidrBlock, ipv6CidrBlocks, isDefault } of networks(ec2).subnets.values()) {
      yield {
        SubnetId: subnetId,
        SubnetArn: arn(call, `subnet/${subnetId}`),
        VpcId: vpcId,
        OwnerId: call.accountId,
        State: "available",
        ...(ipv4CidrBlock !== undefined && { CidrBlock: ipv4CidrBlock }),
        AvailableIpAddressCount: ipv4CidrBlock === undefined ? 0 : usableAddresses(ipv4CidrBlock),
        AvailabilityZone: zone.name,
        AvailabilityZoneId: zone.id,
        AssignIpv6AddressOnCreation: false,
        Ipv6CidrBlockAssociationSet: ipv6CidrBlocks.map((Ipv6CidrBlock) => ({
          AssociationId: derivedHexId("subnet-cidr-assoc-0", 16, subnetId, Ipv6CidrBlock),
          Ipv6CidrBlock,
          Ipv6CidrBlockState: { State: "associated" },
        })),
        DefaultForAz: isDefault,
        EnableDns64: false,
        Ipv6Native: ipv4CidrBlock === undefined,
        MapPublicIpOnLaunch: false,
        Tags: shownTagsOf(ec2, subnetId),
      };
    }
  },
};

const EVERYWHERE = { IpProtocol: "-1", Ipv6Ranges: [], PrefixListIds: [] };

const securityGroups: Catalogue = {
  member: "SecurityGroups",
  chosenBy: { GroupIds: ["GroupId", unknownGroup], GroupNames: ["GroupName", unknownGroup] },
  filters: {
    ...TAG_FILTERS,
    description: "Description",
    "group-id": "GroupId",
    "group-name": "GroupName",
    "owner-id": "OwnerId",
    "vpc-id": "VpcId",
  },
  *items(ec2, call) {
    const { accountId } = call;
    for (const { groupId, groupName, vpcId } of networks(ec2).securityGroups.values()) {
      const members = [{ GroupId: groupId, UserId: accountId }];
      yield {
        GroupId: groupId,
        GroupName: groupName,
        Description: groupName === "default" ? "default VPC security group" : groupName,
        VpcId: vpcId,
        OwnerId: accountId,
        SecurityGroupArn: arn(call, `security-group/${groupId}`),
        IpPermissions: [{ ...EVERYWHERE, IpRanges: [], UserIdGroupPairs: members }],
        IpPermissionsEgress: [{ ...EVERYWHERE, IpRanges: [{ CidrIp: "0.0.0.0/0" }], UserIdGroupPairs: [] }],
        Tags: shownTagsOf(ec2, groupId),
      };
    }
  },
};

const networkInterfaces: Catalogue = {
  member: "NetworkInterfaces",
  chosenBy: { NetworkInterfaceIds: ["NetworkInterfaceId", unknownInterface] },
  filters: {
    "addresses.private-ip-address": "PrivateIpAddresses.PrivateIpAddress",
    "association.public-ip": "Association.PublicIp",
    "attachment.attachment-id": "Attachment.AttachmentId",
    "attachment.device-index": "Attachment.DeviceIndex",
    "attachment.instance-id": "Attachment.InstanceId",
    "attachment.status": "Attachment.Status",
    "availability-zone": "AvailabilityZone",
    description: "Description",
    "group-id": "Groups.GroupId",
    "group-name": "Groups.GroupName",
    "mac-address": "MacAddress",
    "network-interface-id": "NetworkInterfaceId",
    "owner-id": "OwnerId",
    "private-dns-name": "PrivateDnsName",
    "private-ip-address": "PrivateIpAddress",
    status: "Status",
    "subnet-id": "SubnetId",
    tag: "TagSet",
    "tag-key": "TagSet.Key",
    "vpc-id": "VpcId",
  },
  *items(ec2) {
    for (const instance of presentInstances(ec2)) {
      for (const connection of instance.networkInterfaces) {
        const shown = shownInterface(ec2, instance, connection);
        const owner = { InstanceId: instance.instanceId, InstanceOwnerId: instance.accountId };
        yield {
          ...shown,
          Attachment: { ...(shown.Attachment as object), ...owner },
          AvailabilityZone: instance.availabilityZone,
          AvailabilityZoneId: instance.availabilityZoneId,
          RequesterManaged: false,
          TagSet: shownTagsOf(ec2, connection.interfaceId),
        };
      }
    }
  },
};

export const networkCatalogues: Readonly<Record<string, Catalogue>> = {
  DescribeVpcs: vpcs,
  DescribeSubnets: subnets,
  DescribeSecurityGroups: securityGroups,
  DescribeNetworkInterfaces: networkInterfaces,
};
