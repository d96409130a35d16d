// Which set of credentials is in force at an instant, and when does the next one come? Pure arithmetic: the answer is the same
// in whatever order one asks, costs the same for any distance in time, and reading never depends on a beat having happened.

import { intervalOf, type RotationSettings } from "./configuration.ts";

/** Settings, and since when they hold. */
export interface Era {
  readonly from: number;
  readonly settings: RotationSettings;
}

/** All that the sets of one delivery follow from; instants are epoch milliseconds. */
export interface Schedule {
  /** Before it there is no set. */
  readonly deliveredFrom: number;
  /** From then on no set is made any more; Infinity while the delivery lasts. */
  readonly deliveredUntil: number;
  /** Starts of the machine before it: each has forced a renewal. */
  readonly restarts: number;
  /** Oldest first; the first one holds from the beginning of time. */
  readonly eras: readonly Era[];
  /** The instants of forced rotations, ascending: those of all instances, and those of this one. */
  readonly forced: readonly (readonly number[])[];
}

/** One set; it is in force from the first instant on until just before the second, and lives on to its expiry. */
export interface ScheduledSet {
  readonly inForceFrom: number;
  readonly inForceUntil: number;
  /** On whole seconds: what the session says. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly forcedRotations: number;
  readonly settings: RotationSettings;
}

/** Something happens to a set at an instant: it is issued, or it expires. */
export interface Moment {
  readonly kind: "issued" | "renewed" | "expired";
  readonly at: number;
  readonly set: ScheduledSet;
}

/** A stretch of even rhythm, between two of: begin of the delivery, its end, change of settings, forced rotation. */
interface Span {
  readonly from: number;
  readonly until: number;
  readonly anchor: number;
  readonly interval: number;
  readonly settings: RotationSettings;
  readonly forcedRotations: number;
}

/** How many of the ascending instants come first: `isEarly` holds for these and for no later one. */
function countWhile(instants: readonly number[], isEarly: (instant: number) => boolean): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isEarly(instants[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function spanAt({ deliveredFrom, deliveredUntil, restarts, eras, forced }: Schedule, at: number): Span | undefined {
  if (at < deliveredFrom || at >= deliveredUntil) return undefined;
  const next = eras.findIndex((era) => era.from > at);
  const era = eras.at(next === -1 ? -1 : next - 1) as Era;
  let from = Math.max(deliveredFrom, era.from);
  let until = Math.min(deliveredUntil, next === -1 ? Number.POSITIVE_INFINITY : (eras[next] as Era).from);
  // One forced in the instant of the delivery comes after it. After a restart all count that ever were, so that no number comes again
  // within a second.
  const countedFrom = restarts === 0 ? deliveredFrom : Number.NEGATIVE_INFINITY;
  let forcedRotations = restarts;
  for (const instants of forced) {
    const count = countWhile(instants, (instant) => instant <= at);
    from = Math.max(from, instants[count - 1] ?? from);
    until = Math.min(until, instants[count] ?? until);
    forcedRotations += count - countWhile(instants, (instant) => instant < countedFrom);
  }
  // A set that is forced within a second says that it was issued at the beginning of that second, as AWS writes instants.
  const anchor = Math.floor(from / 1000) * 1000;
  return { from, until, anchor, interval: intervalOf(era.settings), settings: era.settings, forcedRotations };
}

/** The spans that reach beyond `from`, oldest first. */
function* spansFrom(schedule: Schedule, from: number): Generator<Span> {
  for (
    let span = spanAt(schedule, Math.max(from, schedule.deliveredFrom));
    span;
    span = Number.isFinite(span.until) ? spanAt(schedule, span.until) : undefined
  ) {
    yield span;
  }
}

/** The set of that number in its span, from 0. */
function setOf(span: Span, number: number): ScheduledSet {
  const issuedAt = span.anchor + number * span.interval;
  return {
    inForceFrom: number === 0 ? span.from : issuedAt,
    inForceUntil: Math.min(issuedAt + span.interval, span.until),
    issuedAt,
    expiresAt: issuedAt + span.settings.lifetimeMilliseconds,
    forcedRotations: span.forcedRotations,
    settings: span.settings,
  };
}

/** The set in force: the newest one that was issued at or before `at`. Undefined before the delivery and after it. */
export function setInForce(schedule: Schedule, at: number): ScheduledSet | undefined {
  const span = spanAt(schedule, at);
  return span && setOf(span, Math.floor((at - span.anchor) / span.interval));
}

const longestInterval = ({ eras }: Schedule) => Math.max(...eras.map(({ settings }) => intervalOf(settings)));
const longestLife = ({ eras }: Schedule) => Math.max(...eras.map(({ settings }) => settings.lifetimeMilliseconds));

/** The numbers of the first set in a span that is issued after `at`, and of the first that expires after it. */
function firstAfter(span: Span, at: number): { issued: number; expiring: number } {
  const number = (start: number) => Math.max(0, Math.floor((at - start) / span.interval) + 1);
  return {
    issued: at < span.from ? 0 : number(span.anchor),
    expiring: number(span.anchor + span.settings.lifetimeMilliseconds),
  };
}

/** How many sets a span has. */
const sizeOf = (span: Span) => Math.ceil((span.until - span.anchor) / span.interval);

/**
 * What happens after `from`, up to and with `to`, in order; at one instant a new set comes before the end of an old one. Over
 * a long time only the latest are sure to be told, `limit` at least: the cost follows the number of answers.
 */
export function momentsBetween(
  schedule: Schedule,
  after: number,
  to: number,
  limit = Number.POSITIVE_INFINITY,
): Moment[] {
  const moments: Moment[] = [];
  const from = Math.max(after, Math.min(to, schedule.deliveredUntil) - limit * longestInterval(schedule));
  for (const span of spansFrom(schedule, from - longestLife(schedule))) {
    if (span.from > to) break;
    const first = firstAfter(span, from);
    for (let number = first.issued; number < sizeOf(span); number++) {
      const set = setOf(span, number);
      if (set.inForceFrom > to) break;
      const kind = set.inForceFrom === schedule.deliveredFrom ? "issued" : "renewed";
      moments.push({ kind, at: set.inForceFrom, set });
    }
    for (let number = first.expiring; number < sizeOf(span); number++) {
      const set = setOf(span, number);
      if (set.expiresAt > to) break;
      moments.push({ kind: "expired", at: set.expiresAt, set });
    }
  }
  return moments.sort((a, b) => a.at - b.at || Number(a.kind === "expired") - Number(b.kind === "expired"));
}

/** The next instant after `at` at which a set is issued or expires; Infinity when there is none. */
export function nextMomentAfter(schedule: Schedule, at: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const span of spansFrom(schedule, at - longestLife(schedule))) {
    if (span.from > at) return Math.min(next, span.from);
    const first = firstAfter(span, at);
    const size = sizeOf(span);
    if (first.issued < size) next = Math.min(next, setOf(span, first.issued).inForceFrom);
    if (first.expiring < size) next = Math.min(next, setOf(span, first.expiring).expiresAt);
  }
  return next;
}
