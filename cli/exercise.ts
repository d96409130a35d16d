// mayfly exercise: runs a program as if on an instance, moves its clock through rotations and faults, and says whether it came through.

import { appendFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  type ExerciseOptions,
  type ExerciseReport,
  exercise,
  githubAnnotations,
  githubSummary,
  jsonReport,
  paintFor,
  readConfigurationPatch,
  reportForm,
  shippedScenarios,
  THRESHOLDS,
  type Thresholds,
  textReport,
  writeReport,
} from "../index.ts";
import { progressLine } from "./exercise-progress.ts";
import { checkedBy, jsonOption, numberBetween, print } from "./options.ts";

const HELP = `
The program runs in real time, and now and then its clock leaps forward together with the simulation's: over idle hours, and in short
leaps around each expiry. Let it go on for as long as it likes: after the last rotation it gets SIGTERM, and ten seconds later SIGKILL.
Its input and output stay its own; progress goes to the standard error, the report to the standard output.

Under GitHub Actions each failed check becomes an annotation, and the verdict is added to the job's summary.

Exit status: 0 it came through, 1 it did not, 2 the call makes no sense.`;

interface CommandOptions {
  readonly scenario?: string;
  readonly rotations?: number;
  readonly speed?: number;
  readonly clock?: "warped" | "real";
  readonly config?: string;
  readonly report?: readonly string[];
  readonly threshold?: Partial<Thresholds>;
  readonly isolated?: true;
  readonly seed?: string;
  readonly json?: true;
  readonly list?: true;
}

const reportFile = (file: string, before: readonly string[] = []) => [...before, checkedBy(reportForm)(file)];

const isThreshold = (name: string): name is keyof Thresholds => Object.hasOwn(THRESHOLDS, name);

/** Reads `recoverySeconds=60`, or `recoverySeconds=any`. */
function threshold(text: string, before: Partial<Thresholds> = {}): Partial<Thresholds> {
  const [name = "", written = ""] = text.split("=");
  if (!isThreshold(name)) throw new InvalidArgumentError(`the names are ${Object.keys(THRESHOLDS).join(", ")}.`);
  const anything = THRESHOLDS[name].allows === "at least" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = written === "any" ? anything : Number(written || Number.NaN);
  if (Number.isNaN(value)) throw new InvalidArgumentError(`write ${name}=60, or ${name}=any.`);
  return { ...before, [name]: value };
}

async function optionsOf(words: readonly [string, ...string[]], options: CommandOptions): Promise<ExerciseOptions> {
  const { scenario, rotations, speed, clock, config, threshold: thresholds, isolated, seed } = options;
  const [command, ...args] = words;
  const configuration = config === undefined ? undefined : await readConfigurationPatch(config);
  const directory = process.env.INIT_CWD ?? process.cwd();
  return {
    programs: [{ command, arguments: args, directory, ...(isolated && { isolated }) }],
    ...(scenario !== undefined && { scenario }),
    ...(rotations !== undefined && { rotations }),
    ...(speed !== undefined && { speed }),
    ...(clock !== undefined && { clock }),
    ...(configuration !== undefined && { configuration }),
    ...(thresholds !== undefined && { thresholds }),
    ...(seed !== undefined && { seed }),
  };
}

/** Ends the exercise on the first of these signals; a second one ends us, and the program with us. */
function untilSignalled(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => interrupted.abort());
  return interrupted.signal;
}

async function run(words: readonly [string, ...string[]], options: CommandOptions): Promise<ExerciseReport> {
  const signal = untilSignalled();
  const exerciseOptions = await optionsOf(words, options);
  if (options.json) return exercise({ ...exerciseOptions, signal });
  const progress = progressLine(process.stderr);
  try {
    return await exercise({ ...exerciseOptions, signal, onProgress: progress.show });
  } finally {
    progress.end();
  }
}

async function list(json: true | undefined): Promise<void> {
  const scenarios = await shippedScenarios();
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  print(json, scenarios, () => scenarios.map(({ name, title }) => `${name.padEnd(width)}  ${title}`).join("\n"));
}

async function exerciseOrList(this: Command, words: readonly string[], options: CommandOptions): Promise<void> {
  const [command, ...args] = words;
  if (options.list) return list(options.json);
  if (command === undefined) this.error("error: which program? Write it behind --", { exitCode: 2 });
  // Whatever keeps an exercise from coming to a verdict: that the program did not come through is another status.
  const report = await run([command, ...args], options).catch((problem: Error) =>
    this.error(`mayfly: ${problem.message.replaceAll(/\s*\n\s*/g, "; ")}`, { exitCode: 2 }),
  );
  process.exitCode = report.passed ? 0 : 1;
  process.stdout.write(options.json ? jsonReport(report) : textReport(report, paintFor(process.stdout)));
  for (const file of options.report ?? []) await writeReport(report, file);
  if (process.env.GITHUB_ACTIONS === "true") await tellGitHub(report);
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands: read from either output. */
async function tellGitHub(report: ExerciseReport): Promise<void> {
  process.stderr.write(githubAnnotations(report));
  const { GITHUB_STEP_SUMMARY: summary } = process.env;
  if (summary) await appendFile(summary, githubSummary(report));
}

export function exerciseCommand(): Command {
  return new Command("exercise")
    .description("run a program through rotations and faults, and say whether it renews its credentials properly")
    .argument("[command...]", "the program and its arguments, after --")
    .addOption(new Option("--scenario <name>", "what it is put through: a name of --list, or a file (normal-renewal)"))
    .addOption(
      new Option("--rotations <n>", "how many expiries of keys in use are judged; as the scenario says").argParser(
        numberBetween(1, 1000, true),
      ),
    )
    .addOption(
      new Option("--speed <n>", "the most simulated seconds in a real one").argParser(numberBetween(1, 1_000_000)),
    )
    .addOption(
      new Option("--clock <kind>", "whether its clock is moved, or all happens in real time (warped)").choices([
        "warped",
        "real",
      ]),
    )
    .addOption(new Option("--config <file>", "a configuration that is merged over the world of the exercise"))
    .addOption(
      new Option("--report <file>", "write a report: .txt, .json, .xml (JUnit) or .html; can be repeated").argParser(
        reportFile,
      ),
    )
    .addOption(
      new Option("--threshold <name=value>", "what is allowed, such as recoverySeconds=60; can be repeated").argParser(
        threshold,
      ),
    )
    .addOption(new Option("--isolated", "in a network of its own that holds 169.254.169.254 and AWS's names"))
    .addOption(new Option("--seed <text>", "makes keys, ids and dice reproducible"))
    .addOption(jsonOption())
    .addOption(new Option("--list", "list the scenarios that ship with Mayfly"))
    .passThroughOptions()
    .addHelpText("after", HELP)
    .action(exerciseOrList);
}
