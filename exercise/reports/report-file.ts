// In which form is a report written? The ending of its file says so.

import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import type { ExerciseReport } from "../report.ts";

type Render = (report: ExerciseReport) => Promise<string>;

// Loaded on use: most runs write one form, or none.
const FORMS: Readonly<Record<string, Render>> = {
  ".txt": async (report) => (await import("./text.ts")).textReport(report),
  ".json": async (report) => (await import("./json.ts")).jsonReport(report),
  ".xml": async (report) => (await import("./junit.ts")).junitReport(report),
  ".html": async (report) => (await import("./html/page.ts")).htmlReport(report),
};

/** How that file would be written. RangeError of one line for an ending that says nothing: to be asked for before a run. */
export function reportForm(file: string): Render {
  const render = FORMS[extname(file).toLowerCase()];
  if (render === undefined)
    throw new RangeError(`\`${file}\` is no report: its name must end with ${Object.keys(FORMS).join(", ")}`);
  return render;
}

/**
 * Writes text, JSON, JUnit's XML or an HTML page, as the name ends: .txt, .json, .xml, .html. Rejects with the RangeError of
 * `reportForm`, and as node:fs does where it cannot be written.
 */
export async function writeReport(report: ExerciseReport, file: string): Promise<void> {
  const render = reportForm(file);
  await writeFile(file, await render(report));
}
