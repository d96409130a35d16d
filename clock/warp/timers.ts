// Which timers of the kernel does a process have, besides the waits of its threads?

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The descriptors that are timers of a kind, by what /proc shows them to be. */
const DESCRIPTORS: Readonly<Record<string, string>> = {
  "anon_inode:[timerfd]": "timerfd",
  "anon_inode:[io_uring]": "io_uring",
};

/** The kinds of timers that this process has and that do not move with its clock: `timerfd`, `timer_create`, `io_uring`. */
export function unmovedTimers(pid: number): string[] {
  const kinds = new Set<string>();
  try {
    if (readFileSync(`/proc/${pid}/timers`, "utf8") !== "") kinds.add("timer_create");
  } catch {
    // This kernel does not tell of them, or the process has just ended.
  }
  for (const descriptor of descriptorsOf(pid)) {
    const kind = DESCRIPTORS[targetOf(pid, descriptor)];
    if (kind !== undefined) kinds.add(kind);
  }
  return [...kinds];
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return []; // it has just ended
  }
}

function targetOf(pid: number, descriptor: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
  } catch {
    return ""; // closed meanwhile
  }
}
