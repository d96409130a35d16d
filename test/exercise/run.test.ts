// How does an exercise go on? Programs in this process, whose clocks leap with a real simulation's.

import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect, onTestFinished, test } from "vitest";
import { machineTime } from "../../clock/real-time.ts";
import { checkConfiguration } from "../../configuration.ts";
import { ObservationCollector } from "../../exercise/collector.ts";
import { type RunOptions, runExercise } from "../../exercise/run.ts";
import { worldOf } from "../../exercise/world.ts";
import { type Simulation, simulate } from "../../index.ts";
import { watchUnderWay } from "../../network/under-way.ts";
import { roleCredentials, s3Client } from "../simulation/client.ts";
import { type OwnClock, type OwnProgram, ownProgram } from "./own-program.ts";

const HOUR = 3_600_000;

async function world(names: readonly string[], patch: Readonly<Record<string, unknown>> = {}): Promise<Simulation> {
  const configuration = checkConfiguration(worldOf(names, { configurations: [patch], instance: undefined }));
  const simulation = await simulate({ configuration });
  onTestFinished(() => simulation.close());
  return simulation;
}

const imdsOf = async (simulation: Simulation, instance: string) =>
  (await simulation.environment({ instance })).variables.AWS_EC2_METADATA_SERVICE_ENDPOINT?.slice(0, -1) ?? "";

interface Client {
  readonly expiresAt: number;
  readonly s3: S3Client;
}

async function client(simulation: Simulation, instance: string): Promise<Client> {
  const found = await roleCredentials(await imdsOf(simulation, instance));
  return { expiresAt: Date.parse(found.Expiration), s3: s3Client(simulation, found) };
}

const call = ({ s3 }: Client) => s3.send(new PutObjectCommand({ Bucket: "mybucket", Key: "key", Body: "x" }));

/** Makes a call each minute, and renews its keys so many seconds before they expire. */
const service =
  (simulation: Simulation, instance: string, renewedSeconds: number) =>
  async ({ now, sleep }: OwnClock): Promise<number> => {
    let keys = await client(simulation, instance);
    for (;;) {
      if (keys.expiresAt - now() < renewedSeconds * 1000) keys = await client(simulation, instance);
      await call(keys).catch(() => {});
      await sleep(60);
    }
  };

async function run(
  simulation: Simulation,
  programs: Readonly<Record<string, OwnProgram>>,
  options: Partial<RunOptions> = {},
) {
  using underWay = watchUnderWay(machineTime.now);
  const { instances } = await simulation.state();
  const startedAt = simulation.clock.now();
  const participants = Object.entries(programs).map(([name, program]) => {
    const instanceId = instances.find((instance) => instance.name === name)?.instanceId ?? "";
    return {
      ...{ name, instanceId, program },
      watch: new ObservationCollector({ program: name, instanceId, clock: "warped", startedAt }),
    };
  });
  const events: string[] = [];
  const parts = await runExercise({
    controls: simulation,
    now: () => simulation.clock.now(),
    underWay,
    participants,
    clock: "warped",
    steps: [],
    rotations: 1,
    speed: Number.POSITIVE_INFINITY,
    onProgress: ({ event }) => event !== undefined && events.push(event),
    signal: undefined,
    ...options,
  });
  const observations = parts.map(({ endedAt, ending }, index) => participants[index]?.watch.finish(endedAt, ending));
  return { parts, events, observations, hours: (simulation.clock.now() - startedAt) / HOUR };
}

test("a program that renews goes through its rotations, and is asked to end", async () => {
  const simulation = await world(["demo"]);
  const program = ownProgram(service(simulation, "demo", 600));
  const { parts, events, observations, hours } = await run(simulation, { demo: program }, { rotations: 2 });
  expect(parts[0]?.ending).toEqual({ kind: "asked", exitCode: 143, wasKilled: false });
  expect(events).toEqual([
    "demo: its first call",
    expect.stringMatching(/^demo: new keys in use, 9 min before the others expired$/),
    "demo: rotation 1 of 2 is over",
    expect.stringMatching(/^demo: new keys in use, 9 min before the others expired$/),
    "demo: rotation 2 of 2 is over",
  ]);
  expect(hours).toBeGreaterThan(10.9);
  expect(hours).toBeLessThan(11.5);
  // All clocks have gone the same way, and idle hours passed in few leaps.
  const leapt = program.leaps.reduce((sum, leap) => sum + leap, 0);
  expect(Math.abs(leapt / 3600 - hours)).toBeLessThan(0.02);
  expect(program.leaps.length).toBeLessThan(200);
  expect(observations[0]?.requests.filter(({ status }) => status >= 400)).toEqual([]);
});

