// When did which profile deliver credentials to the machine? Associations hold over a stop, but only a machine that runs gets
// credentials, and a start is a new delivery.

import { derivedHexId } from "../entropy/derive.ts";
import { type Instance, isOn, type PowerState, type ProfileAssociation } from "./instance.ts";
import { type Timeline, valueAt } from "./timeline.ts";

/** A profile that was attached. Its instant is that of the call; when it is seen depends on EC2's delays. */
export interface AttachedProfile {
  readonly instanceProfileName: string;
  /** `AIPA…`: another profile of the same name is not this one. */
  readonly instanceProfileId: string;
  /** Epoch milliseconds. */
  readonly associatedAt: number;
  /** How many had been attached before, so that two of one instant differ. */
  readonly number: number;
}

/** What is known of an instance's profiles and of its power. */
export interface ProfileLife {
  readonly profile?: Timeline<AttachedProfile | null>;
  readonly power?: Timeline<PowerState>;
}

interface Span {
  readonly from: number;
  readonly until: number;
}

/** While the machine ran. */
interface Run extends Span {
  /** How often it had been started again. */
  readonly restarts: number;
}

/** The association of that instant with its last delivery, and all other deliveries, those to come included, oldest first. */
export function associationsAt(
  launched: Instance,
  { profile = [], power }: ProfileLife,
  at: number,
): Pick<Instance, "association" | "otherAssociations"> {
  const { association: first } = launched;
  const attached = [
    ...(first ? [{ from: first.deliveredFrom, value: first }] : []),
    ...profile.map(({ from, value }) => ({ from, value: value && associationOf(launched, value) })),
  ];
  const running = runs(launched, power, at);
  const all = attached.flatMap(({ from, value }, i) => {
    const span = { from, until: attached[i + 1]?.from ?? Number.POSITIVE_INFINITY };
    return value === null ? [] : running.flatMap((run) => delivery(value, span, run));
  });
  const now = valueAt(attached, at) ?? undefined;
  const association = now && (all.findLast((each) => each.associationId === now.associationId) ?? undelivered(now));
  return { association, otherAssociations: all.filter((each) => each !== association) };
}

/** When the machine was on, up to that instant. A start begins on a whole second, as EC2 dates a launch. */
export function runs({ launchTime }: Instance, power: Timeline<PowerState> = [], at: number): Run[] {
  const later = power.filter(({ from }) => from <= at).map(({ from, value }) => ({ from, on: isOn(value) }));
  const states = [{ from: launchTime, on: true }, ...later];
  // Who says once more that it runs starts nothing.
  const turns = states.filter(({ on }, i) => on !== states[i - 1]?.on);
  return turns
    .map(({ from, on }, i) => ({ from, on, until: turns[i + 1]?.from ?? Number.POSITIVE_INFINITY }))
    .filter(({ on }) => on)
    .map(({ from, until }, restarts) => ({ from, until, restarts }));
}

/** An association as the EC2 API tells of it: those that are on their way, too. */
export interface ToldAssociation {
  readonly association: ProfileAssociation;
  /** `coming` until the machine gets its credentials, `going` from the call on until it gets none any more. */
  readonly phase: "coming" | "there" | "going";
}

/** The newest first: a profile that replaces another one is told before it, captured of EC2 in September 2026. */
export function toldAssociations(instance: Instance, { profile = [] }: ProfileLife, at: number): ToldAssociation[] {
  const { association: seen } = instance;
  const ahead = profile.filter(({ from }) => from > at).map(({ value }) => value && associationOf(instance, value));
  if (ahead.length === 0) return seen ? [{ association: seen, phase: phaseOf(seen, at) }] : [];
  const wanted = ahead.at(-1);
  const leaving = [seen, ...ahead.slice(0, -1)].flatMap((each) =>
    each && each.associationId !== wanted?.associationId ? [{ association: each, phase: "going" as const }] : [],
  );
  return wanted ? [{ association: wanted, phase: "coming" }, ...leaving] : leaving;
}

const phaseOf = ({ deliveredFrom }: ProfileAssociation, at: number) => (deliveredFrom <= at ? "there" : "coming");

/** What was attached to a machine that has not run since. */
const undelivered = (association: ProfileAssociation): ProfileAssociation => ({
  ...association,
  deliveredFrom: Number.POSITIVE_INFINITY,
});

/** The association while both the profile was attached and the machine ran: at most one. */
function delivery(association: ProfileAssociation, attached: Span, run: Run): ProfileAssociation[] {
  const deliveredUntil = Math.min(attached.until, run.until);
  if (Math.max(attached.from, run.from) >= deliveredUntil) return [];
  // What was attached before the start is delivered anew by it.
  const deliveredFrom = run.from > attached.from ? run.from : association.deliveredFrom;
  return [{ ...association, deliveredFrom, deliveredUntil, restarts: run.restarts }];
}

/** What that profile is to the instance, from its call on. */
export function associationOf({ accountId, instanceId }: Instance, attached: AttachedProfile): ProfileAssociation {
  const { instanceProfileName, instanceProfileId, associatedAt, number } = attached;
  return {
    associationId: derivedHexId("iip-assoc-0", 16, accountId, instanceId, instanceProfileName, associatedAt, number),
    instanceProfileName,
    instanceProfileId,
    associatedAt,
    deliveredFrom: associatedAt,
    deliveredUntil: Number.POSITIVE_INFINITY,
    restarts: 0,
  };
}
