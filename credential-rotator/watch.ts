// When does the next set come, or an old one end, on any instance that someone looks at? The instances of a template rotate
// together, so that a look at the schedules of 100,000 of them costs one.

import type { Fleet } from "../instances/fleet.ts";
import type { Instance, ProfileAssociation } from "../instances/instance.ts";
import { readMemberName } from "../instances/member.ts";
import { type Moment, momentsBetween, nextMomentAfter, type Schedule } from "./schedule.ts";
import { type RotationState, scheduleOf } from "./state.ts";

/** Something that happens to the credentials of an instance. */
export interface InstanceMoment {
  readonly instance: Instance;
  /** By which they were delivered. */
  readonly association: ProfileAssociation;
  readonly moment: Moment;
}

export interface Watch {
  /** From now on the instance is looked at, as all that are declared by name are from the beginning. */
  add(instance: Instance): void;
  /** What happens after `from`, up to and with `to`, in the order of the instants; of more than `limit` the latest. */
  between(from: number, to: number, limit: number): InstanceMoment[];
  /** The next instant after `at` at which something happens; undefined when there is nothing to look at. */
  nextAfter(at: number): number | undefined;
}

/** Instances with one schedule, each with the association that it follows from. */
interface Group {
  readonly schedule: Schedule;
  members(): Iterable<readonly [Instance, ProfileAssociation]>;
}

export function createWatch(fleet: Fleet, state: () => RotationState): Watch {
  /** Ids of the instances that were asked for, by the name of their template. */
  const asked = new Map<string, Set<string>>();

  function* groups(at: number): Generator<Group> {
    for (const instance of fleet.declared(at)) yield* single(state(), instance);
    for (const ids of asked.values()) yield* groupsOf(fleet, state(), ids, at);
  }

  return {
    add({ name, instanceId }) {
      const template = state().entries.has(name) ? undefined : readMemberName(name)?.template;
      if (template === undefined) return;
      const ids = asked.get(template);
      if (ids) ids.add(instanceId);
      else asked.set(template, new Set([instanceId]));
    },
    between(from, to, limit) {
      const found: InstanceMoment[] = [];
      for (const { schedule, members } of groups(to)) {
        const moments = momentsBetween(schedule, from, to, limit);
        if (moments.length === 0) continue;
        for (const [instance, association] of members()) {
          for (const moment of moments) found.push({ instance, association, moment });
        }
      }
      return found.sort((a, b) => a.moment.at - b.moment.at).slice(-limit);
    },
    nextAfter(at) {
      const next = Math.min(...groups(at).map(({ schedule }) => nextMomentAfter(schedule, at)));
      return Number.isFinite(next) ? next : undefined;
    },
  };
}

/** What the instance has of its own: the association of now, what those before have left, and what is on its way. */
function* single(state: RotationState, instance: Instance | undefined): Generator<Group> {
  for (const association of instance ? [...instance.otherAssociations, instance.association] : []) {
    const schedule = instance && association && scheduleOf(state, instance, association);
    if (schedule) yield { schedule, members: () => [[instance, association]] };
  }
}

/** Each to which something has happened by itself is a group of its own; all others of a template are one. */
function* groupsOf(fleet: Fleet, state: RotationState, ids: ReadonlySet<string>, at: number): Generator<Group> {
  const special = new Set([...state.forced.keys(), ...fleet.changedIds()]);
  for (const id of special) if (ids.has(id)) yield* single(state, fleet.byInstanceId(id, at));
  const members = () =>
    ids
      .values()
      .filter((id) => !special.has(id))
      .map((id) => fleet.byInstanceId(id, at))
      .flatMap((instance) => (instance?.association ? [[instance, instance.association] as const] : []));
  const [first] = members().take(1);
  const schedule = first && scheduleOf(state, ...first);
  if (schedule) yield { schedule, members };
}
