// How is another program's clock moved together with ours? It is run by a launcher (launcher.ts) that makes its clocks leap on
// our word: the wall clock and the monotonic one alike, and whatever waits for a time that has passed wakes up.
//
// Any Linux x86-64 program that asks the time through its C library or as Go does: static binaries, Python, Node and their
// children. Not moved are timers of the kernel (alarm, timer_create, timerfd), file times, and 32-bit programs.

import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { extname } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { assertForward } from "../setting.ts";
import { type Answer, byLines, CONTROL_DESCRIPTOR, type Order, type Run } from "./orders.ts";

export interface WarpOptions {
  readonly cwd?: string;
  /** The program's whole environment; ours unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What becomes of its descriptors 0 to 2, as for child_process.spawn; they are ours unless given. */
  readonly stdio?: "inherit" | "pipe" | "ignore";
  /** How many seconds its wall clock is ahead of the machine's at the start; below 0 for reading the time alone. */
  readonly aheadSeconds?: number;
}

export interface StandOptions {
  /**
   * A wait for descriptors that has lasted so long is no request under way: a server on this machine answers sooner. 0.2 unless given;
   * less where one asks the server whether it is answering, more where the server is far.
   */
  readonly stillSeconds?: number;
}

export interface WarpedProcess extends AsyncDisposable {
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
  /** Sends it a signal, SIGTERM unless given. */
  kill(signal?: NodeJS.Signals): void;
}

/** Starts a program (found through the PATH of its environment) on a clock of its own. It ends with this process. */
export function warp(command: string, words: readonly string[] = [], options: WarpOptions = {}): WarpedProcess {
  const { cwd, env = process.env, stdio = "inherit", aheadSeconds = 0 } = options;
  // The launcher's own environment is empty: NODE_OPTIONS and the like are meant for the program.
  const descriptors: StdioOptions = [stdio, stdio, stdio, "pipe"];
  const child = spawn(process.execPath, [LAUNCHER], {
    stdio: descriptors,
    env: {},
    ...(cwd === undefined ? {} : { cwd }),
  });
  const control = child.stdio[CONTROL_DESCRIPTOR] as Duplex;
  const send = (line: Run | Order) => void control.write(`${JSON.stringify(line)}\n`);

  let failure: string | undefined;
  let answered = Promise.withResolvers<void>();
  const hear = (line: Answer) => {
    if ("failed" in line) failure = line.failed;
    else answered.resolve();
  };
  control.on("error", () => {}); // the launcher is gone; its exit says why
  control.setEncoding("utf8").on("data", byLines(hear));

  const exited = exitCodeOf(child, control).then((code) => {
    if (failure !== undefined) throw new Error(failure);
    return code;
  });
  const ended = exited.then(() => Promise.reject(new Error("the program has ended")));
  const ask = async (line: Run | Order) => {
    answered = Promise.withResolvers();
    send(line);
    await Promise.race([answered.promise, ended]);
  };
  const started = ask({ command, arguments: words, environment: env, aheadSeconds: Math.floor(aheadSeconds) });
  let last: Promise<unknown> = started; // leaps come one after another
  for (const promise of [started, exited, ended]) promise.catch(() => {}); // whoever awaits it is told
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    async stand(leapSeconds, { stillSeconds = STILL_SECONDS } = {}) {
      assertForward(leapSeconds, "the seconds to leap by");
      const before = last.catch(() => {});
      const wentOn = Promise.withResolvers<void>();
      last = wentOn.promise;
      await started
        .then(() => before)
        .then(() => ask({ stand: leapSeconds, stillSeconds }))
        .catch((error) => {
          wentOn.resolve();
          throw error;
        });
      return (seconds) => ask({ leap: seconds }).finally(wentOn.resolve);
    },
    async leap(seconds, meanwhile, standOptions) {
      await leapTogether([this], seconds, meanwhile, standOptions);
    },
    kill(signal = "SIGTERM") {
      started.then(
        () => send({ signal }),
        () => {},
      );
    },
    async [Symbol.asyncDispose]() {
      this.kill("SIGKILL");
      await exited.catch(() => {});
    },
  };
}

/**
 * Moves the clocks of several programs forward at once: when all stand still `meanwhile` is called, then all leap and go on. They go on
 * as they were, and false is returned, when `meanwhile` returns false ("not now") or fails. Programs that have ended are left out;
 * rejects when all have. RangeError when the seconds are negative or not finite.
 */
export async function leapTogether(
  programs: readonly WarpedProcess[],
  seconds: number,
  meanwhile?: () => unknown,
  options?: StandOptions,
): Promise<boolean> {
  assertForward(seconds, "the seconds to leap by");
  const standing = await Promise.allSettled(programs.map((program) => program.stand(seconds, options)));
  const goOn = standing.filter((one) => one.status === "fulfilled").map(({ value }) => value);
  const [gone] = standing.filter((one) => one.status === "rejected");
  if (goOn.length === 0 && gone) throw gone.reason;
  let isNow = false;
  try {
    isNow = (await meanwhile?.()) !== false;
  } finally {
    await Promise.allSettled(goOn.map((leap) => leap(isNow ? seconds : 0)));
  }
  return isNow;
}

const STILL_SECONDS = 0.2;
const LAUNCHER = fileURLToPath(new URL(`./launcher${extname(import.meta.url)}`, import.meta.url));

/** Waits until all that the launcher had to say has been heard, too. */
async function exitCodeOf(child: ChildProcess, control: Duplex): Promise<number> {
  const closed = new Promise((resolve) => control.on("close", resolve)); // once() would take a reset for a failure
  const [code, signal] = await once(child, "exit");
  await closed;
  return code ?? 128 + constants.signals[signal as NodeJS.Signals];
}

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
