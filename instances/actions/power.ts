// What becomes of a machine that is started, stopped or terminated?

import type { LifeChange } from "../life.ts";
import { withoutNotices } from "./notices.ts";
import { demandExisting, type Situation } from "./situation.ts";

export function start({ instance, at }: Situation): LifeChange[] {
  demandExisting(instance);
  if (instance.state === "running") return [];
  return [{ attribute: "power", from: at, value: "running" }, ...withoutNotices(at)];
}

export function stop({ instance, at }: Situation): LifeChange[] {
  demandExisting(instance);
  return instance.state === "stopped" ? [] : [{ attribute: "power", from: at, value: "stopped" }];
}

export const terminate = ({ at }: Situation): LifeChange[] => [{ attribute: "power", from: at, value: "terminated" }];
