// How is another program's clock moved together with ours? It is run by a launcher (launcher.ts) that makes its clocks leap on
// our word: the wall clock and the monotonic one alike, and whatever waits for a time that has passed wakes up.
//
// Any Linux x86-64 program that asks the time through its C library or as Go does: static binaries, Python, Node and their
// children. Not moved are timers of the kernel (alarm, timer_create, timerfd), file times, and 32-bit programs.

import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { LaunchedProcess } from "./launched-process.ts";
import type { Standing, StandOptions } from "./leap.ts";
import type { Activity } from "./orders.ts";

export { leapTogether, type StandOptions } from "./leap.ts";
export type { Activity } from "./orders.ts";

export interface WarpClocks {
  /** How many seconds its wall clock is ahead of the machine's at the start; below 0 for reading the time alone. */
  readonly aheadSeconds?: number;
  /**
   * "real" leaves its monotonic clock as it is, and so its relative timeouts: the wall clock alone leaps, as when somebody sets it. "moved"
   * unless given.
   */
  readonly monotonic?: "moved" | "real";
}

export interface WarpOptions extends WarpClocks {
  readonly cwd?: string;
  /** The program's whole environment; ours unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What becomes of its descriptors 0 to 2, as for child_process.spawn; they are ours unless given. */
  readonly stdio?: "inherit" | "pipe" | "ignore";
}

export interface WarpedProcess extends Standing, AsyncDisposable {
  /** With `stdio: "pipe"`. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** The exit code, 128 + the signal's number after a signal. Rejects when the program cannot be warped here. */
  readonly exited: Promise<number>;
  /**
   * Makes it stand still, as soon as it neither computes nor has just asked something of the network, within a second or so
   * whatever it does. Resolves with what lets it go on, its clocks moved by so many seconds. Whoever moves the server's clock in
   * between shows the program two clocks that move at once. Further orders wait until it goes on. A fraction of a second is kept for the next leap.
   * `leapSeconds` says how far it shall go then: a wait that will not be over need not be still. Rejects when the program has ended.
   */
  stand(leapSeconds: number, options?: StandOptions): Promise<(seconds: number) => Promise<void>>;
  /** `leapTogether` of this program alone; rejects when it has ended. */
  leap(seconds: number, meanwhile?: () => unknown, options?: StandOptions): Promise<void>;
  /**
   * Makes it stand still as a suspended machine does, until `resume`: then no time has passed for it, on either clock, but for less than
   * a second. Leaps that are asked for meanwhile come afterwards. Rejects when the program has ended.
   */
  pause(): Promise<void>;
  /** Lets it go on; nothing happens to one that is not paused. */
  resume(): Promise<void>;
  /** What it does now. Rejects when the program has ended. */
  activity(): Promise<Activity>;
  /** Sends it a signal, SIGTERM unless given. */
  kill(signal?: NodeJS.Signals): void;
}

/** Starts a program (found through the PATH of its environment) on a clock of its own. It ends with this process. */
export function warp(command: string, words: readonly string[] = [], options: WarpOptions = {}): WarpedProcess {
  const { cwd, env = process.env, stdio = "inherit" } = options;
  const run = { command, arguments: words, environment: env, clocks: clocksOf(options) };
  return new LaunchedProcess(run, { stdio, ...(cwd !== undefined && { cwd }) });
}

/**
 * Takes over a process that is about to become a program: from its next exec on it is on a clock of its own. Resolves when that may
 * come; rejects where the kernel refuses it.
 */
export async function warpRunning(running: ChildProcess, options: WarpClocks = {}): Promise<WarpedProcess> {
  const run = { pid: running.pid as number, clocks: clocksOf(options) };
  const warped = new LaunchedProcess(run, { stdio: "ignore" }, running);
  await warped.started;
  return warped;
}

const clocksOf = ({ aheadSeconds = 0, monotonic = "moved" }: WarpClocks) => ({
  aheadSeconds: Math.floor(aheadSeconds),
  monotonic,
});

/** Can programs be warped on this machine? Tries it with one that does nothing; says why not in one line. */
export async function warpSupport(): Promise<
  { readonly supported: true } | { readonly supported: false; readonly reason: string }
> {
  const { platform, arch } = process;
  if (platform !== "linux" || arch !== "x64")
    return { supported: false, reason: `clocks are warped on Linux x86-64 only, and this is ${platform} ${arch}` };
  try {
    await warp("true", [], { stdio: "ignore" }).exited;
    return { supported: true };
  } catch (error) {
    return { supported: false, reason: (error as Error).message };
  }
}
