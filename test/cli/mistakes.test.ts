// A mistake is one line on the standard error, with exit status 1 when it failed and 2 when the call makes no sense.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProgram } from "../../cli/main.ts";
import { ANYWHERE, mayfly, type Up, up } from "./running.ts";

const folder = mkdtempSync(join(tmpdir(), "mayfly-cli-"));
const wrong = join(folder, "wrong.yaml");
writeFileSync(wrong, "instances:\n  web: { instanceProfile: missing, colour: red }\n");
const broken = join(folder, "broken.yaml");
writeFileSync(broken, "instances: {web: [\n");

let running: Up;
beforeAll(async () => {
  running = await up();
});
afterAll(async () => {
  await running.end("SIGTERM");
  rmSync(folder, { recursive: true });
});

const NOBODY = "http://127.0.0.1:9";

describe("what makes no sense", () => {
  test.each([
    [["fly"], /^error: unknown command 'fly'/],
    [["advanc", "7h"], /unknown command 'advanc'.*\n?\(Did you mean advance\?\)/],
    [["up", "--colour"], /^error: unknown option '--colour'/],
    [["up", "--speed", "-1"], /'--speed <n>' argument '-1' is invalid. give a number from 0 to 1000000\./],
    [["up", "--start-time", "soon"], /give an instant such as 2026-11-24T00:00:00Z/],
    [["up", "--control-token", ""], /give printable ASCII without spaces/],
    [["up", "--imds", "nowhere"], /`nowhere` is no endpoint: write host:port/],
    [["advance", "soon"], /`soon` is no duration: write it like 6h, 1h30m, 90s or 500ms/],
    [["up", "--log-size", "0.5"], /give a whole number from 1/],
    [["clock", "--pause", "--resume"], /cannot be used with option/],
    [["exec"], /missing required argument 'command'/],
    [["exec", "--user", "alice", "--instance", "demo", "--", "true"], /cannot be used with option/],
    [["advance"], /missing required argument 'duration'/],
    [["requests", "--face", "both"], /Allowed choices are imds, aws/],
    [["requests", "--status", "soon"], /'--status <range>' argument 'soon' is invalid\. must be such as 404, 4xx/],
    [["requests", "--key-age", "old"], /'--key-age <range>' argument 'old' is invalid\. must be such as <5m/],
    [["requests", "--after", "now"], /'--after <sequence>' argument 'now' is invalid\. must be a whole number/],
    [["expect", "--from", "yesterday"], /must be an instant such as 2026-11-24T00:00:00Z/],
    [["expect", "--none", "--exactly", "2"], /^error: exactly and none say different things: give one of them/],
    [["expect", "--in-order", "method=PUT", "colour=red"], /^error: inOrder\.1: .*colour/],
    [["wait", "--within", "soon"], /`soon` is no duration/],
    [["wait", "--timeout", "soon"], /`soon` is no duration/],
  ])("mayfly %j", async (words, message) => {
    const { status, output, errors } = await mayfly(words);
    expect([status, output]).toEqual([2, ""]);
    expect(errors).toMatch(message);
    expect(errors.trim().split("\n").length).toBeLessThanOrEqual(2);
  });

  test("an option's variable is checked like the option", async () => {
    const { status, errors } = await mayfly(["up"], { env: { MAYFLY_SPEED: "fast" } });
    expect(status).toBe(2);
    expect(errors).toMatch(/'fast' from env 'MAYFLY_SPEED' is invalid/);
  });

  test("no command at all says what there is", async () => {
    const { status, errors } = await mayfly([]);
    expect(status).toBe(2);
    expect(errors).toContain("Usage: mayfly");
  });
});

