// Which addresses do new instances get? Private ones that nobody in their subnet has.

import { addressAfter, addressNumber } from "../../instances/address.ts";
import { isGone } from "../../instances/instance.ts";
import { freeAddressIn, isUsable } from "../../instances/networks.ts";
import type { InstanceEntry } from "../../instances/state.ts";
import { AwsError } from "../call.ts";
import { invalidParameterCombination, invalidParameterValue } from "./errors.ts";
import type { LaunchPlan } from "./launch-plan.ts";
import type { Ec2 } from "./operation.ts";

export interface LaunchAddresses {
  readonly privateIpAddress: string;
  readonly publicIpAddress?: string;
}

/** Those of so many instances. @throws AwsError InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet */
export function addressesFor(plan: LaunchPlan, ec2: Ec2, count: number): LaunchAddresses[] {
  const { subnet, privateIpAddress: wanted, isPublic } = plan;
  const { ipv4CidrBlock = "172.31.0.0/20" } = subnet;
  const taken = takenIn(ipv4CidrBlock, ec2);
  if (wanted !== undefined) {
    demandFree(wanted, ipv4CidrBlock, taken);
    // The text is a guess.
    if (count > 1)
      throw invalidParameterCombination("Multiple instances may not be launched with a single private IP address.");
  }
  return Array.from({ length: count }, () => {
    const choice = ec2.entropy.bytes(4).readUInt32BE();
    const privateIpAddress = wanted ?? freeAddressIn(ipv4CidrBlock, choice, taken);
    if (privateIpAddress === undefined) throw subnetIsFull(subnet.subnetId);
    taken.add(privateIpAddress);
    return { privateIpAddress, ...(isPublic && { publicIpAddress: publicAddress(choice) }) };
  });
}

/** Of the network that RFC 5737 keeps for examples: nobody is reached there. */
const publicAddress = (choice: number) => `203.0.113.${1 + (choice % 254)}`;

const subnetIsFull = (subnetId: string) =>
  new AwsError(
    "InsufficientFreeAddressesInSubnet",
    400,
    `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
  );

function demandFree(address: string, block: string, taken: ReadonlySet<string>): void {
  if (!isUsable(address, block)) {
    throw invalidParameterValue(`Address ${address} does not fall within the subnet's address range`);
  }
  if (taken.has(address)) throw new AwsError("InvalidIPAddress.InUse", 400, `Address ${address} is in use.`);
}

/** The addresses in the block that somebody has. */
function takenIn(block: string, { state: { entries }, fleet, at }: Ec2): Set<string> {
  const taken = new Set<string>();
  for (const entry of entries.values()) {
    if (entry.configuration.count !== undefined) {
      for (const address of ofTemplate(entry, block)) taken.add(address);
      continue;
    }
    const instance = fleet.byName(entry.name, at);
    if (!instance || isGone(instance.state)) continue;
    for (const { privateIpAddresses } of instance.networkInterfaces) {
      for (const address of privateIpAddresses) taken.add(address);
    }
  }
  return taken;
}

/** Those of a template's instances that lie in the block. */
function* ofTemplate(
  { privateIpAddress, configuration: { count = 1 } }: InstanceEntry,
  block: string,
): Generator<string> {
  const [first = "", bits] = block.split("/");
  const offset = Number(addressNumber(first) - addressNumber(privateIpAddress));
  const end = Math.min(count, offset + 2 ** (32 - Number(bits)));
  for (let index = Math.max(0, offset); index < end; index++) yield addressAfter(privateIpAddress, index);
}
