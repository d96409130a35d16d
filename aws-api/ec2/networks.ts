// Which VPCs, subnets, groups and interfaces are there, and which does a call mean?

import { type Networks, networksOf, type SecurityGroup, type Subnet } from "../../instances/networks.ts";
import { AwsError } from "../call.ts";
import { unknownGroup, unknownSubnet } from "./errors.ts";
import type { Ec2 } from "./operation.ts";

const remembered = new WeakMap<object, Networks>();

/** Those of the account. Made once for each set of instances: they follow from these. */
export function networks({ state, fleet, at }: Ec2): Networks {
  const known = remembered.get(state.entries);
  if (known) return known;
  const made = networksOf(state.accountId, state.region, fleet.sample(at));
  remembered.set(state.entries, made);
  return made;
}

/** @throws AwsError InvalidSubnetID.NotFound */
export function subnetOfId(ec2: Ec2, subnetId: string): Subnet {
  const subnet = networks(ec2).subnets.get(subnetId);
  if (!subnet) throw unknownSubnet(subnetId);
  return subnet;
}

/** The default one of a zone. @throws AwsError InvalidParameterValue when there is no such zone */
export function subnetOfZone(ec2: Ec2, zoneName: string | undefined): Subnet {
  const all = networks(ec2).subnets.values();
  const found = all.find(({ isDefault, zone }) => isDefault && (zoneName === undefined || zone.name === zoneName));
  if (!found) throw new AwsError("InvalidParameterValue", 400, `Invalid availability zone: [${zoneName}]`);
  return found;
}

/** The names of groups that are given by their ids. @throws AwsError InvalidGroup.NotFound */
export const groupNamesOf = (ec2: Ec2, vpcId: string, ids: readonly string[]): string[] =>
  ids.map((id) => groupOfId(ec2, vpcId, id).groupName);

export function groupOfId(ec2: Ec2, vpcId: string, id: string): SecurityGroup {
  const group = networks(ec2).securityGroups.get(id);
  if (group?.vpcId !== vpcId) throw unknownGroup(id);
  return group;
}

/** @throws AwsError InvalidGroup.NotFound */
export function demandGroupNames(ec2: Ec2, vpcId: string, names: readonly string[]): readonly string[] {
  const known = networks(ec2).securityGroups.values().toArray();
  for (const name of names) {
    if (known.some((group) => group.vpcId === vpcId && group.groupName === name)) continue;
    throw new AwsError(
      "InvalidGroup.NotFound",
      400,
      `The security group '${name}' does not exist in default VPC '${vpcId}'`,
    );
  }
  return names;
}
