// For what does a thread wait, and until when? The system calls that take a timeout, as data, and how /proc shows one.
// https://man7.org/linux/man-pages/man2/syscalls.2.html

import { type CallName, machine } from "./machine.ts";

type Arguments = readonly bigint[];

interface WaitKind {
  /** Which argument holds the timeout: milliseconds themselves, or the address of seconds and a fraction of such a unit. */
  readonly argument: number;
  readonly unit: "milliseconds" | 1_000_000 | 1_000_000_000;
  /** What the call answers when the time is over. A call that waits for descriptors is asked again instead, with no time. */
  readonly answer: number | typeof DESCRIPTORS;
  /** The clock of an absolute timeout; undefined for a relative one. */
  readonly clock?: (values: Arguments) => bigint | undefined;
  /** Whether the call takes a timeout at all. */
  readonly timed?: (values: Arguments) => boolean;
}

const [EAGAIN, ETIMEDOUT, DESCRIPTORS] = [-11, -110, "descriptors"] as const;
const [MICROSECONDS, NANOSECONDS] = [1_000_000, 1_000_000_000] as const;
const [REALTIME, MONOTONIC] = [0n, 1n];

/** FUTEX_WAIT is relative; FUTEX_WAIT_BITSET, _WAIT_REQUEUE_PI and _LOCK_PI2 are absolute, on the clock that a flag names. */
const [FUTEX_WAIT, FUTEX_ABSOLUTE, FUTEX_CLOCK_REALTIME] = [0n, [9n, 11n, 13n], 256n];
const operation = (values: Arguments) => (values[1] ?? 0n) & 127n;
const futex: WaitKind = {
  argument: 3,
  unit: NANOSECONDS,
  answer: ETIMEDOUT,
  timed: (values) => [FUTEX_WAIT, ...FUTEX_ABSOLUTE].includes(operation(values)),
  clock: (values) => {
    if (!FUTEX_ABSOLUTE.includes(operation(values))) return undefined;
    return (values[1] ?? 0n) & FUTEX_CLOCK_REALTIME ? REALTIME : MONOTONIC;
  },
};
const TIMER_ABSTIME = 1n;
const clockNanosleep: WaitKind = {
  argument: 2,
  unit: NANOSECONDS,
  answer: 0,
  clock: ([id, flags]) => ((flags ?? 0n) & TIMER_ABSTIME ? id : undefined),
};

const KINDS: Readonly<Partial<Record<CallName, WaitKind>>> = {
  poll: { argument: 2, unit: "milliseconds", answer: DESCRIPTORS },
  select: { argument: 4, unit: MICROSECONDS, answer: DESCRIPTORS },
  nanosleep: { argument: 0, unit: NANOSECONDS, answer: 0 },
  rt_sigtimedwait: { argument: 2, unit: NANOSECONDS, answer: EAGAIN },
  futex,
  clock_nanosleep: clockNanosleep,
  epoll_wait: { argument: 3, unit: "milliseconds", answer: DESCRIPTORS },
  pselect6: { argument: 4, unit: NANOSECONDS, answer: DESCRIPTORS },
  ppoll: { argument: 2, unit: NANOSECONDS, answer: DESCRIPTORS },
  epoll_pwait: { argument: 3, unit: "milliseconds", answer: DESCRIPTORS },
  epoll_pwait2: { argument: 3, unit: NANOSECONDS, answer: DESCRIPTORS },
  futex_waitv: { argument: 3, unit: NANOSECONDS, answer: ETIMEDOUT, clock: (values) => values[4] },
};

const WAITS: ReadonlyMap<number, WaitKind> = new Map(
  Object.entries(KINDS).flatMap(([name, kind]) => {
    const number = machine.calls[name as CallName];
    return number === undefined ? [] : [[number, kind] as const];
  }),
);

/** What is known of a call that waits; undefined for another. */
export const waitKind = ({ number }: Pick<Blocked, "number">): WaitKind | undefined => WAITS.get(number);

/** A wait that goes on after a signal that nobody handled. */
export const RESTART: number = machine.calls.restart_syscall as number;

const FUTEX_WAIT_BITSET = 9n;
const FUTEX_PRIVATE = 128n;

/** Does it sleep until another thread of its process wakes it, however late that is? */
export function sleepsUntilWoken({ number, values }: Blocked): boolean {
  const [, flags = 0n, , timeout] = values;
  const isWait = [FUTEX_WAIT, FUTEX_WAIT_BITSET].includes(operation(values));
  return number === machine.calls.futex && isWait && (flags & FUTEX_PRIVATE) !== 0n && timeout === 0n;
}

/** A system call that a thread is blocked in. */
export interface Blocked {
  readonly number: number;
  readonly values: Arguments;
  readonly stackPointer: bigint;
  readonly programCounter: bigint;
}

/** Reads a line of /proc/PID/task/TID/syscall; undefined when the thread runs, or is blocked elsewhere. */
export function blockedIn(line: string): Blocked | undefined {
  const words = line.trim().split(" ");
  if (words.length !== 9) return undefined;
  const values = words.slice(1).map(BigInt);
  const [stackPointer = 0n, programCounter = 0n] = values.splice(6);
  return { number: Number(words[0]), values, stackPointer, programCounter };
}

/**
 * The same call at the same place? A restarted one keeps its arguments but not its number; one that is just about to be restarted
 * stands before its instruction.
 */
export function isSameCall(call: Blocked, before: Blocked): boolean {
  const sameNumber = call.number === before.number || call.number === RESTART || before.number === RESTART;
  const onTheWay = before.programCounter - call.programCounter;
  const samePlace = call.stackPointer === before.stackPointer && [0n, machine.callBytes].includes(onTheWay);
  const sameValues = call.values.every((value, i) => value === before.values[i] || machine.isResult(i, value));
  return sameNumber && samePlace && sameValues;
}

/** What a program's clocks read, in seconds. */
export interface ProgramTime {
  readonly wall: number;
  readonly monotonic: number;
}

/** Whether the end of such a wait is an instant of the wall clock. */
export const endsOnWallClock = (call: Blocked): boolean => waitKind(call)?.clock?.(call.values) === REALTIME;

/**
 * When such a wait ends, in seconds on the program's monotonic clock, if it begins now. Undefined for what is no wait or
 * has no end. `readMemory` gives 16 bytes at an address of the program.
 */
export function dueOf(call: Blocked, now: ProgramTime, readMemory: (address: bigint) => Buffer): number | undefined {
  const kind = waitKind(call);
  if (!kind || kind.timed?.(call.values) === false) return undefined;
  const seconds = timeoutOf(kind, call.values[kind.argument] ?? 0n, readMemory);
  if (seconds === undefined) return undefined;
  const clock = kind.clock?.(call.values);
  if (clock === undefined) return now.monotonic + seconds;
  return clock === REALTIME ? seconds - now.wall + now.monotonic : seconds;
}

function timeoutOf(kind: WaitKind, value: bigint, readMemory: (address: bigint) => Buffer): number | undefined {
  if (kind.unit === "milliseconds") {
    const milliseconds = Number(BigInt.asIntN(32, value));
    return milliseconds < 0 ? undefined : milliseconds / 1000;
  }
  if (value === 0n) return undefined;
  const time = readMemory(value);
  return Number(time.readBigInt64LE(0)) + Number(time.readBigInt64LE(8)) / kind.unit;
}
