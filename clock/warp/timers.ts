// Which timers of the kernel does a process have, besides the waits of its threads, and how are they moved? Its interval timer and those of
// timer_create by calls that it makes for us while it stands still; those that are descriptors we borrow.

import { readFileSync } from "node:fs";
import { callIn } from "./calls.ts";
import { movedWith } from "./clock-ids.ts";
import { descriptorsOf } from "./descriptors.ts";
import type { CallName } from "./machine.ts";
import { SCRATCH } from "./page.ts";
import { mayWaitInRing } from "./rings.ts";
import type { TracedProcess } from "./thread.ts";

const [MICROSECONDS, NANOSECONDS] = [1_000_000, 1_000_000_000] as const;
const ITIMER_REAL = 0n;
const TIMER_BYTES = 32; // interval and value, each seconds and a fraction

interface TimerCalls {
  readonly get: CallName;
  /** Its arguments besides the timer that is set. */
  readonly set: (timer: bigint) => readonly [CallName, ...bigint[]];
  readonly unit: typeof MICROSECONDS | typeof NANOSECONDS;
}

const INTERVAL_TIMER: TimerCalls = {
  get: "getitimer",
  set: (timer) => ["setitimer", timer, SCRATCH, 0n],
  unit: MICROSECONDS,
};
const POSIX_TIMER: TimerCalls = {
  get: "timer_gettime",
  set: (timer) => ["timer_settime", timer, 0n, SCRATCH, 0n],
  unit: NANOSECONDS,
};

/**
 * Moves the timers of a process that a thread of it, now stopped, can reach. An absolute timer of timer_create is taken for a relative
 * one, because the kernel does not tell them apart.
 */
export function moveOwnTimers(tid: number, process: TracedProcess, seconds: number): void {
  moveTimer(tid, process, INTERVAL_TIMER, ITIMER_REAL, seconds);
  for (const timer of posixTimersOf(process.pid)) moveTimer(tid, process, POSIX_TIMER, timer, seconds);
}

function moveTimer(
  tid: number,
  process: TracedProcess,
  { get, set, unit }: TimerCalls,
  timer: bigint,
  by: number,
): void {
  if (callIn(tid, get, [timer, SCRATCH]) !== 0n) return;
  const state = process.read(SCRATCH, TIMER_BYTES);
  const left = Number(state.readBigInt64LE(16)) + Number(state.readBigInt64LE(24)) / unit;
  if (left === 0) return;
  const parts = Math.max(1, Math.round((left - by) * unit)); // 0 would disarm it
  state.writeBigInt64LE(BigInt(Math.floor(parts / unit)), 16);
  state.writeBigInt64LE(BigInt(parts % unit), 24);
  process.write(SCRATCH, state);
  const [name, ...values] = set(timer);
  callIn(tid, name, values);
}

/** Those of timer_create that do not count CPU time, by their ids. https://man7.org/linux/man-pages/man5/proc_pid_timers.5.html */
function posixTimersOf(pid: number): readonly bigint[] {
  const text = readTimers(pid) ?? "";
  const timers = text.matchAll(/^ID: (\d+)$[\s\S]*?^ClockID: (-?\d+)$/gm);
  return [...timers].filter(([, , clock]) => movedWith(Number(clock))).map(([, id]) => BigInt(id as string));
}

function readTimers(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/timers`, "utf8");
  } catch {
    return undefined; // this kernel does not tell of them, or the process has just ended
  }
}

/** The kinds of timers that this process has and that do not move with its clock, such as `io_uring`. */
export function unmovedTimers(process: TracedProcess, areBorrowed: boolean): string[] {
  const { pid, isReachable } = process;
  const kinds = descriptorsOf(pid).map(({ kind }) => kind);
  return [
    ...(kinds.includes("io_uring") && mayWaitInRing(process) ? ["io_uring"] : []),
    ...(kinds.includes("timerfd") && !areBorrowed ? ["timerfd"] : []),
    ...(!isReachable && readTimers(pid) ? ["timer_create"] : []),
  ];
}
