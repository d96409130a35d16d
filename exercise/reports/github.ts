// What does GitHub Actions show of a run? An annotation for each check that failed, and a summary of the job in Markdown.

import type { ExerciseReport, ProgramReport } from "../report.ts";
import { span } from "../words.ts";
import { rotationTable } from "./rotations.ts";
import { endingSentence, extentOf, visible } from "./words.ts";

/** As the runner reads them: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/** Workflow commands, a line each; empty where all programs came through. */
export function githubAnnotations({ scenario, programs }: ExerciseReport): string {
  return programs
    .flatMap(({ name, verdict }) =>
      verdict.checks
        .filter(({ outcome }) => outcome === "failed")
        .map((check) => {
          const title = property(`${visible(name)}: ${check.name} (${scenario})`);
          return `::error title=${title}::${data(visible(check.message))}\n`;
        }),
    )
    .join("");
}

/** Names and messages come from programs: nothing of them is markup. */
const escaped = (text: string) =>
  visible(text).replaceAll(/[\\`*_{}[\]()#+\-.!|<>&~$@:]/g, (mark) => `&#${mark.codePointAt(0)};`);

const row = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
const table = ([titles = [], ...rows]: readonly (readonly string[])[]) =>
  titles.length === 0 ? [] : [row(titles), `|${"---|".repeat(titles.length)}`, ...rows.map(row), ""];

/** For the file that GITHUB_STEP_SUMMARY names; to be put behind what is in it. */
export function githubSummary(report: ExerciseReport): string {
  const { passed, title, scenario, simulatedSeconds, realSeconds, programs } = report;
  const { from } = extentOf(report);
  const head = `## ${passed ? "✅" : "❌"} ${escaped(title)} (${escaped(scenario)})`;
  const time = `${span(simulatedSeconds * 1000)} simulated in ${span(realSeconds * 1000)}.`;
  return [head, "", time, "", ...programs.flatMap((program) => programLines(program, from)), ""].join("\n");
}

function programLines(program: ProgramReport, from: number): readonly string[] {
  const { name, verdict, observation } = program;
  const checks = verdict.checks.map(({ name, outcome, message }) => [MARKS[outcome], name, message]);
  return [
    `### ${verdict.passed ? "✅" : "❌"} ${escaped(name)}`,
    "",
    ...table(rotationTable(program, from)),
    ...table([["", "check", "what was seen"], ...checks]),
    escaped(endingSentence(observation.ending)),
    "",
  ];
}

const MARKS = { passed: "✅", failed: "❌", skipped: "➖" } as const;
