// What becomes of a machine that is started, stopped, rebooted or terminated?

import { type Instance, isGone, type PowerState } from "../instance.ts";
import type { LifeChange } from "../life.ts";
import { withoutNotices } from "./notices.ts";
import { ActionRefused, demandExisting, type Situation } from "./situation.ts";

/** Captured of EC2 in September 2026: running at the latest 5.4 s after the launch, stopped at the latest 27 s after the call. */
const EC2_START_MILLISECONDS = 5000;
const EC2_STOP_MILLISECONDS = 25_000;

/** By way of a state that lasts only with EC2's delays. */
function reach(
  { instance: { delays }, at }: { readonly instance: Pick<Instance, "delays">; readonly at: number },
  passing: PowerState,
  final: PowerState,
  milliseconds: number,
): LifeChange[] {
  if (delays === "none") return [{ attribute: "power", from: at, value: final }];
  return [
    { attribute: "power", from: at, value: passing },
    { attribute: "power", from: at + milliseconds, value: final },
  ];
}

/** From the launch at that instant on. */
export const launch = (delays: Instance["delays"], at: number): LifeChange[] =>
  reach({ instance: { delays }, at }, "pending", "running", EC2_START_MILLISECONDS);

export function start(situation: Situation): LifeChange[] {
  const { instance, at } = situation;
  demandExisting(instance);
  if (instance.state === "stopping") throw new ActionRefused(`${instance.instanceId} is stopping`);
  if (instance.state !== "stopped") return [];
  return [...reach(situation, "pending", "running", EC2_START_MILLISECONDS), ...withoutNotices(at)];
}

export function stop(situation: Situation): LifeChange[] {
  const { instance } = situation;
  demandExisting(instance);
  if (instance.state === "stopped" || instance.state === "stopping") return [];
  return reach(situation, "stopping", "stopped", EC2_STOP_MILLISECONDS);
}

/** The machine comes back as it was: what IMDS says, its addresses and its credentials outlive a reboot. */
export function reboot({ instance }: Situation): LifeChange[] {
  demandExisting(instance);
  if (instance.state === "running") return [];
  throw new ActionRefused(`${instance.instanceId} is ${instance.state}`);
}

export function terminate(situation: Situation): LifeChange[] {
  const { state } = situation.instance;
  if (isGone(state)) return [];
  // What has stopped has nothing to shut down.
  if (state === "stopped") return [{ attribute: "power", from: situation.at, value: "terminated" }];
  return reach(situation, "shutting-down", "terminated", EC2_STOP_MILLISECONDS);
}
