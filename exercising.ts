// How does a program come to be exercised? A simulation, the programs on their instances, the run and the verdict, joined.

import { basename } from "node:path";
import { machineTime } from "./clock/real-time.ts";
import { warpSupport } from "./clock/warp/warp.ts";
import { ObservationCollector } from "./exercise/collector.ts";
import type { ExerciseOptions } from "./exercise/exercise.ts";
import type { ClockKind } from "./exercise/observation.ts";
import type { Part, ParticipantParts } from "./exercise/participant.ts";
import { demandProgram } from "./exercise/program.ts";
import type { ExerciseReport } from "./exercise/report.ts";
import { runExercise } from "./exercise/run.ts";
import type { ExerciseScenario } from "./exercise/scenario.ts";
import { verdictOf } from "./exercise/verdict.ts";
import { worldOf } from "./exercise/world.ts";
import { checkExerciseScenario, readExerciseScenario } from "./exercise-scenarios.ts";
import { type NamedProgram, type PlacedProgram, placed, startOnInstance } from "./exercised-programs.ts";
import { parseOffset } from "./faults/values.ts";
import { watchUnderWay } from "./network/under-way.ts";
import { packageVersion } from "./package-version.ts";
import { simulate } from "./simulate.ts";
import type { Simulation, SimulationOptions } from "./simulation.ts";
import { ConfigurationError } from "./written.ts";

/** What a run is made of, once it has been checked. */
interface Plan {
  readonly options: ExerciseOptions;
  readonly scenario: ExerciseScenario;
  readonly programs: readonly NamedProgram[];
  readonly clock: ClockKind;
  readonly configuration: object;
}

/** See `Exercise`. */
export async function exercise(options: ExerciseOptions): Promise<ExerciseReport> {
  const plan = await planOf(options);
  const possible = demandClock(plan);
  possible.catch(() => {}); // it is told once the simulation is there, or that cannot be
  const startedAt = machineTime.now();
  const { configuration, scenario } = plan;
  const seed = options.seed === undefined ? {} : { seed: options.seed };
  await using simulation = await simulate({ configuration, ...seed } as SimulationOptions);
  await possible;
  const beganAt = simulation.clock.now();
  const programs = await runIn(simulation, plan);
  return {
    scenario: scenario.name,
    title: scenario.title,
    passed: programs.every(({ verdict }) => verdict.passed),
    mayflyVersion: packageVersion,
    startedAt: new Date(startedAt).toISOString(),
    realSeconds: (machineTime.now() - startedAt) / 1000,
    beganAt,
    simulatedSeconds: (simulation.clock.now() - beganAt) / 1000,
    programs,
  };
}

async function planOf(options: ExerciseOptions): Promise<Plan> {
  const { scenario: written = "normal-renewal", clock = "warped" } = options;
  const scenario = typeof written === "string" ? await readExerciseScenario(written) : checkExerciseScenario(written);
  const programs = options.programs.map((program) => ({ name: basename(program.command), ...program }));
  const names = programs.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new ConfigurationError([`two programs are called "${twice}": give them names`]);
  const patches = { configurations: [scenario.configuration, options.configuration], instance: scenario.instance };
  const configuration = worldOf(names, patches);
  return { options, scenario, programs, clock, configuration };
}

const SHORT_LIVES = 'a configuration with short lives, such as {"rotation": {"refreshing": "botocore"}}';

/** ConfigurationError where a rotation would never come. */
async function demandClock({ clock, configuration }: Plan): Promise<void> {
  if (clock === "real") {
    if ("rotation" in configuration) return;
    throw new ConfigurationError([`in real time a rotation would take six hours: give ${SHORT_LIVES}`]);
  }
  const support = await warpSupport();
  if (support.supported) return;
  const remains = `What remains is the clock "real", with ${SHORT_LIVES}`;
  throw new ConfigurationError([`the clocks of programs cannot be moved here: ${support.reason}. ${remains}`]);
}

async function runIn(simulation: Simulation, plan: Plan): Promise<ExerciseReport["programs"]> {
  const { options, scenario, programs, clock } = plan;
  const starts = await Promise.all(programs.map((program) => placed(simulation, program)));
  for (const start of starts) demandProgram(start);
  const { instances } = await simulation.state();
  const startedAt = simulation.clock.now();
  using underWay = watchUnderWay(machineTime.now);
  await using running = new AsyncDisposableStack();
  const aheadSeconds = clock === "real" ? undefined : parseOffset(scenario.clientAhead ?? 0) / 1000;
  const isAlone = programs.length === 1;
  const starting = starts.map(async (start): Promise<ParticipantParts & { readonly watch: ObservationCollector }> => {
    const { name } = start;
    const program = running.use(await startOnInstance(simulation, start, aheadSeconds));
    const instanceId = instances.find((instance) => instance.name === name)?.instanceId ?? "";
    const watch = new ObservationCollector({ program: name, instanceId, clock, startedAt, isAlone });
    return { name, instanceId, program, watch };
  });
  await Promise.allSettled(starting); // what has started is ended where another cannot be started
  const participants = await Promise.all(starting);
  const parts = await runExercise({
    controls: simulation,
    now: () => simulation.clock.now(),
    underWay,
    participants,
    clock,
    steps: scenario.steps ?? [],
    rotations: options.rotations ?? scenario.rotations ?? 1,
    speed: options.speed ?? Number.POSITIVE_INFINITY,
    onProgress: options.onProgress ?? (() => {}),
    signal: options.signal,
  });
  const thresholds = { ...scenario.thresholds, ...options.thresholds };
  return participants.map(({ name, watch }, index) => {
    const { ending, endedAt } = parts[index] as Part;
    const { command, words } = starts[index] as PlacedProgram;
    const observation = watch.finish(endedAt, ending);
    return { name, command: [command, ...words], observation, verdict: verdictOf(observation, thresholds) };
  });
}
