// Is a scenario read as it was written, and is each mistake told in one line that says where it is?

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkExerciseScenario } from "../../exercise-scenarios.ts";
import { ConfigurationError, readExerciseScenario, shippedScenarios } from "../../index.ts";

function fileWith(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), "mayfly-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "own.yaml");
  writeFileSync(file, text);
  return file;
}

const WHOLE = `
title: An outage
description: of ten minutes
source: https://docs.aws.amazon.com/
expected: goes on
rotations: 2
configuration: {rotation: {lifetime: 2h}}
instance: {delays: ec2}
clientAhead: -90s
thresholds: {expiredCalls: any, leastMarginSeconds: any, recoverySeconds: 600}
steps:
  - {at: 1h, raise: {fault: status, status: 503}, as: outage}
  - {after: 10m, clear: outage}
`;

test("what was written is what comes, with the name of its file", async () => {
  const scenario = await readExerciseScenario(fileWith(WHOLE));
  expect(scenario).toEqual({
    name: "own",
    title: "An outage",
    description: "of ten minutes",
    source: "https://docs.aws.amazon.com/",
    expected: "goes on",
    rotations: 2,
    configuration: { rotation: { lifetime: "2h" } },
    instance: { delays: "ec2" },
    clientAhead: "-90s",
    thresholds: {
      expiredCalls: Number.POSITIVE_INFINITY,
      leastMarginSeconds: Number.NEGATIVE_INFINITY,
      recoverySeconds: 600,
    },
    steps: [
      { at: "1h", raise: { fault: "status", status: 503 }, as: "outage" },
      { after: "10m", clear: "outage" },
    ],
  });
  expect(checkExerciseScenario(scenario)).toEqual(scenario);
});

test("the example of the documentation is one", async () => {
  const { name, rotations, steps } = await readExerciseScenario("examples/exercise/short-outage.yaml");
  expect([name, rotations, steps?.length]).toEqual(["short-outage", 2, 2]);
});

test("a title is all that is needed", async () => {
  expect(await readExerciseScenario(fileWith("title: Nothing"))).toEqual({ name: "own", title: "Nothing" });
});

test("a shipped one is read by its name, and is valid as a value too", async () => {
  for (const scenario of await shippedScenarios()) {
    expect(await readExerciseScenario(scenario.name)).toEqual(scenario);
    expect(checkExerciseScenario(scenario)).toEqual(scenario);
  }
});

test.each<[string, string]>([
  ["{}", ":1:1: title: is missing"],
  ["title: ' '", ":1:1: title: must have a length of at least 1"],
  ["title: a\nstep: []", ':2:1: there is no "step" (did you mean "steps"?)'],
  ["title: a\nrotations: 0", ":2:1: rotations: must be at least 1"],
  ["title: a\nsource: somewhere", ":2:1: source: must be a URL"],
  ["title: a\nclientAhead: soon", ":2:1: clientAhead: `soon` is no duration: write it like 6h, 1h30m, 90s or 500ms"],
  [
    "title: a\nthresholds:\n  recoverySecond: 1",
    ':3:3: thresholds: there is no "recoverySecond" (did you mean "recoverySeconds"?)',
  ],
  ["title: a\nthresholds: {staleSeconds: none}", ":2:14: thresholds.staleSeconds: must be a number, or any"],
  ["title: a\nsteps:\n- {at: 1h, raise: {fault: no}}", ':3:20: steps[0].raise.fault: there is no fault "no"'],
  ["title: a\nsteps:\n- at: 1h", ":3:3: steps[0]: needs exactly one of raise, clear, "],
  ["title: [", ":1:9: "],
])("%j is refused where the mistake stands", async (text, line) => {
  const file = fileWith(text);
  const problem = await readExerciseScenario(file).catch((error) => error);
  expect(problem).toBeInstanceOf(ConfigurationError);
  expect(problem.message.startsWith(file + line), problem.message).toBe(true);
  expect(problem.faults).toHaveLength(1);
});

test.each<[string, string]>([
  [
    "imds-outrage",
    'there is no scenario "imds-outrage" (did you mean "imds-outage"?); a file is named with its ending',
  ],
  ["./nowhere.yaml", "./nowhere.yaml: cannot be read (ENOENT)"],
])("%s is not there", async (name, line) => {
  await expect(readExerciseScenario(name)).rejects.toThrow(line);
});

test("a value from code is checked alike", () => {
  expect(() => checkExerciseScenario({ title: "a" })).toThrow("scenario: name: is missing");
  expect(() => checkExerciseScenario({ name: "a", title: "b", rotations: 1.5 })).toThrow(
    "scenario: rotations: must be a whole number",
  );
});
