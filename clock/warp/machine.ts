// What does this processor call it? Its registers, the numbers of its system calls and its machine code, as one table for each.

import { arm64 } from "./arm64.ts";
import type { Blocked } from "./waits.ts";
import { x64 } from "./x64.ts";

/** The system calls that we know waits of, or make ourselves. */
export type CallName =
  | "clock_nanosleep"
  | "epoll_pwait"
  | "epoll_pwait2"
  | "epoll_wait"
  | "futex"
  | "futex_waitv"
  | "getitimer"
  | "io_uring_enter"
  | "kcmp"
  | "mmap"
  | "nanosleep"
  | "pidfd_getfd"
  | "pidfd_open"
  | "poll"
  | "ppoll"
  | "pselect6"
  | "restart_syscall"
  | "rt_sigtimedwait"
  | "select"
  | "setitimer"
  | "timer_gettime"
  | "timer_settime";

/** As PTRACE_GETREGSET gives them for NT_PRSTATUS. */
export type Registers = BigUint64Array;

/** A call that a stopped thread was taken out of, and where its program goes on when it is answered. */
export interface Interrupted extends Blocked {
  readonly returnsTo: bigint;
  /** Whether the program would hear of it, by EINTR: the kernel does not restart calls such as epoll_wait. */
  readonly isTold: boolean;
}

/** A processor. What takes registers gives them as they shall be, and leaves the given ones alone. */
export interface Machine {
  readonly calls: Readonly<Partial<Record<CallName, number>>>;
  readonly registerWords: number;
  /** Which registers hold the result of a call, and the place in the program. */
  readonly result: number;
  readonly programCounter: number;
  /** Whether that argument of a call is lost to a result such as EINTR. */
  isResult(argument: number, value: bigint): boolean;
  /** The length of the instruction that makes a system call. */
  readonly callBytes: bigint;
  /** Where our page lies: far from where programs, libraries, heaps and stacks are put. */
  readonly page: bigint;
  /** Whether the kernel has prepared the restart of an interrupted call before a tracer sees the registers. */
  readonly isRestartPrepared: boolean;
  /** The call that a stopped thread was interrupted in. Undefined when it computed, or when its call had just been answered. */
  interruptedIn(registers: Registers, instructionAt: (address: bigint) => number): Interrupted | undefined;
  /** The call returns that result. */
  answered(registers: Registers, call: Interrupted, result: bigint): Registers;
  /** The call begins anew with its arguments as they were, or returns EINTR when a signal is handled before. */
  begunAnew(registers: Registers, call: Interrupted, number: number): Registers;
  /** The instruction at that address makes the call. */
  calling(registers: Registers, address: bigint, number: number, values: readonly bigint[]): Registers;
  /** Makes a system call, then comes to a breakpoint. */
  readonly callCode: readonly number[];
  /** The same for mmap of our page in a process that has just become a program: the kernel still writes the result of that. */
  readonly mapPageCode: readonly number[];
  /** Where mapPageCode wants the page's address, and the number of the call where it wants it. */
  mapping(registers: Registers, values: readonly bigint[]): Registers;
  /** Fills up code. */
  readonly noOperation: readonly number[];
  /** By the name of the vDSO's function, without its prefix: the code that stands in for the one at `address`. */
  readonly stubs: Readonly<Record<string, (address: bigint) => readonly number[]>>;
}

const MACHINES: Readonly<Record<string, Machine>> = { x64, arm64 };

/** Can programs of this processor be warped? */
export const isKnown = (architecture: string): boolean => Object.hasOwn(MACHINES, architecture);

/** This processor. */
export const machine: Machine = MACHINES[process.arch] ?? x64;
