// Exercises of unmodified programs, on clocks that are moved: how a run goes on with them, and how it ends. Real time passes here.

import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { pause } from "../../clock/real-time.ts";
import { type ExerciseOptions, exercise } from "../../index.ts";
import { start } from "../cli/running.ts";
import { describeWith } from "../requires.ts";
import { boto3, movableClock, PYTHON, ROOT } from "./software.ts";

const SERVICES = join(import.meta.dirname, "services.py");

const JAVASCRIPT = `
  import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
  const s3 = new S3Client({});
  for (;;) {
    await s3.send(new PutObjectCommand({ Bucket: "mybucket", Key: "key", Body: "body" })).catch(console.error);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
  }`;

const node = {
  name: "node",
  command: process.execPath,
  arguments: ["--input-type=module", "-e", JAVASCRIPT],
  directory: ROOT,
};
const python = (service: string) => ({ name: service, command: PYTHON, arguments: [SERVICES, service] });

const run = (options: Partial<ExerciseOptions> & Pick<ExerciseOptions, "programs">) =>
  exercise({ ...options, programs: options.programs.map((one) => ({ stdio: "ignore", ...one })) as never });

const failed = ({ programs }: Awaited<ReturnType<typeof exercise>>) =>
  programs.flatMap(({ name, verdict }) =>
    verdict.checks.filter(({ outcome }) => outcome === "failed").map((check) => `${name}: ${check.message}`),
  );

describeWith([boto3, movableClock], "an exercise of unmodified programs", () => {
  test("boto3 and the SDK for JavaScript on one clock: three rotations of six hours within a minute", async () => {
    const report = await run({ programs: [python("steady"), node], rotations: 3 });
    expect(failed(report)).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.realSeconds).toBeLessThan(60);
    const [ofPython, ofNode] = report.programs.map(({ verdict }) => verdict.rotations);
    // botocore asks when less than 15 minutes are left, the other in the background when less than 5 are: margins are true within 5 %.
    for (const { marginSeconds } of ofPython ?? []) {
      expect(marginSeconds).toBeLessThanOrEqual(900);
      expect(marginSeconds).toBeGreaterThan(900 - 60);
    }
    for (const { marginSeconds } of ofNode ?? []) {
      expect(marginSeconds).toBeLessThanOrEqual(300);
      expect(marginSeconds).toBeGreaterThan(300 - 60);
    }
    expect([ofPython?.length, ofNode?.length]).toEqual([3, 3]);
  });

  test.each(["busy", "crowd"])(
    "%s: a program that never pauses goes through a rotation, with no call failed",
    async (service) => {
      const report = await run({ programs: [python(service)], rotations: 1 });
      expect(failed(report)).toEqual([]);
      const { requests } = report.programs[0]?.observation ?? { requests: [] };
      expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
      expect(report.programs[0]?.verdict.rotations).toHaveLength(1);
    },
  );

  test("a program waits on a timer that is not moved: that is said, and it is no hang", async () => {
    const report = await run({ programs: [python("timer")], rotations: 1 });
    expect(report.programs[0]?.observation.ending).toEqual({ kind: "unmoved-timer", timer: "timer_create" });
    expect([failed(report), report.passed]).toEqual([[], false]);
  });

  test("a program that does not end is made to", async () => {
    const report = await run({ programs: [python("stubborn")], rotations: 1 });
    expect(report.programs[0]?.observation.ending).toEqual({ kind: "asked", exitCode: 137, wasKilled: true });
  });

  test("what a program leaves behind ends with it", async () => {
    const child = start(["exercise", "--", PYTHON, SERVICES, "forking"]);
    const [output] = await Promise.all([text(child.stdout as NodeJS.ReadableStream), once(child, "exit")]);
    const group = /^(\d+)\n/.exec(output)?.[1] ?? "";
    expect(group).not.toBe("");
    expect(spawnSync("pgrep", ["-g", group, "-f", "86399"], { encoding: "utf8" }).stdout).toBe("");
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s ends the program, and what was seen so far is told", async (signal) => {
    const child = start(["exercise", "--rotations", "1000", "--", PYTHON, SERVICES, "steady"]);
    const output = text(child.stdout as NodeJS.ReadableStream);
    const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    while (!String((await lines.next()).value).includes("rotation 1 of 1000")) await pause(0);
    child.kill(signal);
    const [status] = await once(child, "exit");
    expect(status).toBe(1);
    expect(await output).toMatch(/^FAILED [\s\S]*\n {2}1 +A .*→ B /);
    expect(spawnSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" }).stdout).toBe("");
  });
});
