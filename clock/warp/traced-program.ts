// What does a launcher do with one of its programs? It takes what the kernel tells of it, looks after its waits at each tick, and has it stand
// and leap as it is ordered.

import { kill } from "./kernel.ts";
import type { Answer, Clocks, End, Order } from "./orders.ts";
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

const monotonic = () => Number(process.hrtime.bigint()) / 1e9;

export class TracedProgram {
  readonly #pid: number;
  readonly #tracees: Tracees;
  readonly #answer: (answer: Answer) => void;
  #standing: Standing | undefined;
  /** Since its clock was moved, until it goes on. */
  #moved: { readonly isAfterPause: boolean } | undefined;
  #burstSeconds = BURST_SECONDS;
  /** In seconds on the machine's monotonic clock, as all instants are here. */
  #now = monotonic();
  #tickedAt = this.#now;
  #tickMilliseconds = TICK_MILLISECONDS;
  #ticksAtRest = 0;
  #correctedAt = this.#now;
  #hasEnded = false;

  /** Of a process that is traced since a moment ago. */
  constructor(pid: number, clocks: Clocks, answer: (answer: Answer) => void) {
    this.#pid = pid;
    this.#answer = answer;
    this.#tracees = new Tracees(clocks);
    this.#tracees.adopt(pid);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** How often it is to be looked at. */
  get tickMilliseconds(): number {
    return this.#tickMilliseconds;
  }

  /** Takes what has happened to one of its threads. */
  take(report: Report): void {
    this.#now = monotonic();
    if (this.#hasEnded) kill(report.tid);
    else if (report.kind === "ended") this.#takeEnd(report.tid, report.exitCode);
    else this.#takeStop(report);
    this.#gather();
  }

  #takeEnd(tid: number, exitCode: number): void {
    this.#tracees.forget(tid);
    if (tid === this.#pid) this.end({ exited: exitCode });
  }

  #takeStop(report: Report & { kind: "stopped" }): void {
    this.#wake();
    if (report.cause === "exec") {
      this.#tracees.forgetProcess(report.tid);
      if (!settle(report.tid)) return;
    }
    this.#tracees.stopped(report, this.#programTime());
  }

  /** What it has left behind ends with it. */
  end(end: End): void {
    this.#hasEnded = true;
    this.#standing = undefined;
    this.#moved = undefined;
    kill(this.#pid);
    for (const pid of this.#tracees.forgetAll()) kill(pid);
    this.#answer(end);
  }

  /** Looks after its waits, where that is due. */
  tick(): void {
    const now = monotonic();
    if (now - this.#tickedAt < (0.9 * this.#tickMilliseconds) / 1000) return;
    this.#tickedAt = now;
    this.#now = now;
    if (this.#standing?.frozenAt === undefined) this.#lookAfter();
    else this.#gather();
  }

  #lookAfter(): void {
    const time = this.#programTime();
    const hasRun = this.#tracees.look(time);
    this.#tracees.interruptDue(time);
    this.#correctTimers();
    if (this.#standing) this.#makeStand(this.#standing);
    const isDueSoon = this.#tracees.nextDue - time.monotonic < (2 * RESTING_TICK_MILLISECONDS) / 1000;
    this.#ticksAtRest = hasRun || isDueSoon || this.#standing ? 0 : this.#ticksAtRest + 1;
    if (this.#ticksAtRest >= TICKS_TO_REST) this.#tickMilliseconds = RESTING_TICK_MILLISECONDS;
    else this.#tickMilliseconds = TICK_MILLISECONDS;
  }

  #wake(): void {
    this.#ticksAtRest = 0;
    this.#tickMilliseconds = TICK_MILLISECONDS;
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
  #gather(): void {
    const standing = this.#standing;
    if (standing?.frozenAt === undefined || standing.isTold) return;
    const { isStill, stillSeconds } = standing;
    const frozen = this.#now - standing.frozenAt;
    if (!this.#tracees.isStanding() && frozen < GATHER_SECONDS) return;
    const { isMidway } = this.#tracees;
    if (isMidway && this.#isAllowed(standing, Math.max(INSISTENCE * stillSeconds, this.#burstSeconds), true)) {
      delete standing.frozenAt;
      this.#tracees.endWaits(this.#programTime(), false);
      this.#tracees.thaw();
      return;
    }
    if (frozen < (isStill ? 0 : stillSeconds)) return;
    standing.isTold = true;
    this.#burstSeconds = isMidway ? this.#burstSeconds / 2 : BURST_SECONDS;
    this.#answer({ stands: Math.floor(Date.now() - frozen * 1000) });
  }

  #programTime(): ProgramTime {
    const { wall, monotonic } = this.#tracees.ahead;
    return { wall: Date.now() / 1000 + wall, monotonic: this.#now + monotonic };
  }

  /** Nobody moves its clock any more. */
  abandon(): void {
    if (this.#standing) this.obey({ leap: 0 });
    process.kill(this.#pid, "SIGTERM");
  }

  /** After a leap and a pause it stands until `prepare` and `goOn` are called. */
  obey(order: Order): void {
    this.#now = monotonic();
    this.#wake();
    if ("stand" in order) this.#stand(order);
    else if ("tell" in order) this.#answer({ activity: this.#tracees.activity(this.#programTime()) });
    else if ("signal" in order) process.kill(this.#pid, order.signal);
    else this.#move(order);
  }

  #stand({ stand: leapSeconds, stillSeconds }: Extract<Order, { stand: number }>): void {
    this.#tracees.look(this.#programTime());
    const { ranSeconds } = this.#tracees;
    this.#standing = { leapSeconds, stillSeconds, askedAt: this.#now, ranSeconds };
    this.#makeStand(this.#standing);
  }

  #move(order: Extract<Order, { leap: number } | { resume: true }>): void {
    const isAfterPause = "resume" in order;
    const { frozenAt = this.#now } = this.#standing ?? {};
    this.#standing = undefined;
    if (isAfterPause) this.#tracees.takeBack(this.#now - frozenAt);
    else this.#tracees.leap(order.leap);
    this.#moved = { isAfterPause };
  }

  /** Ends the waits that are over by the leap that was ordered. */
  prepare(): void {
    this.#now = monotonic();
    if (this.#moved) this.#tracees.endWaits(this.#programTime(), this.#moved.isAfterPause);
  }

  /** Has it run on, when its clock was moved. */
  goOn(): void {
    if (!this.#moved) return;
    this.#moved = undefined;
    this.#tracees.thaw();
    this.#answer({ done: true });
  }
}
