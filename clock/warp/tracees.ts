// Which processes and threads are warped, who of them stands still, and whose wait is over? The book that the launcher keeps.

import { readFileSync } from "node:fs";
import { beginAnew, endCall, keepSilent } from "./calls.ts";
import { TimerDescriptors } from "./descriptors.ts";
import { interrupt, leaveStopped, resume } from "./kernel.ts";
import type { Activity, Clocks } from "./orders.ts";
import type { Cause, Report } from "./report.ts";
import { type Ahead, Thread, TracedProcess } from "./thread.ts";
import { moveOwnTimers, unmovedTimers } from "./timers.ts";
import type { ProgramTime } from "./waits.ts";

/**
 * So far is the monotonic clock ahead from the start: a pause takes it back, and behind the kernel's it may never be, where absolute
 * timeouts would be over too early.
 */
const RESERVE_SECONDS = 86_400;
/** A wait that a leap leaves no more than this of is taken for one that it ends: what is left may be too short for an answer. */
const SOON_SECONDS = 1;

export class Tracees {
  readonly #threads = new Map<number, Thread>();
  readonly #processes = new Map<number, TracedProcess>();
  readonly #descriptors = new TimerDescriptors();
  readonly #monotonic: Clocks["monotonic"];
  #ahead: Ahead;
  #owedSeconds = 0;
  #isFrozen = false;

  constructor({ aheadSeconds, monotonic }: Clocks) {
    this.#monotonic = monotonic;
    this.#ahead = { wall: aheadSeconds, monotonic: monotonic === "real" ? 0 : RESERVE_SECONDS };
  }

  get ahead(): Ahead {
    return this.#ahead;
  }

