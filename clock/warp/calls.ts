// How is a wait ended whose time is over on the program's clock, but not on the kernel's? By changing the registers of the
// interrupted thread, so that its system call returns as it would have. And how does a program make a call for us?

import { readRegisters, runUntil, writeRegisters } from "./kernel.ts";
import { type CallName, type Interrupted, machine } from "./machine.ts";
import { CALL_AT, NO_TIME } from "./page.ts";
import { type Blocked, isSameCall, waitKind } from "./waits.ts";

/** What we need of a thread that stands still. */
export interface Stopped {
  readonly tid: number;
  read(address: bigint, length: number): Buffer;
}

/** The call that a thread, now stopped, was taken out of. Undefined when it computed, or its call had just been answered. */
export function interruptedIn(thread: Stopped): Interrupted | undefined {
  return machine.interruptedIn(readRegisters(thread.tid), (address) => thread.read(address, 4).readUInt32LE());
}

/** Ends the call that a thread, now stopped, was interrupted in; a thread that has gone on to another call is left alone. */
export function endCall(thread: Stopped, call: Blocked): void {
  const present = interruptedIn(thread);
  const answer = waitKind(call)?.answer;
  if (answer === undefined || !present || !isSameCall(present, call)) return;
  const registers = readRegisters(thread.tid);
  const result = answer === "descriptors" ? askAgain(thread.tid, call, present) : BigInt(answer);
  if (result !== undefined) writeRegisters(thread.tid, machine.answered(registers, present, result));
}

/** Has the call begin anew, with the whole of its timeout: whoever asks ends it when its time has come. */
export function beginAnew(thread: Stopped, call: Blocked): void {
  const present = interruptedIn(thread);
  if (!present || !isSameCall(present, call)) return;
  const registers = readRegisters(thread.tid);
  // A call of ours in between lets the kernel forget that it wants to restart theirs.
  if (machine.isRestartPrepared && callIn(thread.tid, "getitimer", [-1n, 0n]) === undefined) return;
  writeRegisters(thread.tid, machine.begunAnew(registers, { ...present, values: call.values }, call.number));
}

/** Has a wait go on of which the program would hear that it was interrupted: a stop of ours is no signal of its own. */
export function keepSilent(thread: Stopped, call: Blocked): void {
  if (waitKind(call)) beginAnew(thread, call);
}

/**
 * Runs the call once more with no time to wait, so that the kernel says which descriptors are ready: an answer that came
 * just now is not lost. Undefined when the thread ended meanwhile.
 */
function askAgain(tid: number, call: Blocked, { returnsTo }: Interrupted): bigint | undefined {
  const { argument = 0, unit } = waitKind(call) ?? {};
  const values = call.values.with(argument, unit === "milliseconds" ? 0n : NO_TIME);
  writeRegisters(tid, machine.calling(readRegisters(tid), returnsTo - machine.callBytes, call.number, values));
  const isAnswered = runUntil(tid, "system call") && runUntil(tid, "system call"); // it stops on entry and on return
  return isAnswered ? readRegisters(tid)[machine.result] : undefined;
}

/** Has a thread, now stopped, make a system call for us, and returns its result; undefined when it ended meanwhile. */
export function callIn(tid: number, name: CallName, values: readonly bigint[]): bigint | undefined {
  const before = readRegisters(tid);
  writeRegisters(tid, machine.calling(before, CALL_AT, machine.calls[name] as number, values));
  if (!runUntil(tid, "breakpoint")) return undefined;
  const result = BigInt.asIntN(64, readRegisters(tid)[machine.result] as bigint);
  writeRegisters(tid, before);
  return result;
}
