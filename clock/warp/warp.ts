// How is another program's clock moved together with ours? It is run by a launcher (launcher.ts) that makes its clocks leap on
// our word: the wall clock and the monotonic one alike, and whatever waits for a time that has passed wakes up.
//
// Any 64-bit Linux program that asks the time through its C library or as Go does: static binaries, Python, Node, the JVM and their
// children. docs/clock.md says what is moved, what is not, and where.

import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { LaunchedProcess } from "./launched-process.ts";
import { LauncherProcess, sharedLauncher } from "./launcher-process.ts";
import type { Standing, StandOptions, Stood } from "./leap.ts";
import { isKnown } from "./machine.ts";
import type { Activity } from "./orders.ts";

export { leapTogether, type Standing, type StandOptions } from "./leap.ts";
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
   * whatever it does. Resolves with what lets it go on. Whoever moves the server's clock in
   * between shows the program two clocks that move at once. Further orders wait until it goes on. A fraction of a second is kept for the next leap.
   * `leapSeconds` says how far it shall go then: a wait that will not be over need not be still. Rejects when the program has ended.
   */
  stand(leapSeconds: number, options?: StandOptions): Promise<Stood>;
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
  const { cwd: directory = process.cwd(), env: environment = process.env, stdio = "inherit" } = options;
  const program = { command, arguments: words, directory, environment, clocks: clocksOf(options) };
  if (stdio !== "pipe") return new LaunchedProcess(sharedLauncher(), { ...program, stdio }, NO_STREAMS);
  const launcher = new LauncherProcess("pipe");
  const launched = new LaunchedProcess(launcher, { ...program, stdio: "inherit" }, launcher.child);
  const close = () => launcher.close();
  launched.exited.then(close, close);
  return launched;
}

const NO_STREAMS = { stdin: null, stdout: null, stderr: null };

/**
 * Takes over a process that is about to become a program: from its next exec on it is on a clock of its own. Resolves when that may
 * come; rejects where the kernel refuses it.
 */
export async function warpRunning(running: ChildProcess, options: WarpClocks = {}): Promise<WarpedProcess> {
  const run = { pid: running.pid as number, clocks: clocksOf(options) };
  const warped = new LaunchedProcess(sharedLauncher(), run, running);
  await warped.started;
  return warped;
}

const clocksOf = ({ aheadSeconds = 0, monotonic = "moved" }: WarpClocks) => ({
  aheadSeconds: Math.floor(aheadSeconds),
  monotonic,
});

const REMAINS =
  "What remains is real time with a short rotation (lifetimes aimed at what the program does), or a clock that is injected in its code; docs/clock.md";

/**
 * Can programs be warped on this machine? Tries it with one that does nothing; says in one line why not, and what remains. `detail`
 * says how far it has been tried where it can.
 */
export async function warpSupport(): Promise<
  { readonly supported: true; readonly detail: string } | { readonly supported: false; readonly reason: string }
> {
  const { platform, arch } = process;
  const refused = (reason: string) => ({ supported: false, reason: `${reason}. ${REMAINS}` }) as const;
  if (platform !== "linux" || !isKnown(arch))
    return refused(`clocks are warped on Linux alone, on x86-64 and arm64, and this is ${platform} ${arch}`);
  try {
    await warp("true", [], { stdio: "ignore" }).exited;
  } catch (error) {
    return refused((error as Error).message);
  }
  return { supported: true, detail: arch === "x64" ? "ptrace works" : EMULATED };
}

const EMULATED = "ptrace works; on arm64 moving a clock has been tried in an emulated machine alone";
