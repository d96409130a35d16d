// For what does this thread wait? One thread of a warped program, as /proc shows it.

import { closeSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { interruptedIn } from "./calls.ts";
import type { Interrupted } from "./machine.ts";
import { AHEAD_BYTES, PAGE } from "./page.ts";
import type { Cause } from "./report.ts";
import {
  type Blocked,
  blockedIn,
  dueOf,
  endsOnWallClock,
  isSameCall,
  type ProgramTime,
  RESTART,
  sleepsUntilWoken,
  waitKind,
} from "./waits.ts";

export interface Wait {
  readonly call: Blocked;
  /** When it began, or was first seen, and when it is over, in seconds on the program's monotonic clock. */
  readonly since: number;
  due: number;
  /** Its end is an instant of the wall clock. */
  readonly isOnWallClock: boolean;
  /** The answer to a request may be what it waits for. */
  readonly forDescriptors: boolean;
}

/** How far a program's clocks are ahead of the machine's, in whole seconds. */
export interface Ahead {
  readonly wall: number;
  readonly monotonic: number;
}

const filters = (pid: number | "self") =>
  /^Seccomp_filters:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
const ownFilters = filters("self");

export class TracedProcess {
  readonly pid: number;
  readonly threads = new Set<Thread>();
  /** Whether it has our page: a 32-bit program has not, and one that we took over gets it with its next exec. */
  hasPage = false;
  /** Whether it may have set timers since they were looked for. */
  hasRun = true;
  readonly #memory: number;

  constructor(pid: number) {
    this.pid = pid;
    this.#memory = openSync(`/proc/${pid}/mem`, "r+");
  }

  read(address: bigint, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.#memory, bytes, 0, length, address);
    return bytes;
  }

  /** Sets its clocks. */
  writeAhead({ wall, monotonic }: Ahead): void {
    const bytes = Buffer.alloc(AHEAD_BYTES);
    bytes.writeBigInt64LE(BigInt(wall), 0);
    bytes.writeBigInt64LE(BigInt(monotonic), 8);
    try {
      this.write(PAGE, bytes);
      this.hasPage = true;
    } catch {
      this.hasPage = false; // or it ends at this moment
    }
  }

  write(address: bigint, bytes: Buffer): void {
    writeSync(this.#memory, bytes, 0, bytes.length, Number(address));
  }

  /** Whether it can make calls for us: a process with a seccomp filter of its own could be killed for them. */
  get isReachable(): boolean {
    try {
      return this.hasPage && filters(this.pid) === ownFilters;
    } catch {
      return false; // it has just ended
    }
  }

  close(): void {
    closeSync(this.#memory);
  }
}

const scratch = Buffer.alloc(512);

export class Thread {
  readonly tid: number;
  readonly process: TracedProcess;
  /** Does it compute? */
  isRunning = true;
  /** Does it sleep until another thread of its process wakes it? */
  isAsleep = false;
  /** The call that it was last seen in; of a stopped thread some processors do not show all arguments any more. */
  blocked: Blocked | undefined;
  wait: Wait | undefined;
  /** The wait that it has been interrupted in, to be ended when it reports. */
  ending: Wait | undefined;
  /** The wait in which it was stopped and let go on: the kernel begins that call anew, with the time that was left. */
  continued: Wait | undefined;
  /** The call that it was taken out of when it was stopped; undefined when it computed. */
  stoppedIn: Interrupted | undefined;
  /** Why it stands still, until it is let go. */
  stop: { readonly cause: Cause; readonly signal: number } | undefined;
  /** /proc files that say in which system call it is, and how often it has been given the processor. */
  readonly #syscall: number;
  readonly #schedule: number;
  #runs = "";
  /** A restarted call does not say what it waits for: it is what was seen last, however often the thread was stopped since. */
  #last: Wait | undefined;

  constructor(tid: number, process: TracedProcess) {
    this.tid = tid;
    this.process = process;
    this.#syscall = openSync(`/proc/${process.pid}/task/${tid}/syscall`, "r");
    this.#schedule = openSync(`/proc/${process.pid}/task/${tid}/schedstat`, "r");
  }

  read(address: bigint, length: number): Buffer {
    return this.process.read(address, length);
  }

  /** How long it has had the processor, in seconds, when it was last looked at; 0 where this kernel does not count. */
  get ranSeconds(): number {
    return Number.parseInt(this.#runs, 10) / 1e9 || 0;
  }

  /** Looks what it does, and whether it has run since the last time. A thread that has not is in the same wait as before. */
  look(now: ProgramTime): boolean {
    const runs = readFrom(this.#schedule); // before the call: what changes in between is seen the next time
    const isUnchanged = runs === this.#runs && !runs.endsWith(" 0"); // 0: this kernel does not count
    if (isUnchanged && !this.isRunning) return false;
    this.#runs = runs;
    this.process.hasRun = true;
    const call = this.#readCall();
    this.blocked = call;
    const before = this.continued ?? this.wait;
    const isRestarted = this.continued !== undefined || call?.number !== before?.call.number;
    this.wait = call && this.#waitIn(call, isRestarted ? before : undefined, now);
    if (call) this.continued = undefined;
    return true;
  }

  /** Looks again, whatever was seen before: it may have been woken, on a busy machine, without having run yet. */
  isStillBlocked(): boolean {
    this.#readCall();
    return !this.isRunning;
  }

  #readCall(): Blocked | undefined {
    const line = readFrom(this.#syscall);
    const call = blockedIn(line);
    this.isRunning = line === "running";
    this.isAsleep = call !== undefined && sleepsUntilWoken(call);
    return call;
  }

  /** Looks, as it stands still, what it was stopped in: a wait that began a moment ago, or the same as before. */
  lookStopped(now: ProgramTime): void {
    const call = interruptedIn(this);
    const before = this.continued ?? this.wait;
    this.continued = undefined;
    this.stoppedIn = call;
    this.wait = call && this.#waitIn(call, before, now);
  }

  close(): void {
    closeSync(this.#syscall);
    closeSync(this.#schedule);
  }

  /** The one before, where it is still that; else the last one that was seen, where the kernel has restarted it. */
  #waitIn(call: Blocked, before: Wait | undefined, now: ProgramTime): Wait | undefined {
    if (before && isSameCall(call, before.call)) return before;
    const last = call.number === RESTART ? this.#last : undefined;
    if (!last || !isSameCall(call, last.call)) return this.#newWait(call, now);
    return last.due > now.monotonic ? last : this.#newWait({ ...call, number: last.call.number }, now);
  }

  #newWait(call: Blocked, now: ProgramTime): Wait | undefined {
    const due = dueOf(call, now, (address) => this.process.read(address, 16));
    if (due === undefined) return undefined;
    this.#last = {
      call,
      since: now.monotonic,
      due,
      isOnWallClock: endsOnWallClock(call),
      forDescriptors: waitKind(call)?.answer === "descriptors",
    };
    return this.#last;
  }
}

function readFrom(file: number): string {
  return scratch.toString("latin1", 0, readSync(file, scratch, 0, scratch.length, 0)).trimEnd();
}
