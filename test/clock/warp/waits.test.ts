import { describe, expect, test } from "vitest";
import { blockedIn, dueOf, isSameCall, RESTART } from "../../../clock/warp/waits.ts";

const HOUR = 3600;
/** The program's clocks: an hour's sleep from 50,000 ends at 53,600 on the monotonic one. */
const now = { wall: 1_800_000_000, monotonic: 50_000 };

/** A line as /proc shows it: number, six arguments, stack pointer, program counter. */
function line(number: number, ...values: (number | bigint)[]): string {
  const words = [...values, 0, 0, 0, 0, 0, 0].slice(0, 6).map((value) => `0x${value.toString(16)}`);
  return `${number} ${words.join(" ")} 0x7ffc00001000 0x7f0000002000\n`;
}

/** The program's memory: at each address 16 bytes, seconds and a fraction. */
function memory(...times: [seconds: number, fraction: number][]) {
  return (address: bigint) => {
    const [seconds, fraction] = times[Number(address) - 0x1000] ?? [];
    if (seconds === undefined || fraction === undefined) throw new Error(`nothing lies at ${address}`);
    const bytes = Buffer.alloc(16);
    bytes.writeBigInt64LE(BigInt(seconds), 0);
    bytes.writeBigInt64LE(BigInt(fraction), 8);
    return bytes;
  };
}

const due = (text: string, seconds = 0, fraction = 0) => {
  const call = blockedIn(text);
  return call && dueOf(call, now, memory([seconds, fraction]));
};

describe.runIf(process.arch === "x64")("when a wait ends on the program's monotonic clock (numbers of x86-64)", () => {
  test.each([
    ["poll", line(7, 0x10, 1, 1500), 0, 0, 50_001.5],
    ["select", line(23, 0, 0, 0, 0, 0x1000), 2, 500_000, 50_002.5],
    ["nanosleep", line(35, 0x1000), HOUR, 0, 53_600],
    ["rt_sigtimedwait", line(128, 0x10, 0, 0x1000), HOUR, 0, 53_600],
    ["futex, relative", line(202, 0x10, 128, 2, 0x1000), HOUR, 500_000_000, 53_600.5],
    ["futex, until an instant of the monotonic clock", line(202, 0x10, 137, 2, 0x1000), 53_600, 0, 53_600],
    ["futex, until an instant of the wall clock", line(202, 0x10, 393, 2, 0x1000), now.wall + HOUR, 0, 53_600],
    ["clock_nanosleep, relative", line(230, 1, 0, 0x1000), HOUR, 0, 53_600],
    ["clock_nanosleep, until an instant", line(230, 1, 1, 0x1000), 53_600, 0, 53_600],
    ["clock_nanosleep, until an instant of the wall clock", line(230, 0, 1, 0x1000), now.wall + 1, 0, 50_001],
    ["epoll_wait", line(232, 5, 0x10, 64, 60_000), 0, 0, 50_060],
    ["pselect6", line(270, 0, 0, 0, 0, 0x1000), HOUR, 0, 53_600],
    ["ppoll", line(271, 0x10, 1, 0x1000), HOUR, 0, 53_600],
    ["epoll_pwait", line(281, 5, 0x10, 64, 60_000), 0, 0, 50_060],
    ["epoll_pwait2", line(441, 5, 0x10, 64, 0x1000), HOUR, 0, 53_600],
    ["futex_waitv, until an instant of the monotonic clock", line(449, 0x10, 1, 0, 0x1000, 1), 53_600, 0, 53_600],
  ])("%s", (_, text, seconds, fraction, expected) => {
    expect(due(text, seconds, fraction)).toBeCloseTo(expected, 5);
  });

  test.each([
    ["a thread that computes", "running\n"],
    ["a thread that is blocked outside of system calls", "-1 0x7ffc00001000 0x7f0000002000\n"],
    ["a call without timeouts", line(0, 3, 0x10, 100)],
    ["poll for ever", line(7, 0x10, 1, 0xffffffffn)],
    ["epoll_wait for ever, in 64 bits", line(232, 5, 0x10, 64, 0xffff_ffff_ffff_ffffn)],
    ["select for ever", line(23, 1, 0x10)],
    ["futex for ever", line(202, 0x10, 128, 2, 0)],
    ["a futex call whose fourth argument is no timeout", line(202, 0x10, 1, 2, 0x1000)],
  ])("never: %s", (_, text) => {
    expect(due(text)).toBeUndefined();
  });
});

describe.runIf(process.arch === "x64")("the same call (numbers of x86-64)", () => {
  const one = line(7, 0x10, 1, 1500);
  const same = (other: string) => {
    const [call, later] = [blockedIn(one), blockedIn(other)];
    return call && later && isSameCall(later, call);
  };

  test.each([
    ["unchanged", one, true],
    ["restarted after a signal", line(RESTART, 0x10, 1, 1500), true],
    ["about to be restarted", one.replace("0x7f0000002000", "0x7f0000001ffe"), true],
    ["with another timeout", line(7, 0x10, 1, 1400), false],
    ["another call with the same arguments", line(271, 0x10, 1, 1500), false],
    ["from another place", one.replace("0x7f0000002000", "0x7f0000003000"), false],
    ["from another depth", one.replace("0x7ffc00001000", "0x7ffc00000f00"), false],
  ])("%s", (_, other, expected) => {
    expect(same(other)).toBe(expected);
  });
});
