// A program of an exercise within the test's own process, whose clock leaps as that of a warped one does: no tracing is needed to see how
// a run goes.

import { pause } from "../../clock/real-time.ts";
import type { Activity, WarpedProcess } from "../../clock/warp/warp.ts";
import type { StartedProgram } from "../../exercise/program.ts";

export interface OwnProgram extends StartedProgram {
  /** How it was moved, in seconds. */
  readonly leaps: readonly number[];
}

export interface OwnClock {
  now(): number;
  /** Rejects when the program is ended. */
  sleep(seconds: number): Promise<void>;
}

/** Runs `body` until it returns its exit code or is ended; SIGTERM ends it with 143. */
export function ownProgram(
  body: (clock: OwnClock) => Promise<number>,
  unmovedTimers: readonly string[] = [],
): OwnProgram {
  const leaps: number[] = [];
  const sleepers = new Map<() => void, number>();
  const ended = Promise.withResolvers<number>();
  const now = () => Date.now() + leaps.reduce((sum, leap) => sum + leap, 0) * 1000;
  const sleep = async (seconds: number) => {
    const until = now() + seconds * 1000;
    while (now() < until) {
      const woken = Promise.withResolvers<void>();
      sleepers.set(woken.resolve, until);
      await Promise.race([pause(Math.min(until - now(), 100)), woken.promise]);
      sleepers.delete(woken.resolve);
    }
    if (isEnded) await new Promise(() => {});
  };
  let isEnded = false;
  const kill = (signal: NodeJS.Signals) => {
    isEnded = true;
    ended.resolve(signal === "SIGKILL" ? 137 : 143);
  };
  body({ now, sleep }).then(ended.resolve, ended.reject);
  const warped = {
    exited: ended.promise,
    kill,
    stand: async () => ({
      since: Date.now(),
      goOn: async (seconds: number) => {
        if (seconds > 0) leaps.push(seconds);
        for (const wake of sleepers.keys()) wake();
      },
    }),
    activity: async (): Promise<Activity> => {
      const nextDueSeconds = (Math.min(...sleepers.values()) - now()) / 1000;
      const isComputing = sleepers.size === 0;
      return { isComputing, unmovedTimers, ...(!isComputing && { nextDueSeconds }) };
    },
  } as unknown as WarpedProcess;
  return {
    exited: ended.promise,
    kill,
    warped,
    leaps,
    [Symbol.asyncDispose]: async () => kill("SIGKILL"),
  };
}
