// How is the instance connected? Its network interface, found by its MAC address.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html

import { securityGroupIds, subnetIpv4CidrBlock, vpcIpv4CidrBlock } from "../../instances/network.ts";
import { privateHostname, publicHostname } from "./hostname.ts";
import type { Leaves, ValueOf } from "./leaf.ts";

const vpcBlock: ValueOf = ({ instance }) => vpcIpv4CidrBlock(instance.privateIpAddress);

/** One primary interface with one private address, on an instance type with one network card. */
const INTERFACE: Leaves = {
  "device-number": ["2011-01-01", () => "0"],
  "interface-id": ["2011-01-01", ({ instance }) => instance.interfaceId],
  "ipv4-associations/{public-ipv4}": ["2011-01-01", ({ instance }) => instance.privateIpAddress],
  "local-hostname": ["2011-01-01", ({ instance }) => privateHostname(instance)],
  "local-ipv4s": ["2011-01-01", ({ instance }) => instance.privateIpAddress],
  mac: ["2011-01-01", (_look, mac) => mac],
  "owner-id": ["2011-01-01", ({ instance }) => instance.accountId],
  "public-hostname": ["2011-01-01", ({ instance, identities }) => publicHostname(instance, identities.partition)],
  "public-ipv4s": ["2011-01-01", ({ instance }) => instance.publicIpAddress],
  "security-group-ids": ["2011-01-01", ({ instance }) => securityGroupIds(instance).join("\n")],
  "security-groups": ["2011-01-01", ({ instance }) => instance.securityGroups.join("\n")],
  "subnet-id": ["2011-01-01", ({ instance }) => instance.subnetId],
  "subnet-ipv4-cidr-block": ["2011-01-01", ({ instance }) => subnetIpv4CidrBlock(instance.privateIpAddress)],
  "vpc-id": ["2011-01-01", ({ instance }) => instance.vpcId],
  "vpc-ipv4-cidr-block": ["2011-01-01", vpcBlock],
  "vpc-ipv4-cidr-blocks": ["2016-06-30", vpcBlock],
};

export const NETWORK_LEAVES: Leaves = Object.fromEntries(
  Object.entries(INTERFACE).map(([path, leaf]) => [`meta-data/network/interfaces/macs/{mac}/${path}`, leaf]),
);
