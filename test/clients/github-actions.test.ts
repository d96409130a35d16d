// The workflow for GitHub Actions: valid by its schema, and its step run as the runner runs it, but for the network.

import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { describeWith } from "../requires.ts";
import { checkJsonschema, movableClock, PYTHON, ROOT } from "./software.ts";

const EXAMPLE = join(ROOT, "examples/github-actions");
const { jobs } = parse(readFileSync(join(EXAMPLE, "exercise.yml"), "utf8"));
const script = jobs.exercise.steps.find(({ name }: { name?: string }) => name === "Exercise").run as string;
const withScenario = (name: string) => script.replace(/\$\{\{ matrix\.scenario \}\}/, name);
const scenarios = jobs.exercise.strategy.matrix.scenario as string[];

const folder = mkdtempSync(join(tmpdir(), "mayfly-github-"));
afterAll(() => rmSync(folder, { recursive: true }));
// Of npx, which would look for an installed Mayfly.
writeFileSync(join(folder, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${ROOT}/bin/mayfly.js" "$@"\n`);
chmodSync(join(folder, "npx"), 0o755);
symlinkSync(join(EXAMPLE, "service.js"), join(folder, "service.js"));

/** Runs the step as `shell: bash` of the runner does. */
async function step(run: string) {
  const summary = join(folder, "summary.md");
  writeFileSync(summary, "before\n");
  const { INIT_CWD: _, ...own } = process.env;
  const env = {
    ...own,
    PATH: `${folder}${delimiter}${own.PATH}`,
    GITHUB_ACTIONS: "true",
    GITHUB_STEP_SUMMARY: summary,
  };
  const ended = promisify(execFile)("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
    cwd: folder,
    env,
  });
  const { stdout, stderr, code } = await ended.then(
    (outputs) => ({ ...outputs, code: 0 }),
    (problem: { stdout: string; stderr: string; code: number }) => problem,
  );
  return { status: code, output: stdout, errors: stderr, summary: readFileSync(summary, "utf8") };
}

describeWith([checkJsonschema], "the workflow for GitHub Actions", () => {
  test("is valid by the schema of SchemaStore", async () => {
    const words = [
      "-m",
      "check_jsonschema",
      "--builtin-schema",
      "vendor.github-workflows",
      join(EXAMPLE, "exercise.yml"),
    ];
    expect((await promisify(execFile)(PYTHON, words)).stdout).toMatch(/^ok/);
  });
});

describeWith([movableClock], "its step", () => {
  test("writes the reports that are uploaded, and the job's summary", async () => {
    const { status, output, errors, summary } = await step(withScenario(scenarios[0] ?? ""));
    expect([status, errors.includes("::error")]).toEqual([0, false]);
    expect(output).toMatch(/PASSED/);
    expect(summary).toMatch(/^before\n## ✅ /);
    expect(readFileSync(join(folder, "exercise.html"), "utf8")).toMatch(/^<!doctype html>/i);
    expect(readFileSync(join(folder, "exercise.xml"), "utf8")).toContain('failures="0"');
  });

  test("fails where the service does, with an annotation that names the check", async () => {
    const silent = withScenario("normal-renewal").replace("node service.js", "true");
    const { status, errors, summary } = await step(silent);
    expect(status).toBe(1);
    expect(errors).toMatch(/^::error title=true%3A role-keys-used \(normal-renewal\)::/m);
    expect(summary).toMatch(/^before\n## ❌ /);
  });
});

test("each scenario of the matrix ships with Mayfly", () => {
  for (const name of scenarios) expect(() => readFileSync(join(ROOT, `data/scenarios/${name}.yaml`))).not.toThrow();
});
