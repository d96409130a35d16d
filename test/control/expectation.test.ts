// Expectations of the request log: when they hold, what is said when they do not, and what dropped requests do to them.

import { describe, expect, test } from "vitest";
import type { Expectation } from "../../control/expectation.ts";
import { judge } from "../../control/judge.ts";
import { parsed } from "../../control/parse.ts";
import { expectationSchema } from "../../control/request-controls.ts";
import { RequestLog } from "../../control/request-log.ts";
import { hour, reply, request, START, second } from "./exchanges.ts";

const minute = 60 * second;

/** One IMDS request each, `a` at 0 s, with its status. */
function logOf(requests: readonly (readonly [target: string, atSeconds: number, status?: number])[], size = 100) {
  const log = new RequestLog(size);
  for (const [target, atSeconds, status = 200] of requests) {
    const at = START + atSeconds * second;
    // The real time goes ten times slower.
    log.add("imds", request(target, { at, realAt: START + (atSeconds * second) / 10 }), reply(status));
  }
  return log;
}

const log = logOf([
  ["/token", 0],
  ["/credentials", 1],
  ["/credentials", 61, 503],
  ["/credentials", 62],
  ["/token", 400],
  ["/credentials", 401],
]);
const credentials = { path: "/credentials" };
const token = { path: "/token" };

describe("an expectation", () => {
  test.each<[Expectation, boolean, number, number[]]>([
    [{}, true, 6, [1, 2, 3, 4, 5, 6]],
    [{ query: credentials }, true, 4, [2, 3, 4, 6]],
    [{ query: { path: "/other" } }, false, 0, []],
    [{ query: credentials, atLeast: 4 }, true, 4, [2, 3, 4, 6]],
    [{ query: credentials, atLeast: 5 }, false, 4, [2, 3, 4, 6]],
    [{ query: credentials, atLeast: 0 }, true, 4, [2, 3, 4, 6]],
    [{ query: token, atMost: 2 }, true, 2, [1, 5]],
    [{ query: token, atMost: 1 }, false, 2, [1, 5]],
    [{ query: { status: "5xx" }, atMost: 3 }, true, 1, [3]],
    [{ query: token, exactly: 2 }, true, 2, [1, 5]],
    [{ query: token, exactly: 1 }, false, 2, [1, 5]],
    [{ query: token, exactly: 0 }, false, 2, [1, 5]],
    [{ query: token, atLeast: 1, atMost: 3 }, true, 2, [1, 5]],
    [{ query: { status: "404" }, none: true }, true, 0, []],
    [{ query: { status: "503" }, none: true }, false, 1, [3]],
    // Within a time: the fullest such time counts.
    [{ query: credentials, atLeast: 3, within: "61s" }, true, 3, [2, 3, 4]],
    [{ query: credentials, atLeast: 3, within: "60s" }, false, 2, [2, 3]],
    [{ query: credentials, atLeast: 3, withinReal: "6100ms" }, true, 3, [2, 3, 4]],
    [{ query: credentials, atLeast: 3, within: "61s", withinReal: "6s" }, false, 2, [2, 3]],
    [{ query: credentials, atMost: 2, within: "60s" }, true, 2, [2, 3]],
    [{ query: credentials, atMost: 2, within: "61s" }, false, 3, [2, 3, 4]],
    [{ query: credentials, exactly: 3, within: "61s" }, false, 3, [2, 3, 4, 6]],
    [{ query: credentials, exactly: 4, within: "400s" }, true, 4, [2, 3, 4, 6]],
    [{ query: credentials, exactly: 4, within: "399s" }, false, 3, [2, 3, 4, 6]],
    // In order, with others between them.
    [{ inOrder: [token, credentials] }, true, 2, [1, 2]],
    [{ inOrder: [credentials, token, credentials] }, true, 3, [4, 5, 6]],
    [{ inOrder: [token, token, token] }, false, 2, [1, 5]],
    [{ inOrder: [{ status: "503" }, { status: "503" }] }, false, 1, [3]],
    [{ inOrder: [{ path: "/other" }, token] }, false, 0, []],
    [{ inOrder: [token, credentials], within: "1s" }, true, 2, [1, 2]],
    [{ inOrder: [credentials, token], within: "338s" }, true, 2, [4, 5]],
    [{ inOrder: [credentials, token], within: "337s" }, false, 2, [4, 5]],
    [{ inOrder: [credentials, token], withinReal: "34s" }, true, 2, [4, 5]],
    [{ inOrder: [{ status: "503" }, token, credentials], within: "5m" }, false, 3, [3, 5, 6]],
  ])("%j", (expectation, passed, count, matched) => {
    const verdict = judge(log, expectation);
    expect([verdict.passed, verdict.count, verdict.incomplete]).toEqual([passed, count, false]);
    expect(verdict.matched.map(({ sequence }) => sequence)).toEqual(matched);
    expect(verdict.message).toMatch(passed ? /^As expected, / : /^Expected .*\.$/);
    expect(verdict.message).not.toContain("\n");
  });

  test("a way through the steps is found whichever one is the nearest", () => {
    const log = logOf([
      ["/a", 0],
      ["/b", 100],
      ["/a", 101],
      ["/b", 200],
      ["/a", 201],
      ["/b", 202],
    ]);
    const steps = [{ path: "/a" }, { path: "/b" }];
    expect(judge(log, { inOrder: steps, within: "1s" })).toMatchObject({ passed: true, matched: [{}, {}] });
    const thrice = judge(log, { inOrder: [...steps, ...steps], within: "102s" });
    expect(thrice.matched.map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6]);
  });
});

