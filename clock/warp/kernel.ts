// What do we ask of the kernel? ptrace and waiting, through koffi. Imported by the launcher's own process alone.
// https://man7.org/linux/man-pages/man2/ptrace.2.html

import koffi, { type LibraryHandle } from "koffi";
import { machine, type Registers } from "./machine.ts";
import { type Cause, type Report, reportOf } from "./report.ts";

export const libc: LibraryHandle = koffi.load(null); // what Node itself is linked with, glibc or musl
const ptrace = libc.func("long ptrace(long request, int tid, uintptr_t address, uintptr_t data)");
const vector = koffi.struct("iovec", { base: "void *", length: "size_t" });
const ptraceVector = libc.func("ptrace", "long", ["long", "int", "uintptr_t", koffi.pointer(vector)]);
const ptraceNumber = libc.func("ptrace", "long", ["long", "int", "uintptr_t", "uint64_t *"]);
const waitpid = libc.func("int waitpid(int tid, int *status, int options)");
const setitimer = libc.func("int setitimer(int which, int64_t *value, void *old)");
const siginterrupt = libc.func("int siginterrupt(int signal, int flag)");
const recv = libc.func("long recv(int fd, void *bytes, size_t length, int flags)");
const fcntl = libc.func("int fcntl(int fd, int command, int value)");

const [POKEDATA, CONT, SYSCALL] = [5, 7, 24];
const [GETEVENTMSG, GETREGSET, SETREGSET, SEIZE, INTERRUPT, LISTEN] = [0x4201, 0x4204, 0x4205, 0x4206, 0x4207, 0x4208];
const GENERAL_REGISTERS = 1; // NT_PRSTATUS
/** TRACEFORK, TRACEVFORK, TRACECLONE, TRACEEXEC: children and threads are ours at birth. */
const FOLLOW = 0x2 | 0x4 | 0x8 | 0x10;
/** TRACESYSGOOD: a stop at a system call is told apart from others. EXITKILL: none outlives us. */
const [SYSCALL_STOPS, EXITKILL] = [0x1, 0x10_0000];
const [WALL, UNTRACED, DONT_WAIT, SIGALRM, SIGIO] = [0x4000_0000, 2, 0x40, 14, 29];
const [GET_FLAGS, SET_FLAGS, SET_OWNER, SIGNAL_WHEN_READY] = [3, 4, 8, 0x2000];

const status = new Int32Array(1);
const kept: Report[] = [];

/** Waits for a report of that thread, -1 for any; "interrupted" after a tick or by input, "none" where there is no such thread. */
export function nextReport(tid: number): Report | "interrupted" | "none" {
  const earlier = tid === -1 ? kept.shift() : undefined;
  if (earlier) return earlier;
  const found: number = waitpid(tid, status, WALL);
  if (found < 0 && koffi.errno() === koffi.os.errno.EINTR) return "interrupted";
  if (found < 0) return "none";
  return reportOf(found, (status[0] as number) >>> 0);
}

const born = new BigUint64Array(1);

/** The child or thread whose birth a stopped thread has told of. */
export function birthOf(tid: number): number {
  ptraceNumber(GETEVENTMSG, tid, 0, born);
  return Number(born[0]);
}

/** Waits until a child of ours that stops itself has done so. */
export function waitUntilStopped(pid: number): void {
  while (waitpid(pid, status, WALL | UNTRACED) < 0 && koffi.errno() === koffi.os.errno.EINTR);
}

/** Traces a process and all that it will start. Throws when the kernel refuses it. */
export function seize(pid: number): void {
  if (Number(ptrace(SEIZE, pid, 0, FOLLOW | SYSCALL_STOPS | EXITKILL)) >= 0) return;
  const hint = "a container may need --cap-add SYS_PTRACE, and kernel.yama.ptrace_scope must be below 2";
  throw new Error(`the kernel refuses ptrace (error ${koffi.errno()}): ${hint}`);
}

/** Lets a stopped thread run on, with that signal delivered. */
export function resume(tid: number, signal = 0): void {
  ptrace(CONT, tid, 0, signal);
}

/**
 * Runs a stopped thread until it stops for that cause, and nothing else meanwhile. Signals that come before are sent again
 * later. False when it ends instead: that report is then kept for nextReport.
 */
export function runUntil(tid: number, cause: Extract<Cause, "breakpoint" | "system call">): boolean {
  const early: number[] = [];
  const run = () => ptrace(cause === "system call" ? SYSCALL : CONT, tid, 0, 0);
  run();
  for (;;) {
    const report = nextReport(tid);
    if (report === "interrupted") continue;
    if (report === "none") return false;
    if (report.kind === "ended") {
      kept.push(report);
      return false;
    }
    if (report.cause === cause) break;
    if (report.cause === "signal") early.push(report.signal);
    run();
  }
  for (const signal of early) process.kill(tid, signal);
  return true;
}

/** Leaves a thread stopped, as SIGSTOP and its like want, but ready to report SIGCONT. */
export function leaveStopped(tid: number): void {
  ptrace(LISTEN, tid, 0, 0);
}

/** Asks a running or waiting thread to stop; it reports so, or some other stop before. */
export function interrupt(tid: number): void {
  ptrace(INTERRUPT, tid, 0, 0);
}

/** Ends the process of a thread, if it is still there. */
export function kill(tid: number): void {
  try {
    process.kill(tid, "SIGKILL");
  } catch {
    // it is gone
  }
}

export function readRegisters(tid: number): Registers {
  const registers = new BigUint64Array(machine.registerWords);
  ptraceVector(GETREGSET, tid, GENERAL_REGISTERS, { base: registers, length: registers.byteLength });
  return registers;
}

export function writeRegisters(tid: number, registers: Registers): void {
  ptraceVector(SETREGSET, tid, GENERAL_REGISTERS, { base: registers, length: registers.byteLength });
}

/** Writes into a stopped thread's memory, code too, which newer kernels refuse to do through /proc. Fills up to 8 bytes. */
export function poke(tid: number, address: bigint, bytes: Uint8Array | readonly number[]): void {
  const words = Buffer.alloc(Math.ceil(bytes.length / 8) * 8, Buffer.from(machine.noOperation));
  words.set(bytes);
  for (let at = 0; at < words.length; at += 8) ptrace(POKEDATA, tid, address + BigInt(at), words.readBigUInt64LE(at));
}

/** From now on nextReport is interrupted when something has come on that socket, and so often as `tickEvery` says. */
export function interruptReports(socket: number): void {
  process.on("SIGALRM", () => {}); // its handler in libuv is enough: the loop never comes to ours
  process.on("SIGIO", () => {});
  for (const signal of [SIGALRM, SIGIO]) siginterrupt(signal, 1);
  fcntl(socket, SET_OWNER, process.pid);
  fcntl(socket, SET_FLAGS, fcntl(socket, GET_FLAGS, 0) | SIGNAL_WHEN_READY);
}

/** Never where it is Infinity. */
export function tickEvery(milliseconds: number): void {
  const microseconds = Number.isFinite(milliseconds) ? milliseconds * 1000 : 0;
  setitimer(0, [0, microseconds, 0, microseconds], null);
}

const received = Buffer.alloc(65_536);

/** What has come on a socket: "" when nothing has, undefined when the other end is closed. `isAwaited` waits for it. */
export function receive(fd: number, isAwaited: boolean): string | undefined {
  const length = Number(recv(fd, received, received.length, isAwaited ? 0 : DONT_WAIT));
  if (length === 0) return undefined;
  return length > 0 ? received.toString("utf8", 0, length) : "";
}
