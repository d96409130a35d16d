// How are timers moved that are descriptors of a program? We borrow each one, and set it anew, while the program runs or stands.
// https://man7.org/linux/man-pages/man2/pidfd_getfd.2.html, https://man7.org/linux/man-pages/man2/timerfd_create.2.html

import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { movedWith } from "./clock-ids.ts";
import { libc } from "./kernel.ts";
import { machine } from "./machine.ts";
import type { Ahead } from "./thread.ts";

const call = libc.func("syscall", "long", ["long", "long", "long", "long", "long", "long"]);
// Some hundred descriptors are looked at before each leap, and fs.readlinkSync takes several times as long.
const readLink = libc.func("long readlinkat(int folder, const char *path, void *bytes, size_t length)");
const setTimer = libc.func("int timerfd_settime(int fd, int flags, int64_t *value, void *old)");
const SAME_FILE = 0n; // KCMP_FILE
const NANOSECONDS = 1_000_000_000;

/** The descriptors that have to do with time, by what /proc shows them to be. */
const KINDS: Readonly<Record<string, "timerfd" | "io_uring">> = {
  "anon_inode:[timerfd]": "timerfd",
  "anon_inode:[io_uring]": "io_uring",
};

interface TimeDescriptor {
  readonly pid: number;
  readonly number: string;
  readonly kind: "timerfd" | "io_uring";
}

/** None for a process that has just ended. */
export function descriptorsOf(pid: number): readonly TimeDescriptor[] {
  try {
    const path = `/proc/${pid}/fd`;
    const folder = openSync(path, "r");
    try {
      return readdirSync(path).flatMap((number) => {
        const kind = KINDS[targetIn(folder, number)];
        return kind === undefined ? [] : [{ pid, number, kind }];
      });
    } finally {
      closeSync(folder);
    }
  } catch {
    return [];
  }
}

const LONGEST_KIND = Math.max(...Object.keys(KINDS).map(({ length }) => length));
const target = Buffer.alloc(LONGEST_KIND + 1);

/** As far as a kind may be; "" for one that was closed meanwhile. */
function targetIn(folder: number, number: string): string {
  const length = Number(readLink(folder, number, target, target.length));
  return length > LONGEST_KIND ? "" : target.toString("latin1", 0, Math.max(0, length));
}

export interface TimerState {
  readonly clock: keyof Ahead | undefined;
  readonly isAbsolute: boolean;
  /** Seconds until it is over on the kernel's clock; 0 where it is not armed. */
  readonly left: number;
  readonly interval: readonly [seconds: number, nanoseconds: number];
}

/** Reads what /proc/PID/fdinfo says of a timer. https://docs.kernel.org/filesystems/proc.html#timerfd-files */
export function timerState(text: string): TimerState {
  const numbers = (name: string) =>
    (new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1] ?? "").match(/-?\d+/g)?.map(Number) ?? [];
  const [seconds = 0, nanoseconds = 0] = numbers("it_value");
  const [every = 0, fraction = 0] = numbers("it_interval");
  const [clock = -1] = numbers("clockid");
  const [flags = 0] = numbers("settime flags"); // octal, and 1 is what we look for
  return {
    clock: movedWith(clock),
    isAbsolute: flags % 2 === 1,
    left: seconds + nanoseconds / NANOSECONDS,
    interval: [every, fraction],
  };
}

export class TimerDescriptors {
  /** Whether the kernel lets us have them: a container's seccomp filter may not. */
  areBorrowed = true;

  /** Relative ones move by `moved`; absolute ones get what is left on the program's clock, and are relative from then on. */
  move(pids: Iterable<number>, moved: Ahead, ahead: Ahead): void {
    const done: TimeDescriptor[] = [];
    for (const pid of pids) {
      const timers = descriptorsOf(pid).filter(({ kind }) => kind === "timerfd");
      if (timers.length === 0) continue;
      const borrowed = Number(call(machine.calls.pidfd_open, pid, 0, 0, 0, 0));
      for (const timer of timers) {
        const state = readState(timer);
        const by = state?.clock && (state.isAbsolute ? ahead[state.clock] : moved.monotonic);
        if (!state?.left || !by || done.some((other) => isSame(other, timer))) continue;
        this.areBorrowed = this.#set(borrowed, timer, state, state.left - by);
        done.push(timer);
      }
      if (borrowed >= 0) closeSync(borrowed);
    }
  }

  #set(borrowed: number, { number }: TimeDescriptor, { interval }: TimerState, left: number): boolean {
    const descriptor = Number(call(machine.calls.pidfd_getfd, borrowed, Number(number), 0, 0, 0));
    if (descriptor < 0) return false;
    const parts = Math.max(1, Math.round(left * NANOSECONDS)); // 0 would disarm it
    setTimer(descriptor, 0, [...interval, Math.floor(parts / NANOSECONDS), parts % NANOSECONDS], null);
    closeSync(descriptor);
    return true;
  }
}

function readState({ pid, number }: TimeDescriptor): TimerState | undefined {
  try {
    return timerState(readFileSync(`/proc/${pid}/fdinfo/${number}`, "utf8"));
  } catch {
    return undefined; // closed meanwhile
  }
}

/** One timer may have several descriptors, in processes that were forked; kernels that do not compare them know no difference. */
const isSame = (one: TimeDescriptor, other: TimeDescriptor): boolean =>
  Number(call(machine.calls.kcmp, one.pid, other.pid, Number(SAME_FILE), Number(one.number), Number(other.number))) ===
  0;
