// How long did the program take to go on, once what had stopped it was over?

import { outcomeOf } from "../asks.ts";
import type { SeenRequest } from "../observation.ts";
import { instant, span } from "../words.ts";
import { type Check, type Evidence, isAccepted, lastOf } from "./check.ts";

export const recovery: Check = {
  name: "recovery",
  about:
    "after its calls had been refused, or had stopped while keys were asked for in vain, one was accepted soon after the last fault had ended or the last step been taken",
  threshold: "recoverySeconds",
  isOfTime: true,
  judge(evidence, allowed) {
    const events = eventsOf(evidence);
    if (events.length === 0) return { outcome: "skipped", message: "no fault and no step of a scenario in this run" };
    const stops = events.flatMap((event, index) => stopAt(evidence, event, events[index + 1]) ?? []);
    const worst = stops.reduce<Stop | undefined>((a, b) => (a && a.seconds >= b.seconds ? a : b), undefined);
    if (worst === undefined) return { outcome: "passed", measured: 0, message: "its calls went on through all of it" };
    return judged(evidence, worst, allowed);
  },
};

interface Event {
  readonly at: number;
  /** As the end of a sentence: `the end of f-1 (swallow)`. */
  readonly what: string;
}

interface Stop {
  readonly event: Event;
  readonly seconds: number;
  /** When the first call was accepted afterwards; absent where none was. */
  readonly acceptedAt?: number;
}

function judged({ observation }: Evidence, { event, seconds, acceptedAt }: Stop, allowed: number) {
  const measured = seconds;
  if (acceptedAt !== undefined) {
    const message = `${span(seconds * 1000)} from ${event.what} at ${instant(event.at)} until the first accepted call`;
    return { outcome: seconds <= allowed ? "passed" : "failed", measured, message } as const;
  }
  const message = `no call was accepted from ${event.what} at ${instant(event.at)} to the end, ${span(seconds * 1000)} later`;
  if (seconds > allowed) return { outcome: "failed", measured, message } as const;
  const stillOn = observation.faults.some(({ until, isSurvivable }) => until === undefined && !isSurvivable);
  return {
    outcome: "skipped",
    message: `${message}: ${stillOn ? "a fault was in force" : "too early to tell"}`,
  } as const;
}

function eventsOf({ observation }: Evidence): readonly Event[] {
  const { faults, steps } = observation;
  const ofFaults = faults.flatMap(({ id, fault, from, until }) => [
    { at: from, what: `the beginning of ${id} (${fault})` },
    ...(until === undefined ? [] : [{ at: until, what: `the end of ${id} (${fault})` }]),
  ]);
  const ofSteps = steps.map(({ step, at, did }) => ({ at: Date.parse(at), what: `step ${step} (${did})` }));
  return [...ofSteps, ...ofFaults].sort((a, b) => a.at - b.at);
}

/** Undefined where the calls had not stopped around that event, or another one came before they went on. */
function stopAt(
  { observation, calls, asks, faults }: Evidence,
  event: Event,
  next: Event | undefined,
): Stop | undefined {
  const accepted = calls.filter(isAccepted);
  const before = Math.max(...accepted.filter(({ at }) => at < event.at).map(lastOf));
  const after = accepted.find(({ at }) => at >= event.at)?.at;
  const until = after ?? Number.POSITIVE_INFINITY;
  if (next !== undefined && next.at <= until) return undefined;
  const isTrouble = (request: SeenRequest) =>
    request.purpose === "call" ? !isAccepted(request) : request.status !== 200 || outcomeOf(request, faults) === "vain";
  const hadStopped = [...calls, ...asks].some((one) => isTrouble(one) && lastOf(one) > before && one.at < until);
  if (!hadStopped) return undefined;
  const seconds = ((after ?? observation.endedAt) - event.at) / 1000;
  return { event, seconds, ...(after !== undefined && { acceptedAt: after }) };
}
