// The commands that drive a running Mayfly, and those that need none.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { imdsToken, roleCredentials } from "../simulation/client.ts";
import { type Ended, mayfly, type Up, up } from "./running.ts";

const START = "2026-11-24T00:00:00Z";
let running: Up;
beforeAll(async () => {
  running = await up(["--speed", "0", "--start-time", START]);
});
afterAll(() => running.end("SIGTERM"));

const drive = (words: readonly string[], env: Record<string, string> = {}) =>
  mayfly(words, { env: { MAYFLY_CONTROL: running.urls.control, ...env } });
const well = async (ended: Promise<Ended>) => {
  const { status, output, errors } = await ended;
  expect([status, errors]).toEqual([0, ""]);
  return output;
};
const json = async (...words: string[]) => JSON.parse(await well(drive([...words, "--json"])));

describe("a running Mayfly", () => {
  test("is moved in time, renewed, watched and reset", async () => {
    expect(await well(drive(["clock"]))).toBe("2026-11-24T00:00:00.000Z paused\n");
    expect(await well(drive(["advance", "90m"]))).toBe("2026-11-24T01:30:00.000Z paused\n");
    expect(await json("jump", "30m")).toMatchObject({ now: "2026-11-24T02:00:00.000Z", speed: 0, paused: true });
    const before = await roleCredentials(running.urls.imds);
    await json("advance", "1s");
    expect(await well(drive(["rotate"]))).toMatch(/^2026-11-24T02:00:01\.000Z renewed i-[0-9a-f]{17}\n$/);
    expect((await roleCredentials(running.urls.imds)).AccessKeyId).not.toBe(before.AccessKeyId);
    const lines = (await well(drive(["requests", "--face", "imds", "--method", "PUT"]))).trim().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^2026-11-24T02:00:00\.000Z imds 200 PUT \/latest\/api\/token i-[0-9a-f]{17}$/);
    expect((await json("requests", "--path", "/latest/meta-data", "--limit", "1")).requests).toHaveLength(1);
    expect(await well(drive(["reset"]))).toBe("reset; the clock goes on\n");
    expect(await json("requests")).toMatchObject({ total: 0, requests: [] });
    expect(await drive(["requests"])).toEqual({ status: 0, output: "", errors: "no such request\n" });
  });

  test("is told of what happens to its instance", async () => {
    expect(await well(drive(["instance", "stop"]))).toMatch(
      /^demo i-[0-9a-f]{17} stopped profile mybucket-access role mybucket-access\n$/,
    );
    expect(await json("instance", "start", "--instance", "demo")).toMatchObject({ name: "demo", state: "running" });
    await json("instance", "set-tags", "--tags", '{"Name": "demo"}');
    await json("instance", "modify-metadata-options", "--http-put-response-hop-limit", "2");
    const attributes = ["--disable-api-stop", "true", "--source-dest-check", "false", "--security-groups", "default"];
    await json("instance", "modify-attributes", ...attributes);
    const unsure = await drive(["instance", "modify-attributes", "--disable-api-stop", "maybe"]);
    expect([unsure.status, unsure.errors.split("\n")[0]]).toEqual([
      2,
      "error: option '--disable-api-stop <value>' argument 'maybe' is invalid. give true or false.",
    ]);
    const spot = await drive(["instance", "interrupt-spot"]);
    expect([spot.status, spot.output]).toEqual([1, ""]);
    expect(spot.errors).toMatch(/^mayfly: i-[0-9a-f]{17} is no Spot instance: give it instanceLifecycle: spot\n$/);
    const missing = await drive(["instance", "associate-profile"]);
    expect([missing.status, missing.errors.split("\n")[0]]).toEqual([
      2,
      "error: required option '--instance-profile <value>' not specified",
    ]);
    await well(drive(["reset"]));
  });

  test("runs, pauses and goes on", async () => {
    expect(await well(drive(["clock", "--speed", "60"]))).toMatch(/ running 60 times as fast as the real time\n$/);
    expect(await well(drive(["clock", "--pause"]))).toMatch(/ paused\n$/);
    expect(await json("clock", "--resume")).toMatchObject({ speed: 60, paused: false });
    expect(await json("clock", "--speed", "0")).toMatchObject({ paused: true });
  });

  test("is ready, and found by host and port as well as by URL", async () => {
    expect(await well(drive(["ready"], { MAYFLY_CONTROL: new URL(running.urls.control).host }))).toBe("ready\n");
    expect(await json("ready")).toEqual({ ready: true });
  });

  test("prints what a shell needs, and unsets what is in the way", async () => {
    const own = { AWS_PROFILE: "mine", AWS_REGION: "eu-west-1", https_proxy: "http://127.0.0.1:9", HOME: "/home" };
    const lines = (await well(drive(["env"], own))).trim().split("\n");
    expect(lines.filter((line) => line.startsWith("unset")).sort()).toEqual(["unset AWS_PROFILE", "unset https_proxy"]);
    expect(lines).toContain(`export AWS_EC2_METADATA_SERVICE_ENDPOINT=${running.urls.imds}/`);
    expect(lines).toContain(`export AWS_ENDPOINT_URL=${running.urls.aws}`);
    expect(lines).toContain("export AWS_REGION=us-east-1");
    expect(await json("env", "--user", "alice")).toMatchObject({ AWS_ACCESS_KEY_ID: expect.stringMatching(/^AKIA/) });
  });
});

