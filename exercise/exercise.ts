// What does one ask for, to have programs exercised?

import type { ClockKind } from "./observation.ts";
import type { ExerciseReport } from "./report.ts";
import type { ExerciseScenario } from "./scenario.ts";
import type { Thresholds } from "./thresholds.ts";

export interface ExercisedProgram {
  /** The command's base name unless given; distinct in one run. */
  readonly name?: string;
  readonly command: string;
  readonly arguments?: readonly string[];
  readonly directory?: string;
  /** On top of the caller's variables and of those of its instance. */
  readonly environment?: Readonly<Record<string, string>>;
  /** In a network of its own, where 169.254.169.254 and AWS's names lead to the simulation. */
  readonly isolated?: boolean;
  /** Its input and output: ours unless given. */
  readonly stdio?: "inherit" | "ignore";
}

export interface ExerciseOptions {
  /** One or several; several share one world and one clock, each on an instance of its own. */
  readonly programs: readonly [ExercisedProgram, ...ExercisedProgram[]];
  /** The name of a shipped one, or one of your own; `normal-renewal` unless given. */
  readonly scenario?: string | ExerciseScenario;
  /** So many expiries of keys in use; as the scenario says unless given. */
  readonly rotations?: number;
  /** What is allowed, on top of what the scenario says. */
  readonly thresholds?: Partial<Thresholds>;
  /** Merged over the world of the exercise (RFC 7396). */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** "warped" where this machine can, unless given. */
  readonly clock?: ClockKind;
  /** The most simulated seconds in a real one, at least 1; as many as the programs allow unless given. */
  readonly speed?: number;
  readonly seed?: number | string;
  readonly onProgress?: (progress: ExerciseProgress) => void;
  readonly signal?: AbortSignal;
}

/** Where a run is. */
export interface ExerciseProgress {
  /** The simulated instant, epoch milliseconds, and how far it is from the beginning. */
  readonly now: number;
  readonly elapsedSeconds: number;
  /** What has just happened, for people: `boto3: rotation 1 of 3, new keys in use 14 min before expiry`. */
  readonly event?: string;
}

/**
 * Runs the programs as if each were on an instance, moves their clocks and the simulation's through the scenario, and says whether they
 * came through. Rejects with ConfigurationError where the scenario is wrong, and with one line where a program cannot be started.
 */
export type Exercise = (options: ExerciseOptions) => Promise<ExerciseReport>;
