// Which scenario did somebody write? Read from YAML or JSON, with one line for each mistake; a value from code is checked alike.

import type { Controls } from "./control/controls.ts";
import { playScenario, type Scenario, type StepReport, scenarioSchema } from "./control/scenario.ts";
import { checkWritten, parseWritten, readText } from "./written.ts";

/** Reads a file. ConfigurationError when it cannot be read or is wrong. */
export async function readScenario(file: string): Promise<Scenario> {
  return parseWritten(scenarioSchema, await readText(file), file) as Scenario;
}

/** Checks a scenario and plays it, as `playScenario` does. ConfigurationError when it is wrong; then nothing has happened. */
export async function runScenario(
  controls: Controls,
  scenario: Scenario,
  options?: Parameters<typeof playScenario>[2],
): Promise<readonly StepReport[]> {
  return playScenario(controls, checkWritten(scenarioSchema, scenario, "scenario") as Scenario, options);
}
