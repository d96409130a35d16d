import { describe, expect, test } from "vitest";
import { arm64 } from "../../../clock/warp/arm64.ts";
import type { Machine } from "../../../clock/warp/machine.ts";
import { x64 } from "../../../clock/warp/x64.ts";

const error = (number: number) => BigInt.asUintN(64, BigInt(number));
const [EINTR, RESTARTED] = [error(-4), error(-516)];
const [SVC, OTHER] = [0xd400_0001, 0xd503_201f];
const [STACK, CODE] = [0x7ffc_0000_1000n, 0x40_0000n];

/** A thread that was stopped in a call with the arguments 1 to 6, as each processor shows it. */
const STOPPED: readonly [
  string,
  Machine,
  (result: bigint) => BigUint64Array,
  (result: bigint) => (address: bigint) => number,
][] = [
  [
    "x64",
    x64,
    (result) => {
      const registers = new BigUint64Array(27);
      const words: [number, bigint][] = [
        [14, 1n],
        [13, 2n],
        [12, 3n],
        [7, 4n],
        [9, 5n],
        [8, 6n],
        [15, 35n],
        [10, result],
        [16, CODE + 2n],
        [19, STACK],
      ];
      for (const [at, value] of words) registers[at] = value;
      return registers;
    },
    () => () => OTHER,
  ],
  [
    "arm64",
    arm64,
    (result) => {
      const registers = new BigUint64Array(34);
      for (const i of [0, 1, 2, 3, 4, 5]) registers[i] = BigInt(i + 1);
      registers[8] = 101n;
      registers[31] = STACK;
      registers[32] = CODE;
      if (result === EINTR) {
        registers[0] = EINTR;
        registers[32] = CODE + 4n;
      }
      return registers;
    },
    () => (address) => (address === CODE ? SVC : OTHER),
  ],
];

describe.each(STOPPED)("a thread of %s that was stopped in nanosleep", (_, machine, registersOf, instructions) => {
  const interrupted = (result: bigint) => {
    const registers = registersOf(result);
    const call = machine.interruptedIn(registers, instructions(result));
    if (!call) throw new Error("it is not seen");
    return { registers, call };
  };
  const after = CODE + machine.callBytes;

  test("is seen in it, and who would be told of that", () => {
    const { call } = interrupted(RESTARTED);
    expect(call).toMatchObject({
      number: machine.calls.nanosleep,
      values: [1n, 2n, 3n, 4n, 5n, 6n],
      stackPointer: STACK,
    });
    expect([call.isTold, call.returnsTo]).toEqual([false, after]);
    expect(interrupted(EINTR).call).toMatchObject({ isTold: true, returnsTo: after });
  });

  test("can have its answer, and goes on behind it", () => {
    const { registers, call } = interrupted(RESTARTED);
    const answered = machine.answered(registers, call, -110n);
    expect(answered[machine.result]).toBe(error(-110));
    expect(answered[machine.programCounter]).toBe(after);
    expect(registers).toEqual(registersOf(RESTARTED));
  });

  test("can make another call, with arguments where the kernel wants them", () => {
    const { registers } = interrupted(RESTARTED);
    const called = machine.calling(registers, CODE + 64n, 7, [6n, 5n, 4n, 3n, 2n, -1n]);
    expect(called[machine.programCounter]).toBe(CODE + 64n);
    const values = machine === x64 ? [14, 13, 12, 7, 9, 8] : [0, 1, 2, 3, 4, 5];
    expect(values.map((at) => called[at])).toEqual([6n, 5n, 4n, 3n, 2n, error(-1)]);
    expect(called[machine === x64 ? 10 : 8]).toBe(7n);
  });

  test("computes where no call shows", () => {
    const registers = registersOf(0n);
    expect(machine.interruptedIn(registers, () => OTHER)).toBeUndefined();
  });
});

test.each([
  ["x64", x64],
  ["arm64", arm64],
] as const)("the code of %s fits its places, and holds the address that it calls", (_, machine) => {
  expect(machine.callCode.length).toBeLessThanOrEqual(16);
  for (const stub of Object.values(machine.stubs)) {
    expect(stub(0x1234_5678_9abcn).length).toBeLessThanOrEqual(128);
    expect(stub(0x1234_5678_9abcn)).not.toEqual(stub(0x1234_5678_9abdn));
  }
});
