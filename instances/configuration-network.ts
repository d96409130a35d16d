// How is an instance connected? The keys of one network interface in the configuration: those of the primary one stand in the
// instance's own entry, as the parameters of RunInstances do.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterfaceSpecification.html

import { z } from "zod";
import { strictMapping } from "../roles/configuration.ts";
import { isBlock } from "./address.ts";

/** An id of EC2's: of 17 hex digits, or of 8 as they once were. */
export const hexId = (prefix: string) => {
  const pattern = new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`);
  return z.string().regex(pattern, `must be ${prefix}- and 17 (or 8) hex digits`);
};

const ipv4 = z.ipv4("must be an IPv4 address");
const ipv6 = z.ipv6("must be an IPv6 address");
const block = (version: 4 | 6, example: string) =>
  z.string().refine((text) => isBlock(text, version), `must be a block of addresses such as ${example}`);

export const interfaceShape = {
  privateIpAddress: ipv4.exactOptional(),
  secondaryPrivateIpAddresses: z.array(ipv4).exactOptional(),
  publicIpAddress: ipv4.describe("It leads to privateIpAddress").exactOptional(),
  ipv4Associations: z
    .record(ipv4, ipv4)
    .describe("Further public addresses, each with the private one that it leads to")
    .exactOptional(),
  ipv6Addresses: z.array(ipv6).exactOptional(),
  ipv6AddressCount: z.int().min(1).max(50).describe("How many IPv6 addresses to derive").exactOptional(),
  ipv6Native: z.boolean().describe("Whether it lies in a subnet that has IPv6 alone").exactOptional(),
  ipv4Prefixes: z.array(block(4, "10.0.1.16/28")).exactOptional(),
  ipv6Prefixes: z.array(block(6, "2001:db8:1:2:3::/80")).exactOptional(),
  macAddress: z
    .string()
    .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, "must be six pairs of lower-case hex digits such as 0a:1b:2c:3d:4e:5f")
    .exactOptional(),
  interfaceId: hexId("eni").exactOptional(),
  networkCardIndex: z.int().min(0).max(63).describe("Only of instance types with several cards").exactOptional(),
  securityGroups: z.array(z.string().min(1).max(255)).min(1).exactOptional(),
  subnetId: hexId("subnet").exactOptional(),
  subnetIpv4CidrBlock: block(4, "10.0.1.0/24").exactOptional(),
  subnetIpv6CidrBlocks: z.array(block(6, "2001:db8:1:2::/64")).exactOptional(),
  vpcId: hexId("vpc").exactOptional(),
  vpcIpv4CidrBlocks: z.array(block(4, "10.0.0.0/16")).min(1).exactOptional(),
  vpcIpv6CidrBlocks: z.array(block(6, "2001:db8:1::/56")).exactOptional(),
};

export const furtherInterface = strictMapping({
  ...interfaceShape,
  deviceIndex: z.int().min(1).max(63).describe("Its place in the list, from 1, unless given").exactOptional(),
});

export type InterfaceConfiguration = z.infer<z.ZodObject<typeof interfaceShape>>;
export type FurtherInterfaceConfiguration = z.infer<typeof furtherInterface>;
