// How do we talk with a launcher? Orders and answers on a socket, and what becomes of the program.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { extname } from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { assertForward } from "../setting.ts";
import { leapTogether, type StandOptions } from "./leap.ts";
import { type Activity, type Answer, byLines, CONTROL_DESCRIPTOR, type Order, type Run } from "./orders.ts";
import type { WarpedProcess } from "./warp.ts";

const STILL_SECONDS = 0.2;
const LAUNCHER = fileURLToPath(new URL(`./launcher${extname(import.meta.url)}`, import.meta.url));

export interface LauncherOptions {
  readonly cwd?: string;
  readonly stdio: "inherit" | "pipe" | "ignore";
}

/** A launcher and the program that it was told to run. */
export class LaunchedProcess implements WarpedProcess {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly exited: Promise<number>;
  readonly #control: Duplex;
  /** Rejects when it ended before it could be traced. */
  readonly started: Promise<void>;
  readonly #ended: Promise<never>;
  #answered = Promise.withResolvers<void>();
  readonly #asked: ((activity: Activity) => void)[] = [];
  #last: Promise<unknown>; // one stands after another
  #paused: Promise<(order: Order) => Promise<void>> | undefined;
  #failure: string | undefined;

  /** The streams are those of the launcher, which the program inherits, or of the process that it takes over. */
  constructor(run: Run, { stdio, ...options }: LauncherOptions, running?: ChildProcess) {
    // The launcher's own environment is all but empty: NODE_OPTIONS and the like are meant for the program.
    const { NODE_COMPILE_CACHE } = process.env;
    const env = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
    const child = spawn(process.execPath, [LAUNCHER], { ...options, stdio: [stdio, stdio, stdio, "pipe"], env });
    ({ stdin: this.stdin, stdout: this.stdout, stderr: this.stderr } = running ?? child);
    this.#control = child.stdio[CONTROL_DESCRIPTOR] as Duplex;
    this.#control.on("error", () => {}); // the launcher is gone; its exit says why
    this.#control.setEncoding("utf8").on(
      "data",
      byLines<Answer>((line) => this.#hear(line)),
    );
    this.exited = exitCodeOf(child, this.#control).then((code) => {
      if (this.#failure !== undefined) throw new Error(this.#failure);
      return code;
    });
    this.#ended = this.exited.then(() => Promise.reject(new Error("the program has ended")));
    this.started = this.#ask(run);
    this.#last = this.started;
    for (const promise of [this.started, this.exited, this.#ended]) promise.catch(() => {}); // whoever awaits it is told
  }

  async stand(leapSeconds: number, options?: StandOptions): Promise<(seconds: number) => Promise<void>> {
    assertForward(leapSeconds, "the seconds to leap by");
    const goOn = await this.#stand(leapSeconds, options);
    return (seconds) => goOn({ leap: seconds });
  }

  /** One after another; the next waits until this one goes on. */
  async #stand(
    leapSeconds: number,
    { stillSeconds = STILL_SECONDS }: StandOptions = {},
  ): Promise<(order: Order) => Promise<void>> {
    const before = this.#last.catch(() => {});
    const wentOn = Promise.withResolvers<void>();
    this.#last = wentOn.promise;
    try {
      await this.started;
      await before;
      await this.#ask({ stand: leapSeconds, stillSeconds });
    } catch (error) {
      wentOn.resolve();
      throw error;
    }
    return (order) => this.#ask(order).finally(wentOn.resolve);
  }

  async pause(): Promise<void> {
    this.#paused ??= this.#stand(0);
    await this.#paused;
  }

  async resume(): Promise<void> {
    const paused = this.#paused;
    this.#paused = undefined;
    await (await paused)?.({ resume: true });
  }

  async leap(seconds: number, meanwhile?: () => unknown, options?: StandOptions): Promise<void> {
    await leapTogether([this], seconds, meanwhile, options);
  }

  async activity(): Promise<Activity> {
    await this.started;
    const told = Promise.withResolvers<Activity>();
    this.#asked.push(told.resolve);
    this.#send({ tell: "activity" });
    return await Promise.race([told.promise, this.#ended]);
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): void {
    this.started.then(
      () => this.#send({ signal }),
      () => {},
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.exited.catch(() => {});
  }

  #send(line: Run | Order): void {
    this.#control.write(`${JSON.stringify(line)}\n`);
  }

  async #ask(line: Run | Order): Promise<void> {
    this.#answered = Promise.withResolvers();
    this.#send(line);
    await Promise.race([this.#answered.promise, this.#ended]);
  }

  #hear(line: Answer): void {
    if ("failed" in line) this.#failure = line.failed;
    else if ("activity" in line) this.#asked.shift()?.(line.activity);
    else this.#answered.resolve();
  }
}

/** Waits until all that the launcher had to say has been heard, too. */
async function exitCodeOf(child: ChildProcess, control: Duplex): Promise<number> {
  const closed = new Promise((resolve) => control.on("close", resolve)); // once() would take a reset for a failure
  const [code, signal] = await once(child, "exit");
  await closed;
  return code ?? 128 + constants.signals[signal as NodeJS.Signals];
}
