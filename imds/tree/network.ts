// How is the instance connected? Its network interfaces, each found by its MAC address.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html

import { privateHostname, publicHostname } from "../../instances/hostname.ts";
import type { Instance, NetworkInterface } from "../../instances/instance.ts";
import { securityGroupIds } from "../../instances/network.ts";
import { type Leaves, type Look, lines, type ValueOf } from "./leaf.ts";
import type { Version } from "./versions.ts";

/** The value of a leaf of one interface. */
type InterfaceValue = (connection: NetworkInterface, look: Look) => string | undefined;

/** Versions of later leaves are the listed ones at the dates when AWS documented or announced them. */
const INTERFACE: Readonly<Record<string, readonly [Version, InterfaceValue]>> = {
  "device-number": ["2011-01-01", ({ deviceIndex }) => String(deviceIndex)],
  "interface-id": ["2011-01-01", ({ interfaceId }) => interfaceId],
  "ipv4-prefix": ["2021-07-15", ({ ipv4Prefixes }) => lines(ipv4Prefixes)],
  "ipv6-prefix": ["2021-07-15", ({ ipv6Prefixes }) => lines(ipv6Prefixes)],
  ipv6s: ["2016-06-30", ({ ipv6Addresses }) => lines(ipv6Addresses)],
  "local-hostname": ["2011-01-01", (connection, { instance }) => privateHostname(instance, connection)],
  "local-ipv4s": ["2011-01-01", ({ privateIpAddresses }) => lines(privateIpAddresses)],
  mac: ["2011-01-01", ({ macAddress }) => macAddress],
  "network-card": ["2020-10-27", ({ networkCardIndex }) => networkCardIndex?.toString()],
  "owner-id": ["2011-01-01", (_connection, { instance }) => instance.accountId],
  "public-hostname": [
    "2011-01-01",
    (connection, { instance, identities }) => publicHostname(instance, connection, identities.partition),
  ],
  "public-ipv4s": ["2011-01-01", ({ ipv4Associations }) => lines([...ipv4Associations.keys()])],
  "security-group-ids": ["2011-01-01", (connection, { instance }) => lines(securityGroupIds(instance, connection))],
  "security-groups": ["2011-01-01", ({ securityGroups }) => lines(securityGroups)],
  "subnet-id": ["2011-01-01", ({ subnetId }) => subnetId],
  "subnet-ipv4-cidr-block": ["2011-01-01", ({ subnetIpv4CidrBlock }) => subnetIpv4CidrBlock],
  "subnet-ipv6-cidr-blocks": ["2016-06-30", ({ subnetIpv6CidrBlocks }) => lines(subnetIpv6CidrBlocks)],
  "vpc-id": ["2011-01-01", ({ vpcId }) => vpcId],
  "vpc-ipv4-cidr-block": ["2011-01-01", ({ vpcIpv4CidrBlocks }) => vpcIpv4CidrBlocks[0]],
  "vpc-ipv4-cidr-blocks": ["2016-06-30", ({ vpcIpv4CidrBlocks }) => lines(vpcIpv4CidrBlocks)],
  "vpc-ipv6-cidr-blocks": ["2016-06-30", ({ vpcIpv6CidrBlocks }) => lines(vpcIpv6CidrBlocks)],
};

/** The interface of that MAC address, which is known to be there. */
export const interfaceOf = ({ networkInterfaces }: Instance, macAddress: string) =>
  networkInterfaces.find((each) => each.macAddress === macAddress) as NetworkInterface;

const leafOf =
  (value: InterfaceValue): ValueOf =>
  (look, macAddress) =>
    value(interfaceOf(look.instance, macAddress), look);

/** The private address behind a public one, on whichever interface. */
const associated: ValueOf = ({ instance: { networkInterfaces } }, publicIp) =>
  networkInterfaces.map(({ ipv4Associations }) => ipv4Associations.get(publicIp)).find((found) => found !== undefined);

const BELOW_MAC = "meta-data/network/interfaces/macs/{mac}";

export const NETWORK_LEAVES: Leaves = {
  ...Object.fromEntries(
    Object.entries(INTERFACE).map(([path, [since, value]]) => [`${BELOW_MAC}/${path}`, [since, leafOf(value)]]),
  ),
  [`${BELOW_MAC}/ipv4-associations/{public-ipv4}`]: ["2011-01-01", associated],
};
