// Through what is a program put? A scenario: a world, a timeline of what happens in it, and what is expected of the program.

import { z } from "zod";
import { type ScenarioStep, stepSchema } from "../control/scenario.ts";
import { offset } from "../faults/values.ts";
import { strictMapping } from "../roles/strict-mapping.ts";
import { THRESHOLDS, type ThresholdRow, type Thresholds } from "./thresholds.ts";

export interface ExerciseScenario {
  /** The name of its file, without the ending. */
  readonly name: string;
  /** A few words. */
  readonly title: string;
  /** What happens, and why that happens on EC2. */
  readonly description?: string;
  /** The page that says so. */
  readonly source?: string;
  /** What a program does that is well made. */
  readonly expected?: string;
  /** How many expiries of keys in use are judged; 1 unless given. */
  readonly rotations?: number;
  /** Merged over the world of the exercise (RFC 7396), and over each of its instances. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly instance?: Readonly<Record<string, unknown>>;
  /** How far the program's wall clock is off, such as "20m" or "-20m". */
  readonly clientAhead?: string | number;
  /** Infinite where it is written as `any`. */
  readonly thresholds?: Partial<Thresholds>;
  /** Their `at` counts from the start. Faults and actions that name no instance strike all programs' instances. */
  readonly steps?: readonly ScenarioStep[];
}

/** A number, or `any`, which is what JSON makes null of: infinite. */
const limit = ({ allows, about }: ThresholdRow) =>
  z
    .union([z.number(), z.literal("any"), z.null()], "must be a number, or any")
    .transform((written) => {
      if (typeof written === "number") return written;
      return allows === "at least" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    })
    .describe(about)
    .exactOptional();

const thresholds = Object.fromEntries(Object.entries(THRESHOLDS).map(([name, row]) => [name, limit(row)]));

const text = z.string().trim().min(1);
const patch = z.record(z.string(), z.unknown());

const shape = {
  title: text,
  description: text.exactOptional(),
  source: z.url("must be a URL").exactOptional(),
  expected: text.exactOptional(),
  rotations: z.int().min(1).exactOptional(),
  configuration: patch.exactOptional(),
  instance: patch.exactOptional(),
  clientAhead: offset("How far the program's wall clock is ahead, such as 20m or -20m").exactOptional(),
  thresholds: strictMapping(thresholds).exactOptional(),
  steps: z.array(stepSchema).exactOptional(),
};

/** What a file holds: its name is the scenario's. */
export const scenarioFileSchema = strictMapping(shape);
/** What code gives. */
export const exerciseScenarioSchema = strictMapping({ name: text, ...shape });
