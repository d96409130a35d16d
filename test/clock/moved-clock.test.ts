import { describe, expect, test } from "vitest";
import type { MovableClock } from "../../clock/clock.ts";
import { clockOf, manualClock, scaledClock, systemClock } from "../../clock/moved-clock.ts";
import { END_OF_TIME } from "../../clock/setting.ts";
import { dice } from "../../entropy/dice.ts";
import { handMovedTime } from "./hand-moved-time.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Notes each wake as [instant it was asked for, what the clock read]. */
function noting(clock: MovableClock) {
  const woken: [number, number][] = [];
  return { woken, at: (instant: number) => clock.at(instant, (due) => woken.push([due, clock.now()])) };
}

describe("what the clocks tell", () => {
  test("system: the machine's time, and the real time beside it", () => {
    const real = handMovedTime(5_000);
    const clock = systemClock(real);
    real.pass(7);
    expect([clock.now(), clock.realNow()]).toEqual([5_007, 5_007]);
  });

  test("scaled: runs from its start at its speed, in whole milliseconds", () => {
    const real = handMovedTime(1_000);
    const clock = scaledClock({ speed: 1.5, startAt: 100 }, real);
    real.pass(3);
    expect(clock.now()).toBe(104);
    expect(scaledClock({ speed: 2 }, real).now()).toBe(1_003);
  });

  test("manual: only moved by hand, and its settings name no real instant", () => {
    const real = handMovedTime(999);
    const clock = manualClock(100, real);
    real.pass(DAY);
    clock.advance(5);
    expect(clock.now()).toBe(105);
    clock.jump(5);
    expect(clock.setting).toEqual({ realAt: 0, simulatedAt: 110, speed: 0 });
    expect(real.open).toBe(0);
  });

  test("two clocks with one setting read the same", () => {
    const real = handMovedTime(1_000);
    const clock = scaledClock({ speed: 60, startAt: 0 }, real);
    clock.jump(12_345);
    real.pass(17);
    expect(clockOf(clock.setting, real).now()).toBe(clock.now());
  });
});

describe("moving the hands", () => {
  test("speed changes and pauses go on from the present instant", () => {
    const real = handMovedTime();
    const clock = scaledClock({ speed: 10, startAt: 0 }, real);
    real.pass(10);
    clock.setSpeed(0);
    real.pass(10);
    expect(clock.now()).toBe(100);
    clock.setSpeed(2);
    real.pass(10);
    expect(clock.now()).toBe(120);
  });

  test("advance passes through each wake at its own instant, those added on the way too", () => {
    const clock = scaledClock({ speed: 3_600, startAt: 0 }, handMovedTime());
    const { woken, at } = noting(clock);
    at(2 * HOUR);
    at(9 * HOUR);
    clock.at(HOUR, (instant) => at(instant + HOUR / 2));
    clock.advance(7 * HOUR);
    const read = [HOUR * 1.5, HOUR * 2];
    expect(woken).toEqual(read.map((instant) => [instant, instant]));
    expect(clock.now()).toBe(7 * HOUR);
  });

  test("jump skips to the end, then wakes in order", () => {
    const clock = manualClock(0, handMovedTime());
    const { woken, at } = noting(clock);
    for (const instant of [30, 10, 20, 50]) at(instant);
    clock.jump(40);
    expect(woken).toEqual([
      [10, 40],
      [20, 40],
      [30, 40],
    ]);
  });

  test("advance and speed within a wake count", () => {
    const real = handMovedTime();
    const clock = manualClock(0, real);
    clock.at(10, () => {
      clock.advance(100);
      clock.setSpeed(2);
    });
    clock.advance(20);
    real.pass(5);
    expect(clock.now()).toBe(120);
  });

  test("a wake that throws loses no other wake", () => {
    const clock = manualClock(0, handMovedTime());
    const { woken, at } = noting(clock);
    clock.at(10, () => {
      throw new Error("a fault of the waker");
    });
    at(20);
    expect(() => clock.advance(100)).toThrow("a fault of the waker");
    expect(clock.now()).toBe(10);
    clock.advance(10);
    expect(woken).toEqual([[20, 20]]);
  });

  test("each move is told once, with the instants before and after", () => {
    const clock = manualClock(0, handMovedTime());
    const moves: number[][] = [];
    const stop = clock.onMove((from, to) => moves.push([from, to]));
    clock.at(50, () => {});
    clock.advance(100);
    clock.jump(10);
    clock.setSpeed(0);
    clock.adopt({ realAt: 0, simulatedAt: 500, speed: 0 });
    stop();
    clock.jump(1);
    expect(moves).toEqual([
      [0, 100],
      [100, 110],
      [110, 110],
      [110, 500],
    ]);
  });

  test("adopt takes a setting over, but never goes back", () => {
    const real = handMovedTime(1_000);
    const clock = manualClock(100, real);
    const setting = { realAt: 990, simulatedAt: 200, speed: 3 };
    clock.adopt(setting);
    expect([clock.now(), clock.setting]).toEqual([230, setting]);
    clock.adopt({ realAt: 1_000, simulatedAt: 5, speed: 2 });
    real.pass(1);
    expect(clock.now()).toBe(232);
  });

  test.each([-1, Number.NaN, Infinity])(
    "%s is refused as a move, a speed and, unless negative, an instant",
    (wrong) => {
      const clock = manualClock(0, handMovedTime());
      const { advance, jump, setSpeed } = clock;
      for (const move of [advance, jump, setSpeed]) expect(() => move.call(clock, wrong)).toThrow(RangeError);
      expect(() => scaledClock({ speed: wrong })).toThrow(RangeError);
      if (!(wrong < 0)) expect(() => clock.at(wrong, () => {})).toThrow(RangeError);
    },
  );
});

