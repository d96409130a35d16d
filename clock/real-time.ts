// What time is it on this machine, and how does one wait there? The only readings and timers beneath every clock of ours.

import { setTimeout as resolveAfter } from "node:timers/promises";

/** The machine's time; tests hand in their own and move it by hand. */
export interface RealTime {
  /** Epoch milliseconds. The machine may step it, forwards or back. */
  now(): number;
  /** Calls `then` once after so many real milliseconds; returns how to cancel. It does not keep the process alive. */
  wait(milliseconds: number, then: () => void): () => void;
}

/** A server lives by its sockets, so our timers are unreferenced: they never keep a process from ending. */
export const machineTime: RealTime = {
  now: () => Date.now(),
  wait(milliseconds, then) {
    const timer = setTimeout(then, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many real milliseconds and keeps the process alive till then; rejects with AbortError on `signal`. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return resolveAfter(milliseconds, undefined, signal ? { signal } : {});
}
