// How does a program of an exercise come onto its instance? By the variables that lead it there, or in a network of its own.

import { programEnvironment } from "./control/environment.ts";
import type { ExercisedProgram } from "./exercise/exercise.ts";
import {
  type ProgramStart,
  type StartedProgram,
  startedIsolated,
  startPlain,
  startWarped,
} from "./exercise/program.ts";
import { isolate } from "./isolate.ts";
import type { Simulation } from "./simulation.ts";

/** Its name is that of its instance. */
export type NamedProgram = ExercisedProgram & { readonly name: string };

export type PlacedProgram = ProgramStart & Pick<NamedProgram, "name" | "isolated">;

/** What it is started with on the instance of its name. */
export async function placed(simulation: Simulation, program: NamedProgram): Promise<PlacedProgram> {
  const {
    name,
    command,
    directory = process.cwd(),
    isolated = false,
    stdio = "inherit",
    arguments: words = [],
  } = program;
  const own = programEnvironment(process.env, await simulation.environment({ instance: name, isolated }));
  return { name, command, words, directory, isolated, stdio, environment: { ...own, ...program.environment } };
}

/**
 * Starts it: on a clock of its own that is so far ahead of the machine's, or in the machine's time. Rejects as `isolate` does where it
 * cannot have a network of its own.
 */
export async function startOnInstance(
  simulation: Simulation,
  start: PlacedProgram,
  aheadSeconds: number | undefined,
): Promise<StartedProgram> {
  if (!start.isolated) return aheadSeconds === undefined ? startPlain(start) : startWarped(start, aheadSeconds);
  const { name: instance, command: program, words: args, directory, environment, stdio } = start;
  const running = await isolate({
    ...{ controls: simulation, place: { instance }, program, args, directory, environment, stdio },
    ...(aheadSeconds !== undefined && { warp: { aheadSeconds } }),
  });
  return startedIsolated(running);
}
