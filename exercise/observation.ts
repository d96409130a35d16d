// What was seen of one program? Plain data, epoch milliseconds of simulated time: all that a verdict is made of, so that it can be made
// again from a kept report.

import type { StepReport } from "../control/scenario.ts";

/** What a request was for. At the metadata service: a token, the name of the role, its credentials, or anything else. */
export type RequestPurpose = "token" | "role" | "credentials" | "metadata" | "call";

/** One request of the program, as the request log tells it; or many that are alike, where there were very many. */
export interface SeenRequest {
  readonly at: number;
  /** Of many: how many, and when the last of them came. */
  readonly count?: number;
  readonly lastAt?: number;
  readonly purpose: RequestPurpose;
  /** 0 where an injected fault left no answer. */
  readonly status: number;
  readonly imdsVersion?: 1 | 2;
  /** The key that was served, or that signed the call. */
  readonly accessKeyId?: string;
  /** Of a call: `s3:GetObject`. */
  readonly action?: string;
  readonly errorCode?: string;
  /** The ids of the faults that struck. */
  readonly fault?: string;
  readonly userAgent?: string;
}

/** One set of the role's credentials. Absent instants never came. */
export interface KeyLife {
  readonly accessKeyId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Whole, as far as can be told: not in an answer that a fault had spoilt, unless it was used all the same. */
  readonly firstServedAt?: number;
  readonly lastServedAt?: number;
  readonly firstUsedAt?: number;
  readonly lastUsedAt?: number;
}

/** Requests to the metadata service that followed each other at once: one renewal, by one worker of the program or by all. */
export interface Burst {
  readonly at: number;
  readonly lastAt: number;
  /** Those for a token, the role or its credentials. */
  readonly requests: number;
  /** Tokens that were given. */
  readonly tokens: number;
  /** The keys that were served in it for the first time. */
  readonly newAccessKeyIds: readonly string[];
}

/** A time in which the program asked for keys without success again and again, and called nobody, while the keys in use were alive. */
export interface Stop {
  readonly from: number;
  /** The last such request, or the expiry. */
  readonly until: number;
  readonly accessKeyId: string;
  readonly expiresAt: number;
}

/** A fault that was in force during the run. */
export interface FaultSpan {
  readonly id: string;
  readonly fault: string;
  /** The only side that it strikes. */
  readonly face?: "imds" | "aws";
  /** Whether keys could be had all the same, by who asks in time or again. */
  readonly isSurvivable?: true;
  readonly from: number;
  /** Absent where it was in force to the end. */
  readonly until?: number;
}

/** How the program's part ended. */
export type Ending =
  /** After the last rotation it got SIGTERM, and ended so (128 and the signal's number after a signal) or had to be killed. */
  | { readonly kind: "asked"; readonly exitCode: number; readonly wasKilled: boolean }
  /** By itself, before the last rotation had been judged. */
  | { readonly kind: "early"; readonly exitCode: number }
  /** Whoever had it exercised ended that before: nothing is said of what was still to come. */
  | { readonly kind: "interrupted" }
  /** It did nothing for so long that the run gave it up. */
  | { readonly kind: "hung" }
  /** It waited on a timer that cannot be moved, such as `timer_create`: nothing is said of it. */
  | { readonly kind: "unmoved-timer"; readonly timer: string };

/** How the program's time was moved: with the server's, or not at all. */
export type ClockKind = "warped" | "real";

export interface Observation {
  /** The program's name in this run, and the instance that it is on. */
  readonly program: string;
  readonly instanceId: string;
  readonly clock: ClockKind;
  /** The first call, or the start where there was none; and the end. */
  readonly beganAt: number;
  readonly endedAt: number;
  /** In the order in which they came. */
  readonly requests: readonly SeenRequest[];
  /** Those that brought new keys, and the largest of the others. */
  readonly bursts: readonly Burst[];
  readonly longestStop?: Stop;
  /** The role's keys that were served to it or used by it, by their issue. */
  readonly lives: readonly KeyLife[];
  readonly faults: readonly FaultSpan[];
  readonly steps: readonly StepReport[];
  readonly ending: Ending;
}