describe("the message", () => {
  const line = (sequence: number, rest: string) => `#${sequence} 2026-11-24T00:0${rest}`;
  test.each<[string, Expectation, string]>([
    [
      "of too few tells the nearest misses, and why they are none",
      { query: { path: "/token", status: "5xx" }, atLeast: 2 },
      `Expected at least 2 requests with path /token and status 5xx; saw none, among 6 requests. Nearest misses: ${line(5, "6:40.000Z imds 200 GET /token")} (status 200, not 5xx); ${line(3, "1:01.000Z imds 503 GET /credentials")} (path /credentials, not /token); ${line(1, "0:00.000Z imds 200 GET /token")} (status 200, not 5xx).`,
    ],
    [
      "of too many shows the first ones",
      { query: credentials, none: true },
      `Expected no request with path /credentials; saw 4, among 6 requests: ${line(2, "0:01.000Z imds 200 GET /credentials")}; ${line(3, "1:01.000Z imds 503 GET /credentials")}; ${line(4, "1:02.000Z imds 200 GET /credentials")}; and 1 more.`,
    ],
    [
      "of too few within a time tells how many there are in all",
      { query: token, exactly: 2, within: "5m" },
      "Expected exactly 2 requests with path /token within 5m of simulated time; saw 1 (2 in all), among 6 requests. Nearest misses:",
    ],
    [
      "of steps says how far it came",
      { inOrder: [token, { status: "503" }, { status: "404" }] },
      `Expected 3 requests in this order: request with path /token; then request with status 503; then request with status 404; #1, #3 came, but then no request with status 404, among 6 requests. Nearest misses: ${line(6, "6:41.000Z imds 200 GET /credentials")} (status 200, not 404);`,
    ],
    [
      "of a step that came too early says so",
      { inOrder: [{ status: "503" }, credentials, { path: "/token", to: "2026-11-24T00:00:00Z" }] },
      "(not after the others)",
    ],
    [
      "of steps that took too long says how long",
      { inOrder: [credentials, token], within: "1m", withinReal: "1s" },
      "Expected 2 requests in this order within 1m of simulated time and within 1s of real time: request with path /credentials; then request with path /token; the nearest ones, #4, #5, took 5m38s of simulated and 33s800ms of real time.",
    ],
    ["of success", { query: token, atMost: 3 }, "As expected, at most 3 requests with path /token: saw 2."],
    ["of success of none", { query: { face: "aws" }, none: true }, "As expected, no request with face aws: saw none."],
  ])("%s", (_, expectation, message) => {
    expect(judge(log, expectation).message).toContain(message);
  });

  test("of an empty log says that it is empty", () => {
    expect(judge(new RequestLog(1), {}).message).toBe(
      "Expected at least 1 request; saw none, there has been no request at all.",
    );
  });
});

