// When is the next set of a source due, and when is a failed try repeated? Pure, on two clocks: the simulated one asks for new sets as
// on EC2, and so does real time, because foreign sessions really expire.

import { intervalOf, type RotationSettings } from "./configuration.ts";
import { FIRST_WAIT_MILLISECONDS } from "./delivered.ts";

/** One instant on both clocks, epoch milliseconds. */
export interface Instants {
  readonly at: number;
  readonly realAt: number;
}

/** The last time that a source was asked, and how it ended. */
export interface LastTry {
  readonly begun: Instants;
  /** Until it is asked again, on whichever clock that has passed first. */
  readonly waitMilliseconds: number;
  /** How often it has failed in a row; 0 after a success. */
  readonly failures: number;
  /** How often a renewal had been forced. */
  readonly forcedRotations: number;
}

export function isDue(last: LastTry | undefined, now: Instants, forcedRotations: number): boolean {
  if (last === undefined || last.forcedRotations !== forcedRotations) return true;
  const { begun, waitMilliseconds } = last;
  return now.at - begun.at >= waitMilliseconds || now.realAt - begun.realAt >= waitMilliseconds;
}

const SHORTEST_WAIT_MILLISECONDS = 1_000;
const LONGEST_RETRY_MILLISECONDS = 300_000;

/** From a set with so long to live to the next, by the rules of all sets: as often as wished, and the lead before its end. */
export function renewalWait(settings: RotationSettings, lifetimeMilliseconds: number): number {
  return Math.max(SHORTEST_WAIT_MILLISECONDS, intervalOf({ ...settings, lifetimeMilliseconds }));
}

/** As EC2 waits, each time twice as long, but never longer than five minutes: what EC2 comes to was not captured. */
export function retryWait(failures: number): number {
  return Math.min(FIRST_WAIT_MILLISECONDS * 2 ** (failures - 1), LONGEST_RETRY_MILLISECONDS);
}
