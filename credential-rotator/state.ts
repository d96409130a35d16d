// What has happened to the rotation? Its events, and the fold that makes its state of them: settings and since when they hold,
// and the instants of forced rotations. No credentials: these are derived.

import type { Instance, ProfileAssociation } from "../instances/instance.ts";
import { readMemberName } from "../instances/member.ts";
import { type RotationConfiguration, type RotationSettings, rotationSettings } from "./configuration.ts";
import type { Era, Schedule } from "./schedule.ts";

export interface RotationState {
  /**
   * By the name of the instance's entry in the configuration; that of a template's instances is the template's. Those of containers,
   * whose names have a slash as no instance's has: `tasks/web`, and `podIdentity/` for all pods.
   */
  readonly entries: ReadonlyMap<string, readonly Era[]>;
  /** Of what has no entry: the instances that were launched. */
  readonly general: readonly Era[];
  /** Instants, ascending. */
  readonly forcedForAll: readonly number[];
  /** The same by instance id. */
  readonly forced: ReadonlyMap<string, readonly number[]>;
}

interface Rotating {
  readonly rotation?: RotationConfiguration;
}

/** What this room reads of the configuration when it is loaded. */
export interface RotationConfigured {
  readonly type: "configuration.loaded";
  readonly at: number;
  readonly configuration: {
    readonly rotation?: RotationConfiguration;
    readonly instances?: Readonly<Record<string, Rotating>>;
    readonly tasks?: Readonly<Record<string, Rotating>>;
    readonly podIdentity?: Rotating;
  };
}

/** Someone wants new credentials now: for one instance, or for all. */
export interface RotationForced {
  readonly type: "rotation.forced";
  readonly at: number;
  readonly instanceId?: string;
}

/** All is to be again as the configuration says: what was forced is forgotten. */
export interface RotationReset {
  readonly type: "world.reset";
  readonly at: number;
}

export type RotationEvent = RotationConfigured | RotationForced | RotationReset;

export const NO_ROTATION: RotationState = { entries: new Map(), general: [], forcedForAll: [], forced: new Map() };

export function foldRotation(state: RotationState, event: RotationEvent): RotationState {
  if (event.type === "configuration.loaded") {
    const general = continued(state.general, rotationSettings(event.configuration.rotation), event.at);
    return { ...state, entries: configured(state, event), general };
  }
  if (event.type === "world.reset") return { ...NO_ROTATION, entries: state.entries, general: state.general };
  const { at, instanceId } = event;
  if (instanceId === undefined) return { ...state, forcedForAll: inserted(state.forcedForAll, at) };
  return { ...state, forced: new Map(state.forced).set(instanceId, inserted(state.forced.get(instanceId) ?? [], at)) };
}

function configured({ entries: before }: RotationState, { at, configuration }: RotationConfigured) {
  const general = rotationSettings(configuration.rotation);
  const entries = new Map<string, readonly Era[]>();
  const { instances = {}, tasks = {}, podIdentity } = configuration;
  const written: readonly (readonly [string, Rotating])[] = [
    ...Object.entries(instances),
    ...Object.entries(tasks).map(([name, task]) => [`tasks/${name}`, task] as const),
    ...(podIdentity ? [["podIdentity/", podIdentity] as const] : []),
  ];
  for (const [name, { rotation }] of written) {
    entries.set(name, continued(before.get(name), rotationSettings(rotation, general), at));
  }
  return entries;
}

/** The first settings hold from the beginning: the instant at which a process read them must not change a key. */
function continued(eras: readonly Era[] = [], settings: RotationSettings, at: number): readonly Era[] {
  if (eras.length === 0) return [{ from: Number.NEGATIVE_INFINITY, settings }];
  return JSON.stringify(eras.at(-1)?.settings) === JSON.stringify(settings) ? eras : [...eras, { from: at, settings }];
}

/** With `at` in its place among ascending instants; nearly always that is the last. */
const inserted = (instants: readonly number[], at: number) =>
  instants.toSpliced(instants.findLastIndex((instant) => instant <= at) + 1, 0, at);

const NEVER: readonly number[] = [];

/** While something is delivered to an instance: an association, or the machine's run. */
export type DeliveryTime = Pick<ProfileAssociation, "deliveredFrom" | "deliveredUntil" | "restarts">;

/** The schedule of what an instance gets in that time; undefined for an instance that is neither configured nor launched. */
export function scheduleOf(
  state: RotationState,
  { name, instanceId }: Instance,
  { deliveredFrom, deliveredUntil, restarts }: DeliveryTime,
): Schedule | undefined {
  const eras =
    state.entries.get(name) ??
    state.entries.get(readMemberName(name)?.template ?? "") ??
    // What was launched is called by its id.
    (name === instanceId ? state.general : undefined);
  if (!eras) return undefined;
  const forced = [state.forcedForAll, state.forced.get(instanceId) ?? NEVER];
  return { deliveredFrom, deliveredUntil, restarts, eras, forced };
}

/** The schedule of a container; forced are those rotations that all are told to make. Undefined for one that is not configured. */
export function scheduleOfContainer(
  state: RotationState,
  entryName: string,
  deliveredFrom: number,
): Schedule | undefined {
  const eras = state.entries.get(entryName);
  const delivery = { deliveredFrom, deliveredUntil: Number.POSITIVE_INFINITY, restarts: 0 };
  return eras && { ...delivery, eras, forced: [state.forcedForAll] };
}
