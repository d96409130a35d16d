// Runs a program whose clocks can leap: a process of its own, because whoever traces a program must always be there to answer.
//
// The program's clocks run at real speed, plus whole seconds that now and then leap forward. Two things make a leap felt:
//   Reading. Its calls of the vDSO go to stubs in a page of ours, which add the seconds (settle.ts).
//   Waiting. A hundred times a second, and less often while nothing moves, we look which threads wait in the kernel, and until when
//   (thread.ts). One that is due on the leapt clock is interrupted, and its system call is made to answer that the time is over (calls.ts).
// In between nothing is stopped and no system call is filtered: a busy program pays for its signals and new threads alone.

import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { interruptReports, nextReport, receive, receiveLine, seize, tickEvery, waitUntilStopped } from "./kernel.ts";
import { type Answer, byLines, CONTROL_DESCRIPTOR, type Order, type Run } from "./orders.ts";
import type { Report } from "./report.ts";
import { settle } from "./settle.ts";
import { Tracees } from "./tracees.ts";
import type { ProgramTime } from "./waits.ts";

const TICK_MILLISECONDS = 10;
/** So often while the program is at rest: no thread of it has run for some ticks, and no wait is over before the next look. */
const RESTING_TICK_MILLISECONDS = 50;
const TICKS_TO_REST = 3;
/** A program that is not still after so many times as long is not waited for, but made to stand so long that answers can come in. */
const PATIENCE = 5;
/** So long we try again to stop it where it waits: one that computes would find its own timeouts over before the answer. */
const INSISTENCE = 10;
/** At first it is so long at least, for a burst of computing; half of it each time that this was in vain. */
const BURST_SECONDS = 2;
/** One that computes is given that time on a processor, and where others have these, so many times as long. */
const STARVATION = 5;
/** So often we look for absolute timers; who uses one to be on time to the tenth of a second is not found among clients of AWS. */
const CORRECTION_SECONDS = 0.1;
/** A thread that the kernel holds (after vfork, or dead while others live) cannot be made to stand; nor can it read a clock. */
const GATHER_SECONDS = 0.1;
const monotonic = () => Number(process.hrtime.bigint()) / 1e9;

function answer(line: Answer): void {
  try {
    writeSync(CONTROL_DESCRIPTOR, `${JSON.stringify(line)}\n`);
  } catch {
    // Whoever started us is gone; the program is told by a signal.
  }
}

/** What a shell adds to the environment of what it starts. */
const SHELL_VARIABLES = ["PWD", "OLDPWD", "SHLVL", "_"];

/** The program, traced from its first instruction: a shell stops itself, is traced, and becomes the program by exec. */
function start({ command, arguments: words, environment }: Exclude<Run, { pid: number }>): number {
  const added = SHELL_VARIABLES.filter((name) => environment[name] === undefined);
  const script = `unset ${added.join(" ")}; kill -STOP $$; exec "$@"`;
  const { pid } = spawn("/bin/sh", ["-c", script, "sh", command, ...words], { stdio: "inherit", env: environment });
  if (pid === undefined) throw new Error("there is no /bin/sh here to start the program with");
  waitUntilStopped(pid);
  try {
    seize(pid);
  } catch (error) {
    process.kill(pid, "SIGKILL");
    throw error;
  }
  process.kill(pid, "SIGCONT");
  return pid;
}

/** The way to a leap: asked for, then the threads are made to stand, then whoever asked is told. */
interface Standing {
  readonly leapSeconds: number;
  readonly stillSeconds: number;
  readonly askedAt: number;
  /** How long it had had a processor then. */
  readonly ranSeconds: number;
  frozenAt?: number;
  isStill?: boolean;
  isTold?: boolean;
}

class Launcher {
  readonly #program: number;
  readonly #tracees: Tracees;
  readonly #takeOrders = byLines<Order>((order) => this.#obey(order));
  #standing: Standing | undefined;
  #burstSeconds = BURST_SECONDS;
  #now = monotonic();
  #tickedAt = this.#now;
  #tickMilliseconds = 0;
  #ticksAtRest = 0;
  #correctedAt = this.#now;
  #isOrdered = true;
  #exitCode: number | undefined;

  constructor(run: Run) {
    this.#tracees = new Tracees(run.clocks);
    this.#program = "pid" in run ? run.pid : start(run);
    if ("pid" in run) seize(run.pid);
    this.#tracees.adopt(this.#program);
  }

