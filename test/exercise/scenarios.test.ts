// Does the world of each shipped scenario really do what its description says? Each is played on a clock that is moved, and at chosen
// instants it is asked what an instance sees, and what its first keys still open.

import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, onTestFinished, test } from "vitest";
import { formatDuration, parseDuration } from "../../clock/duration.ts";
import { playScenario } from "../../control/scenario.ts";
import type { ExerciseScenario } from "../../exercise/scenario.ts";
import { worldOf } from "../../exercise/world.ts";
import { readExerciseScenario, shippedScenarios } from "../../exercise-scenarios.ts";
import { parseOffset } from "../../faults/values.ts";
import { type Configuration, type Simulation, type SimulationOptions, simulate } from "../../index.ts";
import { ask, imdsToken, type RoleDocument, roleCredentials, s3Client } from "../simulation/client.ts";

const START = Date.parse("2026-11-24T00:00:00Z");
const SEED = process.env.MAYFLY_TEST_SEED ?? "scenarios";

/** The world of a scenario with one instance. */
async function begin(scenario: ExerciseScenario, options: SimulationOptions = {}): Promise<Simulation> {
  const patches = { configurations: [scenario.configuration], instance: scenario.instance };
  const configuration = worldOf(["demo"], patches) as Configuration;
  const simulation = await simulate({ configuration, speed: 0, startAt: START, seed: SEED, ...options });
  onTestFinished(() => simulation.close());
  return simulation;
}

/** Plays the steps, and on the way does something at the given instants, ascending; each such as `5h30m` from the start. */
async function playing(
  simulation: Simulation,
  { steps = [] }: ExerciseScenario,
  looks: readonly (readonly [at: string, look: () => Promise<void>])[],
): Promise<void> {
  const left = [...looks];
  const elapsed = () => simulation.clock.now() - START;
  const goTo = async (target: number) => {
    for (let next = left[0]; next && parseDuration(next[0]) < target; next = left[0]) {
      await move(parseDuration(next[0]));
      left.shift();
      await next[1]();
    }
    await move(target);
    return simulation.clock.read();
  };
  const move = async (target: number) => {
    if (target > elapsed()) await simulation.clock.advance(formatDuration(target - elapsed()));
  };
  const advance = (duration: string) => goTo(elapsed() + parseDuration(duration));
  await playScenario({ ...simulation, clock: { ...simulation.clock, advance } }, { steps });
  for (const [at, look] of left) {
    await move(parseDuration(at));
    await look();
  }
}

const PATIENCE_MILLISECONDS = 800;
const TTL = { "x-aws-ec2-metadata-token-ttl-seconds": "21600" };

async function got(url: string, headers: Record<string, string>, method = "GET") {
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  try {
    const response = await fetch(url, { method, headers, signal });
    return { status: response.status, text: await response.text() };
  } catch (problem) {
    const { name, cause } = problem as Error & { cause?: { code?: string } };
    return { status: 0, text: name === "TimeoutError" ? "no answer" : (cause?.code ?? name) };
  }
}

/** In a few words what an instance is given that asks for its credentials. */
async function given({ urls }: Simulation): Promise<string> {
  const list = `${urls.imds}/latest/meta-data/iam/security-credentials/`;
  const token = await got(`${urls.imds}/latest/api/token`, TTL, "PUT");
  if (token.status !== 200) return `token: ${token.status || token.text}`;
  const header = { "x-aws-ec2-metadata-token": token.text };
  const role = await got(list, header);
  if (role.status !== 200) return `list: ${role.status || role.text}`;
  const { text } = await got(list + role.text, header);
  try {
    const { Code, Expiration } = JSON.parse(text);
    if (Code !== "Success") return `${role.text}: ${Code}`;
    if (Expiration === undefined) return `${role.text}: no Expiration`;
    return `${role.text} until ${formatDuration(Date.parse(Expiration) - START)}`;
  } catch {
    return `${role.text}: no JSON`;
  }
}

