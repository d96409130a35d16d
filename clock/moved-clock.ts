// How does a clock run fast, pause, advance and jump, and still wake everyone in order? The one engine behind all our clocks.

import type { ClockSetting, MovableClock } from "./clock.ts";
import { machineTime, type RealTime } from "./real-time.ts";
import { assertForward, END_OF_TIME, reading, realMillisecondsUntil, settingAt } from "./setting.ts";
import { WakeQueue } from "./wake-queue.ts";

/**
 * No real timer is set for longer. A step of the machine's clock, or its waking from sleep, is so noticed within a second,
 * and a wait may be longer than the 2^31 ms of a timer.
 */
const LONGEST_WAIT_MILLISECONDS = 1_000;

class MovedClock implements MovableClock {
  readonly #real: RealTime;
  readonly #wakes = new WakeQueue();
  readonly #moved = new Set<(from: number, to: number) => void>();
  #setting: ClockSetting;
  /** The latest instant told. When the machine's clock steps back we hold here until it has caught up. */
  #latest: number;
  /** While advancing the clock stands still at each wake's own instant, whatever the speed. */
  #advancing = false;
  /** While we call wakes no timer is set: what they ask for that is due is woken by the same loop. */
  #waking = false;
  #disposed = false;
  #cancelTimer: (() => void) | undefined;

  constructor(setting: ClockSetting, real: RealTime) {
    assertForward(setting.speed, "speed");
    this.#real = real;
    this.#setting = setting;
    this.#latest = reading(setting, real.now());
  }

  get setting(): ClockSetting {
    return this.#setting;
  }

  now(): number {
    if (!this.#advancing) this.#latest = Math.max(this.#latest, reading(this.#setting, this.#real.now()));
    return this.#latest;
  }

  realNow(): number {
    return this.#real.now();
  }

  at(instant: number, wake: (instant: number) => void): () => void {
    if (!Number.isFinite(instant)) throw new RangeError(`an instant to wake at must be finite, not ${instant}`);
    if (this.#disposed) return () => {};
    const added = this.#wakes.add(instant, wake);
    if (this.#wakes.first === added) this.#arm();
    return () => this.#wakes.remove(added);
  }

  setSpeed(speed: number): void {
    assertForward(speed, "speed");
    this.#move(this.now(), speed);
  }

  advance(milliseconds: number): void {
    assertForward(milliseconds, "the milliseconds to advance by");
    const from = this.now();
    const to = Math.min(END_OF_TIME, Math.floor(from + milliseconds));
    const nested = this.#advancing;
    this.#advancing = true;
    try {
      this.#wakeUntil(to, (instant) => {
        this.#latest = Math.max(this.#latest, instant);
      });
      this.#latest = Math.max(this.#latest, to);
    } finally {
      this.#advancing = nested;
      this.#setting = settingAt(this.#latest, this.#real.now(), this.#setting.speed);
      this.#arm();
    }
    this.#tellMoved(from, this.#latest);
  }

  jump(milliseconds: number): void {
    assertForward(milliseconds, "the milliseconds to jump by");
    this.#move(Math.min(END_OF_TIME, Math.floor(this.now() + milliseconds)), this.#setting.speed);
  }

  adopt(setting: ClockSetting): void {
    assertForward(setting.speed, "speed");
    const kept = reading(setting, this.#real.now());
    if (kept >= this.now()) this.#move(kept, setting.speed, setting);
    else this.#move(this.now(), setting.speed);
  }

  onMove(moved: (from: number, to: number) => void): () => void {
    this.#moved.add(moved);
    return () => this.#moved.delete(moved);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#cancelTimer?.();
    this.#wakes.clear();
    this.#moved.clear();
  }

  /** Stands at `to` from now on; tells who listens, and then wakes whatever is due. */
  #move(to: number, speed: number, setting = settingAt(to, this.#real.now(), speed)): void {
    const from = this.now();
    this.#setting = setting;
    this.#latest = to;
    try {
      this.#tellMoved(from, to);
    } finally {
      this.#wakeDue();
    }
  }

  #tellMoved(from: number, to: number): void {
    for (const moved of [...this.#moved]) moved(from, to);
  }

  /** The end is fixed before the first wake, so that a chain of wakes on a fast clock comes to an end. */
  #wakeDue(): void {
    try {
      this.#wakeUntil(this.now(), () => {});
    } finally {
      this.#arm();
    }
  }

  #wakeUntil(end: number, reach: (instant: number) => void): void {
    const nested = this.#waking;
    this.#waking = true;
    try {
      for (let next = this.#wakes.first; next && next.instant <= end; next = this.#wakes.first) {
        this.#wakes.remove(next);
        reach(next.instant);
        next.wake(next.instant);
      }
    } finally {
      this.#waking = nested;
    }
  }

  /** Sets the one real timer, for the first wake. On a paused clock what is due wakes without one: a microtask is enough. */
  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const first = this.#wakes.first;
    if (first === undefined || this.#waking) return;
    const { speed } = this.#setting;
    const wait = realMillisecondsUntil(first.instant, this.now(), speed);
    if (wait < Infinity && speed > 0)
      this.#cancelTimer = this.#real.wait(Math.min(wait, LONGEST_WAIT_MILLISECONDS), () => this.#wakeDue());
    else if (wait === 0) queueMicrotask(() => this.#wakeDue());
  }
}

/** A clock that stands as `setting` says: what a restart makes of the setting in its journal. */
export function clockOf(setting: ClockSetting, real: RealTime = machineTime): MovableClock {
  return new MovedClock(setting, real);
}

/** The machine's own time, until somebody moves it. */
export function systemClock(real: RealTime = machineTime): MovableClock {
  return clockOf({ realAt: 0, simulatedAt: 0, speed: 1 }, real);
}

/** A clock that reads `startAt` (epoch milliseconds; the real instant unless given) now and runs `speed` times as fast. */
export function scaledClock(
  { speed, startAt }: { readonly speed: number; readonly startAt?: number },
  real: RealTime = machineTime,
): MovableClock {
  const realAt = real.now();
  return clockOf(settingAt(startAt ?? realAt, realAt, speed), real);
}

/** A clock that stands still at `startAt`, epoch milliseconds, and moves by `advance` and `jump` alone. */
export function manualClock(startAt: number, real: RealTime = machineTime): MovableClock {
  return scaledClock({ speed: 0, startAt }, real);
}
