// What GitHub's runner and its Markdown are given: nothing that a program says steers them.

import { expect, test } from "vitest";
import type { ExerciseReport } from "../../../exercise/report.ts";
import { githubAnnotations, githubSummary } from "../../../exercise/reports/github.ts";
import { goodReport } from "./fixture.ts";

const withChecks = (name: string, ...messages: string[]): ExerciseReport => {
  const report = goodReport();
  const [program] = report.programs;
  if (program === undefined) throw new Error("the report has no program");
  const checks = messages.map((message, index) => ({ name: `check-${index}`, outcome: "failed", message }) as const);
  const verdict = { ...program.verdict, passed: false, checks: [...program.verdict.checks, ...checks] };
  return { ...report, passed: false, programs: [{ ...program, name, verdict }] };
};

test("who came through has no annotation", () => {
  expect(githubAnnotations(goodReport())).toBe("");
});

test("each failed check has one line, and what stands in it is escaped as the runner reads it", () => {
  const report = withChecks("a,b:c%", "100 % of calls", "two\nlines\r\n::error::forged");
  const title = `title=a%2Cb%3Ac%25%3A check-0 (${report.scenario})`;
  const lines = githubAnnotations(report).split("\n");
  expect(lines[0]).toBe(`::error ${title}::100 %25 of calls`);
  expect(lines[1]).toMatch(/^::error title=[^:\n]*check-1 \([^:\n]*\)::two[^\n]*::error::forged$/);
  expect(lines.slice(2)).toEqual([""]);
});

test("the summary has the verdict, the rotations and the checks as tables", () => {
  const { title, programs } = goodReport();
  const lines = githubSummary(goodReport()).split("\n");
  expect(lines[0]?.startsWith("## ✅ ")).toBe(true);
  const rows = lines.filter((line) => line.startsWith("|"));
  const told = programs[0]?.verdict;
  expect(rows).toHaveLength((told?.rotations.length ?? 0) + (told?.checks.length ?? 0) + 4);
  expect(title).not.toBe("");
});

test("in the summary a program is no markup", () => {
  const summary = githubSummary(
    withChecks("<img src=x>|**b**", "[link](https://example.com) | `code` @someone\n# head"),
  );
  expect(summary).not.toMatch(/<img|\*\*b|\[link\]|`code`|@someone|\n# head/);
  expect(summary.startsWith("## ❌ ")).toBe(true);
});
