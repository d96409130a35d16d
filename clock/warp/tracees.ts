// Which processes and threads are warped, who of them stands still, and whose wait is over? The book that the launcher keeps.

import { readFileSync } from "node:fs";
import { endCall, isInterruptedInCall } from "./calls.ts";
import { interrupt, leaveStopped, resume } from "./kernel.ts";
import type { Activity } from "./orders.ts";
import type { Report } from "./report.ts";
import { type Ahead, Thread, TracedProcess } from "./thread.ts";
import { unmovedTimers } from "./timers.ts";
import type { ProgramTime } from "./waits.ts";

export class Tracees {
  readonly #threads = new Map<number, Thread>();
  readonly #processes = new Map<number, TracedProcess>();
  #ahead: Ahead;
  #owedSeconds = 0;
  #isFrozen = false;

  constructor(ahead: Ahead) {
    this.#ahead = ahead;
  }

  get ahead(): Ahead {
    return this.#ahead;
  }

  /** Does every thread stand still? */
  get isStanding(): boolean {
    return [...this.#threads.values()].every(({ stop }) => stop !== undefined);
  }

  /** Was some thread stopped while it computed? It may have sent a request, and not yet looked for the answer. */
  get isMidway(): boolean {
    return this.#threads.values().some(({ tid, stop }) => stop?.cause === "interrupted" && !isInterruptedInCall(tid));
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

  /** An exec leaves one thread of a process, with new memory. */
  forgetProcess(pid: number): void {
    for (const { tid } of this.#processes.get(pid)?.threads ?? []) this.forget(tid);
  }

  /** A thread has stopped: unless all shall stand still it runs on. */
  stopped({ tid, cause, signal }: Report & { kind: "stopped" }): void {
    const thread = this.adopt(tid);
    thread.stop = { cause, signal };
    if (!this.#isFrozen) letGo(thread);
  }

  /** Looks what each thread does. */
  look(now: ProgramTime): void {
    for (const thread of this.#threads.values()) {
      try {
        thread.look(now, this.#isFrozen);
      } catch {
        thread.wait = undefined; // it ends at this moment; waitpid will tell
      }
    }
  }

  /**
   * Is nothing under way that a leap would spoil? A thread that computes is, and a wait for descriptors that would be over
   * by the leap but has not lasted `stillSeconds` yet: the answer to a request may be coming.
   */
  isStill(now: ProgramTime, leapSeconds: number, stillSeconds: number): boolean {
    return [...this.#threads.values()].every(({ isRunning, wait }) => {
      if (isRunning || !wait?.forDescriptors) return !isRunning;
      return wait.due > now.monotonic + leapSeconds || now.monotonic - wait.since >= stillSeconds;
    });
  }

  /** What they do. While they stand still it is what they did before. */
  activity(now: ProgramTime): Activity {
    if (!this.#isFrozen) this.look(now);
    const threads = [...this.#threads.values()];
    const due = Math.min(...threads.map(({ wait }) => wait?.due ?? Number.POSITIVE_INFINITY));
    return {
      isComputing: threads.some(({ isRunning }) => isRunning),
      ...(due < Number.POSITIVE_INFINITY && { nextDueSeconds: Math.max(0, due - now.monotonic) }),
      unmovedTimers: [...new Set([...this.#processes.keys()].flatMap(unmovedTimers))],
    };
  }

  /** Makes all threads stand still, as they come. */
  freeze(): void {
    this.#isFrozen = true;
    for (const { tid, stop } of this.#threads.values()) if (!stop) interrupt(tid);
  }

  /** Moves all clocks by whole seconds, and keeps a fraction for the next time. */
  leap(seconds: number): void {
    const whole = Math.floor(this.#owedSeconds + seconds);
    this.#owedSeconds += seconds - whole;
    this.#ahead = { wall: this.#ahead.wall + whole, monotonic: this.#ahead.monotonic + whole };
    for (const process of this.#processes.values()) process.writeAhead(this.#ahead);
  }

  /** Lets all run on; waits that are over end. */
  thaw(now: ProgramTime): void {
    this.#isFrozen = false;
    for (const thread of this.#threads.values()) {
      if (!thread.stop) continue;
      if (thread.wait && thread.wait.due <= now.monotonic) thread.ending = thread.wait;
      else thread.continued = thread.wait;
      letGo(thread);
    }
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
    if (ending) endCall(tid, ending.call);
  }
  resume(tid, stop?.cause === "signal" || stop?.cause === "breakpoint" ? stop.signal : 0);
}