/** What becomes of a call with those keys. */
const opened = (simulation: Simulation, keys: RoleDocument): Promise<string> =>
  s3Client(simulation, keys)
    .send(new ListObjectsV2Command({ Bucket: "mybucket" }))
    .then(
      () => "done",
      ({ name }: Error) => name,
    );

const OLD = "mybucket-access until 6h";
const NEW = "mybucket-access until 11h30m";

/** The instant, what the instance is given then, and what becomes of a call with its first keys. */
type Row = readonly [at: string, given: string, call: string];

/** The outages that take 45 minutes from 5h25m on. */
const outage = (during: string): readonly Row[] => [
  ["1m", OLD, "done"],
  ["5h24m", OLD, "done"],
  ["5h26m", during, "done"],
  ["5h45m", during, "done"],
  ["5h59m59s", during, "done"],
  ["6h1s", during, "ExpiredToken"],
  ["6h9m59s", during, "ExpiredToken"],
  ["6h11m", NEW, "ExpiredToken"],
];

const WORLDS: Readonly<Record<string, readonly Row[]>> = {
  "normal-renewal": [
    ["59m", OLD, "done"],
    ["1h", "mybucket-access until 7h", "done"],
    ["5h59m", "mybucket-access until 11h", "done"],
    ["6h", "mybucket-access until 12h", "ExpiredToken"],
  ],
  "late-renewal": [
    ["1m", OLD, "done"],
    ["5h54m59s", OLD, "done"],
    ["5h55m", "mybucket-access until 11h55m", "done"],
    ["11h49m", "mybucket-access until 11h55m", "ExpiredToken"],
    ["11h50m", "mybucket-access until 17h50m", "ExpiredToken"],
  ],
  "imds-outage": outage("token: ECONNRESET"),
  "swallowed-token": outage("token: no answer"),
  "malformed-answer": outage("mybucket-access: no JSON"),
  "missing-expiration": outage("mybucket-access: no Expiration"),
  "expired-credentials": [
    ["1m", OLD, "done"],
    ["5h45m", OLD, "done"],
    ["6h5m", OLD, "ExpiredToken"],
    ["6h9m59s", OLD, "ExpiredToken"],
    ["6h10m1s", "mybucket-access until 12h", "ExpiredToken"],
  ],
  "role-swapped": [
    ["5h25m1s", OLD, "done"],
    ["5h25m4s", "other-access until 11h25m", "done"],
    ["5h59m", "other-access until 11h25m", "done"],
    ["6h", "other-access until 11h25m", "ExpiredToken"],
  ],
  "profile-reattached": [
    ["5h25m1s", OLD, "done"],
    ["5h25m4s", "list: 404", "done"],
    ["5h59m", "list: 404", "done"],
    ["6h10m1s", "list: 404", "ExpiredToken"],
    ["6h10m4s", "mybucket-access until 12h10m", "ExpiredToken"],
  ],
  "broken-trust": [
    ["5h29m59s", OLD, "done"],
    ["5h30m", "mybucket-access: AssumeRoleUnauthorizedAccess", "done"],
    ["6h14m", "mybucket-access: AssumeRoleUnauthorizedAccess", "ExpiredToken"],
    ["6h15m30s", "mybucket-access: AssumeRoleUnauthorizedAccess", "ExpiredToken"],
    ["6h16m3s", NEW, "ExpiredToken"],
  ],
  "revoked-sessions": [
    ["5h19m", OLD, "done"],
    ["5h20m", OLD, "AccessDenied"],
    ["5h29m59s", OLD, "AccessDenied"],
    ["5h30m", NEW, "AccessDenied"],
  ],
};

describe("the worlds of the shipped scenarios", () => {
  test.each(Object.entries(WORLDS))("%s", async (name, rows) => {
    const scenario = await readExerciseScenario(name);
    const simulation = await begin(scenario);
    const first = await roleCredentials(simulation.urls.imds);
    const seen: Row[] = [];
    const look = (at: string) => async () => {
      seen.push([at, await given(simulation), await opened(simulation, first)]);
    };
    await playing(
      simulation,
      scenario,
      rows.map(([at]) => [at, look(at)]),
    );
    expect(seen).toEqual(rows);
  });
});

