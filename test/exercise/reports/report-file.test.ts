// Does the ending of a file choose its form?

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { JSON_FORMAT } from "../../../exercise/reports/json.ts";
import { reportForm, writeReport } from "../../../exercise/reports/report-file.ts";
import { badReport } from "./fixture.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "mayfly-report-"));
});
afterAll(() => rm(directory, { recursive: true }));

test.each([
  ["report.txt", /^FAILED {2}The metadata service/],
  ["report.json", /^{\n {2}"format": "mayfly-exercise\/1",\n/],
  ["report.xml", /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites>/],
  ["report.html", /^<!doctype html>\n/],
  ["REPORT.HTML", /^<!doctype html>\n/],
])("%s", async (name, beginning) => {
  const file = join(directory, name);
  await writeReport(badReport(), file);
  expect(await readFile(file, "utf8")).toMatch(beginning);
});

test("JSON is the report as it is", async () => {
  const file = join(directory, "whole.json");
  await writeReport(badReport(), file);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ format: JSON_FORMAT, ...badReport() });
});

test.each(["report.pdf", "report", ".html", "report.constructor"])(
  "%s is refused in one line, before there is a run",
  (name) => {
    const message = `\`${name}\` is no report: its name must end with .txt, .json, .xml, .html`;
    expect(() => reportForm(name)).toThrow(new RangeError(message));
  },
);

test("a file that cannot be written rejects", async () => {
  await expect(writeReport(badReport(), join(directory, "none", "report.txt"))).rejects.toThrow(/ENOENT/);
});
