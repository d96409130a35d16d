// Where does a machine lie in its network? What follows from its address: subnets are a /20 and VPCs a /16, as the default ones.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html

import { derivedHexId } from "../entropy/derive.ts";
import { networkOf } from "./address.ts";
import type { Instance } from "./instance.ts";

/** `172.31.16.0/20` */
export const subnetIpv4CidrBlock = (privateIpAddress: string) => networkOf(privateIpAddress, 20);

/** `172.31.0.0/16` */
export const vpcIpv4CidrBlock = (privateIpAddress: string) => networkOf(privateIpAddress, 16);

/** The ids (`sg-` and 17 hex digits) of its security groups, in their order: a group's name is unique in its VPC. */
export function securityGroupIds({ accountId, vpcId, securityGroups }: Instance): string[] {
  return securityGroups.map((name) => derivedHexId("sg-0", 16, accountId, vpcId, name));
}
