import { afterEach, expect, test, vi } from "vitest";
import { startHeartbeat } from "../../clock/heartbeat.ts";
import { manualClock, scaledClock, systemClock } from "../../clock/moved-clock.ts";
import { handMovedTime } from "./hand-moved-time.ts";

const HOUR = 3_600_000;
const never = () => () => {};

afterEach(() => void vi.useRealTimers());

test("node-cron beats once each real second, and stops when disposed", async () => {
  vi.useFakeTimers({ now: 10_000 });
  const clock = scaledClock({ speed: 60, startAt: 0 });
  const spans: number[][] = [];
  const heartbeat = startHeartbeat(clock, (from, to) => spans.push([from, to]));
  await vi.advanceTimersByTimeAsync(3_000);
  heartbeat[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(spans.length).toBe(3);
  expect(spans.at(-1)?.[1]).toBeGreaterThanOrEqual(120_000);
  expect(vi.getTimerCount()).toBe(0);
});

test("an advance brings one look over the whole span, as a jump does", () => {
  const clock = manualClock(0, handMovedTime());
  const spans: number[][] = [];
  const nextAt = (after: number) => (Math.floor(after / HOUR) + 1) * HOUR;
  startHeartbeat(clock, (from, to) => spans.push([from, to]), { nextAt, everySecond: never });
  clock.advance(2.5 * HOUR);
  clock.jump(2 * HOUR);
  expect(spans.map((span) => span.map((instant) => instant / HOUR))).toEqual([
    [0, 2.5],
    [2.5, 4.5],
  ]);
});

test("what is newly awaited counts after a beat", async () => {
  const real = handMovedTime();
  const clock = systemClock(real);
  const seen: number[] = [];
  let awaited: number | undefined;
  const heartbeat = startHeartbeat(clock, (_, to) => seen.push(to), { nextAt: () => awaited, everySecond: never });
  awaited = 30;
  heartbeat.beat();
  real.pass(30);
  await undefined;
  clock.advance(20);
  expect(seen).toEqual([30, 50]);
});

test("spans join without overlap when looking itself moves the clock", () => {
  const clock = manualClock(0, handMovedTime());
  const spans: number[][] = [];
  const look = (from: number, to: number) => {
    if (to === 10) clock.advance(5);
    spans.push([from, to]);
  };
  startHeartbeat(clock, look, { everySecond: never });
  clock.advance(10);
  expect(spans).toEqual([
    [0, 10],
    [10, 15],
  ]);
});

test("disposed, it looks no more", async () => {
  const real = handMovedTime();
  const clock = systemClock(real);
  const seen: number[] = [];
  const options = { nextAt: (after: number) => after + 10, everySecond: never };
  const heartbeat = startHeartbeat(clock, (_, to) => seen.push(to), options);
  for (const milliseconds of [10, 10, 5]) {
    real.pass(milliseconds);
    await undefined;
  }
  heartbeat[Symbol.dispose]();
  real.pass(100);
  clock.jump(5);
  expect(seen).toEqual([10, 20]);
});
