// How does a program get our clock? Right after exec, before its first instruction, our page is mapped into it and the vDSO's
// symbols are pointed at the stubs there. Every C library, and Go, looks the functions up by these symbols when it starts.

import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { dynamicSymbols, is64Bit } from "./elf.ts";
import { poke, REGISTER, readRegisters, runUntil, writeRegisters } from "./kernel.ts";
import { MAP_PAGE_CODE, PAGE, PAGE_BYTES, STUB_BYTES, STUBS, STUBS_AT } from "./stubs.ts";

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
  const entry = before[REGISTER.rip] as bigint;
  const code = Buffer.alloc(MAP_PAGE_CODE.length);
  readSync(memory, code, 0, code.length, entry);

  const call = before.slice();
  call[REGISTER.rdi] = PAGE;
  call[REGISTER.rsi] = BigInt(PAGE_BYTES);
  call[REGISTER.rdx] = READ_WRITE_EXECUTE;
  call[REGISTER.r10] = PRIVATE_ANONYMOUS_AT_ADDRESS;
  call[REGISTER.r8] = -1n;
  call[REGISTER.r9] = 0n;
  poke(tid, entry, MAP_PAGE_CODE);
  writeRegisters(tid, call);
  if (!runUntil(tid, "breakpoint")) return false;
  if (readRegisters(tid)[REGISTER.rax] !== PAGE) throw new Error("the program's memory has no room for our page");

  poke(tid, entry, code);
  writeRegisters(tid, before);
  return true;
}

function pointSymbols(tid: number, vdso: bigint, image: Buffer): void {
  const stubs = new Map<bigint, bigint>(); // __vdso_time and time are one function
  for (const { name, value, valueAt } of dynamicSymbols(image)) {
    const stub = STUBS[name.replace("__vdso_", "")];
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
