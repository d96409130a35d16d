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

export interface WarpedProcess extends AsyncDisposable {
  /** With `stdio: "pipe"`. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** The exit code, 128 + the signal's number after a signal. Rejects when the program cannot be warped here. */
  readonly exited: Promise<number>;
  /**
   * Moves its clocks forward and resolves when they have moved. The program is made to stand still for it, as soon as it
   * neither computes nor has just asked something of the network, within a second or so whatever it does. While it stands
   * `meanwhile` is called: whoever moves the server's clock there shows the program two clocks that move at once. A fraction
   * of a second is kept for the next leap. RangeError when negative or not finite; rejects when the program has ended.
   */
  leap(seconds: number, meanwhile?: () => unknown): Promise<void>;
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
  const leapOnce = async (seconds: number, meanwhile?: () => unknown) => {
    await ask({ stand: seconds });
    let leap = 0; // should `meanwhile` fail the program goes on as it was
    try {
      await meanwhile?.();
      leap = seconds;
    } finally {
      await ask({ leap });
    }
  };

  const started = ask({ command, arguments: words, environment: env, aheadSeconds: Math.floor(aheadSeconds) });
  let last = started; // leaps come one after another
  for (const promise of [started, exited, ended]) promise.catch(() => {}); // whoever awaits it is told
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    async leap(seconds, meanwhile) {
      assertForward(seconds, "the seconds to leap by");
      const before = last.catch(() => {});
      last = started.then(() => before).then(() => leapOnce(seconds, meanwhile));
      await last;
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