describe("certificates", () => {
  const folder = mkdtempSync(join(tmpdir(), "mayfly-certificates-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const certificate = (file: string) => readFileSync(join(folder, file), "utf8");

  test("writes them into a directory that it makes, and says so", async () => {
    const out = join(folder, "deep", "down");
    const files = ["rsa.pem", "dsa.pem", "rsa2048.pem", "ca.pem"].map((name) => join(out, name));
    expect(await well(drive(["certificates", "--out", out]))).toBe(files.map((file) => `wrote ${file}\n`).join(""));
    expect(await json("certificates", "--out", folder)).toEqual({
      written: files.map((file) => join(folder, basename(file))),
    });
    for (const file of files) {
      expect(readFileSync(file, "utf8")).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
      expect(certificate(basename(file))).toBe(readFileSync(file, "utf8"));
    }
  });

  test("those of the identity document are the ones that ship, the authority's is another one in each run", async () => {
    for (const name of ["rsa", "dsa", "rsa2048"]) {
      const shipped = join(import.meta.dirname, "../../data/instance-identity", `${name}.pem`);
      expect(certificate(`${name}.pem`)).toBe(readFileSync(shipped, "utf8"));
    }
    await using other = await up(["--seed", "1"]);
    const otherAuthority = (await (await fetch(`${other.urls.control}/certificates`)).json()) as { ca: string };
    expect(otherAuthority.ca).not.toBe(certificate("ca.pem"));
  });

  test("says in one line where it cannot write", async () => {
    const file = join(folder, "rsa.pem");
    expect(await drive(["certificates", "--out", file])).toEqual({
      status: 1,
      output: "",
      errors: `mayfly: ${file}/rsa.pem cannot be written (ENOTDIR)\n`,
    });
    expect((await drive(["certificates"])).status).toBe(2);
  });

  // Node's own way of making directories never returns there.
  test.runIf(process.platform === "linux")("ends also where nothing can be made", async () => {
    expect(await drive(["certificates", "--out", "/proc/none/here"])).toEqual({
      status: 1,
      output: "",
      errors: "mayfly: /proc/none cannot be written (ENOENT)\n",
    });
  });
});

describe("without a running one", () => {
  const folder = mkdtempSync(join(tmpdir(), "mayfly-cli-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("export writes a configuration that is valid and runs, for its owner's eyes alone", async () => {
    const control = ["--control", running.urls.control];
    expect(await well(mayfly(["export", "world.yaml", ...control], { cwd: folder }))).toContain("wrote world.yaml");
    expect(statSync(join(folder, "world.yaml")).mode & 0o777).toBe(0o600);
    const { status, errors } = await mayfly(["export", "world.yaml", ...control], { cwd: folder });
    expect([status, errors]).toEqual([1, "mayfly: world.yaml is there already; --force writes over it\n"]);
    const exported = JSON.parse(await well(mayfly(["export", "--json", ...control])));
    expect(parse(readFileSync(join(folder, "world.yaml"), "utf8"))).toEqual(exported);
    await using again = await up(["--config", join(folder, "world.yaml")]);
    expect(JSON.parse(await well(mayfly(["export", "--json", "--control", again.urls.control])))).toEqual(exported);
  });

  test("init writes a configuration that is valid and runs", async () => {
    expect(await well(mayfly(["init"], { cwd: folder }))).toContain("wrote mayfly.yaml");
    expect(await well(mayfly(["validate", "mayfly.yaml"], { cwd: folder }))).toBe("mayfly.yaml is valid\n");
    expect(JSON.parse(await well(mayfly(["validate", "mayfly.yaml", "--json"], { cwd: folder })))).toMatchObject({
      valid: true,
    });
    await using simulated = await up([], { cwd: folder, env: { MAYFLY_CONFIG: "mayfly.yaml" } });
    expect(await imdsToken(simulated.urls.imds)).toHaveLength(56);
    expect((await mayfly(["init", "--force"], { cwd: folder })).status).toBe(0);
    expect(existsSync(join(folder, "mayfly.yaml"))).toBe(true);
  });

  test("schema prints a JSON Schema, doctor says what the machine can do, --version the package's", async () => {
    expect(JSON.parse(await well(mayfly(["schema"])))).toMatchObject({ type: "object", properties: { instances: {} } });
    const facts = JSON.parse(await well(mayfly(["doctor", "--json"])));
    for (const fact of facts) expect(fact).toMatchObject({ name: expect.any(String), able: expect.any(Boolean) });
    expect((await well(mayfly(["doctor"]))).trim().split("\n")).toHaveLength(facts.length);
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
    expect(await well(mayfly(["--version"]))).toBe(`${version}\n`);
  });

  test("demo plays its story, in lines that fit a terminal", async () => {
    const told = await well(mayfly(["demo", "--pace", "0"]));
    expect(told).toContain("HTTP 400 ExpiredToken: The provided token has expired.");
    expect(told).toContain("GetObject mybucket/greeting.txt  written with keys that nobody typed");
    expect(told.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });
});
