// What time is it, and when do I wake? The two questions that everything else asks about time.
// Instants are whole milliseconds since the Unix epoch, everywhere in Mayfly; a name ends in `At`, or is `instant` or `at`.

/** Tells the simulated time and wakes whoever waits for it. */
export interface Clock {
  /** The simulated instant, in epoch milliseconds. It never goes backwards. */
  now(): number;
  /**
   * Calls `wake` once, with `instant`, as soon as the clock reads `instant` or later (at once, but not within this call,
   * when it already does). Wakes come in the order of their instants; the wait may be longer than 2^31 ms.
   * @returns a function that cancels the wake; calling it twice does nothing.
   */
  at(instant: number, wake: (instant: number) => void): () => void;
}

/**
 * Where a clock stands: at the real instant `realAt` it read `simulatedAt`, and from there it runs `speed` times as fast
 * as the real time; 0 is a paused clock. With the same setting, two processes on one machine read the same.
 */
export interface ClockSetting {
  readonly realAt: number;
  readonly simulatedAt: number;
  readonly speed: number;
}

/** A clock whose hands can be moved while it runs. */
export interface MovableClock extends Clock, Disposable {
  /** The real instant, in epoch milliseconds: the two-clock rule for signatures needs it. */
  realNow(): number;
  readonly setting: ClockSetting;
  /** Runs on from the present instant at `speed` (0 pauses). RangeError when negative or not finite. */
  setSpeed(speed: number): void;
  /** Moves forward, passing through every wake on the way at its own instant. RangeError when negative or not finite. */
  advance(milliseconds: number): void;
  /** Moves forward at once, as a laptop that was suspended: then everything that is due wakes, in order. */
  jump(milliseconds: number): void;
  /** Takes over a setting that the journal kept, but never goes back behind the present instant. */
  adopt(setting: ClockSetting): void;
  /** Calls `moved` after each change of the setting, with the instants before and after; returns how to stop it. */
  onMove(moved: (from: number, to: number) => void): () => void;
}