describe("dropped requests", () => {
  const steps = Array.from({ length: 10 }, (_, i): [string, number] => [i % 2 ? "/b" : "/a", i]);
  const small = logOf(steps, 4); // #7 to #10 are kept, at 6 s to 9 s
  const kept = { after: 6 };
  const later = { from: "2026-11-24T00:00:06Z" };
  test.each<[string, Expectation, passed: boolean, incomplete: boolean]>([
    ["at least, reached by what is kept", { query: { path: "/a" }, atLeast: 2 }, true, false],
    ["at least, not reached", { query: { path: "/a" }, atLeast: 3 }, false, true],
    ["at most, not exceeded by what is kept", { query: { path: "/a" }, atMost: 2 }, false, true],
    ["at most, exceeded", { query: { path: "/a" }, atMost: 1 }, false, false],
    ["exactly", { query: { path: "/a" }, exactly: 2 }, false, true],
    ["none", { query: { path: "/c" }, none: true }, false, true],
    ["none, but there is one", { query: { path: "/a" }, none: true }, false, false],
    ["none since a number that is kept", { query: { path: "/c", ...kept }, none: true }, true, false],
    ["none since one that is not", { query: { path: "/c", after: 5 }, none: true }, false, true],
    ["none since an instant that is kept", { query: { path: "/c", ...later }, none: true }, true, false],
    ["none since one that is not", { query: { path: "/c", from: "2026-11-24T00:00:05Z" }, none: true }, false, true],
    ["in order, found", { inOrder: [{ path: "/a" }, { path: "/b" }] }, true, false],
    ["in order, not found", { inOrder: [{ path: "/b" }, { path: "/b" }, { path: "/b" }] }, false, true],
    ["in order, not found in what is kept whole", { inOrder: [{ ...kept, path: "/c" }] }, false, false],
  ])("%s", (_, expectation, passed, incomplete) => {
    const verdict = judge(small, expectation);
    expect([verdict.passed, verdict.incomplete]).toEqual([passed, incomplete]);
    const told = "It cannot be judged: the oldest 6 of 10 requests are no longer kept";
    expect(verdict.message.includes(told)).toBe(incomplete);
  });

  test("one that came early but was answered late still counts as dropped at its instant", () => {
    const log = new RequestLog(1);
    log.add("aws", request("/slow", { at: START + hour }), reply());
    log.add("aws", request("/fast", { at: START + minute }), reply());
    expect(judge(log, { query: { from: "2026-11-24T00:30:00Z", path: "/c" }, none: true }).incomplete).toBe(true);
  });
});

describe("what makes no sense", () => {
  test.each<[unknown, RegExp]>([
    [{ query: { colour: "red" } }, /query: .*colour/],
    [{ query: { status: "soon" } }, /query\.status: must be such as 404, 4xx, 400-499 or >=400/],
    [{ query: { keyAge: "young" } }, /query\.keyAge: must be such as <5m, >=1h or 1h-2h/],
    [{ query: { from: "yesterday" } }, /query\.from: must be an instant such as 2026-11-24T00:00:00Z/],
    [{ query: { imdsVersion: 3 } }, /query\.imdsVersion/],
    [{ within: "soon" }, /within: must be a duration such as 90s or 5m/],
    [{ atLeast: -1 }, /atLeast/],
    [{ atLeast: 1, exactly: 2 }, /atLeast and exactly say different things: give one of them/],
    [{ atMost: 1, none: true }, /atMost and none say different things/],
    [{ atLeast: 3, atMost: 2 }, /atLeast is more than atMost/],
    [{ inOrder: [] }, /inOrder/],
    [{ inOrder: [{}], atLeast: 1 }, /inOrder has queries of its own/],
    [{ inOrder: [{}], query: {} }, /inOrder has queries of its own/],
    [{ none: true, within: "1m" }, /none has no first and last request/],
  ])("%j", (expectation, message) => {
    expect(() => parsed(expectationSchema, expectation)).toThrow(message);
  });
});