  /** Does every thread stand still, but for those that sleep until one of them wakes it? */
  isStanding(): boolean {
    const others = [...this.#threads.values()].filter(({ stop }) => !stop);
    if (!others.every(isLeftAlone)) return false;
    const woken = others.filter((thread) => !see(thread, () => thread.isStillBlocked() && thread.isAsleep));
    for (const { tid } of woken) interrupt(tid);
    return woken.length === 0;
  }

  /** Does a thread compute? */
  get isComputing(): boolean {
    return this.#threads.values().some(({ isRunning }) => isRunning);
  }

  /** How long all threads that are there have had a processor, in seconds. */
  get ranSeconds(): number {
    return this.#threads.values().reduce((sum, { ranSeconds }) => sum + ranSeconds, 0);
  }

  /** Was some thread stopped while it computed? It may have sent a request, and not yet looked for the answer. */
  get isMidway(): boolean {
    return this.#threads.values().some(({ stop, stoppedIn }) => stop?.cause === "interrupted" && !stoppedIn);
  }

  /** Takes a new thread, and its process when it is new, into the book. */
  adopt(tid: number): Thread {
    const known = this.#threads.get(tid);
    if (known) return known;
    const pid = Number(/^Tgid:\s*(\d+)/m.exec(readFileSync(`/proc/${tid}/status`, "utf8"))?.[1]);
    let process = this.#processes.get(pid);
    if (!process) {
      process = new TracedProcess(pid);
      process.writeAhead(this.#ahead); // a leap may have passed between its fork and now
      this.#processes.set(pid, process);
    }
    const thread = new Thread(tid, process);
    process.threads.add(thread);
    this.#threads.set(tid, thread);
    return thread;
  }

  forget(tid: number): void {
    const thread = this.#threads.get(tid);
    if (!thread) return;
    const { process } = thread;
    thread.close();
    this.#threads.delete(tid);
    process.threads.delete(thread);
    if (process.threads.size > 0) return;
    process.close();
    this.#processes.delete(process.pid);
  }

  /** Gives the processes that were in the book. */
  forgetAll(): readonly number[] {
    const pids = [...this.#processes.keys()];
    for (const tid of [...this.#threads.keys()]) this.forget(tid);
    return pids;
  }

  /** An exec leaves one thread of a process, with new memory. */
  forgetProcess(pid: number): void {
    for (const { tid } of this.#processes.get(pid)?.threads ?? []) this.forget(tid);
  }

  /** A thread has stopped: unless all shall stand still it runs on. */
  stopped({ tid, cause, signal }: Report & { kind: "stopped" }, now: ProgramTime): void {
    const thread = this.adopt(tid);
    thread.stop = { cause, signal };
    if (isInCall(cause)) see(thread, () => thread.lookStopped(now));
    if (!this.#isFrozen) letGo(thread);
  }

  /** Looks what each thread does that does not stand. Answers whether one has run since the last look. */
  look(now: ProgramTime): boolean {
    let hasRun = false;
    for (const thread of this.#threads.values())
      if (!thread.stop) hasRun = see(thread, () => thread.look(now)) === true || hasRun;
    return hasRun;
  }

  /** When the earliest wait is over, in seconds on the program's monotonic clock; infinite where none ends by itself. */
  get nextDue(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const { wait } of this.#threads.values()) if (wait && wait.due < due) due = wait.due;
    return due;
  }

  /**
   * Is nothing under way that a leap would spoil? A thread that computes is, and a wait for descriptors that would be over
   * by the leap, or soon after, but has not lasted `stillSeconds` yet: the answer to a request may be coming.
   */
  isStill(now: ProgramTime, leapSeconds: number, stillSeconds: number): boolean {
    const threads = [...this.#threads.values()].filter(({ stop }) => !stop);
    const isQuiet = ({ isRunning, wait }: Thread) => {
      if (isRunning || !wait?.forDescriptors) return !isRunning;
      return wait.due > now.monotonic + leapSeconds + SOON_SECONDS || now.monotonic - wait.since >= stillSeconds;
    };
    return threads.every(isQuiet) && threads.every((thread) => see(thread, () => thread.isStillBlocked()));
  }

  /** What they do. While they stand still it is what they did before. */
  activity(now: ProgramTime): Activity {
    this.look(now);
    const unmoved = [...this.#processes.values()].flatMap((process) =>
      unmovedTimers(process, this.#descriptors.areBorrowed),
    );
    const due = this.nextDue;
    return {
      isComputing: this.isComputing,
      ...(due < Number.POSITIVE_INFINITY && { nextDueSeconds: Math.max(0, due - now.monotonic) }),
      unmovedTimers: [...new Set(unmoved)],
    };
  }

  /** Makes all threads stand still, as they come. */
  freeze(): void {
    this.#isFrozen = true;
    for (const thread of this.#threads.values()) if (!thread.stop && !isLeftAlone(thread)) interrupt(thread.tid);
  }

  /** Moves all clocks and timers by whole seconds, and keeps a fraction for the next time. */
  leap(seconds: number): void {
    const whole = Math.floor(this.#owedSeconds + seconds);
    this.#owedSeconds += seconds - whole;
    this.#move(whole);
  }

  /** Takes so much time back, by whole seconds at most: no clock goes backwards for a program that stood so long. */
  takeBack(seconds: number): void {
    const most = Math.min(Math.floor(seconds), this.#monotonic === "real" ? seconds : this.#ahead.monotonic);
    const whole = Math.max(0, Math.min(most, Math.floor(seconds - this.#owedSeconds)));
    this.#owedSeconds += whole - seconds;
    this.#move(-whole);
  }

  #move(seconds: number): void {
    if (seconds === 0) return;
    const moved = { wall: seconds, monotonic: this.#monotonic === "real" ? 0 : seconds };
    this.#ahead = { wall: this.#ahead.wall + moved.wall, monotonic: this.#ahead.monotonic + moved.monotonic };
    const apart = moved.wall - moved.monotonic;
    for (const { wait } of this.#threads.values()) if (wait?.isOnWallClock) wait.due -= apart;
    for (const process of this.#processes.values()) process.writeAhead(this.#ahead);
    this.#moveTimers(moved);
  }

  #moveTimers(moved: Ahead): void {
    this.#descriptors.move(this.#processes.keys(), moved, this.#ahead);
    if (moved.monotonic === 0) return;
    for (const process of this.#processes.values()) {
      const thread = process.threads.values().find(({ stop }) => stop?.cause === "interrupted");
      if (thread && process.isReachable) moveOwnTimers(thread.tid, process, moved.monotonic);
    }
  }

  /** Absolute timers that the program has set since the clocks were moved are over too late on the kernel's clock. */
  correctTimers(): void {
    const ran = [...this.#processes.values()].filter(({ hasRun }) => hasRun);
    for (const process of ran) process.hasRun = false;
    const pids = ran.map(({ pid }) => pid);
    this.#descriptors.move(pids, { wall: 0, monotonic: 0 }, this.#ahead);
  }

  /** Ends the waits that are over, while all stand. After a pause the others begin anew, because the kernel has counted on. */
  endWaits(now: ProgramTime, isAfterPause: boolean): void {
    for (const thread of this.#threads.values()) {
      const { stop, wait } = thread;
      if (!stop) continue;
      thread.ending = undefined;
      const isOver = wait !== undefined && wait.due <= now.monotonic;
      if (!isOver) thread.continued = wait ?? thread.continued;
      if (stop.cause !== "interrupted") continue;
      if (isOver) endCall(thread, wait.call);
      else letWaitOn(thread, isAfterPause);
    }
  }

  /** Lets all run on. */
  thaw(): void {
    this.#isFrozen = false;
    for (const thread of this.#threads.values()) if (thread.stop) letGo(thread);
  }

  /** Interrupts the threads whose waits are over on the program's clock, where the kernel's has not come so far. */
  interruptDue(now: ProgramTime): void {
    if (this.#ahead.wall === 0 && this.#ahead.monotonic === 0) return; // the kernel's own timers are right
    for (const thread of this.#threads.values()) {
      if (!thread.wait || thread.ending || thread.wait.due > now.monotonic) continue;
      thread.ending = thread.wait;
      interrupt(thread.tid);
    }
  }
}

/** Nobody can wake it while the others stand. The first of a process must stand, because the process makes calls for us. */
const isLeftAlone = ({ isAsleep, tid, process }: Thread) => isAsleep && tid !== process.pid;

/** May a thread that stops so have been taken out of a call? */
const isInCall = (cause: Cause) => cause === "interrupted" || cause === "signal" || cause === "job control";

/** Looks at a thread that may end at this moment; waitpid will tell. */
function see<What>(thread: Thread, look: () => What): What | undefined {
  try {
    return look();
  } catch {
    thread.wait = undefined;
    return undefined;
  }
}

function letWaitOn(thread: Thread, isAfterPause: boolean): void {
  if (isAfterPause && thread.continued) beginAnew(thread, thread.continued.call);
  else if (thread.stoppedIn?.isTold && thread.blocked) keepSilent(thread, thread.blocked);
}

/** Lets a stopped thread run on. A wait of which it was interrupted, and that is over, ends now. */
function letGo(thread: Thread): void {
  const { tid, stop, ending } = thread;
  thread.stop = undefined;
  if (stop?.cause === "job control") {
    leaveStopped(tid);
    return;
  }
  if (stop?.cause === "interrupted") {
    thread.ending = undefined;
    if (ending) endCall(thread, ending.call);
  }
  resume(tid, stop?.cause === "signal" || stop?.cause === "breakpoint" ? stop.signal : 0);
}
