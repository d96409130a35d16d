// What does a run tell? The report that is printed, kept as JSON, and drawn.

import type { Observation } from "./observation.ts";
import type { Verdict } from "./verdict.ts";

export interface ProgramReport {
  /** Its name, and the command line that it was started with. */
  readonly name: string;
  readonly command: readonly string[];
  readonly observation: Observation;
  readonly verdict: Verdict;
}

export interface ExerciseReport {
  /** Of the scenario: its name and its title. */
  readonly scenario: string;
  readonly title: string;
  readonly passed: boolean;
  readonly mayflyVersion: string;
  /** When the run began, and how long it took, in real time. */
  readonly startedAt: string;
  readonly realSeconds: number;
  /** The simulated instant at which it began, epoch milliseconds: steps count from it, and reports tell time since then. */
  readonly beganAt: number;
  /** How much time passed in the simulation. */
  readonly simulatedSeconds: number;
  readonly programs: readonly ProgramReport[];
}
