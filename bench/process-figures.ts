// What has a process used? Its processor time and its memory, all threads together, as Linux counts them.

import { readFileSync } from "node:fs";

/** Linux counts processor time in these for whoever asks, on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Processor seconds of the process since its start, in user and kernel mode. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The second field is the name in parentheses, which may hold spaces; user and kernel time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory in MiB. */
export function residentMebibytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kibibytes) / 1024;
}
