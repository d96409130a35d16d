// Queries and expectations against an oracle that is as simple as can be: it looks at finished entries, in lists.

import { expect, test } from "vitest";
import { waitUntil } from "../../control/await-requests.ts";
import type { Expectation } from "../../control/expectation.ts";
import { judge } from "../../control/judge.ts";
import type { RequestConditions } from "../../control/request-conditions.ts";
import { RequestLog } from "../../control/request-log.ts";
import type { RequestEntry } from "../../control/request-record.ts";
import { type Dice, dice } from "../../entropy/dice.ts";
import { handMovedTime } from "../clock/hand-moved-time.ts";
import { reply, request, START, second } from "./exchanges.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);

const REAL_TIME_SLOWER = 10;
const PATHS = ["/a", "/ab", "/b"];
const STATUSES = [200, 401, 404, 503];
const AGENTS = ["Boto3/1", "aws-sdk-js/3", ""];
const CODES = ["ExpiredToken", "AccessDenied"];

const maybe = <Value>(chance: Dice, value: () => Value) => (chance.chance(0.5) ? value() : undefined);
const iso = (offsetSeconds: number) => new Date(START + offsetSeconds * second).toISOString();

function addRandom(log: RequestLog, chance: Dice, clock: { now: number }) {
  clock.now += chance.integer(3);
  const at = START + clock.now * second;
  const issuedAt = at - chance.integer(100) * second;
  const isAws = chance.chance(0.5);
  log.add(
    isAws ? "aws" : "imds",
    request(chance.pick(PATHS), {
      at,
      realAt: START + (clock.now * second) / REAL_TIME_SLOWER,
      method: chance.pick(["GET", "PUT"]),
      rawHeaders: ["User-Agent", chance.pick(AGENTS)],
    }),
    reply(chance.pick(STATUSES), {
      instanceId: chance.pick(["i-1", "i-2"]),
      ...(!isAws && { imdsVersion: chance.pick([1, 2] as const) }),
      ...(isAws && chance.chance(0.5) && { errorCode: chance.pick(CODES) }),
      ...(chance.chance(0.3) && { fault: chance.pick(["slow", "reset"]) }),
      ...(chance.chance(0.5) && { accessKeyId: "ASIA1", keyIssuedAt: issuedAt, keyExpiresAt: issuedAt + 50 * second }),
    }),
  );
}

const WRITTEN: Readonly<Record<string, (chance: Dice) => unknown>> = {
  face: (chance) => chance.pick(["imds", "aws"]),
  instance: (chance) => chance.pick(["i-1", "i-2", "i-3"]),
  method: (chance) => chance.pick(["GET", "PUT"]),
  path: (chance) => chance.pick(PATHS),
  status: (chance) => chance.pick([200, "200", "4xx", "401-404", ">=500", "200,503"]),
  imdsVersion: (chance) => chance.pick([1, 2]),
  keyAge: (chance) => chance.pick(["<50s", ">=50s", "10s-20s"]),
  keyLeft: (chance) => chance.pick(["<0", ">=0"]),
  errorCode: (chance) => chance.pick(CODES),
  fault: (chance) => chance.pick(["any", "none", "slow"]),
  userAgent: (chance) => chance.pick(["Boto", "sdk"]),
  from: (chance) => iso(chance.integer(30)),
  to: (chance) => iso(10 + chance.integer(50)),
  after: (chance) => chance.integer(20),
};

/** Few conditions, most often one, so that requests meet them. */
function randomQuery(chance: Dice): RequestConditions {
  const names = Array.from({ length: chance.pick([0, 1, 1, 1, 2, 3]) }, () => chance.pick(Object.keys(WRITTEN)));
  return Object.fromEntries(names.map((name) => [name, WRITTEN[name]?.(chance)]));
}

const RANGES: Readonly<Record<string, (value: number) => boolean>> = {
  200: (value) => value === 200,
  "4xx": (value) => value >= 400 && value <= 499,
  "401-404": (value) => value >= 401 && value <= 404,
  ">=500": (value) => value >= 500,
  "200,503": (value) => value === 200 || value === 503,
  "<50s": (value) => value < 50,
  ">=50s": (value) => value >= 50,
  "10s-20s": (value) => value >= 10 && value <= 20,
  "<0": (value) => value < 0,
  ">=0": (value) => value >= 0,
};
const inRange = (range: unknown, value: number | undefined) =>
  range === undefined || (value !== undefined && RANGES[String(range)]?.(value) === true);

function means(query: RequestConditions, entry: RequestEntry): boolean {
  const is = (wanted: unknown, found: unknown) => wanted === undefined || wanted === found;
  const struck = { any: entry.fault !== undefined, none: entry.fault === undefined, slow: entry.fault === "slow" };
  return (
    is(query.face, entry.face) &&
    is(query.instance, entry.instanceId) &&
    is(query.method, entry.method) &&
    (query.path === undefined || entry.target.startsWith(query.path)) &&
    inRange(query.status, entry.status) &&
    is(query.imdsVersion, entry.imdsVersion) &&
    inRange(query.keyAge, entry.keyAgeSeconds) &&
    inRange(query.keyLeft, entry.keyLeftSeconds) &&
    is(query.errorCode, entry.errorCode) &&
    (query.fault === undefined || struck[query.fault as keyof typeof struck]) &&
    (query.userAgent === undefined || (entry.userAgent ?? "").includes(query.userAgent)) &&
    (query.from === undefined || entry.at >= query.from) &&
    (query.to === undefined || entry.at <= query.to) &&
    (query.after === undefined || entry.sequence > query.after)
  );
}

const span = (entries: readonly RequestEntry[]) =>
  Date.parse(entries.at(-1)?.at ?? "") - Date.parse(entries[0]?.at ?? "");
