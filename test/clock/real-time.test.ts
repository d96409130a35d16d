import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { machineTime, pause } from "../../clock/real-time.ts";

afterEach(() => void vi.useRealTimers());

test("the machine's time tells, waits and cancels", () => {
  vi.useFakeTimers({ now: 1_000 });
  const ended: number[] = [];
  machineTime.wait(50, () => ended.push(machineTime.now()));
  machineTime.wait(60, () => ended.push(machineTime.now()))();
  vi.advanceTimersByTime(100);
  expect(ended).toEqual([1_050]);
});

test("an aborted pause rejects", async () => {
  await expect(pause(1_000_000, AbortSignal.abort())).rejects.toThrow("abort");
  await pause(0);
});

test("a clock with wakes and a heartbeat does not keep a process alive", () => {
  const room = join(import.meta.dirname, "../../clock");
  const program = `
    import { systemClock } from ${JSON.stringify(join(room, "moved-clock.ts"))};
    import { startHeartbeat } from ${JSON.stringify(join(room, "heartbeat.ts"))};
    const clock = systemClock();
    clock.at(clock.now() + 1e9, () => {});
    startHeartbeat(clock, () => {});
    process.stdout.write("ended");`;
  const run = { encoding: "utf8", timeout: 10_000 } as const;
  expect(execFileSync(process.execPath, ["--input-type=module-typescript", "-e", program], run)).toBe("ended");
});
