// What was asked, and what was answered? The last requests at all faces, in a bounded ring.

import type { HttpReply, HttpRequest } from "../network/message.ts";
import { matcherOf, type RequestConditions } from "./request-conditions.ts";
import { RequestCounts } from "./request-counts.ts";
import {
  blankRecord,
  entryOf,
  type Face,
  type RequestEntry,
  type RequestRecord,
  Texts,
  writeRecord,
} from "./request-record.ts";

export interface RequestQuery extends RequestConditions {
  /** At most so many, the newest. */
  readonly limit?: number | undefined;
}

export interface RequestReport {
  /** Oldest first. */
  readonly requests: readonly RequestEntry[];
  /** How many requests there were since the start or the last reset. */
  readonly total: number;
  /** How many of them the ring no longer holds. */
  readonly dropped: number;
}

/** Who is told of what happens to a log, within the call that makes it happen. */
export interface LogWatcher {
  /** The record is written over later: take what is needed. */
  added(record: RequestRecord): void;
  /** All is forgotten, and counts begin anew. */
  cleared(): void;
  /** Nothing more will come. */
  closed(): void;
}

export class RequestLog {
  readonly #size: number;
  #ring: RequestRecord[] = [];
  #total = 0;
  /** The latest simulated instant of a dropped request. */
  #droppedUpTo = Number.NEGATIVE_INFINITY;
  readonly #texts = new Texts();
  readonly counts = new RequestCounts();
  /** Undefined while nobody watches: then a request pays for nobody. */
  #watchers: ReadonlySet<LogWatcher> | undefined;
  #isClosed = false;

  /** @param size how many exchanges are kept, at least 1. */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`a request log of ${size} entries: give a whole number from 1`);
    this.#size = size;
  }

  get total(): number {
    return this.#total;
  }

  get dropped(): number {
    return Math.max(0, this.#total - this.#size);
  }

  add(face: Face, request: HttpRequest, reply: HttpReply): void {
    const place = this.#total++ % this.#size;
    this.#ring[place] ??= blankRecord();
    const record = this.#ring[place];
    if (this.#total > this.#size && record.at > this.#droppedUpTo) this.#droppedUpTo = record.at;
    writeRecord(record, this.#total, face, request, reply, this.#texts);
    this.counts.count(record);
    if (this.#watchers !== undefined) for (const watcher of this.#watchers) watcher.added(record);
  }

  clear(): void {
    this.#ring = [];
    this.#total = 0;
    this.counts.clear();
    this.#droppedUpTo = Number.NEGATIVE_INFINITY;
    for (const watcher of this.#watchers ?? []) watcher.cleared();
  }

  /** Ends whoever watches; requests may still be added. */
  close(): void {
    this.#isClosed = true;
    for (const watcher of this.#watchers ?? []) watcher.closed();
    this.#watchers = undefined;
  }

  /** Tells `watcher` from now on; returns how to stop. */
  watch(watcher: LogWatcher): () => void {
    if (this.#isClosed) {
      watcher.closed();
      return () => {};
    }
    this.#watchers = new Set([...(this.#watchers ?? []), watcher]);
    return () => {
      const others = [...(this.#watchers ?? [])].filter((other) => other !== watcher);
      this.#watchers = others.length === 0 ? undefined : new Set(others);
    };
  }

  /** The record of that sequence number; undefined when it is dropped or has not come yet. */
  record(sequence: number): RequestRecord | undefined {
    if (sequence <= this.dropped || sequence > this.#total) return undefined;
    return this.#ring[(sequence - 1) % this.#size];
  }

  /** The records after that sequence number that are kept, oldest first. Records are written over: take what is needed. */
  *records(after = 0): Generator<RequestRecord> {
    for (let sequence = Math.max(this.dropped, after) + 1; sequence <= this.#total; sequence++)
      yield this.#ring[(sequence - 1) % this.#size] as RequestRecord;
  }

  /** Whether a request that such a query could mean is no longer kept. */
  hasDropped({ after = 0, from }: RequestConditions): boolean {
    return this.dropped > after && (from === undefined || Date.parse(from) <= this.#droppedUpTo);
  }

  list({ limit, ...conditions }: RequestQuery = {}): RequestReport {
    const found: RequestEntry[] = [];
    const matches = matcherOf(conditions);
    const { total, dropped } = this;
    for (let sequence = total; sequence > Math.max(dropped, conditions.after ?? 0); sequence--) {
      if (limit !== undefined && found.length >= limit) break;
      const record = this.record(sequence) as RequestRecord;
      if (matches(record)) found.push(entryOf(record));
    }
    return { requests: found.reverse(), total, dropped };
  }
}
