// Is an expectation met by a log? It looks at what is kept once, and then, if told, at one request after the other.

import type { Expectation, Verdict } from "./expectation.ts";
import type { RequestLog } from "./request-log.ts";
import { entryOf, type RequestRecord } from "./request-record.ts";
import { CountTally, OrderTally } from "./tally.ts";
import { messageOfCount, messageOfOrder } from "./verdict-message.ts";

/** Which requests of the log an expectation is about: of steps in order, those of each. */
const queriesOf = ({ query = {}, inOrder }: Expectation) => inOrder ?? [query];

export class Judge {
  readonly #log: RequestLog;
  readonly #expectation: Expectation;
  readonly #tally: CountTally | OrderTally;
  /** Requests that may have counted were no longer kept when we looked. */
  readonly #missed: boolean;

  /** Looks at all that the log keeps. */
  constructor(log: RequestLog, expectation: Expectation) {
    this.#log = log;
    this.#expectation = expectation;
    this.#tally = expectation.inOrder ? new OrderTally(expectation) : new CountTally(expectation);
    this.#missed = queriesOf(expectation).some((query) => log.hasDropped(query));
    for (const record of log.records()) this.#tally.take(record);
  }

  take(record: RequestRecord): void {
    this.#tally.take(record);
  }

  /** Met, and nothing that was dropped before we looked can change that. */
  get hasPassed(): boolean {
    return this.#tally.isMet && !this.#isIncomplete;
  }

  verdict(): Verdict {
    const { hasPassed: passed } = this;
    const matched = this.#matched().map(entryOf);
    const told = { log: this.#log, expectation: this.#expectation, passed, isIncomplete: this.#isIncomplete, matched };
    const tally = this.#tally;
    return {
      passed,
      message: tally instanceof OrderTally ? messageOfOrder(told, tally) : messageOfCount(told, tally),
      count: tally instanceof OrderTally ? tally.marks.length : tally.count,
      matched,
      incomplete: this.#isIncomplete,
    };
  }

  get #isIncomplete(): boolean {
    return this.#missed && !this.#tally.isCertain;
  }

  #matched(): readonly RequestRecord[] {
    const tally = this.#tally;
    if (tally instanceof CountTally) return [...this.#log.records()].filter((record) => tally.counts(record));
    return tally.marks.flatMap(({ sequence }) => this.#log.record(sequence) ?? []);
  }
}

/** The verdict on what the log keeps now. */
export const judge = (log: RequestLog, expectation: Expectation): Verdict => new Judge(log, expectation).verdict();
