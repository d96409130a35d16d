// mayfly requests, expect and wait, as processes of their own beside a running Mayfly.

import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { imdsToken, roleCredentials } from "../simulation/client.ts";
import { endOf, mayfly, start, type Up, up } from "./running.ts";

let running: Up;
const env = () => ({ MAYFLY_CONTROL: running.urls.control });
const drive = (...words: string[]) => mayfly(words, { env: env() });
beforeAll(async () => {
  running = await up(["--speed", "0", "--start-time", "2026-11-24T00:00:00Z", "--log-size", "4"]);
  await roleCredentials(running.urls.imds);
});
afterAll(() => running.end("SIGTERM"));

test("requests are found by any condition", async () => {
  const conditions = ["--imds-version", "2", "--metadata-version", "latest", "--key-age", "<1h", "--status", "2xx"];
  const { status, output, errors } = await drive("requests", "--json", ...conditions, "--instance", "demo");
  expect([status, errors]).toEqual([0, ""]);
  expect(JSON.parse(output)).toMatchObject({ requests: [{ sequence: 2, keyAgeSeconds: 0, keyLeftSeconds: 21_600 }] });
});

test("expect tells by its exit status, and in words", async () => {
  const passed = await drive("expect", "--method", "PUT", "--exactly", "1");
  expect(passed).toEqual({ status: 0, output: "As expected, exactly 1 request with method PUT: saw 1.\n", errors: "" });
  const failed = await drive("expect", "--method", "PUT", "--none");
  expect([failed.status, failed.output]).toEqual([1, ""]);
  expect(failed.errors).toMatch(
    /^mayfly: Expected no request with method PUT; saw 1, among 2 requests: #1 .* PUT \S+.*\n$/,
  );
  const order = await drive("expect", "--in-order", "method=PUT", "method=GET&status=200", "--within", "1s", "--json");
  expect([order.status, JSON.parse(order.output)]).toMatchObject([0, { passed: true, count: 2 }]);
  const json = await drive("expect", "--face", "aws", "--json");
  expect([json.status, json.errors, JSON.parse(json.output)]).toMatchObject([1, "", { passed: false, matched: [] }]);
});

test("wait ends with what it waits for, or at its timeout", async () => {
  const waiting = start(["wait", "--path", "/latest/api/token", "--at-least", "2", "--timeout", "20s"], { env: env() });
  const ended = endOf(waiting);
  await imdsToken(running.urls.imds);
  expect(await ended).toMatchObject({ status: 0, output: expect.stringMatching(/^As expected, at least 2 requests/) });
  const late = await drive("wait", "--face", "aws", "--timeout", "10ms");
  expect([late.status, late.errors]).toEqual([
    1,
    expect.stringMatching(/^mayfly: Expected at least 1 request with face aws/),
  ]);
});

test("what the log no longer keeps is no proof", async () => {
  for (let i = 0; i < 4; i++) await imdsToken(running.urls.imds);
  const { status, errors } = await drive("expect", "--face", "aws", "--none");
  expect([status, errors]).toEqual([1, expect.stringContaining("It cannot be judged: the oldest 3 of 7 requests")]);
  expect((await drive("expect", "--face", "aws", "--none", "--after", "3")).status).toBe(0);
});

test("requests --follow goes on until Mayfly ends", async () => {
  await using other = await up();
  await imdsToken(other.urls.imds);
  const following = start(["requests", "--follow", "--json", "--method", "PUT"], {
    env: { MAYFLY_CONTROL: other.urls.control },
  });
  const ended = once(following, "exit");
  const lines = createInterface(following.stdout as NodeJS.ReadableStream)[Symbol.asyncIterator]();
  expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ sequence: 1 });
  await roleCredentials(other.urls.imds);
  expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ sequence: 2, method: "PUT" });
  await other.end("SIGTERM");
  expect([(await lines.next()).done, (await ended)[0]]).toEqual([true, 0]);
});
