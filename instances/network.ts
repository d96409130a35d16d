// Which VPC, subnet and security groups are these? Their ids follow from the blocks of addresses, and from names.

import { derivedHexId } from "../entropy/derive.ts";
import type { Instance, NetworkInterface } from "./instance.ts";

/** Whoever has an address near another one lies in the same VPC and subnet. */
export const vpcIdOf = (accountId: string, region: string, ipv4CidrBlock: string) =>
  derivedHexId("vpc-0", 16, accountId, region, ipv4CidrBlock);

export const subnetIdOf = (accountId: string, zoneName: string, ipv4CidrBlock: string, ipv6Native = false) =>
  derivedHexId("subnet-0", 16, accountId, zoneName, ...(ipv6Native ? ["IPv6"] : []), ipv4CidrBlock);

/** A group's name is unique in its VPC. */
export const securityGroupId = (accountId: string, vpcId: string, name: string) =>
  derivedHexId("sg-0", 16, accountId, vpcId, name);

/** The ids (`sg-` and 17 hex digits) of an interface's security groups, in their order. */
export function securityGroupIds({ accountId }: Instance, { vpcId, securityGroups }: NetworkInterface): string[] {
  return securityGroups.map((name) => securityGroupId(accountId, vpcId, name));
}