  /** Runs until the program has ended and returns its exit code; what it has left behind ends with us. */
  run(): number {
    // Ctrl-C reaches the program as well as us, and we must see how it ends.
    for (const signal of ["SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => {});
    interruptReports(CONTROL_DESCRIPTOR);
    this.#tickEvery(TICK_MILLISECONDS);
    answer({ done: true });
    while (this.#exitCode === undefined) {
      const report = nextReport(-1);
      this.#now = monotonic();
      if (report !== "interrupted") this.#handle(report);
      this.#listen();
      if (this.#now - this.#tickedAt >= (0.9 * TICK_MILLISECONDS) / 1000) this.#tick();
      if (this.#standing?.frozenAt !== undefined) this.#gather(this.#standing, this.#standing.frozenAt);
    }
    return this.#exitCode;
  }

  #handle(report: Report): void {
    const { tid } = report;
    if (report.kind === "ended") {
      this.#tracees.forget(tid);
      if (tid === this.#program) this.#exitCode = report.exitCode;
      return;
    }
    if (report.cause === "exec") {
      this.#tracees.forgetProcess(tid);
      if (!settle(tid)) return;
    }
    this.#tracees.stopped(report);
  }

  #tick(): void {
    this.#tickedAt = this.#now;
    if (this.#standing?.frozenAt !== undefined) return;
    const time = this.#programTime();
    const hasRun = this.#tracees.look(time);
    this.#tracees.interruptDue(time);
    this.#correctTimers();
    if (this.#standing) this.#makeStand(this.#standing);
    const isDueSoon = this.#tracees.nextDue - time.monotonic < (2 * RESTING_TICK_MILLISECONDS) / 1000;
    this.#ticksAtRest = hasRun || isDueSoon || this.#standing ? 0 : this.#ticksAtRest + 1;
    this.#tickEvery(this.#ticksAtRest < TICKS_TO_REST ? TICK_MILLISECONDS : RESTING_TICK_MILLISECONDS);
  }

  #tickEvery(milliseconds: number): void {
    if (milliseconds !== this.#tickMilliseconds) tickEvery(milliseconds);
    this.#tickMilliseconds = milliseconds;
  }

  #correctTimers(): void {
    if (this.#now - this.#correctedAt < CORRECTION_SECONDS) return;
    this.#correctedAt = this.#now;
    this.#tracees.correctTimers();
  }

  #makeStand(standing: Standing): void {
    const { leapSeconds, stillSeconds } = standing;
    standing.isStill = this.#tracees.isStill(this.#programTime(), leapSeconds, stillSeconds);
    if (!standing.isStill && this.#isAllowed(standing, PATIENCE * stillSeconds, this.#tracees.isComputing)) return;
    standing.frozenAt = this.#now;
    this.#tracees.freeze();
  }

  /** Is it still within the time that it may take to come to rest? */
  #isAllowed({ askedAt, ranSeconds }: Standing, seconds: number, isComputing: boolean): boolean {
    const asked = this.#now - askedAt;
    if (asked < seconds) return true;
    return isComputing && this.#tracees.ranSeconds - ranSeconds < seconds && asked < STARVATION * seconds;
  }

  /** Until all stand, and nothing is under way any more. */
  #gather(standing: Standing, frozenAt: number): void {
    const { isStill, isTold, stillSeconds } = standing;
    const frozen = this.#now - frozenAt;
    if (isTold || (!this.#tracees.isStanding && frozen < GATHER_SECONDS)) return;
    const { isMidway } = this.#tracees;
    if (isMidway && this.#isAllowed(standing, Math.max(INSISTENCE * stillSeconds, this.#burstSeconds), true)) {
      delete standing.frozenAt;
      this.#tracees.thaw(this.#programTime());
      return;
    }
    if (frozen < (isStill ? 0 : stillSeconds)) return;
    standing.isTold = true;
    this.#burstSeconds = isMidway ? this.#burstSeconds / 2 : BURST_SECONDS;
    answer({ done: true });
  }

  #leap(seconds: number): void {
    this.#standing = undefined;
    this.#tracees.look(this.#programTime()); // waits that began a moment ago count
    this.#tracees.leap(seconds);
    this.#tracees.thaw(this.#programTime());
  }

  #resume(): void {
    const { frozenAt = this.#now } = this.#standing ?? {};
    this.#standing = undefined;
    this.#tracees.takeBack(this.#now - frozenAt);
    this.#tracees.look(this.#programTime());
    this.#tracees.thaw(this.#programTime(), true);
  }

  #programTime(): ProgramTime {
    const { wall, monotonic } = this.#tracees.ahead;
    return { wall: Date.now() / 1000 + wall, monotonic: this.#now + monotonic };
  }

  #listen(): void {
    if (!this.#isOrdered) return;
    const piece = receive(CONTROL_DESCRIPTOR);
    if (piece !== undefined) {
      this.#takeOrders(piece);
      return;
    }
    this.#isOrdered = false; // whoever started us is gone, and nobody moves the program's clock any more
    if (this.#standing) this.#leap(0);
    process.kill(this.#program, "SIGTERM");
  }

  #obey(order: Order): void {
    this.#ticksAtRest = 0;
    this.#tickEvery(TICK_MILLISECONDS);
    if ("stand" in order) {
      this.#tracees.look(this.#programTime());
      const { ranSeconds } = this.#tracees;
      this.#standing = { leapSeconds: order.stand, stillSeconds: order.stillSeconds, askedAt: this.#now, ranSeconds };
      this.#makeStand(this.#standing);
    } else if ("tell" in order) answer({ activity: this.#tracees.activity(this.#programTime()) });
    else if ("signal" in order) process.kill(this.#program, order.signal);
    else {
      if ("leap" in order) this.#leap(order.leap);
      else this.#resume();
      answer({ done: true });
    }
  }
}

let exitCode = 1;
try {
  exitCode = new Launcher(JSON.parse(receiveLine(CONTROL_DESCRIPTOR))).run();
} catch (error) {
  answer({ failed: (error as Error).message });
}
process.exit(exitCode); // what is still traced ends with us
