// mayfly up: what it prints, which configuration it takes, and how it ends.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EC2Client, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { afterAll, describe, expect, test } from "vitest";
import { simulate } from "../../index.ts";
import { imdsToken, roleCredentials } from "../simulation/client.ts";
import { ANYWHERE, endOf, mayfly, start, up } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "mayfly-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("prints where everything listens, what to paste and what to try", async () => {
  const child = start(["up", ...ANYWHERE]);
  const ended = endOf(child);
  child.stdout?.once("data", () => child.kill("SIGINT"));
  const { status, output, errors } = await ended;
  expect([status, errors]).toEqual([0, ""]);
  for (const part of [
    /IMDS +http:\/\/127\.0\.0\.1:\d+ +\(i-[0-9a-f]{17}, role mybucket-access\)/,
    /AWS endpoints +http:\/\/127\.0\.0\.1:\d+ +\(STS, IAM, EC2 and S3\)/,
    /eval "\$\(npx mayfly env --control http:\/\/127\.0\.0\.1:\d+\)"/,
    /aws sts get-caller-identity/,
    /advance 7h/,
  ])
    expect(output).toMatch(part);
});

test("tells of containers where there is no instance", async () => {
  const file = join(import.meta.dirname, "../../examples/containers/mayfly.yaml");
  const child = start(["up", ...ANYWHERE, "--ecs", "127.0.0.1:0", "--eks", "127.0.0.1:0", "--config", file]);
  const ended = endOf(child);
  child.stdout?.once("data", () => child.kill("SIGINT"));
  const { output } = await ended;
  for (const part of [
    /ECS tasks +http:\/\/127\.0\.0\.1:\d+\n/,
    /EKS pods +http:/,
    /npx mayfly env --task web --control/,
  ])
    expect(output).toMatch(part);
});

test("tells of several instances, each with its own address, and names one to paste", async () => {
  const file = join(folder, "several.yaml");
  writeFileSync(file, "instances: {web: {sourceAddress: 10.0.1.0}, fleet: {count: 100, sourceAddress: 10.0.0.1}}\n");
  const child = start(["up", ...ANYWHERE, "--config", file]);
  const ended = endOf(child);
  child.stdout?.once("data", () => child.kill("SIGINT"));
  const { output } = await ended;
  for (const part of [
    /IMDS +http:\/\/127\.0\.0\.1:\d+ +\(web: i-[0-9a-f]{17}, role none\)\n/,
    /\n +http:\/\/127\.0\.0\.1:\d+ +\(fleet-0: i-[0-9a-f]{17}, role none, the first of 100\)\n/,
    /mayfly env --instance web --control/,
  ])
    expect(output).toMatch(part);
});

