// A machine's time that tests move by hand: waits end while it passes, a step moves the hands alone.

import type { RealTime } from "../../clock/real-time.ts";

export interface HandMovedTime extends RealTime {
  /** Lets real time pass; waits end on the way, each at its own moment. */
  pass(milliseconds: number): void;
  /** Sets the machine's clock forwards or back, as NTP does; timers do not notice. */
  step(milliseconds: number): void;
  /** The longest wait that was ever asked for, and how many are open. */
  readonly longestWait: number;
  readonly open: number;
}

export function handMovedTime(startAt = 0): HandMovedTime {
  let steady = 0;
  let ahead = startAt;
  let longestWait = 0;
  const waits = new Set<{ due: number; then: () => void }>();
  return {
    now: () => steady + ahead,
    wait(milliseconds, then) {
      longestWait = Math.max(longestWait, milliseconds);
      const wait = { due: steady + Math.max(1, milliseconds), then };
      waits.add(wait);
      return () => waits.delete(wait);
    },
    pass(milliseconds) {
      const end = steady + milliseconds;
      for (;;) {
        const next = [...waits].filter(({ due }) => due <= end).sort((one, other) => one.due - other.due)[0];
        if (!next) break;
        waits.delete(next);
        steady = Math.max(steady, next.due);
        next.then();
      }
      steady = end;
    },
    step(milliseconds) {
      ahead += milliseconds;
    },
    get longestWait() {
      return longestWait;
    },
    get open() {
      return waits.size;
    },
  };
}
