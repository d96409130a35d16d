// When do we look what has happened? On each beat of node-cron, each move of the clock, and each instant that somebody awaits.

import { schedule } from "node-cron";
import type { MovableClock } from "./clock.ts";

export interface Heartbeat extends Disposable {
  /** Looks now. Call it when a new instant is awaited, so that `nextAt` is asked again. */
  beat(): void;
}

export interface HeartbeatOptions {
  /** The next instant after `after` at which `look` shall be called; undefined when none is awaited. Asked after each look. */
  readonly nextAt?: (after: number) => number | undefined;
  /** What beats, once each real second unless given; returns how to stop it. */
  readonly everySecond?: (beat: () => void) => () => void;
}

/**
 * Calls `look` with each span of simulated time that has passed, from `from` (exclusive) to `to` (inclusive), in epoch
 * milliseconds: the spans join without gap or overlap, and none is empty. Nothing but announcements may depend on a beat.
 */
export function startHeartbeat(
  clock: MovableClock,
  look: (from: number, to: number) => void,
  { nextAt = () => undefined, everySecond = cronSeconds }: HeartbeatOptions = {},
): Heartbeat {
  let lookedAt = clock.now();
  let looking = false;
  let beaten = false;
  let cancelWake = () => {};

  const lookOnce = () => {
    const from = lookedAt;
    lookedAt = clock.now();
    if (lookedAt > from) look(from, lookedAt);
  };
  const beat = () => {
    beaten = true;
    if (looking) return; // whoever looks moved the clock: the loop below sees it when he is done
    looking = true;
    try {
      while (beaten) {
        beaten = false;
        lookOnce();
      }
    } finally {
      looking = false;
      cancelWake();
      const next = nextAt(lookedAt);
      // From a microtask, so that one advance over many such instants brings one look.
      cancelWake = next !== undefined && next > lookedAt ? clock.at(next, () => queueMicrotask(beat)) : () => {};
    }
  };

  const stopListening = clock.onMove(beat);
  const stopBeating = everySecond(beat);
  beat();
  return {
    beat,
    [Symbol.dispose]() {
      stopBeating();
      stopListening();
      cancelWake();
    },
  };
}

/** node-cron would swallow what `beat` throws; from a microtask it ends the process, as a fault of ours should. */
function cronSeconds(beat: () => void): () => void {
  const task = schedule("* * * * * *", () => queueMicrotask(beat), { unref: true, suppressMissedWarning: true });
  return () => void task.destroy();
}