describe("waking", () => {
  test("beyond 2^31 ms, by short real waits", () => {
    const real = handMovedTime();
    const clock = systemClock(real);
    const { woken, at } = noting(clock);
    const due = 2 ** 31 + DAY;
    at(due);
    real.pass(due - 1);
    expect(woken).toEqual([]);
    real.pass(1);
    expect(woken).toEqual([[due, due]]);
    expect(real.longestWait).toBeLessThanOrEqual(1_000);
  });

  test("a new speed, a pause and a jump move the real timer", () => {
    const real = handMovedTime();
    const clock = systemClock(real);
    const { woken, at } = noting(clock);
    at(HOUR);
    clock.setSpeed(0);
    real.pass(2 * HOUR);
    expect(woken).toEqual([]);
    clock.setSpeed(3_600_000);
    real.pass(1);
    expect(woken).toEqual([[HOUR, HOUR]]);
  });

  test("what is due already wakes soon, not within the call, and without a timer", async () => {
    const real = handMovedTime();
    const clock = manualClock(100, real);
    const { woken, at } = noting(clock);
    at(50);
    expect(woken).toEqual([]);
    await Promise.resolve();
    expect(woken).toEqual([[50, 100]]);
    expect(real.open).toBe(0);
  });

  test("cancelled wakes do not wake, and cancelling twice does nothing", () => {
    const clock = manualClock(0, handMovedTime());
    const { woken, at } = noting(clock);
    const cancel = at(10);
    at(20);
    cancel();
    cancel();
    clock.advance(100);
    cancel();
    expect(woken.map(([due]) => due)).toEqual([20]);
  });

  test("a chain of wakes on a fast clock comes to an end", () => {
    const real = handMovedTime();
    const clock = scaledClock({ speed: 1_000, startAt: 0 }, real);
    let wakes = 0;
    const again = (instant: number) => {
      wakes++;
      real.step(1); // each wake takes a real millisecond, a thousand of the clock's
      clock.at(instant + 1, again);
    };
    clock.at(1, again);
    real.pass(1);
    expect(wakes).toBe(1_000);
  });

  test("when the machine's clock steps back ours holds; when it steps forward wakes follow within a second", () => {
    const real = handMovedTime(10 * HOUR);
    const clock = systemClock(real);
    const { woken, at } = noting(clock);
    at(11 * HOUR);
    const before = clock.now();
    real.step(-HOUR);
    expect(clock.now()).toBe(before);
    real.pass(HOUR);
    expect(clock.now()).toBe(before);
    real.step(HOUR);
    real.pass(1_000);
    expect(woken).toEqual([[11 * HOUR, before + HOUR + 1_000]]);
  });

  test("every clock stops at the end of the year 9999, and waits for nothing beyond", () => {
    const real = handMovedTime();
    const clock = scaledClock({ speed: 1_000, startAt: END_OF_TIME - HOUR }, real);
    const { woken, at } = noting(clock);
    at(END_OF_TIME);
    at(END_OF_TIME + 1);
    real.pass(HOUR);
    expect(clock.now()).toBe(END_OF_TIME);
    clock.advance(HOUR);
    clock.jump(HOUR);
    expect(clock.now()).toBe(END_OF_TIME);
    expect(woken).toEqual([[END_OF_TIME, END_OF_TIME]]);
  });

  test("a disposed clock wakes nobody and leaves no timer", () => {
    const real = handMovedTime();
    const clock = systemClock(real);
    const { woken, at } = noting(clock);
    at(10);
    clock[Symbol.dispose]();
    at(20);
    real.pass(100);
    expect([woken, real.open]).toEqual([[], 0]);
  });

  test.each([1, 2, 3, 4, 5])("as a plain sorted list would: a thousand random moves, seed %i", (seed) => {
    const { integer } = dice(seed);
    const clock = manualClock(0, handMovedTime());
    let waiting: { instant: number; id: number; cancel: () => void }[] = [];
    const woken: number[] = [];
    const expected: number[] = [];
    for (let id = 0; id < 1_000; id++) {
      const instant = clock.now() + 1 + integer(50);
      waiting.push({ instant, id, cancel: clock.at(instant, () => woken.push(id)) });
      if (integer(4) === 0) waiting.splice(integer(waiting.length), 1)[0]?.cancel();
      if (integer(3) > 0) continue;
      if (integer(2)) clock.advance(integer(40));
      else clock.jump(integer(40));
      const due = waiting.filter((wake) => wake.instant <= clock.now());
      expected.push(...due.sort((one, other) => one.instant - other.instant || one.id - other.id).map(({ id }) => id));
      waiting = waiting.filter((wake) => wake.instant > clock.now());
    }
    expect(woken.length).toBeGreaterThan(300);
    expect(woken).toEqual(expected);
  });

  test("a hundred thousand wakes are no burden", () => {
    const clock = manualClock(0, handMovedTime());
    const { integer } = dice("many wakes");
    let woken = 0;
    for (let i = 0; i < 100_000; i++) clock.at(1 + integer(DAY), () => woken++);
    clock.advance(DAY);
    expect(woken).toBe(100_000);
  }, 5_000);
});
