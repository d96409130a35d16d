// What is a check? A row with its name, what it means, what it allows, and how it judges what was seen.

import type { Spans } from "../asks.ts";
import type { KeyLife, Observation, SeenRequest } from "../observation.ts";
import type { ThresholdName } from "../thresholds.ts";
import type { CheckResult, Rotation } from "../verdict.ts";

/** What all checks look at. */
export interface Evidence {
  readonly observation: Observation;
  readonly rotations: readonly Rotation[];
  readonly faults: Spans;
  /** Of the role's keys. */
  readonly lives: ReadonlyMap<string, KeyLife>;
  /** Requests signed with anything, or not at all. */
  readonly calls: readonly SeenRequest[];
  /** Requests for a token, the role or its credentials. */
  readonly asks: readonly SeenRequest[];
}

export type Finding = Pick<CheckResult, "outcome" | "message" | "measured">;

export interface Check {
  readonly name: string;
  /** What passes, in one sentence that begins in lower case. */
  readonly about: string;
  readonly threshold?: ThresholdName;
  /** What it finds wrong may come of a timer that was not moved with the clock. */
  readonly isOfTime: boolean;
  /** `allowed` is NaN where it has no threshold. */
  judge(evidence: Evidence, allowed: number): Finding;
}

export const MINUTE_MILLISECONDS = 60_000;

export const countOf = ({ count = 1 }: SeenRequest): number => count;
export const lastOf = ({ at, lastAt = at }: SeenRequest): number => lastAt;
export const total = (requests: readonly SeenRequest[]): number =>
  requests.reduce((sum, request) => sum + countOf(request), 0);

/** Whether AWS took who called for who it is. What it then says of the object or the parameters is the program's business. */
export const isAccepted = ({ status }: SeenRequest): boolean =>
  (status >= 200 && status < 400) || [404, 405, 409, 412, 416].includes(status);
