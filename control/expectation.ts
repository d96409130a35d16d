// What can be expected of the requests? So many of a kind, or several kinds in order; within a time, if wanted.

import { z } from "zod";
import { parseDuration } from "../clock/duration.ts";
import { strictMapping } from "../roles/strict-mapping.ts";
import { conditionShape, type RequestConditions } from "./request-conditions.ts";
import type { RequestEntry } from "./request-record.ts";

/** At least one request that `query` means, unless one of the other members says otherwise. */
export interface Expectation {
  /** Which requests count; all of them when absent. */
  readonly query?: RequestConditions | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
  readonly exactly?: number | undefined;
  /** That there is no such request. */
  readonly none?: boolean | undefined;
  /** Instead of a query and a number: a request for each of these, one after the other, with others between them or not. */
  readonly inOrder?: readonly RequestConditions[] | undefined;
  /**
   * The longest simulated time from the first to the last, such as "5m". With `atLeast` some requests, so many, must lie so near to
   * each other; with `atMost` no more may; with `exactly` all must.
   */
  readonly within?: string | undefined;
  /** The same in real time. Where both are given, both must hold. */
  readonly withinReal?: string | undefined;
}

/** What became of an expectation. */
export interface Verdict {
  readonly passed: boolean;
  /** One paragraph: what was expected, what was seen, and the nearest misses. */
  readonly message: string;
  /** How many requests counted; of `inOrder`, how many of its steps were found. */
  readonly count: number;
  /** Those that counted and are still kept, oldest first. */
  readonly matched: readonly RequestEntry[];
  /** Whether requests that might have counted are no longer kept, so that what is kept tells too little. */
  readonly incomplete: boolean;
}

/** An expectation that does not hold, or did not come true in time. The message is the verdict's. */
export class ExpectationError extends Error {
  override readonly name = "ExpectationError";
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super(verdict.message);
    this.verdict = verdict;
  }
}

export const querySchema = strictMapping(conditionShape);

const number = z.coerce.number().int().min(0).optional();
export const durationSchema = z.string().refine(isDuration, "must be a duration such as 90s or 5m");
const duration = durationSchema.optional();

function isDuration(text: string): boolean {
  try {
    parseDuration(text);
    return true;
  } catch {
    return false;
  }
}

export const expectationShape = {
  query: querySchema.optional().describe("which requests count; all when absent"),
  atLeast: number.describe("at least so many requests; 1 when nothing is said"),
  atMost: number.describe("at most so many requests"),
  exactly: number.describe("exactly so many requests"),
  none: z.boolean().optional().describe("no such request at all"),
  inOrder: z.array(querySchema).min(1).optional().describe("a request for each of these queries, in this order"),
  within: duration.describe("the longest simulated time from the first to the last, such as 5m"),
  withinReal: duration.describe("the longest real time from the first to the last"),
};

/** Members of which at most one makes sense; none of them beside `inOrder`. */
const NUMBERS = ["atLeast", "atMost", "exactly", "none"] as const;

/** What no single member shows. */
export function checkTogether(expectation: Expectation, context: z.RefinementCtx): void {
  const { atLeast, atMost, inOrder, none, query } = expectation;
  const fault = (message: string) => void context.addIssue({ code: "custom", message });
  const numbers = NUMBERS.filter((name) => expectation[name] !== undefined && expectation[name] !== false);
  const isRange = numbers.length === 2 && atLeast !== undefined && atMost !== undefined;
  if (inOrder && (query !== undefined || numbers.length > 0))
    fault("inOrder has queries of its own: give no query and no number beside it");
  else if (numbers.length > 1 && !isRange) fault(`${numbers.join(" and ")} say different things: give one of them`);
  else if (isRange && atLeast > atMost) fault("atLeast is more than atMost");
  if (none && (expectation.within ?? expectation.withinReal) !== undefined) fault("none has no first and last request");
}

/** How many there must be. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

export function boundsOf({ atLeast, atMost, exactly, none }: Expectation): Bounds {
  if (exactly !== undefined) return { least: exactly, most: exactly };
  if (none) return { least: 0, most: 0 };
  return { least: atLeast ?? (atMost === undefined ? 1 : 0), most: atMost ?? Number.POSITIVE_INFINITY };
}
