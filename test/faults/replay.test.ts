// Does the same seed give the same transcript twice? Whole worlds with dice, played over real sockets.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { simulate } from "../../index.ts";
import { ask } from "../simulation/client.ts";
import { callers, credentials, demo, faulty, get, last, outcome, put, raise, rawPut, token } from "./world.ts";

const FAULTS = [
  { fault: "status", status: 503, method: "PUT", probability: 0.4, seed: 7 },
  { fault: "truncated-json", probability: 0.5, seed: "text" },
  { fault: "late-renewal", by: "40m", probability: 0.5, seed: 3 },
  { fault: "reset-connection", method: "PUT", face: "imds", probability: 0.2, seed: 7 },
  { fault: "aws-error", error: "SlowDown", probability: 0.5, seed: 7 },
  { fault: "wrong-date", offset: "1h", probability: 0.3, seed: 9 },
];

/** All that clients see and the log tells, of a world that is the same each time but for its faults. */
async function transcript(faults: readonly object[], seed: number | undefined = 5): Promise<string> {
  const simulation = await faulty(faults as never, {
    masterKey: Buffer.alloc(32, 7),
    ...(seed !== undefined && { seed }),
  });
  const seen: unknown[] = [];
  for (let round = 0; round < 20; round++) {
    const { text, error } = await last(simulation.urls.imds, rawPut);
    const known = /AQAE[\w-]{50}==/.exec(text)?.[0] ?? "none";
    const { status, body, rawHeaders } = await get(
      simulation,
      "/latest/meta-data/iam/security-credentials/mybucket-access",
      known,
    );
    seen.push(text, error, status, body.toString(), rawHeaders);
    await simulation.clock.advance("7m");
  }
  for (let round = 0; round < 10; round++) seen.push((await ask(`${simulation.urls.aws}/mybucket`)).body);
  const { requests } = await simulation.requests();
  seen.push(
    requests,
    (await simulation.faults.list()).map(({ id, matched, struck, seed }) => ({ id, matched, struck, seed })),
  );
  return JSON.stringify(seen).replaceAll(/127\.0\.0\.1:\d+/g, "");
}

test("a world of faults is the same again from the same seeds, and another from others", async () => {
  const first = await transcript(FAULTS);
  expect(await transcript(FAULTS)).toBe(first);
  expect(await transcript(FAULTS.map((fault) => ({ ...fault, seed: 8 })))).not.toBe(first);
});

test("without seeds of their own, faults follow the world's", async () => {
  const unseeded = FAULTS.map(({ seed, ...fault }) => fault);
  expect(await transcript(unseeded)).toBe(await transcript(unseeded));
});

describe("which request is struck", () => {
  const BOLD = { fault: "status", status: 503, method: "PUT", probability: 0.5 };
  const statuses = async (simulation: Awaited<ReturnType<typeof faulty>>, requests = 40) => {
    const seen: number[] = [];
    for (let i = 0; i < requests; i++) seen.push((await put(simulation)).status);
    return seen.join(" ");
  };

  test("a seed that was told can be given back, and another fault disturbs nothing", async () => {
    const one = await faulty([BOLD]);
    const seen = await statuses(one);
    const seed = (await one.faults.list())[0]?.seed;
    expect(seen).toMatch(/503/);
    expect(seen).toMatch(/200/);
    const other = await faulty([{ fault: "wrong-date", offset: "1m", probability: 0.5, seed: 1 }]);
    await raise(other, { ...BOLD, seed });
    expect(await statuses(other)).toBe(seen);
  });

  test("worlds of their own have dice of their own", async () => {
    expect(await statuses(await faulty([BOLD]))).not.toBe(await statuses(await faulty([BOLD])));
  });

  test("a reset throws the same dice again", async () => {
    const simulation = await faulty([BOLD]);
    const seen = await statuses(simulation);
    await simulation.reset();
    expect(await statuses(simulation)).toBe(seen);
  });
});

test("windows open and close with the clock, whether it is advanced or jumps", async () => {
  const simulation = await faulty([{ fault: "status", status: 500, after: "10m", for: "5m" }]);
  const status = async () => (await put(simulation)).status;
  expect(await status()).toBe(200);
  await simulation.clock.advance("10m");
  expect(await status()).toBe(500);
  expect((await simulation.faults.list())[0]).toMatchObject({
    inForce: true,
    from: "2026-11-24T00:10:00.000Z",
    until: "2026-11-24T00:15:00.000Z",
    matched: 1,
    struck: 1,
  });
  await simulation.clock.jump("5m");
  expect(await status()).toBe(200);
  expect((await simulation.faults.list())[0]).toMatchObject({ inForce: false });
  await simulation.reset();
  await simulation.clock.advance("12m");
  expect(await status()).toBe(500);
});

test("only the instance that is meant suffers, at both faces", async () => {
  const instances = {
    one: { instanceProfile: "mybucket-access", sourceAddress: "127.0.0.2" },
    fleet: { instanceProfile: "mybucket-access", sourceAddress: "127.0.1.0", count: 100 },
  };
  const simulation = await faulty([], { configuration: { ...demo, instances } });
  await raise(simulation, { fault: "status", status: 503, instance: "fleet-7" });
  const status = async (localAddress: string) =>
    (
      await ask(`${simulation.urls.imds}/latest/api/token`, {
        method: "PUT",
        localAddress,
        headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" },
      })
    ).status;
  expect([await status("127.0.0.2"), await status("127.0.1.6"), await status("127.0.1.7")]).toEqual([200, 200, 503]);
  await raise(simulation, { fault: "status", status: 429, instance: "fleet" });
  expect([await status("127.0.0.2"), await status("127.0.1.6")]).toEqual([200, 429]);
});

test("what was raised is there again after a restart on the same data", async () => {
  const data = mkdtempSync(join(tmpdir(), "mayfly-faults-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const first = await faulty([], { data });
  await raise(first, { fault: "status", status: 503, for: "1h" });
  expect((await put(first)).status).toBe(503);
  const told = await first.faults.list();
  await first.close();
  await using again = await simulate({ data });
  expect(await again.faults.list()).toEqual(told.map((report) => ({ ...report, matched: 0, struck: 0 })));
  expect((await put(again)).status).toBe(503);
});

test("keys and tokens of before go on working once it is over", async () => {
  const simulation = await faulty();
  const keys = await credentials(simulation);
  const withToken = await token(simulation);
  await raise(simulation, { fault: "expired-credentials", count: 1 });
  await credentials(simulation);
  expect(await credentials(simulation)).toEqual(keys);
  expect((await get(simulation, "/latest/", withToken)).status).toBe(200);
  expect(await outcome((await callers(simulation, keys)).list())).toBe("done");
});
