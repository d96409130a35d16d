// What do CI servers read? JUnit's XML: a suite for each program, a case for each check.

import type { ExerciseReport, ProgramReport } from "../report.ts";
import type { CheckResult } from "../verdict.ts";
import { rotationTable, tableLines } from "./rotations.ts";
import { commandLine, endingSentence, extentOf, figure, visible } from "./words.ts";

/**
 * Valid by the schema of Jenkins's xUnit plugin (junit-10.xsd) and by the stricter one of Ant's task
 * (https://github.com/windyroad/JUnit-Schema), which allows no attributes of `testsuites` and wants a host's name. All checks judge the same
 * run: its real time is the suite's, and the cases have none.
 */
export async function junitReport(report: ExerciseReport): Promise<string> {
  const { XMLBuilder } = await import("fast-xml-parser");
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    format: true,
    suppressEmptyNode: true,
  });
  const { from } = extentOf(report);
  const testsuite = report.programs.map((program, id) => suite(report, program, id, from));
  return builder.build({ "?xml": { "@version": "1.0", "@encoding": "UTF-8" }, testsuites: { testsuite } });
}

function suite(report: ExerciseReport, program: ProgramReport, id: number, from: number) {
  const { checks } = program.verdict;
  const number = (outcome: CheckResult["outcome"]) => checks.filter((check) => check.outcome === outcome).length;
  const rotations = tableLines(rotationTable(program, from));
  return {
    "@id": id,
    "@package": `mayfly.exercise.${visible(report.scenario)}`,
    "@name": visible(program.name),
    "@hostname": "localhost",
    "@timestamp": new Date(report.startedAt).toISOString().slice(0, 19),
    "@time": report.realSeconds.toFixed(3),
    "@tests": checks.length,
    "@failures": number("failed"),
    "@errors": 0,
    "@skipped": number("skipped"),
    properties: { property: properties(report, program) },
    testcase: checks.map((check) => testcase(check, report, program)),
    "system-out": [...rotations, endingSentence(program.observation.ending), ""].join("\n"),
    "system-err": "",
  };
}

function properties(report: ExerciseReport, { command, observation }: ProgramReport) {
  const values = {
    scenario: report.scenario,
    title: report.title,
    command: commandLine(command),
    clock: observation.clock,
    simulatedSeconds: report.simulatedSeconds,
    mayflyVersion: report.mayflyVersion,
  };
  return Object.entries(values).map(([name, value]) => ({ "@name": name, "@value": visible(String(value)) }));
}

function testcase(
  { name, outcome, message, measured, threshold }: CheckResult,
  report: ExerciseReport,
  program: ProgramReport,
) {
  const seen = visible(message);
  const figures =
    measured === undefined || threshold === undefined
      ? ""
      : `\nmeasured ${figure(measured)}, threshold ${figure(threshold)}`;
  return {
    "@classname": visible(`${report.scenario}.${program.name}`),
    "@name": visible(name),
    "@time": 0,
    ...(outcome === "failed" && { failure: { "@type": visible(name), "@message": seen, "#text": seen + figures } }),
    ...(outcome === "skipped" && { skipped: { "@message": seen } }),
  };
}
