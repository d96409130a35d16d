// How is it on x86-64? https://man7.org/linux/man-pages/man2/syscall.2.html

import { MONOTONIC_CLOCKS, WALL_CLOCKS } from "./clock-ids.ts";
import type { Machine, Registers } from "./machine.ts";

/** Places in user_regs_struct, in words. */
const [R10, R9, R8, RAX, RDX, RSI, RDI, ORIG_RAX, RIP, RSP] = [7, 8, 9, 10, 12, 13, 14, 15, 16, 19];
const ARGUMENTS = [RDI, RSI, RDX, R10, R8, R9];
const PAGE = 0x3d61_7966_6000n;
const CALL_BYTES = 2n;
const EINTR = BigInt.asUintN(64, -4n);
/** Besides, what the kernel keeps to itself: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK. */
const INTERRUPTED = [EINTR, ...[-512n, -513n, -514n, -516n].map((error) => BigInt.asUintN(64, error))];
const RESTART_UNLESS_HANDLED = BigInt.asUintN(64, -514n);
/** In place of a call's number: the kernel shall not restart it. */
const NO_CALL = BigInt.asUintN(64, -1n);

function withWords(registers: Registers, words: readonly (readonly [number, bigint])[]): Registers {
  const changed = registers.slice();
  for (const [at, value] of words) changed[at] = BigInt.asUintN(64, value);
  return changed;
}

const u32 = (value: number) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
const u64 = (value: bigint) => [...u32(Number(value & 0xffff_ffffn)), ...u32(Number(value >> 32n))];

/** Calls the real function with its two arguments kept, then leaves the page's address in rcx. */
const callReal = (address: bigint) => [
  ...[0x56, 0x57, 0x48, 0x83, 0xec, 0x08], // push rsi; push rdi; sub rsp, 8
  ...[0x48, 0xb8, ...u64(address), 0xff, 0xd0], // mov rax, address; call rax
  ...[0x48, 0x83, 0xc4, 0x08, 0x5f, 0x5e], // add rsp, 8; pop rdi; pop rsi
  ...[0x48, 0xb9, ...u64(PAGE)], // mov rcx, PAGE
];

const stubs: Machine["stubs"] = {
  // int clock_gettime(clockid_t edi, struct timespec *rsi)
  clock_gettime: (address) => [
    ...callReal(address),
    ...[0x85, 0xc0, 0x75, 0x23], // test eax, eax; jnz done: it failed
    ...[0x83, 0xff, 0x0c, 0x73, 0x1e], // cmp edi, 12; jae done: an unknown clock
    ...[0xba, ...u32(WALL_CLOCKS), 0x0f, 0xa3, 0xfa, 0x72, 0x0e], // mov edx, WALL_CLOCKS; bt edx, edi; jc add
    ...[0xba, ...u32(MONOTONIC_CLOCKS), 0x0f, 0xa3, 0xfa, 0x73, 0x0a], // mov edx, MONOTONIC_CLOCKS; bt edx, edi; jnc done
    ...[0x48, 0x83, 0xc1, 0x08], // add rcx, 8
    ...[0x48, 0x8b, 0x09, 0x48, 0x01, 0x0e], // add: mov rcx, [rcx]; add [rsi], rcx
    0xc3, // done: ret
  ],
  // int gettimeofday(struct timeval *rdi, struct timezone *rsi)
  gettimeofday: (address) => [
    ...callReal(address),
    ...[0x48, 0x85, 0xff, 0x74, 0x06], // test rdi, rdi; jz done
    ...[0x48, 0x8b, 0x09, 0x48, 0x01, 0x0f], // mov rcx, [rcx]; add [rdi], rcx
    0xc3, // done: ret
  ],
  // time_t time(time_t *rdi)
  time: (address) => [
    ...callReal(address),
    ...[0x48, 0x03, 0x01], // add rax, [rcx]
    ...[0x48, 0x85, 0xff, 0x74, 0x03], // test rdi, rdi; jz done
    ...[0x48, 0x89, 0x07], // mov [rdi], rax
    0xc3, // done: ret
  ],
};

const MMAP = 9;

export const x64: Machine = {
  calls: {
    mmap: MMAP,
    poll: 7,
    select: 23,
    nanosleep: 35,
    getitimer: 36,
    setitimer: 38,
    rt_sigtimedwait: 128,
    futex: 202,
    restart_syscall: 219,
    timer_settime: 223,
    timer_gettime: 224,
    clock_nanosleep: 230,
    epoll_wait: 232,
    pselect6: 270,
    ppoll: 271,
    epoll_pwait: 281,
    kcmp: 312,
    io_uring_enter: 426,
    pidfd_open: 434,
    pidfd_getfd: 438,
    epoll_pwait2: 441,
    futex_waitv: 449,
  },
  registerWords: 27,
  result: RAX,
  programCounter: RIP,
  isResult: () => false,
  callBytes: CALL_BYTES,
  page: PAGE,
  isRestartPrepared: false,
  interruptedIn(registers) {
    const [number = NO_CALL, result = 0n] = [registers[ORIG_RAX], registers[RAX]];
    if (number === NO_CALL || !INTERRUPTED.includes(result)) return undefined;
    const [stackPointer, programCounter] = [registers[RSP] as bigint, registers[RIP] as bigint];
    const values = ARGUMENTS.map((at) => registers[at] as bigint);
    return {
      number: Number(number),
      values,
      stackPointer,
      programCounter,
      returnsTo: programCounter,
      isTold: result === EINTR,
    };
  },
  answered: (registers, _, result) =>
    INTERRUPTED.includes(BigInt.asUintN(64, result))
      ? registers
      : withWords(registers, [
          [RAX, result],
          [ORIG_RAX, NO_CALL],
        ]),
  begunAnew: (registers, _, number) =>
    withWords(registers, [
      [RAX, RESTART_UNLESS_HANDLED],
      [ORIG_RAX, BigInt(number)],
    ]),
  calling: (registers, address, number, values) =>
    withWords(registers, [
      [RAX, BigInt(number)],
      [ORIG_RAX, NO_CALL],
      [RIP, address],
      ...values.map((value, i) => [ARGUMENTS[i] as number, value] as const),
    ]),
  callCode: [0x0f, 0x05, 0xcc], // syscall; int3
  mapPageCode: [0xb8, ...u32(MMAP), 0x0f, 0x05, 0xcc], // mov eax, 9; syscall; int3
  mapping: (registers, values) =>
    withWords(
      registers,
      values.map((value, i) => [ARGUMENTS[i] as number, value]),
    ),
  noOperation: [0x90],
  stubs,
};
