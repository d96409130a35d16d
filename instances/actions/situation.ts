// What is known where an action is decided?

import { type Instance, isGone, isOn } from "../instance.ts";
import type { Life, LifeAttribute, LifeValues } from "../life.ts";
import type { Timeline } from "../timeline.ts";

/** What was asked for makes no sense for this instance: one line that says why. */
export class ActionRefused extends Error {
  override readonly name = "ActionRefused";
}

/** When and on what it is decided. */
export interface Situation {
  readonly instance: Instance;
  readonly life: Life | undefined;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The unique ids (`AIPA…`) of the account's instance profiles by their names. */
  readonly profileIds: ReadonlyMap<string, string>;
}

/** Captured of EC2: attached and detached profiles, tags and options are seen within 2.5 to 5 seconds. */
const EC2_DELAY_MILLISECONDS = 3000;

/** Nothing is late for a machine that is off: it finds all of it at its start. */
export const seenFrom = ({ instance: { delays, state }, at }: Situation) =>
  at + (delays === "ec2" && isOn(state) ? EC2_DELAY_MILLISECONDS : 0);

/** What was decided last, though it may not be seen yet; undefined when nothing was. */
export function decided<Attribute extends LifeAttribute>({ life }: Situation, attribute: Attribute) {
  return (life?.[attribute] as Timeline<LifeValues[Attribute]> | undefined)?.at(-1)?.value;
}

/** ActionRefused for a machine that never comes back. */
export function demandExisting({ state, instanceId }: Instance): void {
  if (isGone(state)) throw new ActionRefused(`${instanceId} is ${state}`);
}
