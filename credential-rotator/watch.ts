// When does the next set come, or an old one end, on any instance that someone looks at? The instances of a template rotate
// together, so that a look at the schedules of 100,000 of them costs one.

import type { Fleet } from "../instances/fleet.ts";
import type { Instance } from "../instances/instance.ts";
import { readMemberName } from "../instances/member.ts";
import { type Moment, momentsBetween, nextMomentAfter, type Schedule } from "./schedule.ts";
import { type RotationState, scheduleOf } from "./state.ts";

/** Something that happens to the credentials of an instance. */
export interface InstanceMoment {
  readonly instance: Instance;
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

/** Instances with one schedule. */
interface Group {
  readonly schedule: Schedule;
  instances(): Iterable<Instance>;
}

export function createWatch(fleet: Fleet, state: () => RotationState): Watch {
  /** Ids of the instances that were asked for, by the name of their template. */
  const asked = new Map<string, Set<string>>();

  function* groups(): Generator<Group> {
    for (const instance of fleet.declared()) yield* single(state(), instance);
    for (const ids of asked.values()) yield* groupsOf(fleet, state(), ids);
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
      for (const { schedule, instances } of groups()) {
        const moments = momentsBetween(schedule, from, to, limit);
        if (moments.length === 0) continue;
        for (const instance of instances()) for (const moment of moments) found.push({ instance, moment });
      }
      return found.sort((a, b) => a.moment.at - b.moment.at).slice(-limit);
    },
    nextAfter(at) {
      const next = Math.min(...groups().map(({ schedule }) => nextMomentAfter(schedule, at)));
      return Number.isFinite(next) ? next : undefined;
    },
  };
}

function* single(state: RotationState, instance: Instance | undefined): Generator<Group> {
  const schedule = instance && scheduleOf(state, instance);
  if (instance && schedule) yield { schedule, instances: () => [instance] };
}

/** Each that was once forced by itself is a group of its own; all others of a template are one. */
function* groupsOf(fleet: Fleet, state: RotationState, ids: ReadonlySet<string>): Generator<Group> {
  for (const id of state.forced.keys()) if (ids.has(id)) yield* single(state, fleet.byInstanceId(id));
  const instances = () =>
    ids
      .values()
      .filter((id) => !state.forced.has(id))
      .map((id) => fleet.byInstanceId(id))
      .filter((instance) => instance !== undefined);
  const [first] = instances().take(1);
  const schedule = first && scheduleOf(state, first);
  if (schedule) yield { schedule, instances };
}
