// How far is an expectation met by the requests so far? Each tally is told of one request after the other and keeps little.

import { parseDuration } from "../clock/duration.ts";
import { type Bounds, boundsOf, type Expectation } from "./expectation.ts";
import { matcherOf, type RequestConditions } from "./request-conditions.ts";
import type { RequestRecord } from "./request-record.ts";

/** A request that counted: its number, and when it came by both clocks. */
export interface Mark {
  readonly sequence: number;
  readonly at: number;
  readonly realAt: number;
}

/** Requests told one by one, in the order of the log. */
export interface Tally {
  take(record: RequestRecord): void;
  /** Whether what was taken is what is expected. */
  readonly isMet: boolean;
  /** Whether nothing that was missed could change that it is met, or that it is not. */
  readonly isCertain: boolean;
}

const markOf = ({ sequence, at, realAt }: RequestRecord): Mark => ({ sequence, at, realAt });

type Near = (first: Mark, last: Mark) => boolean;

/** Whether two requests lie as near to each other as is wanted; undefined where nothing is. */
export function nearness({ within, withinReal }: Expectation): Near | undefined {
  if (within === undefined && withinReal === undefined) return undefined;
  const milliseconds = (duration: string | undefined) =>
    duration === undefined ? Number.POSITIVE_INFINITY : parseDuration(duration);
  const [simulated, real] = [milliseconds(within), milliseconds(withinReal)];
  return (first, last) => last.at - first.at <= simulated && last.realAt - first.realAt <= real;
}

/** Requests of one kind, counted: in all, and at most within the time. */
export class CountTally implements Tally {
  readonly bounds: Bounds;
  readonly #matches: (record: RequestRecord) => boolean;
  readonly #near: Near | undefined;
  readonly #isExact: boolean;
  #total = 0;
  /** The latest ones, as far as they lie near enough to each other. */
  #recent: Mark[] = [];
  #fullest: { readonly count: number; readonly first: number; readonly last: number } | undefined;

  constructor(expectation: Expectation) {
    this.bounds = boundsOf(expectation);
    this.#matches = matcherOf(expectation.query ?? {});
    this.#near = nearness(expectation);
    this.#isExact = expectation.exactly !== undefined;
  }

  /** In all. */
  get total(): number {
    return this.#total;
  }

  /** How many of them count: those of the fullest time, where there is one. */
  get count(): number {
    return this.#near ? (this.#fullest?.count ?? 0) : this.#total;
  }

  get isTooFew(): boolean {
    return this.count < this.bounds.least;
  }

  get isTooMany(): boolean {
    return (this.#isExact ? this.#total : this.count) > this.bounds.most;
  }

  get isMet(): boolean {
    return !this.isTooFew && !this.isTooMany;
  }

  // What was missed can only add.
  get isCertain(): boolean {
    return this.isTooMany || (!this.isTooFew && this.bounds.most === Number.POSITIVE_INFINITY);
  }

  /** Whether a request is one of those that count. */
  counts(record: RequestRecord): boolean {
    const { first = 0, last = Number.POSITIVE_INFINITY } = this.#isExact ? {} : (this.#fullest ?? {});
    return record.sequence >= first && record.sequence <= last && this.#matches(record);
  }

  take(record: RequestRecord): void {
    if (!this.#matches(record)) return;
    this.#total++;
    if (this.#near) this.#takeNear(this.#near, markOf(record));
  }

  #takeNear(near: Near, mark: Mark): void {
    this.#recent.push(mark);
    const start = this.#recent.findIndex((first) => near(first, mark));
    if (start > 0) this.#recent = this.#recent.slice(start);
    const count = this.#recent.length;
    if (count <= (this.#fullest?.count ?? 0)) return;
    this.#fullest = { count, first: this.#recent[0]?.sequence ?? 0, last: mark.sequence };
  }
}

/** A way through the steps, from its last request back to its first. */
interface Chain {
  readonly mark: Mark;
  readonly length: number;
  readonly first: Mark;
  readonly before: Chain | undefined;
}

/** Requests of several kinds, one after the other. */
export class OrderTally implements Tally {
  readonly steps: readonly RequestConditions[];
  readonly #matchers: readonly ((record: RequestRecord) => boolean)[];
  readonly #near: Near | undefined;
  /** For each number of steps the way through them that began last, so that no other one is shorter. */
  readonly #ways: (Chain | undefined)[];
  #found: Chain | undefined;
  /** Through all steps, but not near enough: the shortest by the simulated time. */
  #tooLong: Chain | undefined;

  constructor(expectation: Expectation) {
    this.steps = expectation.inOrder ?? [];
    this.#matchers = this.steps.map(matcherOf);
    this.#near = nearness(expectation);
    this.#ways = this.steps.map(() => undefined);
  }

  get isMet(): boolean {
    return this.#found !== undefined;
  }

  get isCertain(): boolean {
    return this.isMet;
  }

  /** The requests of the way that was found, or of the one that came farthest. */
  get marks(): readonly Mark[] {
    const marks: Mark[] = [];
    const farthest = this.#found ?? this.#tooLong ?? this.#ways.findLast((way) => way !== undefined);
    for (let chain: Chain | undefined = farthest; chain; chain = chain.before) marks.unshift(chain.mark);
    return marks;
  }

  take(record: RequestRecord): void {
    if (this.#found) return;
    const mark = markOf(record);
    // From the last step on, so that one request is not taken for two of them.
    for (let step = this.steps.length - 1; step >= 0; step--) {
      const before = step === 0 ? undefined : this.#ways[step - 1];
      if (step > 0 && before === undefined) continue;
      if (!this.#matchers[step]?.(record)) continue;
      const chain = { mark, length: step + 1, first: before?.first ?? mark, before };
      this.#ways[step] = chain;
      if (chain.length === this.steps.length) this.#complete(chain);
    }
  }

  #complete(chain: Chain): void {
    const span = ({ first, mark }: Chain) => mark.at - first.at;
    if (this.#near === undefined || this.#near(chain.first, chain.mark)) this.#found = chain;
    else if (this.#tooLong === undefined || span(chain) < span(this.#tooLong)) this.#tooLong = chain;
  }
}
