// When does an expectation come true, and what comes next? Both are told by the log as it grows; nobody polls.

import type { RealTime } from "../clock/real-time.ts";
import { type Expectation, ExpectationError, type Verdict } from "./expectation.ts";
import { Judge } from "./judge.ts";
import { matcherOf, type RequestConditions } from "./request-conditions.ts";
import type { RequestLog } from "./request-log.ts";
import { entryOf, type RequestEntry, type RequestRecord } from "./request-record.ts";

export interface Waiting {
  readonly realTime: RealTime;
  readonly timeoutMilliseconds: number;
  /** Ends the wait as the timeout does. */
  readonly signal?: AbortSignal | undefined;
}

/** Resolves as soon as the expectation is met; rejects with ExpectationError at the timeout, and when the log is closed. */
export function waitUntil(log: RequestLog, expectation: Expectation, waiting: Waiting): Promise<Verdict> {
  const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
  const { realTime, timeoutMilliseconds, signal } = waiting;
  let judge = new Judge(log, expectation);
  let stop = () => {};
  const settle = () => {
    stop();
    cancelTimer();
    signal?.removeEventListener("abort", settle);
    const verdict = judge.verdict();
    if (verdict.passed) resolve(verdict);
    else reject(new ExpectationError(verdict));
  };
  const look = () => {
    if (judge.hasPassed) settle();
  };
  const cancelTimer = realTime.wait(timeoutMilliseconds, settle);
  stop = log.watch({
    added(record) {
      judge.take(record);
      look();
    },
    cleared() {
      judge = new Judge(log, expectation);
      look();
    },
    closed: settle,
  });
  signal?.addEventListener("abort", settle);
  if (judge.hasPassed || signal?.aborted) settle();
  return promise;
}

/** So many requests that a slow reader did not take in time. */
export interface DroppedRequests {
  readonly dropped: number;
}

/**
 * The requests after `after`, or from now on, as they come. Nothing is queued for the reader: it reads from the ring, and where that
 * was faster it is told how many it missed. Ends when the log is closed, and by `signal`.
 */
export function followRequests(
  log: RequestLog,
  { after = log.total, ...conditions }: RequestConditions,
  signal?: AbortSignal,
): AsyncGenerator<RequestEntry | DroppedRequests> {
  return follow(log, after, matcherOf(conditions), signal);
}

async function* follow(
  log: RequestLog,
  after: number,
  matches: (record: RequestRecord) => boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<RequestEntry | DroppedRequests> {
  using news = new News(log, signal);
  let read = after;
  while (!news.isOver) {
    if (news.wasCleared()) read = 0;
    if (read < log.dropped) {
      yield { dropped: log.dropped - read };
      read = log.dropped;
    }
    const record = log.record(read + 1);
    if (record === undefined) await news.come();
    else {
      read++;
      if (matches(record)) yield entryOf(record);
    }
  }
}

/** Whether anything happened to a log since one last asked. */
class News implements Disposable {
  readonly #stop: () => void;
  readonly #signal: AbortSignal | undefined;
  #isClosed = false;
  #isCleared = false;
  #wake: (() => void) | undefined;

  constructor(log: RequestLog, signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#tell);
    this.#stop = log.watch({
      added: this.#tell,
      cleared: () => {
        this.#isCleared = true;
        this.#tell();
      },
      closed: () => {
        this.#isClosed = true;
        this.#tell();
      },
    });
  }

  get isOver(): boolean {
    return this.#isClosed || this.#signal?.aborted === true;
  }

  /** Resolves when something happens from now on. */
  come(): Promise<void> {
    if (this.isOver || this.#isCleared) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }

  wasCleared(): boolean {
    const was = this.#isCleared;
    this.#isCleared = false;
    return was;
  }

  readonly #tell = () => {
    this.#wake?.();
    this.#wake = undefined;
  };

  [Symbol.dispose](): void {
    this.#stop();
    this.#signal?.removeEventListener("abort", this.#tell);
  }
}
