// mayfly scenario: plays a timeline of faults and moves of the clock on a running Mayfly.

import { Command } from "commander";
import { readScenario, runScenario, type StepReport } from "../index.ts";
import { type ControlOptions, controlsOf, jsonOption, print, withAnswer, withCommands } from "./options.ts";

const told = ({ at, did }: StepReport) => `${at} ${did}`;

const runCommand = () =>
  withAnswer(new Command("run").description("play a scenario, step by step; exit status 1 when a step fails"))
    .argument("<file>", "the scenario, YAML or JSON")
    .action(async (file: string, options: ControlOptions) => {
      const scenario = await readScenario(file);
      await runScenario(controlsOf(options), scenario, { onStep: (report) => print(options.json, report, told) });
    });

const validateCommand = () =>
  new Command("validate")
    .description("check a scenario; exit status 1 when something is wrong")
    .argument("<file>", "the scenario, YAML or JSON")
    .addOption(jsonOption())
    .action(async (file: string, { json }: { json?: true }) => {
      const { steps } = await readScenario(file);
      print(json, { valid: true, file, steps: steps.length }, () => `${file} is valid, with ${steps.length} steps`);
    });

export function scenarioCommand(): Command {
  return withCommands(new Command("scenario").description("play a timeline of faults and moves of the clock"), [
    runCommand(),
    validateCommand(),
  ]);
}
