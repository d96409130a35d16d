// Which security groups are these? Their ids follow from their names and the VPC.

import { derivedHexId } from "../entropy/derive.ts";
import type { Instance, NetworkInterface } from "./instance.ts";

/** The ids (`sg-` and 17 hex digits) of an interface's security groups, in their order: a group's name is unique in its VPC. */
export function securityGroupIds({ accountId }: Instance, { vpcId, securityGroups }: NetworkInterface): string[] {
  return securityGroups.map((name) => derivedHexId("sg-0", 16, accountId, vpcId, name));
}
