// Does this process know which requests it has not answered yet? A real server, and clients that wait, go away, or are left in silence.

import { once } from "node:events";
import { request } from "node:http";
import { expect, test } from "vitest";
import { machineTime, pause } from "../../clock/real-time.ts";
import { watchUnderWay } from "../../network/under-way.ts";
import { faulty } from "../faults/world.ts";
import { ask } from "../simulation/client.ts";

const until = async (holds: () => boolean) => {
  for (let i = 0; i < 400 && !holds(); i++) await pause(5);
  expect(holds()).toBe(true);
};

test("from its arrival to its answer, or until its client has gone", async () => {
  const simulation = await faulty([{ fault: "slow-first-byte", face: "imds", delay: "100ms" }]);
  using underWay = watchUnderWay(machineTime.now);
  expect(underWay.isAnswering()).toBe(false);
  const answered = ask(simulation.urls.imds);
  await until(underWay.isAnswering);
  const before = Date.now();
  expect(underWay.answeredAt()).toBeLessThan(0);
  await answered;
  await until(() => !underWay.isAnswering());
  expect(underWay.answeredAt()).toBeGreaterThanOrEqual(before);

  const gone = request(simulation.urls.imds).on("error", () => {});
  gone.end();
  await until(underWay.isAnswering);
  gone.destroy();
  await until(() => !underWay.isAnswering());
});

test("what a fault leaves without an answer does not count", async () => {
  const simulation = await faulty([{ fault: "swallow", face: "imds" }]);
  using underWay = watchUnderWay(machineTime.now);
  const waiting = request(simulation.urls.imds).on("error", () => {});
  waiting.end();
  await once(waiting, "finish");
  while ((await simulation.requests()).total === 0) await pause(5);
  expect(underWay.isAnswering()).toBe(false);
  waiting.destroy();
});

test("nothing is known of what came before, nor after it is disposed", async () => {
  const simulation = await faulty([{ fault: "slow-first-byte", face: "imds", delay: "50ms" }]);
  const before = ask(simulation.urls.imds);
  const underWay = watchUnderWay(machineTime.now);
  await before;
  underWay[Symbol.dispose]();
  const after = ask(simulation.urls.imds);
  await pause(20);
  expect(underWay.isAnswering()).toBe(false);
  await after;
});
