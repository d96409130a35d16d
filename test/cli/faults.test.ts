// mayfly fault and mayfly scenario, against a running Mayfly.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../simulation/client.ts";
import { type Ended, mayfly, type Up, up } from "./running.ts";

const START = "2026-11-24T00:00:00Z";
const folder = mkdtempSync(join(tmpdir(), "mayfly-faults-"));
let running: Up;
beforeAll(async () => {
  running = await up(["--speed", "0", "--start-time", START]);
});
afterAll(async () => {
  await running.end("SIGTERM");
  rmSync(folder, { recursive: true });
});

const drive = (...words: string[]) => mayfly(words, { env: { MAYFLY_CONTROL: running.urls.control }, cwd: folder });
const well = async (ended: Promise<Ended>) => {
  const { status, output, errors } = await ended;
  expect([status, errors]).toEqual([0, ""]);
  return output;
};
const json = async (...words: string[]) => JSON.parse(await well(drive(...words, "--json")));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return name;
};
const status = async () => (await ask(`${running.urls.imds}/latest/api/token`, { method: "PUT" })).status;

describe("mayfly fault", () => {
  test("raises one by options or as JSON, lists them with what they did, and ends them", async () => {
    const raised = await json(
      "fault",
      "raise",
      "status",
      "--status",
      "503",
      "--method",
      "PUT",
      "--for",
      "5m",
      "--count",
      "2",
    );
    expect(raised).toMatchObject({
      id: "fault-1",
      fault: { fault: "status", status: 503, method: "PUT", for: "5m", count: 2 },
      from: "2026-11-24T00:00:00.000Z",
      until: "2026-11-24T00:05:00.000Z",
      inForce: true,
    });
    expect([await status(), await status(), await status()]).toEqual([503, 503, 400]);
    const written = { fault: "missing-fields", fields: ["Token", "Expiration"], after: "1h" };
    expect((await json("fault", "raise", JSON.stringify(written))).fault).toEqual(written);
    const lines = (await well(drive("fault", "list"))).trim().split("\n");
    expect(lines[0]).toMatch(
      /^fault-1 status status=503 method=PUT count=2 for=5m \(in force until 2026-11-24T00:05:00\.000Z; struck 2 of 3; seed \d+\)$/,
    );
    expect(lines[1]).toMatch(
      /^fault-2 missing-fields fields=\["Token","Expiration"\] after=1h \(in force from 2026-11-24T01:00:00\.000Z; struck 0 of 0; seed \d+\)$/,
    );
    expect(await well(drive("fault", "clear", "fault-1"))).toBe("cleared fault-1\n");
    expect(await well(drive("fault", "clear"))).toBe("cleared all\n");
  });

  test("takes lists, signs and seeds as they are meant", async () => {
    expect((await json("fault", "raise", "missing-fields", "--fields", "Token,Code")).fault.fields).toEqual([
      "Token",
      "Code",
    ]);
    expect((await json("fault", "raise", "wrong-date", "--offset", "-20m", "--seed", "7")).seed).toBe("7");
    expect((await json("fault", "raise", "late-renewal", "--by", "5m")).fault.by).toBe("5m");
    await well(drive("fault", "clear"));
    expect(await drive("fault", "list")).toEqual({ status: 0, output: "", errors: "no fault is raised\n" });
  });

  test.each([
    [["raise", "swalow"], 1, /^mayfly: fault: fault: there is no fault "swalow" \(did you mean "swallow"\?\)\n$/],
    [["raise", "status", "--status", "many"], 1, /^mayfly: fault: status: must be 400 or .*\n$/],
    [["raise", "swallow", "--instance", "dmo"], 1, /^mayfly: there is no instance "dmo" \(did you mean "demo"\?\)\n$/],
    [["raise", "{fault"], 2, /this is no JSON/],
    [["raise", "swallow", "--patth", "/x"], 2, /unknown option '--patth'/],
    [["clear", "fault-9"], 1, /^mayfly: there is no fault with the id "fault-9"\n$/],
    [["mend"], 2, /unknown command 'mend'/],
  ] as const)("%j is a mistake, told in one line", async (words, exitStatus, line) => {
    const { status, output, errors } = await drive("fault", ...words);
    expect([status, output]).toEqual([exitStatus, ""]);
    expect(errors).toMatch(line);
  });

  test("--help of raise has every fault with its parameters", async () => {
    const help = await well(drive("fault", "raise", "--help"));
    expect(help).toContain("swallow: never answers");
    expect(help).toMatch(/slow-body: .*\n +--bytes-per-second: how fast/i);
  });
});

describe("mayfly scenario", () => {
  test("plays a timeline and tells each step", async () => {
    await well(drive("reset"));
    const scenario = file(
      "outage.yaml",
      "steps:\n  - {raise: {fault: status, status: 500}, as: outage}\n  - {at: 5m, clear: outage}\n  - rotate: all\n",
    );
    expect(await well(drive("scenario", "validate", scenario))).toBe("outage.yaml is valid, with 3 steps\n");
    const began = Date.parse((await json("clock")).now);
    const lines = (await well(drive("scenario", "run", scenario))).trim().split("\n");
    const at = (milliseconds: number) => new Date(began + milliseconds).toISOString();
    expect(lines).toEqual([
      `${at(0)} raised status as fault-1`,
      `${at(300_000)} cleared outage`,
      `${at(300_000)} renewed the credentials of all`,
    ]);
    expect(await status()).toBe(400);
  });

  test("a wrong one is told with its place, and nothing happens; a step that fails ends it", async () => {
    const wrong = file("wrong.yaml", "steps:\n  - {raise: {fault: status, status: 503}}\n  - {adance: 5m}\n");
    const told = {
      status: 1,
      output: "",
      errors: expect.stringContaining('wrong.yaml:3:6: steps[1]: there is no "adance" (did you mean "advance"?)'),
    };
    expect(await drive("scenario", "validate", wrong)).toEqual(told);
    expect(await drive("scenario", "run", wrong)).toEqual(told);
    expect(await json("fault", "list")).toEqual([]);
    const failing = file("failing.yaml", "steps: [{rotate: nobody}]");
    expect(await drive("scenario", "run", failing)).toEqual({
      status: 1,
      output: "",
      errors: 'mayfly: step 1: there is no instance "nobody"; there is demo\n',
    });
    expect(await drive("scenario", "run", "absent.yaml")).toMatchObject({
      status: 1,
      errors: "mayfly: absent.yaml: cannot be read (ENOENT)\n",
    });
  });
});