test("keys that are never renewed are waited for, and then given up", async () => {
  const simulation = await world(["demo"]);
  const { parts, events, observations, hours } = await run(simulation, {
    demo: ownProgram(service(simulation, "demo", Number.NEGATIVE_INFINITY)),
  });
  expect(events).toEqual(["demo: its first call", "demo: rotation 1 of 1 is over"]);
  expect(parts[0]?.ending.kind).toBe("asked");
  expect(observations[0]?.requests.some(({ errorCode }) => errorCode === "ExpiredToken")).toBe(true);
  expect(hours).toBeGreaterThan(6.5);
  expect(hours).toBeLessThan(7.5);
});

test("steps are taken when the clock is there; what moves the clock moves the programs; who names no instance means all", async () => {
  const simulation = await world(["one", "two"], { rotation: { lifetime: "2h30m", every: "30m" } });
  const startedAt = simulation.clock.now();
  const programs = {
    one: ownProgram(service(simulation, "one", 600)),
    two: ownProgram(service(simulation, "two", 1200)),
  };
  const { observations } = await run(simulation, programs, {
    steps: [
      { at: "10m", raise: { fault: "status", status: 503, face: "imds", after: "1m", for: "2m" } },
      { advance: "1h" },
      { jump: "10m" },
      { after: "5m", act: { action: "disassociate-profile" } },
      { at: "2h", act: { action: "associate-profile", instanceProfile: "mybucket-access" } },
    ],
  });
  const minutes = (at: number) => Math.round((at - startedAt) / 60_000);
  for (const observation of observations) {
    expect(observation?.steps.map(({ at, did }) => `${minutes(Date.parse(at))} ${did.split(" ")[0]}`)).toEqual([
      "10 raised",
      "70 advanced",
      "80 jumped",
      "85 disassociate-profile",
      "120 associate-profile",
    ]);
    expect(observation?.faults.map(({ from, until = 0 }) => [minutes(from), minutes(until)])).toEqual([[11, 13]]);
  }
  for (const { name, instanceProfile } of (await simulation.state()).instances)
    expect([name, instanceProfile]).toEqual([name, "mybucket-access"]);
  expect(programs.one.leaps.slice(0, 20)).toEqual(programs.two.leaps.slice(0, 20));
});

test("no leap falls between a request and its answer", async () => {
  const simulation = await world(["demo"]);
  await simulation.faults.raise({ fault: "slow-first-byte", face: "aws", delay: "40ms" });
  const lasted: number[] = [];
  const program = ownProgram(async ({ now, sleep }) => {
    const keys = await client(simulation, "demo");
    for (let i = 0; i < 10; i++) {
      const began = now();
      await call(keys);
      lasted.push(now() - began);
      await sleep(300);
    }
    return 0;
  });
  const { parts } = await run(simulation, { demo: program });
  expect(parts[0]?.ending).toEqual({ kind: "early", exitCode: 0 });
  expect(program.leaps.length).toBeGreaterThan(5);
  expect(Math.max(...lasted)).toBeLessThan(2_000);
});

test("no leap falls between two tries of one renewal, and a program that has given up is not waited for", async () => {
  const simulation = await world(["demo"]);
  const between: number[] = [];
  const program = ownProgram(async ({ now, sleep }) => {
    const keys = await client(simulation, "demo");
    await simulation.faults.raise({ fault: "status", status: 503, face: "imds" });
    const triesAt: number[] = [];
    for (let round = 0; round < 3; round++) {
      await call(keys);
      for (let attempt = 0; attempt < 3; attempt++) {
        await expect(client(simulation, "demo")).rejects.toThrow();
        triesAt.push(now());
        await sleep(attempt < 2 ? 1 : 60);
      }
      between.push(...triesAt.splice(0).map((at, index, all) => at - (all[index - 1] ?? at)));
    }
    return 0;
  });
  const { parts } = await run(simulation, { demo: program });
  expect(parts[0]?.ending).toEqual({ kind: "early", exitCode: 0 });
  expect(Math.max(...between)).toBeLessThan(1_900);
  expect(program.leaps.some((seconds) => seconds > 60)).toBe(true);
});

