// Which attributes does the EC2 API show from now on?
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html

import type { LifeChange, ModifiedAttributes } from "../life.ts";
import { ActionRefused, decided, demandExisting, type Situation } from "./situation.ts";

/** What a machine takes in at its start. */
const ONLY_STOPPED = ["instanceType", "userData", "ebsOptimized"] as const;

export function modifyAttributes(situation: Situation, wanted: ModifiedAttributes): LifeChange[] {
  const { instance, at } = situation;
  demandExisting(instance);
  const early = ONLY_STOPPED.find((name) => wanted[name] !== undefined);
  if (early !== undefined && instance.state !== "stopped") {
    throw new ActionRefused(`${instance.instanceId} is ${instance.state}: ${early} can be set while it is stopped`);
  }
  return [{ attribute: "attributes", from: at, value: { ...decided(situation, "attributes"), ...wanted } }];
}
