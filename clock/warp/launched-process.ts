// How do we talk with a launcher of one program? Orders and answers, one after another, and what becomes of the program.

import type { Readable, Writable } from "node:stream";
import { assertForward } from "../setting.ts";
import type { ControlLine, LauncherProcess } from "./launcher-process.ts";
import { leapTogether, type StandOptions, type Stood } from "./leap.ts";
import type { Activity, Answer, Order, Run, Stands } from "./orders.ts";
import type { WarpedProcess } from "./warp.ts";

const STILL_SECONDS = 0.2;

interface Streams {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

/** As `Stood`, but it goes on as it is ordered. */
interface Halted extends Pick<Stood, "since"> {
  goOn(order: Order): Promise<void>;
}

/** A program that a launcher was told to run. */
export class LaunchedProcess implements WarpedProcess {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly exited: Promise<number>;
  /** Rejects when it ended before it could be traced. */
  readonly started: Promise<unknown>;
  readonly #line: ControlLine;
  readonly #exit = Promise.withResolvers<number>();
  readonly #ended: Promise<never>;
  #answered = Promise.withResolvers<Answer>();
  readonly #asked: ((activity: Activity) => void)[] = [];
  #last: Promise<unknown>; // one stands after another
  #paused: Promise<Halted> | undefined;

  constructor(launcher: LauncherProcess, run: Run, { stdin, stdout, stderr }: Streams) {
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.exited = this.#exit.promise;
    this.#ended = this.exited.then(() => Promise.reject(new Error("the program has ended")));
    this.#line = launcher.open(run, (answer) => this.#hear(answer));
    this.started = Promise.race([this.#answered.promise, this.#ended]);
    this.#last = this.started;
    for (const promise of [this.started, this.exited, this.#ended]) promise.catch(() => {}); // whoever awaits it is told
  }

  async stand(leapSeconds: number, options?: StandOptions): Promise<Stood> {
    assertForward(leapSeconds, "the seconds to leap by");
    const { since, goOn } = await this.#stand(leapSeconds, options);
    return { since, goOn: (seconds) => goOn({ leap: seconds }) };
  }

  /** One after another; the next waits until this one goes on. */
  async #stand(leapSeconds: number, { stillSeconds = STILL_SECONDS }: StandOptions = {}): Promise<Halted> {
    const before = this.#last.catch(() => {});
    const wentOn = Promise.withResolvers<void>();
    this.#last = wentOn.promise;
    try {
      await this.started;
      await before;
      const { stands } = (await this.#ask({ stand: leapSeconds, stillSeconds })) as Stands;
      return {
        since: stands,
        goOn: (order) =>
          this.#ask(order)
            .then(() => {})
            .finally(wentOn.resolve),
      };
    } catch (error) {
      wentOn.resolve();
      throw error;
    }
  }

  async pause(): Promise<void> {
    this.#paused ??= this.#stand(0);
    await this.#paused;
  }

  async resume(): Promise<void> {
    const paused = this.#paused;
    this.#paused = undefined;
    await (await paused)?.goOn({ resume: true });
  }

  async leap(seconds: number, meanwhile?: () => unknown, options?: StandOptions): Promise<void> {
    await leapTogether([this], seconds, meanwhile, options);
  }

  async activity(): Promise<Activity> {
    await this.started;
    const told = Promise.withResolvers<Activity>();
    this.#asked.push(told.resolve);
    this.#line.send({ tell: "activity" });
    return await Promise.race([told.promise, this.#ended]);
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): void {
    this.started.then(
      () => this.#line.send({ signal }),
      () => {},
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.exited.catch(() => {});
  }

  async #ask(order: Order): Promise<Answer> {
    this.#answered = Promise.withResolvers();
    this.#line.send(order);
    return await Promise.race([this.#answered.promise, this.#ended]);
  }

  #hear(answer: Answer): void {
    if ("failed" in answer) this.#exit.reject(new Error(answer.failed));
    else if ("exited" in answer) this.#exit.resolve(answer.exited);
    else if ("activity" in answer) this.#asked.shift()?.(answer.activity);
    else this.#answered.resolve(answer);
  }
}
