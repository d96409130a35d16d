// How does a program get our clock? Right after exec, before its first instruction, our page is mapped into it and the vDSO's
// symbols are pointed at the stubs there. Every C library, and Go, looks the functions up by these symbols when it starts.

import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { dynamicSymbols, is64Bit } from "./elf.ts";
import { poke, readRegisters, runUntil, writeRegisters } from "./kernel.ts";
import { machine } from "./machine.ts";
import { CALL_AT, PAGE, PAGE_BYTES, STUB_BYTES, STUBS_AT } from "./page.ts";

const READ_WRITE_EXECUTE = 7n;
const PRIVATE_ANONYMOUS_AT_ADDRESS = 0x10_0022n; // MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE

/**
 * Settles in the program that a process has just started with exec. A 32-bit program keeps the real time. Throws when there
 * is no vDSO or our page cannot be mapped; false when the process ended meanwhile.
 */
export function settle(tid: number): boolean {
  const memory = openSync(`/proc/${tid}/mem`, "r");
  try {
    const [, low, high] = readFileSync(`/proc/${tid}/maps`, "utf8").match(/^([0-9a-f]+)-([0-9a-f]+).*\[vdso\]$/m) ?? [];
    if (!low || !high) throw new Error("this kernel gives programs no vDSO");
    const vdso = BigInt(`0x${low}`);
    const image = Buffer.alloc(Number(BigInt(`0x${high}`) - vdso));
    readSync(memory, image, 0, image.length, vdso);
    if (!is64Bit(image)) return true;
    if (!mapPage(tid, memory)) return false;
    pointSymbols(tid, vdso, image);
    return true;
  } finally {
    closeSync(memory);
  }
}

/** Makes the program's first instructions be ours: they map the page; then all is as it was. */
function mapPage(tid: number, memory: number): boolean {
  const before = readRegisters(tid);
  const entry = before[machine.programCounter] as bigint;
  const code = Buffer.alloc(Math.ceil(machine.mapPageCode.length / 8) * 8);
  readSync(memory, code, 0, code.length, entry);

  poke(tid, entry, machine.mapPageCode);
  const values = [PAGE, BigInt(PAGE_BYTES), READ_WRITE_EXECUTE, PRIVATE_ANONYMOUS_AT_ADDRESS, -1n, 0n];
  writeRegisters(tid, machine.mapping(before, values));
  if (!runUntil(tid, "breakpoint")) return false;
  if (readRegisters(tid)[machine.result] !== PAGE) throw new Error("the program's memory has no room for our page");

  poke(tid, entry, code);
  writeRegisters(tid, before);
  poke(tid, CALL_AT, machine.callCode);
  return true;
}

function pointSymbols(tid: number, vdso: bigint, image: Buffer): void {
  const stubs = new Map<bigint, bigint>(); // __vdso_time and time are one function
  for (const { name, value, valueAt } of dynamicSymbols(image)) {
    const stub = machine.stubs[name.replace(/^__(vdso|kernel)_/, "")];
    if (!stub) continue;
    const known = stubs.get(value);
    const address = known ?? PAGE + BigInt(STUBS_AT + stubs.size * STUB_BYTES);
    if (known === undefined) poke(tid, address, stub(vdso + value));
    stubs.set(value, address);
    const pointer = Buffer.alloc(8);
    pointer.writeBigUInt64LE(BigInt.asUintN(64, address - vdso));
    poke(tid, vdso + BigInt(valueAt), pointer);
  }
}
