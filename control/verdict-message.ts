// What does one read of an expectation? One paragraph: what was expected, what was seen, and the nearest misses.

import { formatDuration } from "../clock/duration.ts";
import type { Expectation } from "./expectation.ts";
import { type Given, givenConditions, type RequestConditions } from "./request-conditions.ts";
import type { RequestLog } from "./request-log.ts";
import { entryLine, entryOf, type RequestEntry, type RequestRecord } from "./request-record.ts";
import type { CountTally, Mark, OrderTally } from "./tally.ts";

export interface Told {
  readonly log: RequestLog;
  readonly expectation: Expectation;
  readonly passed: boolean;
  readonly isIncomplete: boolean;
  readonly matched: readonly RequestEntry[];
}

/** How many requests a message shows of one kind. */
const SHOWN = 3;

/** `requests with status 4xx and face aws`, in the number that is meant. */
function described(query: RequestConditions = {}, count = 2): string {
  const conditions = givenConditions(query).map(({ name, written }) => `${name} ${written}`);
  const last = conditions.pop();
  const all = conditions.length === 0 ? last : `${conditions.join(", ")} and ${last}`;
  return `request${count === 1 ? "" : "s"}${last === undefined ? "" : ` with ${all}`}`;
}

const shown = (entry: RequestEntry) => `#${entry.sequence} ${entryLine(entry)}`;

function list(entries: readonly string[], total = entries.length): string {
  return entries.slice(0, SHOWN).join("; ") + (total > SHOWN ? `; and ${total - SHOWN} more` : "");
}

const within = ({ within, withinReal }: Expectation) =>
  [within && `${within} of simulated time`, withinReal && `${withinReal} of real time`]
    .filter(Boolean)
    .map((span) => ` within ${span}`)
    .join(" and");

const incomplete = ({ isIncomplete, log: { dropped, total } }: Told) =>
  isIncomplete
    ? ` It cannot be judged: the oldest ${dropped} of ${total} requests are no longer kept, and some of them might count. Keep more with a larger log size, or ask for later ones only.`
    : "";

/** How many were wanted: `at least 1 request with …`. */
function wantedNumber({ query, atLeast, atMost, exactly, none }: Expectation): string {
  if (none || exactly === 0) return `no ${described(query, 1)}`;
  if (exactly !== undefined) return `exactly ${exactly} ${described(query, exactly)}`;
  if (atMost === undefined) return `at least ${atLeast ?? 1} ${described(query, atLeast ?? 1)}`;
  if (atLeast === undefined) return `at most ${atMost} ${described(query, atMost)}`;
  return `${atLeast} to ${atMost} ${described(query)}`;
}

function kept({ log: { total, dropped } }: Told): string {
  if (total === 0) return "there has been no request at all";
  return `among ${total - dropped} request${total - dropped === 1 ? "" : "s"}`;
}

export function messageOfCount(told: Told, tally: CountTally): string {
  const { expectation, passed, matched } = told;
  const wanted = `${wantedNumber(expectation)}${within(expectation)}`;
  const { count, total } = tally;
  const inAll = total === count ? "" : ` (${total} in all)`;
  if (passed) return `As expected, ${wanted}: saw ${count || "none"}${inAll}.`;
  const seen = `Expected ${wanted}; saw ${count || "none"}${inAll}, ${kept(told)}`;
  if (tally.isTooMany) return `${seen}: ${list(matched.slice(0, SHOWN).map(shown), total)}.`;
  return `${seen}.${tally.isTooFew ? misses(told, expectation.query) : ""}${incomplete(told)}`;
}

export function messageOfOrder(told: Told, tally: OrderTally): string {
  const { expectation, passed } = told;
  const { steps, marks } = tally;
  const wanted = `${steps.length} requests in this order${within(expectation)}: ${steps.map((step) => described(step, 1)).join("; then ")}`;
  const numbers = marks.map(({ sequence }) => `#${sequence}`).join(", ");
  if (passed) return `As expected, ${wanted}: ${numbers}.`;
  if (marks.length === steps.length) {
    return `Expected ${wanted}; the nearest ones, ${numbers}, took ${taken(marks)}.${incomplete(told)}`;
  }
  const missing = steps[marks.length];
  const far =
    marks.length === 0 ? "the first of them did not come" : `${numbers} came, but then no ${described(missing, 1)}`;
  return `Expected ${wanted}; ${far}, ${kept(told)}.${misses(told, missing)}${incomplete(told)}`;
}

/** From the first to the last. */
function taken(marks: readonly Mark[]): string {
  const [first, last] = [marks[0] as Mark, marks.at(-1) as Mark];
  const span = (milliseconds: number) => formatDuration(Math.max(0, milliseconds));
  return `${span(last.at - first.at)} of simulated and ${span(last.realAt - first.realAt)} of real time`;
}

/** Those that fail the fewest conditions, the newest first. */
function misses({ log }: Told, query: RequestConditions = {}): string {
  const conditions = givenConditions(query);
  const failing = (record: RequestRecord) => conditions.filter(({ holds }) => !holds(record));
  let nearest: { readonly record: RequestRecord; readonly failed: readonly Given[] }[] = [];
  for (const record of log.records()) {
    const failed = failing(record);
    const place = nearest.findIndex((other) => failed.length <= other.failed.length);
    nearest.splice(place < 0 ? nearest.length : place, 0, { record, failed });
    nearest = nearest.slice(0, SHOWN);
  }
  if (nearest.length === 0) return "";
  return ` Nearest misses: ${list(nearest.map(({ record, failed }) => `${shown(entryOf(record))} (${why(record, failed)})`))}.`;
}

function why(record: RequestRecord, failed: readonly Given[]): string {
  if (failed.length === 0) return "not after the others";
  return failed.map(({ name, of, written }) => `${name} ${found(name, of(record))}, not ${written}`).join(", ");
}

/** As the condition would be written. */
function found(name: Given["name"], value: string | number | undefined): string {
  if (value === undefined) return "none";
  if (name === "from" || name === "to") return new Date(value).toISOString();
  if ((name === "keyAge" || name === "keyLeft") && typeof value === "number")
    return `${value < 0 ? "-" : ""}${formatDuration(Math.abs(value) * 1000)}`;
  return String(value);
}