test("does not say that the shared address means a launched instance", async () => {
  const data = join(folder, "launched");
  const simulation = await simulate({ data });
  const { variables } = await simulation.environment({ user: "alice" });
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = variables;
  const credentials = { accessKeyId, secretAccessKey };
  const ec2 = new EC2Client({ region: "us-east-1", endpoint: simulation.urls.aws, credentials });
  const launch = new RunInstancesCommand({ ImageId: "ami-0123456789abcdef0", MinCount: 1, MaxCount: 1 });
  const { Instances: [launched] = [] } = await ec2.send(launch);
  await simulation.close();

  const child = start(["up", ...ANYWHERE, "--data", data]);
  const ended = endOf(child);
  child.stdout?.once("data", () => child.kill("SIGINT"));
  const { output } = await ended;
  expect(output).toMatch(/IMDS .*\(demo: /);
  expect(output).not.toContain(launched?.InstanceId);
  expect(output).toMatch(/mayfly env --instance demo/);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it with status 0, with connections open", async (signal) => {
  await using running = await up();
  const open = fetch(`${running.urls.control}/state`);
  await open;
  expect(await running.end(signal)).toEqual([0, null]);
});

describe("configuration", () => {
  const file = join(folder, "mayfly.yaml");
  const write = (role: string) =>
    writeFileSync(
      file,
      `roles: { ${role}: { trust: ec2.amazonaws.com } }\ninstances: { web: { instanceProfile: ${role} } }\n`,
    );

  test("is read again at SIGHUP, and kept when the new one is wrong", async () => {
    write("first");
    await using running = await up(["--config", file]);
    const roles = async () =>
      ((await (await fetch(`${running.urls.control}/state`)).json()) as { roles: string[] }).roles;
    expect(await roles()).toEqual(["first"]);
    write("second");
    running.child.kill("SIGHUP");
    expect(await running.complaint()).toBe("mayfly: configuration taken over");
    expect(await roles()).toEqual(["second"]);
    writeFileSync(file, "instances: { web: { instanceProfile: missing } }\n");
    running.child.kill("SIGHUP");
    expect(await running.complaint()).toMatch(/^mayfly: kept the old configuration: .*missing/);
    expect(await roles()).toEqual(["second"]);
  });

  test("every option can be a variable", async () => {
    write("first");
    const env = { MAYFLY_CONFIG: file, MAYFLY_SPEED: "0", MAYFLY_START_TIME: "2030-01-01T00:00:00Z", MAYFLY_SEED: "7" };
    const seen = async () => {
      await using running = await up([], { env });
      const { now } = (await (await fetch(`${running.urls.control}/clock`)).json()) as { now: string };
      return [now, (await roleCredentials(running.urls.imds, undefined, "first")).AccessKeyId];
    };
    const first = await seen();
    expect(first[0]).toBe("2030-01-01T00:00:00.000Z");
    expect(await seen()).toEqual(first);
  });
});

test("two with one master key, launch and paused clock accept each other's credentials", async () => {
  const key = join(folder, "key");
  writeFileSync(key, Buffer.alloc(32, 7));
  const words = ["--master-key-file", key, "--speed", "0", "--start-time", "2030-01-01T00:00:00Z"];
  await using one = await up(words);
  await using other = await up(words);
  expect(await roleCredentials(one.urls.imds)).toEqual(await roleCredentials(other.urls.imds));
});

test("beyond loopback it prints a token, without which the commands are refused in one line", async () => {
  const child = start(["up", "--imds", "127.0.0.1:0", "--aws", "127.0.0.1:0", "--control", "0.0.0.0:0"]);
  const ended = endOf(child);
  try {
    const [, port, token = ""] = await new Promise<RegExpMatchArray>((resolve) => {
      let said = "";
      child.stdout?.on("data", (piece) => {
        said += piece;
        const found = /control API +http:\/\/127\.0\.0\.1:(\d+) +\(Authorization: Bearer ([\w-]+)\)/.exec(said);
        if (found) resolve(found);
      });
    });
    const control = ["--control", `127.0.0.1:${port}`];
    expect(await mayfly(["clock", ...control])).toMatchObject({
      status: 1,
      errors: expect.stringMatching(/^mayfly: .*Bearer/),
    });
    expect((await mayfly(["clock", ...control, "--control-token", token])).status).toBe(0);
    expect((await mayfly(["ready", ...control])).status).toBe(0);
  } finally {
    child.kill();
  }
  expect((await ended).status).toBe(0);
});

test("a token that was given is wanted on loopback, too", async () => {
  await using running = await up([], { env: { MAYFLY_CONTROL_TOKEN: "of-our-own" } });
  const control = ["--control", running.urls.control];
  expect((await mayfly(["clock", ...control])).status).toBe(1);
  expect((await mayfly(["clock", ...control], { env: { MAYFLY_CONTROL_TOKEN: "of-our-own" } })).status).toBe(0);
  expect((await mayfly(["ready", ...control])).status).toBe(0);
});

test("an instance's metadata answers from the first moment", async () => {
  await using running = await up();
  expect(await imdsToken(running.urls.imds)).toHaveLength(56);
});
