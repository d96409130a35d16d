// What is announced to an instance, and what then comes? Spot interruptions, rebalance recommendations, Auto Scaling.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html

import type { LifeChange } from "../life.ts";
import { SPOT_NOTICE_MILLISECONDS, type SpotAction, type TargetLifecycleState } from "../notices.ts";
import { ActionRefused, demandExisting, type Situation } from "./situation.ts";

interface Later {
  /** Milliseconds from now on; 0 when absent. */
  readonly after?: number | undefined;
}

function demandSpot({ instance }: Situation): void {
  if (instance.instanceLifecycle === "spot") return;
  throw new ActionRefused(`${instance.instanceId} is no Spot instance: give it instanceLifecycle: spot`);
}

/** The notice, and what it announces. */
export function interruptSpot(
  situation: Situation,
  { action, after = 0 }: Later & { readonly action: SpotAction },
): LifeChange[] {
  demandSpot(situation);
  demandExisting(situation.instance);
  const noticeAt = situation.at + after;
  const time = Math.ceil((noticeAt + (action === "hibernate" ? 0 : SPOT_NOTICE_MILLISECONDS)) / 1000) * 1000;
  return [
    { attribute: "spotInterruption", from: noticeAt, value: { action, time } },
    { attribute: "power", from: time, value: action === "terminate" ? "terminated" : "stopped" },
  ];
}

export function recommendRebalance(situation: Situation, { after = 0 }: Later): LifeChange[] {
  demandSpot(situation);
  const from = situation.at + after;
  return [{ attribute: "rebalanceRecommendation", from, value: from }];
}

export const setTargetLifecycleState = (
  { at }: Situation,
  { state, after = 0 }: Later & { readonly state: TargetLifecycleState },
): LifeChange[] => [{ attribute: "targetLifecycleState", from: at + after, value: state }];

export const withoutNotices = (at: number): LifeChange[] => [
  { attribute: "spotInterruption", from: at, value: null },
  { attribute: "rebalanceRecommendation", from: at, value: null },
];

/** Whatever was planned for later is given up; but a machine that is starting or stopping gets there. */
export function cancelNotices({ instance, life, at }: Situation): LifeChange[] {
  const passing = ["pending", "stopping", "shutting-down"].includes(instance.state);
  const next = passing ? life?.power?.find(({ from }) => from > at) : undefined;
  const kept = [{ from: at, value: instance.state }, ...(next ? [next] : [])];
  return [...kept.map((each) => ({ attribute: "power" as const, ...each })), ...withoutNotices(at)];
}
