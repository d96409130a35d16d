// How do clients go through a scenario together? Their probes share one world and one clock, and what they complain of is kept.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ExerciseReport, type ExerciseScenario, exercise, type ProgramReport } from "../index.ts";
import type { LabClient } from "./clients.ts";

/** A client with a name of its own in this run, and what is different about it there. */
export interface LabProgram {
  readonly name: string;
  readonly client: LabClient;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Seen {
  readonly report: ProgramReport;
  /** What it wrote to its standard error, by line. */
  readonly complaints: readonly string[];
}

export interface LabRun {
  readonly report: ExerciseReport;
  /** By the names of the programs. */
  readonly seen: ReadonlyMap<string, Seen>;
}

export const USUAL_PAUSE_SECONDS = 30;

/** Where nothing happens one rotation tells as much as several. */
const rotationsOf = ({ rotations = 1, steps, configuration }: ExerciseScenario): number =>
  steps === undefined && configuration === undefined ? 1 : rotations;

/** Rejects where the scenario is wrong or a program cannot be started. */
export async function runTogether(
  scenario: ExerciseScenario,
  programs: readonly LabProgram[],
  onEvent: (event: string) => void,
): Promise<LabRun> {
  const folder = mkdtempSync(join(tmpdir(), "mayfly-lab-"));
  const fileOf = ({ name }: LabProgram) => join(folder, `${name}.txt`);
  try {
    const report = await exercise({
      programs: programs.map((program) => exercised(program, fileOf(program))) as never,
      scenario,
      rotations: rotationsOf(scenario),
      configuration: {
        instances: Object.fromEntries(programs.map(({ name, client }) => [name, client.instance ?? {}])),
      },
      onProgress: ({ event }) => event !== undefined && onEvent(event),
    });
    const seen = report.programs.map((program, index): [string, Seen] => {
      const text = readFileSync(fileOf(programs[index] as LabProgram), "utf8");
      return [program.name, { report: program, complaints: text.split("\n").filter((line) => line.trim()) }];
    });
    return { report, seen: new Map(seen) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function exercised({ name, client, environment }: LabProgram, complaints: string) {
  const { command, workers = 1, pauseSeconds = USUAL_PAUSE_SECONDS, isolated = false } = client;
  return {
    name,
    command: "sh",
    arguments: ["-c", 'exec "$@" 2>"$0"', complaints, ...command],
    environment: {
      PROBE_WORKERS: String(workers),
      PROBE_PAUSE_SECONDS: String(pauseSeconds),
      ...client.environment,
      ...environment,
    },
    stdio: "ignore" as const,
    isolated,
  };
}
