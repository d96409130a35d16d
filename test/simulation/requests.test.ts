// The request log of a running simulation, from code and over the control API: expectations, waits, export and stream.

import { connect as connectSocket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ListBucketsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { type Controls, connect, type RequestEntry, type Simulation, simulate } from "../../index.ts";
import { ask, imdsToken, roleCredentials, s3Client } from "./client.ts";

const MANUAL = { speed: 0, startAt: Date.parse("2026-11-24T00:00:00Z") };
const CREDENTIALS = { path: "/latest/meta-data/iam/security-credentials/mybucket-access" };

const remote = ({ urls }: Simulation) => connect({ url: urls.control });
const doors: readonly (readonly [string, (simulation: Simulation) => Controls])[] = [
  ["from code", (simulation) => simulation],
  ["over the control API", remote],
];

describe.each(doors)("%s", (_, controlsOf) => {
  test("what a client did with its credentials is told, with their age", async () => {
    await using simulation = await simulate(MANUAL);
    const controls = controlsOf(simulation);
    const keys = await roleCredentials(simulation.urls.imds);
    await simulation.clock.advance("90m");
    await s3Client(simulation, keys).send(new ListObjectsV2Command({ Bucket: "mybucket" }));
    await controls.expect({
      query: { face: "aws", instance: "demo", action: "s3:ListObjectsV2", status: 200, keyAge: "90m", keyLeft: ">4h" },
      exactly: 1,
    });
    await controls.expect({ query: { errorCode: "ExpiredToken" }, none: true });
    await simulation.clock.advance("7h");
    await expect(s3Client(simulation, keys).send(new ListBucketsCommand({}))).rejects.toThrow("expired");
    const refused = controls.expect({ query: { errorCode: "ExpiredToken" }, none: true });
    await expect(refused).rejects.toThrow(
      /^Expected no request with errorCode ExpiredToken; saw 1, among 4 requests: #4 .* ExpiredToken/,
    );
    await expect(refused).rejects.toMatchObject({
      name: "ExpectationError",
      verdict: { passed: false, matched: [{ sequence: 4, keyLeftSeconds: -9000 }] },
    });
    const first = await controls.expect({ inOrder: [{ method: "PUT" }, CREDENTIALS, { face: "aws" }], within: "90m" });
    expect(first.matched.map(({ imdsVersion, metadataVersion }) => [imdsVersion, metadataVersion])).toEqual([
      [2, "latest"],
      [2, "latest"],
      [undefined, undefined],
    ]);
  });

  test("a wait ends with what was awaited, or says what was seen instead", async () => {
    await using simulation = await simulate(MANUAL);
    const controls = controlsOf(simulation);
    const waited = controls.waitFor({ query: CREDENTIALS, atLeast: 2 }, { timeout: "20s" });
    await roleCredentials(simulation.urls.imds);
    await roleCredentials(simulation.urls.imds);
    expect(await waited).toMatchObject({ passed: true, count: 2 });
    const vain = controls.waitFor({ query: { status: 500 } }, { timeout: "10ms" });
    await expect(vain).rejects.toThrow(/^Expected at least 1 request with status 500; saw none, among 4 requests\./);
  });

  test("following gives each request as it comes, and ends with the simulation", async () => {
    const simulation = await simulate(MANUAL);
    const seen: unknown[] = [];
    const ended = (async () => {
      for await (const entry of controlsOf(simulation).followRequests({ method: "PUT", after: 0 })) seen.push(entry);
    })();
    await roleCredentials(simulation.urls.imds);
    await imdsToken(simulation.urls.imds);
    await expect.poll(() => seen).toMatchObject([{ sequence: 1 }, { sequence: 3, target: "/latest/api/token" }]);
    await simulation.close();
    await ended;
  });

  test("what makes no sense is refused in one line", async () => {
    await using simulation = await simulate(MANUAL);
    const controls = controlsOf(simulation);
    await expect(controls.expect({ query: { status: "soon" } })).rejects.toThrow("query.status: must be such as 404");
    const nobodys = controls.expect({ query: { instance: "dmo" }, none: true });
    await expect(nobodys).rejects.toThrow('there is no instance "dmo"; there is demo');
    const unnamed = controls.expect({ query: { action: "PutObject" }, none: true });
    await expect(unnamed).rejects.toThrow("query.action: must be such as s3:PutObject");
    const misspelled = controls.expect({ inOrder: [{ metod: "PUT" } as never] });
    await expect(misspelled).rejects.toThrow('inOrder.0: there is no "metod" (did you mean "method"?)');
    await expect(controls.waitFor({}, { timeout: "soon" })).rejects.toThrow("timeout: must be a duration");
    await expect(controls.requests({ face: "door" } as never)).rejects.toThrow("face");
    const following = async () => controls.followRequests({ keyAge: "old" })[Symbol.asyncIterator]().next();
    await expect(following()).rejects.toThrow("keyAge: must be such as <5m");
  });
});

/** What is in use, all that nobody holds collected. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

test("the log is exported as NDJSON, which begins with how much of it is lost", async () => {
  await using simulation = await simulate({ ...MANUAL, logSize: 2 });
  for (let i = 0; i < 3; i++) await imdsToken(simulation.urls.imds);
  const headers = { accept: "application/x-ndjson" };
  const { headers: answered, body } = await ask(`${simulation.urls.control}/requests?method=PUT`, { headers });
  expect(answered[answered.indexOf("Content-Type") + 1]).toMatch(/^application\/x-ndjson/);
  expect(body).toMatch(/\n$/);
  const lines = body.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ dropped: 1 }, { sequence: 2 }, { sequence: 3 }]);
  const json = await ask(`${simulation.urls.control}/requests`, { headers: { accept: "*/*" } });
  expect(JSON.parse(json.body)).toMatchObject({ total: 3, dropped: 1 });
});

test("a reader that stops reading is told how many it missed, and costs no memory meanwhile", async () => {
  await using simulation = await simulate({ ...MANUAL, logSize: 100 });
  const { hostname, port } = new URL(simulation.urls.control);
  const reader = connectSocket(Number(port), hostname);
  reader.write(`GET /requests/stream HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  await new Promise((resolve) => reader.once("data", resolve));
  reader.pause();
  // Long paths, so that what the system itself keeps of an answer is soon full.
  const { urls } = simulation;
  const load = async (count: number) => {
    for (let i = 0; i < count; i++) await ask(`${urls.imds}/latest/${"x".repeat(8_000)}`);
  };
  await load(1_000);
  const before = heapBytes();
  await load(1_500);
  // 1,500 lines of such entries would be 12 MB.
  expect(heapBytes() - before).toBeLessThan(4 * 2 ** 20);

  const { dropped } = await simulation.requests({ limit: 0 });
  expect(dropped).toBe(2_400);
  let text = "";
  reader.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  reader.resume();
  await expect.poll(() => text.includes('"sequence":2500,'), { timeout: 10_000 }).toBe(true);
  reader.destroy();
  const lines = text.split("\n").filter((line) => line.startsWith("{"));
  const told = lines.flatMap((line): { sequence?: number; dropped?: number }[] => {
    try {
      return [JSON.parse(line)];
    } catch {
      return []; // a line that the chunks of the answer cut
    }
  });
  const missed = told.find(({ dropped }) => dropped !== undefined)?.dropped ?? 0;
  expect(missed).toBeGreaterThan(100);
  expect((told.at(-1) as RequestEntry).sequence).toBe(2_500);
});
