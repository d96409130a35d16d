// Did the program come through? The rotations that it went through, and what each check says.

import { byId, isAsk } from "./asks.ts";
import type { Check, Evidence } from "./checks/check.ts";
import { CHECKS } from "./checks/table.ts";
import type { Ending, Observation } from "./observation.ts";
import { rotationsOf } from "./rotations.ts";
import { type Thresholds, usualThresholds } from "./thresholds.ts";

/** How one set of keys was followed by the next in the program's calls. */
export interface Rotation {
  /** From 1. */
  readonly number: number;
  /** The keys in use at its beginning, and when they expired. */
  readonly accessKeyId: string;
  readonly expiresAt: number;
  /** The first newer keys that the program used; absent when it used none until half an hour after the expiry. */
  readonly nextAccessKeyId?: string;
  /** When the program asked for the new keys, got them, and first used them, epoch milliseconds. */
  readonly askedAt?: number;
  readonly servedAt?: number;
  readonly pickedUpAt?: number;
  /** How long before the old keys' expiry the new ones were first used; negative afterwards. */
  readonly marginSeconds?: number;
  /** Requests to the metadata service of the renewal that brought the new keys, and tokens that were given in it. */
  readonly imdsRequests: number;
  readonly tokenRequests: number;
}

export interface CheckResult {
  readonly name: string;
  /** "skipped" where the run could not tell, with the reason as its message. */
  readonly outcome: "passed" | "failed" | "skipped";
  /** One line that names what was seen, and of a failure what is wrong and since when. */
  readonly message: string;
  /** What was measured, and what was allowed, in the check's unit. */
  readonly measured?: number;
  readonly threshold?: number;
}

export interface Verdict {
  readonly passed: boolean;
  readonly rotations: readonly Rotation[];
  readonly checks: readonly CheckResult[];
}

/** Endings after which nobody knows what would have come. */
const UNTOLD: readonly Ending["kind"][] = ["interrupted", "unmoved-timer"];

/**
 * The verdict on what was seen, against thresholds that are what usually holds unless given. Passed is where no check failed, and the run
 * came to its end: it was not interrupted, and no timer that could not be moved kept a check from telling.
 */
export function verdictOf(observation: Observation, thresholds: Partial<Thresholds> = {}): Verdict {
  const evidence = evidenceOf(observation);
  const allowed: Thresholds = { ...usualThresholds, ...thresholds };
  const checks = CHECKS.map((check) => resultOf(check, evidence, allowed));
  const isTold = !UNTOLD.includes(observation.ending.kind);
  const passed = isTold && checks.every(({ outcome }) => outcome !== "failed");
  return { passed, rotations: evidence.rotations, checks };
}

function evidenceOf(observation: Observation): Evidence {
  const { requests, lives, faults } = observation;
  return {
    observation,
    rotations: rotationsOf(observation),
    faults: byId(faults),
    lives: new Map(lives.map((life) => [life.accessKeyId, life])),
    calls: requests.filter(({ purpose }) => purpose === "call"),
    asks: requests.filter(isAsk),
  };
}

function resultOf(check: Check, evidence: Evidence, thresholds: Thresholds): CheckResult {
  const { name, threshold, isOfTime } = check;
  const { ending } = evidence.observation;
  const allowed = threshold === undefined ? Number.NaN : thresholds[threshold];
  const finding = check.judge(evidence, allowed);
  // What a timer would have done in its time nobody knows: a hang and a renewal that did not come look alike then.
  if (ending.kind === "unmoved-timer" && (name === "no-hang" || (isOfTime && finding.outcome === "failed"))) {
    return {
      name,
      outcome: "skipped",
      message: `this client waits on a timer (${ending.timer}), which was not warped`,
    };
  }
  return { name, ...finding, ...(Number.isFinite(allowed) && { threshold: allowed }) };
}