describe("what fails", () => {
  const fails = async (words: readonly string[], message: RegExp) => {
    const { status, output, errors } = await mayfly(words);
    expect([status, output]).toEqual([1, ""]);
    expect(errors).toMatch(message);
    expect(errors.match(/\n/g)).toHaveLength(1);
  };

  test("a new password that the account does not take", async () => {
    const file = join(folder, "reset.yaml");
    const ana = "{password: Correct-horse-1, passwordResetRequired: true, managedPolicies: [IAMUserChangePassword]}";
    writeFileSync(file, `users: {ana: ${ana}}\n`);
    await using world = await up(["--config", file]);
    const words = ["sign-in", "ana", "--password", "Correct-horse-1", "--control", world.urls.control];
    await fails(words, /^mayfly: the password must be changed: give another one with --new-password\n$/);
    await fails(
      [...words, "--new-password", "x"],
      /^mayfly: Password does not conform to the account password policy: give another one with --new-password\n$/,
    );
  });

  test("what is not its control port", async () => {
    const { imds, aws } = running.urls;
    await fails(
      ["clock", "--control", imds],
      /^mayfly: http:\S+ answers GET \/clock with status 401, as no control API of Mayfly does$/m,
    );
    await fails(["clock", "--control", aws], /^mayfly: .* is no Mayfly/);
  });

  test("a configuration, told in JSON", async () => {
    const { status, output, errors } = await mayfly(["validate", "--json", wrong]);
    expect([status, errors, JSON.parse(output)]).toEqual([
      1,
      "",
      { valid: false, file: wrong, error: expect.any(String) },
    ]);
  });

  const needsOne = [
    ["clock"],
    ["advance", "7h"],
    ["jump", "7h"],
    ["rotate"],
    ["requests"],
    ["requests", "--follow"],
    ["expect", "--none"],
    ["wait", "--none"],
    ["reset"],
    ["env"],
    ["ready"],
    ["exec", "true"],
  ];
  test.each(needsOne)("mayfly %s: nothing is running", async (...words) => {
    const [name = "", ...others] = words.filter((word) => word !== undefined);
    await fails(
      [name, "--control", NOBODY, ...others],
      /^mayfly: cannot reach http:\/\/127\.0\.0\.1:9: nothing listens there; is Mayfly running\?$/m,
    );
  });

  test("a port in use", async () => {
    const { imds } = running.urls;
    await fails(
      ["up", ...ANYWHERE, "--imds", new URL(imds).host],
      /^mayfly: port \d+ on 127\.0\.0\.1 is in use: end what listens there, or choose another port/,
    );
  });

  test.each([
    ["a missing file", ["up", "--config", join(folder, "none.yaml")], /^mayfly: .*none\.yaml/],
    ["a wrong one", ["up", "--config", wrong], /wrong\.yaml.*(missing|colour)/],
    ["a broken one", ["validate", broken], /^mayfly: .*broken\.yaml/],
    ["a key file that is missing", ["up", "--master-key-file", join(folder, "none")], /^mayfly: .*none/],
    ["data where there can be none", ["up", ...ANYWHERE, "--data", "/proc/mayfly"], /^mayfly: .*\/proc\/mayfly/],
    ["init over a file", ["init", wrong], /^mayfly: .*wrong\.yaml is there already; --force writes over it/],
  ])("%s", async (_, words, message) => {
    await fails(words, message);
  });

  test.each([
    [["rotate", "nobody"], /^mayfly: there is no instance "nobody"; there is demo$/m],
    [["env", "--user", "nobody"], /^mayfly: there is no user "nobody"; there is alice$/m],
    [["exec", "there-is-no-such-program"], /^mayfly: there-is-no-such-program: no such program on the PATH/],
  ])("beside a running one: %j", async ([name = "", ...words], message) => {
    await fails([name, "--control", running.urls.control, ...words], message);
  });
});

test("an older Node is refused in one line: the entry asks nothing of it by name", () => {
  const entry = readFileSync(join(import.meta.dirname, "../../bin/mayfly.js"), "utf8");
  const since22 = ["enableCompileCache"]; // missing in 20, where importing them by name ends in a stack trace
  for (const [, names = ""] of entry.matchAll(/^import \{([^}]*)\}/gm)) {
    expect(names.split(",").filter((name) => since22.includes(name.trim()))).toEqual([]);
  }
  expect(entry.indexOf("process.exit(2)")).toBeLessThan(entry.indexOf("module.enableCompileCache("));
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.endsWith("node_modules/.bin"));
  for (const folder of path) {
    const { stdout } = spawnSync(join(folder, "node"), ["-p", "process.versions.node.split('.')[0]"], {
      encoding: "utf8",
    });
    if (!stdout || Number(stdout) >= 24) continue;
    const words = [join(import.meta.dirname, "../../bin/mayfly.js"), "--version"];
    const { status, stderr } = spawnSync(join(folder, "node"), words, { encoding: "utf8" });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^mayfly: needs Node 24 or newer, but this is .*\n$/)]);
  }
});

test.each(createProgram().commands.map((command) => command.name()))("mayfly %s --help", async (name) => {
  const { status, output, errors } = await mayfly([name, "--help"]);
  expect([status, errors]).toEqual([0, ""]);
  expect(output).toContain(`Usage: mayfly ${name}`);
});
