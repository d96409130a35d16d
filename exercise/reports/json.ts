// What is kept of a run, so that it can be judged and drawn again? The report as it is.

import type { ExerciseReport } from "../report.ts";

/** Another number when what a reader counts on has changed. */
export const JSON_FORMAT = "mayfly-exercise/1";

/** The fields of ExerciseReport after `format`. */
export const jsonReport = (report: ExerciseReport): string =>
  `${JSON.stringify({ format: JSON_FORMAT, ...report }, undefined, 2)}\n`;