test("a program that is silent since before the last thing that happened is waited for as long as any other, and has hung", async () => {
  const simulation = await world(["demo"]);
  const startedAt = simulation.clock.now();
  const program = ownProgram(async ({ now, sleep }) => {
    while (now() - startedAt < 7 * HOUR) {
      await call(await client(simulation, "demo"));
      await sleep(60);
    }
    return new Promise<never>(() => {});
  });
  const step = { at: "8h", act: { action: "disassociate-profile" } } as const;
  const { parts, hours } = await run(simulation, { demo: program }, { steps: [step] });
  expect(parts[0]?.ending).toEqual({ kind: "hung" });
  expect(hours).toBeGreaterThan(7 + 6.5);
});

test("a program that ends early, one that is silent, and one whose timer is not moved", async () => {
  const simulation = await world(["early", "silent", "timer"]);
  const once = (name: string) => async () => {
    await call(await client(simulation, name));
    return new Promise<never>(() => {});
  };
  const { parts, events } = await run(simulation, {
    early: ownProgram(async () => {
      await call(await client(simulation, "early"));
      return 3;
    }),
    silent: ownProgram(once("silent")),
    timer: ownProgram(once("timer"), ["timer_create"]),
  });
  expect(parts.map(({ ending }) => ending)).toEqual([
    { kind: "early", exitCode: 3 },
    { kind: "hung" },
    { kind: "unmoved-timer", timer: "timer_create" },
  ]);
  expect(events).toContain("early: ended with status 3");
});

test("whoever interrupts it is told what was seen so far", async () => {
  const simulation = await world(["demo"]);
  const interrupted = new AbortController();
  const { parts, observations, hours } = await run(
    simulation,
    { demo: ownProgram(service(simulation, "demo", 600)) },
    {
      signal: interrupted.signal,
      onProgress: ({ elapsedSeconds }) => elapsedSeconds > 3600 && interrupted.abort(),
    },
  );
  expect(parts[0]?.ending).toEqual({ kind: "interrupted" });
  expect(hours).toBeLessThan(2);
  expect(observations[0]?.requests.length).toBeGreaterThan(3);
});

test("a step that fails ends it with one line", async () => {
  const simulation = await world(["demo"]);
  const program = ownProgram(service(simulation, "demo", 600));
  const steps = [{ at: "5m", act: { action: "stop" as const, instance: "other" } }];
  await expect(run(simulation, { demo: program }, { steps })).rejects.toThrow(
    'step 1: there is no instance "other"; there is demo',
  );
  await expect(run(simulation, { demo: program }, { steps: [{ speed: 60 }] })).rejects.toThrow(
    "step 1: an exercise has a pace of its own: leave out speed",
  );
  program.kill("SIGTERM");
});

test("no faster than it may", async () => {
  const simulation = await world(["demo"]);
  const began = Date.now();
  const steps = [{ advance: "10m" }];
  const program = ownProgram(async ({ sleep }) => {
    await call(await client(simulation, "demo"));
    await sleep(600);
    return 0;
  });
  await run(simulation, { demo: program }, { speed: 600, steps });
  expect(Date.now() - began).toBeGreaterThan(900);
});

test("in real time nothing leaps", async () => {
  const simulation = await world(["demo"], { rotation: { lifetime: "3s", every: "1s", lead: "1s" } });
  const program = ownProgram(async ({ now, sleep }) => {
    let keys = await client(simulation, "demo");
    for (;;) {
      if (keys.expiresAt - now() < 1500) keys = await client(simulation, "demo");
      await call(keys);
      await sleep(0.1);
    }
  });
  const { parts, events, observations } = await run(simulation, { demo: program }, { clock: "real" });
  expect(parts[0]?.ending.kind).toBe("asked");
  expect(events.at(-1)).toBe("demo: rotation 1 of 1 is over");
  expect(observations[0]?.requests.filter(({ status }) => status !== 200)).toEqual([]);
  expect(program.leaps).toEqual([]);
});