const slowest = async (simulation: Simulation) => {
  const from = performance.now();
  return [await given(simulation), performance.now() - from] as const;
};

test("slow-answers: each answer takes 700 ms, and comes", async () => {
  const scenario = await readExerciseScenario("slow-answers");
  const simulation = await begin(scenario);
  const seen: (readonly [string, number])[] = [];
  const look = async () => void seen.push(await slowest(simulation));
  await playing(simulation, scenario, [
    ["5h24m", look],
    ["5h45m", look],
    ["6h11m", look],
  ]);
  expect(seen.map(([what]) => what)).toEqual([OLD, NEW, NEW]);
  expect(seen.map(([, milliseconds]) => milliseconds >= 3 * 700)).toEqual([false, true, false]);
});

test("throttled: about three requests of five are refused, and only then", async () => {
  const scenario = await readExerciseScenario("throttled");
  const simulation = await begin(scenario);
  const refused: number[] = [];
  const look = async () => {
    let count = 0;
    for (let asked = 0; asked < 50; asked++) {
      const { status } = await got(`${simulation.urls.imds}/latest/api/token`, TTL, "PUT");
      if (status === 503) count++;
    }
    refused.push(count);
  };
  await playing(simulation, scenario, [
    ["5h24m", look],
    ["5h45m", look],
    ["6h11m", look],
  ]);
  expect([refused[0], refused[2]], `seed ${SEED}`).toEqual([0, 0]);
  expect(refused[1], `seed ${SEED}`).toBeGreaterThan(17);
  expect(refused[1], `seed ${SEED}`).toBeLessThan(43);
});

test("restarted-imds: a token that would live for hours is worth nothing after the restart", async () => {
  const scenario = await readExerciseScenario("restarted-imds");
  const simulation = await begin(scenario);
  const { imds } = simulation.urls;
  const tokens: string[] = [];
  const seen: number[][] = [];
  const take = async () => void tokens.push(await imdsToken(imds));
  const look = async () => {
    const answers = tokens.map((token) => ask(`${imds}/latest/`, { headers: { "x-aws-ec2-metadata-token": token } }));
    seen.push((await Promise.all(answers)).map(({ status }) => status));
  };
  await playing(simulation, scenario, [
    ["1h", take],
    ["1h59m", look],
    ["2h1s", take],
    ["2h1m", look],
    ["5h", look],
  ]);
  expect(seen).toEqual([[200], [401, 200], [401, 200]]);
});

describe.each(["clock-skew", "fast-clock"])("%s", (name) => {
  const listed = ({ urls }: Simulation, keys: RoleDocument, maxAttempts: number) =>
    new S3Client({
      ...{ region: "us-east-1", endpoint: urls.aws, maxAttempts },
      credentials: { accessKeyId: keys.AccessKeyId, secretAccessKey: keys.SecretAccessKey, sessionToken: keys.Token },
    })
      .send(new ListObjectsV2Command({ Bucket: "mybucket" }))
      .then(
        () => "done",
        ({ name }: Error) => name,
      );

  test("the program's signature is refused, and taken once it is corrected by the Date of the answer", async () => {
    const scenario = await readExerciseScenario(name);
    // Ours is the program's clock, and the world's is off.
    const startAt = Date.now() - parseOffset(scenario.clientAhead ?? "0s");
    const simulation = await begin(scenario, { startAt, speed: 1 });
    const keys = await roleCredentials(simulation.urls.imds);
    expect(await listed(simulation, keys, 1)).toBe("RequestTimeTooSkewed");
    expect(await listed(simulation, keys, 2)).toBe("done");
  });
});

test("each shipped scenario is played here, and says why it happens and what is expected", async () => {
  const apart = ["slow-answers", "throttled", "restarted-imds", "clock-skew", "fast-clock"];
  const scenarios = await shippedScenarios();
  expect(scenarios.map(({ name }) => name)).toEqual([...Object.keys(WORLDS), ...apart].sort());
  const silent = scenarios.filter(({ description, source, expected }) => !description || !source || !expected);
  expect(silent).toEqual([]);
});