const seconds = (duration: string | undefined) =>
  Number(duration?.replace("s", "") ?? Number.POSITIVE_INFINITY) * second;
const near = ({ within, withinReal }: Expectation, entries: readonly RequestEntry[]) =>
  span(entries) <= seconds(within) && span(entries) / REAL_TIME_SLOWER <= seconds(withinReal);

/** The largest number of neighbours among these that lie near enough to each other. */
function fullest(expectation: Expectation, entries: readonly RequestEntry[]): number {
  let most = 0;
  for (let from = 0; from < entries.length; from++)
    for (let to = from; to < entries.length; to++)
      if (near(expectation, entries.slice(from, to + 1))) most = Math.max(most, to + 1 - from);
  return most;
}

/** Whether some choice of one entry a step is in order and near enough: all of them are tried. */
function hasWay(
  expectation: Expectation,
  entries: readonly RequestEntry[],
  chosen: readonly RequestEntry[] = [],
): boolean {
  const step = expectation.inOrder?.[chosen.length];
  if (step === undefined) return near(expectation, chosen);
  const after = chosen.at(-1)?.sequence ?? 0;
  return entries.some(
    (entry) => entry.sequence > after && means(step, entry) && hasWay(expectation, entries, [...chosen, entry]),
  );
}

function holds(expectation: Expectation, entries: readonly RequestEntry[]): boolean {
  const { query = {}, atLeast, atMost, exactly, none, inOrder } = expectation;
  if (inOrder) return hasWay(expectation, entries);
  const counted = entries.filter((entry) => means(query, entry));
  const count = fullest(expectation, counted);
  if (none) return counted.length === 0;
  if (exactly !== undefined) return counted.length === exactly && count === exactly;
  if (atLeast === undefined && atMost === undefined) return count >= 1;
  return count >= (atLeast ?? 0) && count <= (atMost ?? Number.POSITIVE_INFINITY);
}

function randomExpectation(chance: Dice): Expectation {
  const time = {
    within: maybe(chance, () => `${chance.integer(20)}s`),
    withinReal: maybe(chance, () => `${chance.integer(3)}s`),
  };
  const query = randomQuery(chance);
  const few = () => chance.integer(5);
  return chance.pick<() => Expectation>([
    () => ({ query, ...time }),
    () => ({ query, atLeast: few(), ...time }),
    () => ({ query, atMost: few(), ...time }),
    () => ({ query, atLeast: 1, atMost: 1 + few(), ...time }),
    () => ({ query, exactly: few(), ...time }),
    () => ({ query, none: true }),
    () => ({
      inOrder: [randomQuery(chance), randomQuery(chance), randomQuery(chance)].slice(0, 1 + chance.integer(3)),
      ...time,
    }),
  ])();
}

test(`400 logs with queries and expectations (seed ${seed})`, async () => {
  const chance = dice(`${seed}/requests`);
  const seen = { passed: 0, failed: 0, incomplete: 0 };
  for (let round = 0; round < 400; round++) {
    const size = chance.pick([5, 20, 40]);
    const [log, whole, clock] = [new RequestLog(size), new RequestLog(1_000), { now: 0 }];
    const expectation = randomExpectation(chance);
    const [one, other] = [dice(`${seed}/${round}`), dice(`${seed}/${round}`)];
    const otherClock = { now: 0 };
    const requests = 1 + chance.integer(35);
    for (let i = 0; i < requests; i++) {
      addRandom(log, one, clock);
      addRandom(whole, other, otherClock);
    }
    const all = whole.list().requests;
    const kept = all.slice(-size);
    const query = randomQuery(chance);
    const told = `round ${round}, ${JSON.stringify(query)}`;
    expect(log.list(query).requests, told).toEqual(kept.filter((entry) => means(query, entry)));

    const shown = `round ${round}, ${JSON.stringify(expectation)}`;
    const { passed, incomplete, message } = judge(log, expectation);
    if (!incomplete) expect(passed, `${shown}: ${message}`).toBe(holds(expectation, all));
    else expect([passed, all.length > kept.length], shown).toEqual([false, true]);
    expect(judge(whole, expectation).passed, shown).toBe(holds(expectation, all));
    seen[incomplete ? "incomplete" : passed ? "passed" : "failed"]++;
  }
  for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(10);
});

test(`150 waits end with the first request that makes the expectation true (seed ${seed})`, async () => {
  const chance = dice(`${seed}/waits`);
  let came = 0;
  for (let round = 0; round < 150; round++) {
    const [log, whole, clock] = [new RequestLog(5), new RequestLog(1_000), { now: 0 }];
    const [one, other, otherClock] = [dice(`${seed}/${round}`), dice(`${seed}/${round}`), { now: 0 }];
    const expectation = randomExpectation(chance);
    const realTime = handMovedTime();
    let settled: boolean | undefined;
    const wait = waitUntil(log, expectation, { realTime, timeoutMilliseconds: 1_000 }).then(
      () => {
        settled = true;
      },
      () => {
        settled = false;
      },
    );
    let held = holds(expectation, []);
    for (let i = 0; i < 20 && !held; i++) {
      await undefined;
      await undefined;
      expect(settled, `round ${round}, request ${i}, ${JSON.stringify(expectation)}`).toBeUndefined();
      addRandom(log, one, clock);
      addRandom(whole, other, otherClock);
      held = holds(expectation, whole.list().requests);
    }
    if (!held) realTime.pass(1_000);
    await wait;
    expect(settled, `round ${round}, ${JSON.stringify(expectation)}`).toBe(held);
    expect(realTime.open).toBe(0);
    if (held) came++;
  }
  expect(came).toBeGreaterThan(30);
});
