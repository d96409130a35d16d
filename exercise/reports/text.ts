// What does one read of a run in a terminal? The verdict first, then each program's rotations and checks.

import { styleText } from "node:util";
import type { ExerciseReport, ProgramReport } from "../report.ts";
import type { CheckResult } from "../verdict.ts";
import { count, instant, span } from "../words.ts";
import { rotationTable, tableLines } from "./rotations.ts";
import { commandLine, endingSentence, extentOf, visible } from "./words.ts";

type Style = "bold" | "dim" | "green" | "red" | "yellow";
/** Puts a text into a colour, or leaves it. */
export type Paint = (style: Style | readonly Style[], text: string) => string;

const plain: Paint = (_, text) => text;

/** Colours where the stream is a terminal and NO_COLOR is not set (https://no-color.org). */
export const paintFor =
  (stream: NodeJS.WritableStream): Paint =>
  (style, text) =>
    styleText(typeof style === "string" ? style : [...style], text, { stream });

const outcome = (passed: boolean, paint: Paint) =>
  paint(["bold", passed ? "green" : "red"], passed ? "PASSED" : "FAILED");

/** Lines that end with one of their own. */
export function textReport(report: ExerciseReport, paint: Paint = plain): string {
  const { from } = extentOf(report);
  const programs = report.programs.flatMap((program) => ["", ...programLines(program, from, paint)]);
  return [...headLines(report, paint), ...programs, ""].join("\n");
}

function headLines(report: ExerciseReport, paint: Paint): readonly string[] {
  const { passed, scenario, title, programs, simulatedSeconds, realSeconds, mayflyVersion } = report;
  const { from } = extentOf(report);
  const through = programs.filter(({ verdict }) => verdict.passed).length;
  const of = programs.length === 1 ? "" : `${through} of ${programs.length} programs came through. `;
  const time = `${span(simulatedSeconds * 1000)} since ${instant(from)} simulated in ${span(realSeconds * 1000)}, Mayfly ${visible(mayflyVersion)}`;
  return [
    `${outcome(passed, paint)}  ${paint("bold", visible(title))} (${visible(scenario)})`,
    paint("dim", `${of}${time}`),
  ];
}

function programLines(program: ProgramReport, from: number, paint: Paint): readonly string[] {
  const { name, command, observation, verdict } = program;
  const checks = verdict.checks.filter(({ outcome }) => outcome !== "passed");
  const passed = verdict.checks.filter(({ outcome }) => outcome === "passed").map(({ name }) => name);
  const [titles, ...rotations] = tableLines(rotationTable(program, from));
  return [
    `${outcome(verdict.passed, paint)}  ${paint("bold", visible(name))}  ${paint("dim", visible(commandLine(command)))}`,
    ...(titles === undefined
      ? ["  no rotation"]
      : [paint("dim", `  ${titles}`), ...rotations.map((row) => `  ${row}`)]),
    ...checks.map((check) => `  ${checkLine(check, paint)}`),
    ...(passed.length > 0
      ? [`  ${paint("green", "✓")} ${count(passed.length, "check")} passed: ${passed.join(", ")}`]
      : []),
    paint(
      "dim",
      `  ${endingSentence(observation.ending)}${observation.clock === "real" ? " Its time was not moved." : ""}`,
    ),
  ];
}

function checkLine({ name, outcome, message }: CheckResult, paint: Paint): string {
  return outcome === "failed"
    ? `${paint("red", "✗")} ${paint("bold", name)}: ${visible(message)}`
    : `${paint("yellow", "–")} ${name} skipped: ${visible(message)}`;
}
