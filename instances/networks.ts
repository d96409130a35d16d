// Which VPCs, subnets and security groups are there? The default VPC with a subnet in each zone, and those that the instances lie in.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html

import { addressAfter, addressNumber } from "./address.ts";
import type { Instance, NetworkInterface } from "./instance.ts";
import { securityGroupId, subnetIdOf, vpcIdOf } from "./network.ts";
import { type Zone, zoneOf, zonesOf } from "./zone.ts";

export interface Vpc {
  readonly vpcId: string;
  readonly ipv4CidrBlocks: readonly string[];
  readonly ipv6CidrBlocks: readonly string[];
  readonly isDefault: boolean;
}

export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: Zone;
  /** None where it has IPv6 alone. */
  readonly ipv4CidrBlock?: string;
  readonly ipv6CidrBlocks: readonly string[];
  readonly isDefault: boolean;
}

export interface SecurityGroup {
  readonly groupId: string;
  readonly groupName: string;
  readonly vpcId: string;
}

/** Each by its id, the default ones first. */
export interface Networks {
  readonly defaultVpcId: string;
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>;
}

const DEFAULT_VPC_BLOCK = "172.31.0.0/16";
export const DEFAULT_GROUP = "default";

/** `instances` are some of each subnet. */
export function networksOf(accountId: string, region: string, instances: Iterable<Instance>): Networks {
  const defaultVpcId = vpcIdOf(accountId, region, DEFAULT_VPC_BLOCK);
  const vpcs = new Map<string, Vpc>();
  const subnets = new Map<string, Subnet>();
  const securityGroups = new Map<string, SecurityGroup>();
  const addGroups = (vpcId: string, names: readonly string[]) => {
    for (const groupName of names) {
      const groupId = securityGroupId(accountId, vpcId, groupName);
      securityGroups.set(groupId, { groupId, groupName, vpcId });
    }
  };
  vpcs.set(defaultVpcId, {
    ...{ vpcId: defaultVpcId, ipv4CidrBlocks: [DEFAULT_VPC_BLOCK], ipv6CidrBlocks: [], isDefault: true },
  });
  addGroups(defaultVpcId, [DEFAULT_GROUP]);
  for (const zone of zonesOf(region)) {
    const ipv4CidrBlock = `172.31.${zone.index * 16}.0/20`;
    const subnetId = subnetIdOf(accountId, zone.name, ipv4CidrBlock);
    subnets.set(subnetId, { subnetId, vpcId: defaultVpcId, zone, ipv4CidrBlock, ipv6CidrBlocks: [], isDefault: true });
  }
  for (const { networkInterfaces, availabilityZone } of instances) {
    for (const connection of networkInterfaces) {
      const { vpcId, securityGroups: names, subnetId } = connection;
      if (!vpcs.has(vpcId)) vpcs.set(vpcId, vpcOf(connection));
      if (!subnets.has(subnetId)) subnets.set(subnetId, subnetOf(connection, zoneOf(region, availabilityZone)));
      addGroups(vpcId, [DEFAULT_GROUP, ...names]);
    }
  }
  return { defaultVpcId, vpcs, subnets, securityGroups };
}

const vpcOf = ({ vpcId, vpcIpv4CidrBlocks, vpcIpv6CidrBlocks }: NetworkInterface): Vpc => ({
  vpcId,
  ipv4CidrBlocks: vpcIpv4CidrBlocks,
  ipv6CidrBlocks: vpcIpv6CidrBlocks,
  isDefault: false,
});

const subnetOf = (connection: NetworkInterface, zone: Zone): Subnet => ({
  subnetId: connection.subnetId,
  vpcId: connection.vpcId,
  zone,
  ...(connection.subnetIpv4CidrBlock !== undefined && { ipv4CidrBlock: connection.subnetIpv4CidrBlock }),
  ipv6CidrBlocks: connection.subnetIpv6CidrBlocks,
  isDefault: false,
});

/** How many addresses a block has that AWS gives out: it keeps the first four and the last for itself. */
export const usableAddresses = (ipv4CidrBlock: string) => 2 ** (32 - Number(ipv4CidrBlock.split("/")[1])) - 5;

/** The first address of the block from `choice` on that is not taken; undefined when all are. */
export function freeAddressIn(ipv4CidrBlock: string, choice: number, taken: ReadonlySet<string>): string | undefined {
  const [first = ""] = ipv4CidrBlock.split("/");
  const usable = usableAddresses(ipv4CidrBlock);
  for (let i = 0; i < usable; i++) {
    const address = addressAfter(first, 4 + ((choice + i) % usable));
    if (!taken.has(address)) return address;
  }
  return undefined;
}

/** Whether the address is one that AWS gives out in the block. */
export function isUsable(address: string, ipv4CidrBlock: string): boolean {
  const [first = ""] = ipv4CidrBlock.split("/");
  const place = Number(addressNumber(address) - addressNumber(first));
  return place >= 4 && place < 4 + usableAddresses(ipv4CidrBlock);
}
