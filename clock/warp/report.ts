// What has happened to a traced thread? The words that waitpid answers with, read.
// https://man7.org/linux/man-pages/man2/ptrace.2.html

const SIGTRAP = 5;
/** In the third byte of the word, where the stop is an event: PTRACE_EVENT_EXEC and _STOP. */
const [EVENT_EXEC, EVENT_STOP] = [4, 128];

/** Why a thread stands still: a signal that it is to get, an event of its own, or our wish. */
export type Cause = "signal" | "breakpoint" | "system call" | "exec" | "birth" | "interrupted" | "job control";

/** What waitpid told of a thread: that it is gone, or that it stands still until we let it run. */
export type Report =
  | { readonly tid: number; readonly kind: "ended"; readonly exitCode: number }
  | { readonly tid: number; readonly kind: "stopped"; readonly cause: Cause; readonly signal: number };

/** Reads a status as waitpid gives it; one who died of a signal counts as exit code 128 + its number, as shells do. */
export function reportOf(tid: number, word: number): Report {
  const ending = word & 0x7f;
  if (ending !== 0x7f) return { tid, kind: "ended", exitCode: ending ? 128 + ending : (word >>> 8) & 0xff };
  const signal = (word >>> 8) & 0xff;
  return { tid, kind: "stopped", cause: causeOf(signal, word >>> 16), signal };
}

function causeOf(signal: number, event: number): Cause {
  if (event === EVENT_STOP) return signal === SIGTRAP ? "interrupted" : "job control";
  if (event === EVENT_EXEC) return "exec";
  if (event !== 0) return "birth"; // of a child or thread, told of its parent
  if (signal === (SIGTRAP | 0x80)) return "system call";
  return signal === SIGTRAP ? "breakpoint" : "signal";
}
