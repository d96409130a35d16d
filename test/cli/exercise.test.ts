// mayfly exercise as a user calls it: what makes no sense, and where the words, the output and the reports go.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { movableClock } from "../clients/software.ts";
import { describeWith } from "../requires.ts";
import { mayfly } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "mayfly-exercise-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe("what makes no sense ends with status 2 and one line", () => {
  const wrong = file("wrong.yaml", "title: Wrong\nsteps: [{at: 1h, explode: true}]\n");
  const list = file("list.yaml", "- one\n");
  const colour = file("colour.yaml", "colour: red\n");
  test.each<readonly [readonly string[], RegExp]>([
    [[], /^error: which program\? Write it behind --$/],
    [
      ["--scenario", "imds-outag", "--", "true"],
      /^mayfly: there is no scenario "imds-outag" \(did you mean "imds-outage"\?\)/,
    ],
    [["--scenario", wrong, "--", "true"], /^mayfly: .*wrong\.yaml:2:\d+: .*explode/],
    [["--scenario", join(folder, "none.yaml"), "--", "true"], /^mayfly: .*none\.yaml: cannot be read \(ENOENT\)$/],
    [["--config", list, "--", "true"], /^mayfly: .*list\.yaml:1:1: /],
    [["--config", colour, "--", "true"], /^mayfly: configuration: .*colour/],
    [["--clock", "real", "--", "true"], /^mayfly: in real time a rotation would take six hours/],
    [["--rotations", "0", "--", "true"], /give a whole number from 1 to 1000\.$/],
    [["--speed", "0.5", "--", "true"], /give a number from 1 to 1000000\.$/],
    [["--clock", "fast", "--", "true"], /Allowed choices are warped, real\.$/],
    [
      ["--report", "report.pdf", "--", "true"],
      /`report\.pdf` is no report: its name must end with \.txt, \.json, \.xml, \.html$/,
    ],
    [["--threshold", "patience=3", "--", "true"], /the names are expiredCalls, leastMarginSeconds, /],
    [["--threshold", "staleSeconds", "--", "true"], /write staleSeconds=60, or staleSeconds=any\.$/],
  ])("%j", async (words, complaint) => {
    const { status, output, errors } = await mayfly(["exercise", ...words]);
    expect([status, output]).toEqual([2, ""]);
    expect(errors.trimEnd()).toMatch(complaint);
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
  });
});

test("--list has the scenarios", async () => {
  const { status, output } = await mayfly(["exercise", "--list"]);
  expect(status).toBe(0);
  expect(output).toMatch(/^normal-renewal +\S/m);
  const { output: json } = await mayfly(["exercise", "--list", "--json"]);
  expect(JSON.parse(json)).toHaveLength(output.trimEnd().split("\n").length);
});

test("in real time a program is exercised where nothing can be traced, too", async () => {
  const short = file("short.yaml", "rotation: {lifetime: 3s, every: 1s, lead: 1s}\n");
  const words = ["exercise", "--clock", "real", "--config", short, "--", process.execPath, "-e", "process.exit(4)"];
  const { status, output, errors } = await mayfly(words);
  expect(status).toBe(1);
  expect(output).toMatch(
    /^FAILED .*\n[\s\S]*exit-status: ended by itself with status 4 .*\n[\s\S]*Its time was not moved\./,
  );
  expect(errors).toMatch(/ended with status 4$/m);
});

describeWith([movableClock], "on a clock that is moved", () => {
  test.each([
    [["true"], 1, /role-keys-used: signed no call/],
    [["no-such-program"], 2, /^mayfly: no-such-program: no such program on the PATH\n$/],
    [["./no-such-program"], 2, /^mayfly: \.\/no-such-program: no such program\n$/],
  ])("%j ends with status %i", async (words, expected, told) => {
    const { status, output, errors } = await mayfly(["exercise", "--", ...words]);
    expect([status, expected === 2 ? errors : output]).toEqual([expected, expect.stringMatching(told)]);
  });

  test("the program's output is its own, ours goes to the standard error, and reports to their files", async () => {
    const reports = ["txt", "json", "xml", "html"].map((ending) => join(folder, `report.${ending}`));
    const program = 'console.log("out"); console.error("err"); process.exit(Number(process.argv[1]))';
    const { status, output, errors } = await mayfly([
      ...["exercise", ...reports.flatMap((path) => ["--report", path])],
      ...["--threshold", "staleSeconds=any", "--", process.execPath, "-e", program, "3"],
    ]);
    expect(status).toBe(1);
    expect(output).toMatch(/^out\nFAILED /);
    expect(errors).toMatch(/^err\n0:00:0\d node: ended with status 3\n$/);
    expect(reports.filter(existsSync)).toEqual(reports);
    expect(output).toContain(readFileSync(reports[0] as string, "utf8"));
    expect(readFileSync(reports[2] as string, "utf8")).toContain("<testsuite");
  });

  test("--json tells nothing else, and the report on one line", async () => {
    const { status, output, errors } = await mayfly(["exercise", "--json", "--", "true"]);
    expect([status, errors]).toEqual([1, ""]);
    const report = JSON.parse(output);
    expect(report).toMatchObject({ scenario: "normal-renewal", passed: false, programs: [{ name: "true" }] });
    expect(report.programs[0].observation.ending).toEqual({ kind: "early", exitCode: 0 });
  });
});
