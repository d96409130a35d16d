// What happens one after the other? A timeline of faults and moves of the clock, played with the verbs that drive a simulation.

import { z } from "zod";
import { formatDuration, parseDuration } from "../clock/duration.ts";
import { pause } from "../clock/real-time.ts";
import { faultSchema, type WrittenFault } from "../faults/table.ts";
import { duration } from "../faults/values.ts";
import { type InstanceActionName, instanceActions } from "../instances/actions/table.ts";
import { strictMapping } from "../roles/configuration.ts";
import type { Controls } from "./controls.ts";
import { iso } from "./iso.ts";
import { revokedSessions } from "./revoked-sessions.ts";

/** One scenario on its way. */
interface Play {
  readonly controls: Controls;
  /** The ids of the faults that steps have named. */
  readonly named: Map<string, string>;
  readonly signal: AbortSignal | undefined;
}

interface Verb<Value = unknown> {
  readonly schema: z.ZodType<Value>;
  /** Answers what it did, in a few words. */
  run(value: Value, play: Play, name: string | undefined): Promise<string>;
}

const verb = <Value>(schema: z.ZodType<Value>, run: Verb<Value>["run"]): Verb<Value> => ({ schema, run });

const ACTIONS = Object.keys(instanceActions) as [InstanceActionName, ...InstanceActionName[]];

/** Another verb of Controls is another row. */
const VERBS = {
  raise: verb<WrittenFault>(faultSchema, async (fault, { controls, named }, name) => {
    const { id } = await controls.faults.raise(fault);
    if (name !== undefined) named.set(name, id);
    return `raised ${fault.fault} as ${id}`;
  }),
  clear: verb(z.string().min(1).describe("The name or id of a fault, or all"), async (which, { controls, named }) => {
    await controls.faults.clear(which === "all" ? undefined : (named.get(which) ?? which));
    return `cleared ${which}`;
  }),
  advance: verb(duration("Moves on, passing through everything on the way"), async (distance, { controls }) => {
    const { now } = await controls.clock.advance(String(distance));
    return `advanced to ${now}`;
  }),
  jump: verb(duration("Moves on at once, as a laptop that was suspended"), async (distance, { controls }) => {
    const { now } = await controls.clock.jump(String(distance));
    return `jumped to ${now}`;
  }),
  speed: verb(
    z.number().min(0).max(1_000_000).describe("Simulated seconds in a real second; 0 stops the clock"),
    async (speed, { controls }) => {
      await controls.clock.set({ speed });
      return `speed ${speed}`;
    },
  ),
  rotate: verb(
    z.string().min(1).describe("Renews the credentials of an instance, by name or id, or of all"),
    async (instance, { controls }) => {
      await controls.rotate(instance === "all" ? undefined : instance);
      return `renewed the credentials of ${instance}`;
    },
  ),
  act: verb(
    z.looseObject({ action: z.enum(ACTIONS) }).describe("Acts on an instance, as `mayfly instance` does"),
    async ({ action, ...request }, { controls }) => {
      const { name } = await controls.act(action, request as never);
      return `${action} of ${name}`;
    },
  ),
  configure: verb(
    z.record(z.string(), z.unknown()).describe("A merge patch (RFC 7396) over the configuration in force"),
    async (patch, { controls }) => {
      await controls.patchConfiguration(patch);
      return `configured ${Object.keys(patch).join(", ")}`;
    },
  ),
  revoke: verb(
    z.string().min(1).describe("Revokes the active sessions of a role, as the console does"),
    async (role, { controls }) => {
      const { now } = await controls.clock.read();
      await controls.patchConfiguration(revokedSessions(role, now));
      return `revoked the sessions of ${role} from before ${now}`;
    },
  ),
  reset: verb(z.literal(true, "must be true"), async (_, { controls }) => {
    await controls.reset();
    return "reset";
  }),
  wait: verb(duration("Lets so much real time pass"), async (time, { signal }) => {
    await pause(parseDuration(time), signal);
    return `waited ${time}`;
  }),
};

const NAMES = Object.keys(VERBS) as (keyof typeof VERBS)[];
const verbsShape = Object.fromEntries(NAMES.map((name) => [name, VERBS[name].schema.exactOptional()]));

