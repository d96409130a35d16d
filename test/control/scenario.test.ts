// Does a scenario do what it says, when it says it? Played from code, on a clock that stands still and on one that runs.

import { describe, expect, test } from "vitest";
import { runScenario, type Scenario } from "../../index.ts";
import { readScenario } from "../../scenario-file.ts";
import { callers, credentials, faulty, outcome, put } from "../faults/world.ts";

const after = (simulation: { clock: { now(): number } }, from: number) => (simulation.clock.now() - from) / 60_000;

describe("a scenario", () => {
  test("moves a clock that stands still to each step", async () => {
    const simulation = await faulty();
    const began = simulation.clock.now();
    const steps: Scenario["steps"] = [
      { raise: { fault: "status", status: 503 }, as: "outage" },
      { at: "10m", clear: "outage" },
      { after: "5m", raise: { fault: "status", status: 500, for: "1m" } },
      { jump: "1m" },
      { advance: "4m" },
      { at: "12m", rotate: "demo" },
      { speed: 0 },
      { wait: "1ms" },
      { clear: "all" },
      { reset: true },
    ];
    const reports = await runScenario(simulation, { steps });
    expect(
      reports.map(({ step, at, did }) => `${step} ${(Date.parse(at) - began) / 60_000} ${did.split(" ")[0]}`),
    ).toEqual([
      "1 0 raised",
      "2 10 cleared",
      "3 15 raised",
      "4 16 jumped",
      "5 20 advanced",
      "6 20 renewed",
      "7 20 speed",
      "8 20 waited",
      "9 20 cleared",
      "10 20 reset",
    ]);
    expect(after(simulation, began)).toBe(20);
    expect((await put(simulation)).status).toBe(200);
  });

  test("acts on instances", async () => {
    const simulation = await faulty();
    const steps = [
      { act: { action: "stop" as const, instance: "demo" } },
      { after: "1m", act: { action: "start" as const } },
    ];
    const reports = await runScenario(simulation, { steps });
    expect(reports.map(({ did }) => did)).toEqual(["stop of demo", "start of demo"]);
    expect((await put(simulation)).status).toBe(200);
  });

  test("changes the configuration in force", async () => {
    const simulation = await faulty();
    const steps = [
      { configure: { roles: { other: { trust: "lambda.amazonaws.com" } }, buckets: ["second"] } },
      { configure: { roles: { other: null } } },
    ];
    const reports = await runScenario(simulation, { steps });
    expect(reports.map(({ did }) => did)).toEqual(["configured roles, buckets", "configured roles"]);
    const { roles, buckets } = await simulation.state();
    expect([roles, buckets]).toEqual([["mybucket-access"], ["mybucket", "second"]]);
  });

  test("says of a change that makes no sense what is wrong, and changes nothing", async () => {
    const simulation = await faulty();
    const steps = [{ configure: { roles: { "mybucket-access": null }, buckets: ["second"] } }];
    const line =
      'step 1: configuration: instances.demo.instanceProfile: there is no instance profile "mybucket-access"';
    await expect(runScenario(simulation, { steps })).rejects.toThrow(line);
    expect((await simulation.state()).buckets).toEqual(["mybucket"]);
  });

  test("revokes the sessions of a role: what was issued before is denied, what comes later is not", async () => {
    const simulation = await faulty();
    const before = await callers(simulation);
    const steps = [{ at: "10m", revoke: "mybucket-access" }, { rotate: "demo" }];
    const reports = await runScenario(simulation, { steps });
    expect(reports[0]?.did).toBe("revoked the sessions of mybucket-access from before 2026-11-24T00:10:00.000Z");
    expect(await outcome(before.list())).toMatchObject({ code: "AccessDenied", status: 403 });
    expect(await outcome((await callers(simulation)).list())).toBe("done");
  });

  test("waits for a clock that runs", async () => {
    const simulation = await faulty([], { speed: 10_000 });
    const began = simulation.clock.now();
    const [report] = await runScenario(simulation, { steps: [{ at: "30m", raise: { fault: "status", status: 500 } }] });
    expect(Date.parse(report?.at ?? "") - began).toBeGreaterThanOrEqual(30 * 60_000);
    expect((await put(simulation)).status).toBe(500);
  });

  test("ends when it is told to", async () => {
    const simulation = await faulty();
    const signal = AbortSignal.timeout(20);
    await expect(runScenario(simulation, { steps: [{ wait: "1h" }] }, { signal })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  test("the example of the documentation leaves an instance that has outlived its first keys with new ones", async () => {
    const simulation = await faulty();
    const first = await credentials(simulation);
    const seen: string[] = [];
    await runScenario(simulation, await readScenario("examples/scenarios/outage.yaml"), {
      onStep: ({ did }) => seen.push(did),
    });
    expect(seen).toHaveLength(6);
    expect((await credentials(simulation)).AccessKeyId).not.toBe(first.AccessKeyId);
    expect(await simulation.faults.list()).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{}, "scenario: steps: is missing"],
    [{ steps: [] }, "scenario: steps: must have at least one step"],
    [
      { steps: [{}] },
      "scenario: steps[0]: needs exactly one of raise, clear, advance, jump, speed, rotate, act, configure, revoke, reset, wait",
    ],
    [{ steps: [{ jump: "1m", clear: "all" }] }, "scenario: steps[0]: needs exactly one of"],
    [{ steps: [{ at: "1m", after: "1m", clear: "all" }] }, "scenario: steps[0].after: needs no at beside it"],
    [{ steps: [{ as: "x", clear: "all" }] }, "scenario: steps[0].as: names a fault, and so needs raise"],
    [{ steps: [{ raise: { fault: "no" } }] }, 'scenario: steps[0].raise.fault: there is no fault "no"'],
    [{ steps: [{ advance: "far" }] }, "scenario: steps[0].advance: `far` is no duration"],
    [{ steps: [{ act: { action: "explode" } }] }, "scenario: steps[0].act.action: must be start or stop or "],
    [{ steps: [{ configure: ["roles"] }] }, "scenario: steps[0].configure: must be a mapping"],
    [{ steps: [{ revoke: "" }] }, "scenario: steps[0].revoke: must have a length of at least 1"],
    [{ steps: [{ reset: false }] }, "scenario: steps[0].reset: must be true"],
  ])("%j is refused before anything happens", async (written, line) => {
    const simulation = await faulty();
    await expect(runScenario(simulation, written as Scenario)).rejects.toThrow(line);
  });

  test("a step that fails says which one it was", async () => {
    const simulation = await faulty();
    const steps = [{ speed: 0 }, { clear: "nothing" }];
    await expect(runScenario(simulation, { steps })).rejects.toThrow('step 2: there is no fault with the id "nothing"');
  });
});
