// How is this machine connected? Its network interfaces as configured, and for all that is left open what is derived from their
// names: addresses lie in their subnets, and machines near each other share subnet and VPC.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html

import { derivedHexId } from "../entropy/derive.ts";
import { addressAfter, addressNumber, addressText, ipv6BlockText, networkOf } from "./address.ts";
import type { FurtherInterfaceConfiguration, InterfaceConfiguration } from "./configuration-network.ts";
import type { NetworkInterface } from "./instance.ts";
import { subnetIdOf, vpcIdOf } from "./network.ts";
import type { Zone } from "./zone.ts";

/** What all interfaces of one instance are made with. */
export interface InterfacePlace {
  readonly accountId: string;
  readonly region: string;
  readonly zone: Zone;
  /** The instance's name. */
  readonly name: string;
  /** Its number in a template, by which addresses count up; 0 without one. */
  readonly index: number;
  /** The address that was found for the entry's first instance. */
  readonly firstAddress: string;
}

/** The primary interface, and those beside it in their order. */
export function makeInterfaces(
  place: InterfacePlace,
  primary: InterfaceConfiguration,
  further: readonly FurtherInterfaceConfiguration[] = [],
): [NetworkInterface, ...NetworkInterface[]] {
  const address = addressAfter(place.firstAddress, place.index);
  const made = makeInterface(place, primary, 0, address);
  const { subnetIpv4CidrBlock, securityGroups } = primary;
  return [
    made,
    ...further.map((written, i) => {
      const inherited = {
        ...(subnetIpv4CidrBlock && { subnetIpv4CidrBlock }),
        ...(securityGroups && { securityGroups }),
      };
      const deviceIndex = written.deviceIndex ?? i + 1;
      const own = written.privateIpAddress ?? neighbour(address, place, deviceIndex);
      return makeInterface(place, { ...inherited, ...written }, deviceIndex, own);
    }),
  ];
}

function makeInterface(
  place: InterfacePlace,
  written: InterfaceConfiguration,
  deviceIndex: number,
  address: string,
): NetworkInterface {
  const { accountId, region, zone, index } = place;
  const name = deviceIndex === 0 ? place.name : `${place.name} eth${deviceIndex}`;
  const { ipv6Native = false, publicIpAddress, networkCardIndex } = written;
  const vpcIpv4CidrBlocks = written.vpcIpv4CidrBlocks ?? [networkOf(address, 16)];
  const vpcId = written.vpcId ?? vpcIdOf(accountId, region, vpcIpv4CidrBlocks[0] as string);
  const subnetBlock = written.subnetIpv4CidrBlock ?? networkOf(address, 20);
  const subnetId = written.subnetId ?? subnetIdOf(accountId, zone.name, subnetBlock, ipv6Native);
  const macAddress = written.macAddress ?? macAddressOf(accountId, name);
  const associations = {
    ...(publicIpAddress && { [addressAfter(publicIpAddress, index)]: address }),
    ...written.ipv4Associations,
  };
  return {
    interfaceId: written.interfaceId ?? derivedHexId("eni-0", 16, accountId, name),
    macAddress,
    deviceIndex,
    ...(networkCardIndex !== undefined && { networkCardIndex }),
    privateIpAddresses: ipv6Native ? [] : [address, ...(written.secondaryPrivateIpAddresses ?? [])],
    ipv4Associations: new Map(Object.entries(associations)),
    ipv4Prefixes: written.ipv4Prefixes ?? [],
    ipv6Prefixes: written.ipv6Prefixes ?? [],
    securityGroups: written.securityGroups ?? ["default"],
    subnetId,
    ...(!ipv6Native && { subnetIpv4CidrBlock: subnetBlock }),
    vpcId,
    vpcIpv4CidrBlocks,
    ...ipv6Of(written, region, vpcId, subnetId, macAddress),
  };
}

type Ipv6 = Pick<NetworkInterface, "ipv6Addresses" | "subnetIpv6CidrBlocks" | "vpcIpv6CidrBlocks">;

/** A /56 for the VPC and a /64 for the subnet, below the 2600:1f00::/24 of Amazon's regions. */
function ipv6Of(
  written: InterfaceConfiguration,
  region: string,
  vpcId: string,
  subnetId: string,
  macAddress: string,
): Ipv6 {
  const { ipv6Addresses, ipv6AddressCount = written.ipv6Native ? 1 : 0 } = written;
  const hex = (digits: number, ...names: string[]) => derivedHexId("", digits, "ipv6", ...names);
  const vpc = `26001f${hex(2, region)}${hex(6, vpcId)}`;
  const subnet = vpc + hex(2, subnetId);
  const derived = Array.from({ length: ipv6AddressCount }, (_, i) =>
    addressText(BigInt(`0x${subnet}${hex(16, macAddress, String(i))}`)),
  );
  const addresses = ipv6Addresses ?? derived;
  const [first] = addresses;
  const block = (bits: bigint) => {
    if (first === undefined) return [];
    const shift = 128n - bits;
    return [ipv6BlockText((addressNumber(first) >> shift) << shift, Number(bits))];
  };
  return {
    ipv6Addresses: addresses,
    subnetIpv6CidrBlocks: written.subnetIpv6CidrBlocks ?? block(64n),
    vpcIpv6CidrBlocks: written.vpcIpv6CidrBlocks ?? block(56n),
  };
}

/** Another address of the same subnet, where AWS keeps the first four and the last. */
function neighbour(address: string, { accountId, name }: InterfacePlace, deviceIndex: number): string {
  const choice = Number.parseInt(derivedHexId("", 8, "private-address", accountId, name, deviceIndex), 16);
  const [subnet = ""] = networkOf(address, 20).split("/");
  const candidates = [choice, choice + 1].map((each) => addressAfter(subnet, 4 + (each % 4091)));
  return candidates.find((candidate) => candidate !== address) as string;
}

/** Locally administered, as the addresses that EC2 gives to its interfaces. */
const macAddressOf = (accountId: string, name: string) =>
  `0a${derivedHexId("", 10, "mac", accountId, name).replace(/../g, ":$&")}`;
