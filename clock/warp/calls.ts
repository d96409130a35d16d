// How is a wait ended whose time is over on the program's clock, but not on the kernel's? By changing the registers of the
// interrupted thread, so that its system call returns as it would have.

import { REGISTER, readRegisters, runUntil, writeRegisters } from "./kernel.ts";
import { NO_TIME } from "./stubs.ts";
import { type Blocked, isSameCall, SYSCALL_INSTRUCTION_BYTES, WAITS } from "./waits.ts";

/** Where a system call has its arguments, in order. */
const ARGUMENTS = [REGISTER.rdi, REGISTER.rsi, REGISTER.rdx, REGISTER.r10, REGISTER.r8, REGISTER.r9];
/** EINTR, and what the kernel keeps to itself: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK. */
const INTERRUPTED = [-4n, -512n, -513n, -514n, -516n].map((error) => BigInt.asUintN(64, error));
/** In place of a call's number: the kernel shall not restart it. */
const NO_CALL = BigInt.asUintN(64, -1n);

/** Was a thread, now stopped, taken out of a call that blocks? Otherwise it computed, or its call had just been answered. */
export function isInterruptedInCall(tid: number): boolean {
  const registers = readRegisters(tid);
  return registers[REGISTER.origRax] !== NO_CALL && INTERRUPTED.includes(registers[REGISTER.rax] as bigint);
}

/** Ends the call that a thread, now stopped, was interrupted in; a thread that has gone on to another call is left alone. */
export function endCall(tid: number, call: Blocked): void {
  const registers = readRegisters(tid);
  const present = {
    number: Number(registers[REGISTER.origRax]),
    values: ARGUMENTS.map((at) => registers[at] as bigint),
    stackPointer: registers[REGISTER.rsp] as bigint,
    programCounter: registers[REGISTER.rip] as bigint,
  };
  const answer = WAITS[call.number]?.answer;
  const isInterrupted = INTERRUPTED.includes(registers[REGISTER.rax] as bigint);
  if (answer === undefined || !isInterrupted || !isSameCall(present, call)) return;
  const result = answer === "descriptors" ? askAgain(tid, call, registers) : BigInt.asUintN(64, BigInt(answer));
  if (result === undefined) return;
  if (!INTERRUPTED.includes(result)) {
    registers[REGISTER.rax] = result;
    registers[REGISTER.origRax] = NO_CALL;
  }
  writeRegisters(tid, registers);
}

/**
 * Runs the call once more with no time to wait, so that the kernel says which descriptors are ready: an answer that came
 * just now is not lost. Undefined when the thread ended meanwhile.
 */
function askAgain(tid: number, call: Blocked, registers: BigUint64Array): bigint | undefined {
  const { argument = 0, unit } = WAITS[call.number] ?? {};
  const again = registers.slice();
  again[REGISTER.rax] = BigInt(call.number);
  again[REGISTER.origRax] = NO_CALL;
  again[REGISTER.rip] = (registers[REGISTER.rip] as bigint) - SYSCALL_INSTRUCTION_BYTES;
  again[ARGUMENTS[argument] as number] = unit === "milliseconds" ? 0n : NO_TIME;
  writeRegisters(tid, again);
  const isAnswered = runUntil(tid, "system call") && runUntil(tid, "system call"); // it stops on entry and on return
  return isAnswered ? readRegisters(tid)[REGISTER.rax] : undefined;
}
