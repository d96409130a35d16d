// How is it on arm64? https://man7.org/linux/man-pages/man2/syscall.2.html and, for what a tracer sees of an interrupted call, do_signal()
// in https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/arch/arm64/kernel/signal.c

import { MONOTONIC_CLOCKS, WALL_CLOCKS } from "./clock-ids.ts";
import type { Interrupted, Machine, Registers } from "./machine.ts";

/** Places in user_pt_regs, in words: x0 to x30, then these. */
const [NUMBER, SP, PC] = [8, 31, 32];
const ARGUMENTS = [0, 1, 2, 3, 4, 5];
/** Within 39 bits, which is all that some kernels give a program, and below the heap of Go. */
const PAGE = 0x3d_6179_0000n;
const CALL_BYTES = 4n;
const SVC = 0xd400_0001;
const EINTR = BigInt.asUintN(64, -4n);

function withWords(registers: Registers, words: readonly (readonly [number, bigint])[]): Registers {
  const changed = registers.slice();
  for (const [at, value] of words) changed[at] = BigInt.asUintN(64, value);
  return changed;
}

const given = (values: readonly bigint[]) => values.map((value, i) => [ARGUMENTS[i] as number, value] as const);

const code = (...instructions: readonly number[]): readonly number[] => {
  const bytes = Buffer.alloc(4 * instructions.length);
  for (const [i, instruction] of instructions.entries()) bytes.writeUInt32LE(instruction >>> 0, 4 * i);
  return [...bytes];
};

/** movz and three movk: the 64 bits of a value into a register. */
const load = (register: number, value: bigint) =>
  [0, 1, 2, 3].map((half) => {
    const bits = Number((value >> BigInt(16 * half)) & 0xffffn);
    return (half === 0 ? 0xd280_0000 : 0xf280_0000 | (half << 21)) | (bits << 5) | register;
  });
const loadShort = (register: number, value: number) => 0x5280_0000 | (value << 5) | register; // movz, 32 bits

/** Calls the real function, then leaves its two arguments in x2 and x1, and the page's address in x3. */
const callReal = (address: bigint) => [
  0xa9be_7bfd, // stp x29, x30, [sp, #-32]!
  0x9100_03fd, // mov x29, sp
  0xa901_07e0, // stp x0, x1, [sp, #16]
  ...load(16, address),
  0xd63f_0200, // blr x16
  0xa941_07e2, // ldp x2, x1, [sp, #16]
  0xa8c2_7bfd, // ldp x29, x30, [sp], #32
  ...load(3, PAGE),
];

const stubs: Machine["stubs"] = {
  // int clock_gettime(clockid_t w0, struct timespec *x1)
  clock_gettime: (address) =>
    code(
      ...callReal(address),
      0x3500_01c0, // cbnz w0, done: it failed
      ...[0x7100_305f, 0x5400_0182], // cmp w2, #12; b.hs done: an unknown clock
      ...[loadShort(4, WALL_CLOCKS), 0x1ac2_2484, 0x3700_00a4], // mov w4, WALL_CLOCKS; lsr w4, w4, w2; tbnz w4, #0, add
      ...[loadShort(4, MONOTONIC_CLOCKS), 0x1ac2_2484, 0x3600_00c4], // mov w4, MONOTONIC_CLOCKS; lsr …; tbz w4, #0, done
      0x9100_2063, // add x3, x3, #8
      ...[0xf940_0063, 0xf940_0024, 0x8b03_0084, 0xf900_0024], // add: ldr x3, [x3]; ldr x4, [x1]; add x4, x4, x3; str x4, [x1]
      0xd65f_03c0, // done: ret
    ),
  // int gettimeofday(struct timeval *x0, struct timezone *x1)
  gettimeofday: (address) =>
    code(
      ...callReal(address),
      0xb400_00a2, // cbz x2, done
      ...[0xf940_0063, 0xf940_0044, 0x8b03_0084, 0xf900_0044], // ldr x3, [x3]; ldr x4, [x2]; add x4, x4, x3; str x4, [x2]
      0xd65f_03c0, // done: ret
    ),
};

const BREAKPOINT = 0xd420_0000;
const MMAP = 222;

export const arm64: Machine = {
  calls: {
    epoll_pwait: 22,
    pselect6: 72,
    ppoll: 73,
    futex: 98,
    nanosleep: 101,
    getitimer: 102,
    setitimer: 103,
    timer_gettime: 108,
    timer_settime: 110,
    clock_nanosleep: 115,
    restart_syscall: 128,
    rt_sigtimedwait: 137,
    mmap: MMAP,
    kcmp: 272,
    io_uring_enter: 426,
    pidfd_open: 434,
    pidfd_getfd: 438,
    epoll_pwait2: 441,
    futex_waitv: 449,
  },
  registerWords: 34,
  result: 0,
  programCounter: PC,
  isResult: (argument, value) => argument === 0 && value === EINTR,
  callBytes: CALL_BYTES,
  page: PAGE,
  isRestartPrepared: true,
  // Where the kernel wants to restart the call it has set the program back to it; where it does not the result says so.
  interruptedIn(registers, instructionAt): Interrupted | undefined {
    const programCounter = registers[PC] as bigint;
    const isSetBack = instructionAt(programCounter) === SVC;
    const isTold = registers[0] === EINTR && instructionAt(programCounter - CALL_BYTES) === SVC;
    if (!isSetBack && !isTold) return undefined;
    return {
      number: Number(registers[NUMBER]),
      values: ARGUMENTS.map((at) => registers[at] as bigint),
      stackPointer: registers[SP] as bigint,
      programCounter,
      isTold: !isSetBack,
      returnsTo: isSetBack ? programCounter + CALL_BYTES : programCounter,
    };
  },
  answered: (registers, call, result) =>
    withWords(registers, [
      [0, result],
      [PC, call.returnsTo],
    ]),
  begunAnew: (registers, call, number) =>
    withWords(registers, [
      [0, call.values[0] as bigint],
      [NUMBER, BigInt(number)],
      [PC, call.returnsTo - CALL_BYTES],
    ]),
  calling: (registers, address, number, values) =>
    withWords(registers, [[NUMBER, BigInt(number)], [PC, address], ...given(values)]),
  callCode: code(SVC, BREAKPOINT),
  mapPageCode: code(0xaa06_03e0, SVC, BREAKPOINT), // mov x0, x6; svc #0; brk #0
  mapping: (registers, [address = 0n, ...values]) =>
    withWords(registers, [[NUMBER, BigInt(MMAP)], [6, address], ...given([0n, ...values])]),
  noOperation: code(0xd503_201f),
  stubs,
};