export const stepSchema = strictMapping({
  at: duration("The simulated time since the scenario began").exactOptional(),
  after: duration("The simulated time since the step before").exactOptional(),
  as: z.string().min(1).describe("A name for the fault that is raised, to clear it by").exactOptional(),
  ...verbsShape,
}).superRefine((step, { addIssue }) => {
  const issue = (path: string[], message: string) => addIssue({ code: "custom", path, message });
  const given = NAMES.filter((name) => name in step);
  if (given.length !== 1) issue([], `needs exactly one of ${NAMES.join(", ")}`);
  if ("at" in step && "after" in step) issue(["after"], "needs no at beside it");
  if ("as" in step && !("raise" in step)) issue(["as"], "names a fault, and so needs raise");
});

export const scenarioSchema = strictMapping({
  steps: z.array(stepSchema).min(1, "must have at least one step").describe("What happens, in this order"),
});

type Verbs = typeof VERBS;

/** A verb, and when it is due; durations as everywhere. */
export interface ScenarioStep extends Partial<{ readonly [Name in keyof Verbs]: z.infer<Verbs[Name]["schema"]> }> {
  readonly at?: string | number;
  readonly after?: string | number;
  readonly as?: string;
}

export interface Scenario {
  readonly steps: readonly ScenarioStep[];
}

/** A step that was taken. */
export interface StepReport {
  /** From 1. */
  readonly step: number;
  /** The simulated instant, in ISO 8601. */
  readonly at: string;
  readonly did: string;
}

/** A scenario on its way, for whoever moves the clock. */
export interface ScenarioPlay {
  /** When the next step is due, epoch milliseconds of simulated time; undefined when all have been taken. */
  readonly nextAt: number | undefined;
  /** Takes the next step, whatever the clock reads. Rejects with what it met. */
  take(): Promise<StepReport>;
}

/** The steps of a scenario that was checked, to be taken on a simulation in this process or another. */
export function playOf(
  controls: Controls,
  { steps }: Scenario,
  beganAt: number,
  signal: AbortSignal | undefined,
): ScenarioPlay {
  const play: Play = { controls, named: new Map(), signal };
  let taken = 0;
  let before = beganAt;
  return {
    get nextAt() {
      const step = steps[taken];
      if (step?.at !== undefined) return beganAt + parseDuration(step.at);
      return step && before + parseDuration(step.after ?? 0);
    },
    async take() {
      const number = taken + 1;
      const did = await take(steps[taken] as ScenarioStep, play).catch((problem: Error) => {
        throw Object.assign(problem, { message: `step ${number}: ${problem.message}` });
      });
      before = await instantOf(controls);
      taken = number;
      return { step: number, at: iso(before), did };
    },
  };
}

const instantOf = async ({ clock }: Controls) => Date.parse((await clock.read()).now);

/**
 * Plays a scenario that was checked, on a simulation in this process or another. A step with `at` or `after` waits until the
 * simulated clock is there; one that stands still is advanced. Rejects with what a step met, and with AbortError on `signal`.
 */
export async function playScenario(
  controls: Controls,
  scenario: Scenario,
  { signal, onStep = () => {} }: { readonly signal?: AbortSignal; readonly onStep?: (report: StepReport) => void } = {},
): Promise<readonly StepReport[]> {
  const play = playOf(controls, scenario, await instantOf(controls), signal);
  const reports: StepReport[] = [];
  for (let due = play.nextAt; due !== undefined; due = play.nextAt) {
    await reach(due, controls, signal);
    const report = await play.take();
    reports.push(report);
    onStep(report);
  }
  return reports;
}

/** No wait is longer, because somebody else may move the clock. */
const LONGEST_WAIT_MILLISECONDS = 1000;

async function reach(instant: number, controls: Controls, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    const { now, speed, paused } = await controls.clock.read();
    const left = instant - Date.parse(now);
    if (left <= 0) return;
    if (paused) await controls.clock.advance(formatDuration(left));
    else await pause(Math.min(Math.ceil(left / speed), LONGEST_WAIT_MILLISECONDS), signal);
  }
}

function take(step: ScenarioStep, play: Play): Promise<string> {
  const name = NAMES.find((one) => one in step) as keyof typeof VERBS;
  return (VERBS[name] as unknown as Verb).run(step[name], play, step.as);
}
