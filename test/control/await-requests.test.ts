// Waiting for an expectation, and following the log. Real time is moved by hand.

import { describe, expect, test } from "vitest";
import { followRequests, waitUntil } from "../../control/await-requests.ts";
import { type Expectation, ExpectationError } from "../../control/expectation.ts";
import { RequestLog } from "../../control/request-log.ts";
import { handMovedTime } from "../clock/hand-moved-time.ts";
import { reply, request, START, second } from "./exchanges.ts";

const add = (log: RequestLog, target: string, status = 200, at = START) =>
  log.add("imds", request(target, { at }), reply(status));

function waiting(expectation: Expectation, log = new RequestLog(100), signal?: AbortSignal) {
  const realTime = handMovedTime();
  const settled: unknown[] = [];
  waitUntil(log, expectation, { realTime, timeoutMilliseconds: 5_000, signal }).then(
    (verdict) => settled.push(verdict),
    (problem) => settled.push(problem),
  );
  /** What has come of it by now: whatever is due in microtasks is done. */
  const now = async () => {
    for (let i = 0; i < 5; i++) await undefined;
    return settled[0];
  };
  return { log, realTime, now };
}

describe("waiting", () => {
  test("ends at once when the expectation is met already", async () => {
    const log = new RequestLog(100);
    add(log, "/a");
    expect(await waiting({}, log).now()).toMatchObject({ passed: true });
    expect(await waiting({ none: true, query: { status: 500 } }, log).now()).toMatchObject({ passed: true });
  });

  test("ends with the very request that was awaited", async () => {
    const { log, now } = waiting({ query: { path: "/a" }, atLeast: 2 });
    add(log, "/a");
    add(log, "/b");
    expect(await now()).toBeUndefined();
    add(log, "/a");
    expect(await now()).toMatchObject({ passed: true, count: 2, matched: [{ sequence: 1 }, { sequence: 3 }] });
  });

  test("for steps in order, and for exactly so many", async () => {
    const order = waiting({ inOrder: [{ path: "/a" }, { path: "/b" }], within: "5s" });
    const exact = waiting({ exactly: 3 }, order.log);
    add(order.log, "/b");
    add(order.log, "/a");
    expect(await order.now()).toBeUndefined();
    add(order.log, "/b", 200, START + 5 * second);
    expect(await order.now()).toMatchObject({ passed: true, matched: [{ sequence: 2 }, { sequence: 3 }] });
    expect(await exact.now()).toMatchObject({ passed: true, count: 3 });
  });

  test("ends at the timeout with the message of the expectation, and then hears no more", async () => {
    const { log, realTime, now } = waiting({ query: { status: 500 } });
    add(log, "/a");
    realTime.pass(4_999);
    expect(await now()).toBeUndefined();
    realTime.pass(1);
    const problem = (await now()) as ExpectationError;
    expect(problem).toBeInstanceOf(ExpectationError);
    expect(problem.message).toMatch(/^Expected at least 1 request with status 500; saw none, among 1 request\./);
    expect(problem.verdict).toMatchObject({ passed: false, count: 0 });
    add(log, "/a", 500);
    expect(await now()).toBe(problem);
  });

  test("sees each request, those too that the ring has dropped again", async () => {
    const { log, now } = waiting({ query: { path: "/a" }, atLeast: 3 }, new RequestLog(1));
    for (const target of ["/a", "/b", "/a", "/b", "/a"]) add(log, target);
    expect(await now()).toMatchObject({ passed: true, count: 3, incomplete: false, matched: [{ sequence: 5 }] });
  });

  test("does not take what was dropped before for absent", async () => {
    const log = new RequestLog(1);
    add(log, "/a");
    add(log, "/a");
    const { now, realTime } = waiting({ none: true, query: { path: "/b" } }, log);
    realTime.pass(5_000);
    expect(await now()).toMatchObject({ verdict: { passed: false, incomplete: true } });
  });

  test("begins anew when the log is cleared", async () => {
    const { log, now } = waiting({ atLeast: 2 });
    add(log, "/a");
    log.clear();
    add(log, "/a");
    expect(await now()).toBeUndefined();
    add(log, "/a");
    expect(await now()).toMatchObject({ passed: true });
  });

  test("ends with the log, and with its signal", async () => {
    const closed = waiting({});
    closed.log.close();
    expect(await closed.now()).toBeInstanceOf(ExpectationError);
    expect(await waiting({}, closed.log).now()).toBeInstanceOf(ExpectationError);
    const abort = new AbortController();
    const given = waiting({}, new RequestLog(1), abort.signal);
    abort.abort();
    expect(await given.now()).toBeInstanceOf(ExpectationError);
    expect(await waiting({}, new RequestLog(1), abort.signal).now()).toBeInstanceOf(ExpectationError);
  });
});

describe("following", () => {
  test("gives what comes from now on, or after a number, and only what is meant", async () => {
    const log = new RequestLog(100);
    add(log, "/before");
    const fromNow = followRequests(log, {});
    const all = followRequests(log, { after: 0, path: "/b" });
    add(log, "/after");
    add(log, "/both");
    expect((await fromNow.next()).value).toMatchObject({ sequence: 2, target: "/after" });
    expect((await fromNow.next()).value).toMatchObject({ sequence: 3 });
    expect((await all.next()).value).toMatchObject({ sequence: 1 });
    expect((await all.next()).value).toMatchObject({ sequence: 3 });
  });

  test("tells a slow reader how many it missed", async () => {
    const log = new RequestLog(3);
    const lines = followRequests(log, { after: 0 });
    add(log, "/1");
    expect((await lines.next()).value).toMatchObject({ sequence: 1 });
    for (let i = 2; i <= 10; i++) add(log, `/${i}`);
    expect((await lines.next()).value).toEqual({ dropped: 6 });
    expect((await lines.next()).value).toMatchObject({ sequence: 8 });
  });

  test("goes on with the first request after a reset", async () => {
    const log = new RequestLog(3);
    for (let i = 0; i < 5; i++) add(log, "/old");
    const lines = followRequests(log, {});
    const next = lines.next();
    log.clear();
    add(log, "/new");
    expect((await next).value).toMatchObject({ sequence: 1, target: "/new" });
  });

  test("ends with the log, and with its signal", async () => {
    const log = new RequestLog(3);
    const abort = new AbortController();
    const [one, other] = [followRequests(log, {}, abort.signal).next(), followRequests(log, {}).next()];
    abort.abort();
    expect((await one).done).toBe(true);
    log.close();
    expect((await other).done).toBe(true);
    expect((await followRequests(log, {}).next()).done).toBe(true);
  });
});
