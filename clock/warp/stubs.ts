// What does a warped program run when it asks for the time? Machine code (x86-64) that calls the vDSO's own function and adds
// how far the program's clocks are ahead. It lies in a page of ours in every program, behind the two numbers that it adds.

/** Where our page lies: far from where programs, libraries, heaps and stacks are put. */
export const PAGE = 0x3d61_7966_6000n;
export const PAGE_BYTES = 4096;
/** At the page's start: seconds that the wall clock is ahead, and seconds that the monotonic one is, 64 bits each. */
export const AHEAD_BYTES = 16;
/** A timeout of zero, which a wait is given in place of its own when its time is over. */
export const NO_TIME = PAGE + 16n;
/** The stubs follow from here, each in a slot of its own. */
export const STUBS_AT = 64;
export const STUB_BYTES = 128;

/** Bits by clock id: CLOCK_REALTIME 0, its coarse form 5 and its alarm 8, CLOCK_TAI 11. */
const WALL_CLOCKS = 1 | (1 << 5) | (1 << 8) | (1 << 11);
/** CLOCK_MONOTONIC 1, its raw and coarse forms 4 and 6, CLOCK_BOOTTIME 7 and its alarm 9. Those of CPU time are left alone. */
const MONOTONIC_CLOCKS = (1 << 1) | (1 << 4) | (1 << 6) | (1 << 7) | (1 << 9);

const u32 = (value: number) => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
const u64 = (value: bigint) => [...u32(Number(value & 0xffff_ffffn)), ...u32(Number(value >> 32n))];

/** Calls the real function with its two arguments kept, then leaves the page's address in rcx. */
const callReal = (address: bigint) => [
  ...[0x56, 0x57, 0x48, 0x83, 0xec, 0x08], // push rsi; push rdi; sub rsp, 8
  ...[0x48, 0xb8, ...u64(address), 0xff, 0xd0], // mov rax, address; call rax
  ...[0x48, 0x83, 0xc4, 0x08, 0x5f, 0x5e], // add rsp, 8; pop rdi; pop rsi
  ...[0x48, 0xb9, ...u64(PAGE)], // mov rcx, PAGE
];

/** By the name of the vDSO's function, without `__vdso_`: the code that stands in for the one at `address`. */
export const STUBS: Readonly<Record<string, (address: bigint) => number[]>> = {
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

/** System call 9, mmap, then a breakpoint: eight bytes that are run once in a new program to get our page. */
export const MAP_PAGE_CODE = [0xb8, ...u32(9), 0x0f, 0x05, 0xcc]; // mov eax, 9; syscall; int3
