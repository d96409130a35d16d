// Through what is a program put? A scenario: a world, a timeline of what happens in it, and what is expected of the program.

import type { ScenarioStep } from "../control/scenario.ts";
import type { Thresholds } from "./thresholds.ts";

export interface ExerciseScenario {
  /** The name of its file, without the ending. */
  readonly name: string;
  /** A few words, and what happens and why that happens on EC2. */
  readonly title: string;
  readonly description: string;
  /** How many expiries of keys in use are judged; 1 unless given. */
  readonly rotations?: number;
  /** Merged over the world of the exercise (RFC 7396), and over each of its instances. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly instance?: Readonly<Record<string, unknown>>;
  /** How far the program's wall clock is off, such as "20m" or "-20m". */
  readonly clientAhead?: string;
  readonly thresholds?: Partial<Thresholds>;
  /** Their `at` counts from the start. Faults and actions that name no instance strike all programs' instances. */
  readonly steps?: readonly ScenarioStep[];
}
