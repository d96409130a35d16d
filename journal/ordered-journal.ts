// In which order do events get in, and who hears of them? One answer for every log that can keep a batch of lines.

import { type Entry, type Journal, JournalError, PositionConflict } from "./journal.ts";

/** Keeps events as JSON, one after the other. All calls are synchronous; each may throw JournalError. */
export interface EventLog {
  /** How many are kept: the position of the last one. */
  readonly length: number;
  /** Adds them all, safe on return, or none. */
  keep(events: readonly string[]): void;
  /** Events after position `after` in order: as many as are read well at once, but at least one where there is one. */
  read(after: number): readonly string[];
  close(): void;
}

interface Append {
  readonly expectedPosition: number;
  readonly events: readonly string[];
  readonly resolve: (position: number) => void;
  readonly reject: (error: unknown) => void;
}

interface Follower<Event> {
  /** The position of the last entry that it took. */
  position: number;
  readonly take: (entry: Entry<Event>) => void;
}

function toJson(event: unknown): string {
  const json: string | undefined = JSON.stringify(event);
  if (json === undefined) throw new TypeError(`an event must have a JSON form, and \`${String(event)}\` has none`);
  return json;
}

/**
 * Appends that wait at the same moment are kept in one batch, so that on disk they share one commit. Each is checked in its
 * turn against the position that the ones before it lead to: a conflict refuses that append alone.
 */
export class OrderedJournal<Event> implements Journal<Event> {
  readonly #log: EventLog;
  readonly #followers = new Set<Follower<Event>>();
  #waiting: Append[] = [];
  #position: number;
  #closed = false;

  constructor(log: EventLog) {
    this.#log = log;
    this.#position = log.length;
  }

  get position(): number {
    return this.#position;
  }

  // Made into JSON at once: what the caller does with its objects afterwards changes nothing.
  async append(expectedPosition: number, events: readonly Event[]): Promise<number> {
    this.#refuseWhenClosed();
    const kept = events.map(toJson);
    return new Promise((resolve, reject) => {
      const count = this.#waiting.push({ expectedPosition, events: kept, resolve, reject });
      if (count === 1) queueMicrotask(() => this.#flush());
    });
  }

  follow(from: number, take: (entry: Entry<Event>) => void): () => void {
    this.#refuseWhenClosed();
    if (!Number.isSafeInteger(from) || from < 0) throw new RangeError(`cannot follow from position ${from}`);
    const follower = { position: from, take };
    while (follower.position < this.#position) this.#handKept(follower);
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.#log.close();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new JournalError("the journal is closed");
  }

  // The log may be ahead of the position while a batch is handed over: what lies beyond comes with the batch.
  #handKept(follower: Follower<Event>): void {
    for (const json of this.#log.read(follower.position)) {
      if (follower.position === this.#position) return;
      follower.position += 1;
      follower.take({ position: follower.position, event: JSON.parse(json) });
    }
  }

  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    const admitted: Append[] = [];
    const refused: Append[] = [];
    let position = this.#position;
    for (const append of batch) {
      if (append.expectedPosition === position) {
        admitted.push(append);
        position += append.events.length;
      } else refused.push(append);
    }
    this.#keep(admitted);
    for (const { expectedPosition, reject } of refused) {
      reject(new PositionConflict(`expected position ${expectedPosition}, but the journal is elsewhere`));
    }
  }

  #keep(admitted: readonly Append[]): void {
    const events = admitted.flatMap((append) => append.events);
    try {
      if (events.length > 0) this.#log.keep(events);
    } catch (error) {
      for (const append of admitted) append.reject(error);
      return;
    }
    for (const json of events) this.#handOver({ position: this.#position + 1, event: JSON.parse(json) });
    for (const append of admitted) append.resolve(append.expectedPosition + append.events.length);
  }

  // A follower that joins during this loop was handed the entry already: its position tells.
  #handOver(entry: Entry<Event>): void {
    this.#position = entry.position;
    for (const follower of this.#followers) {
      if (follower.position >= entry.position) continue;
      follower.position = entry.position;
      try {
        follower.take(entry);
      } catch (error) {
        // The event is safe and the append has succeeded, but that follower's state is wrong from here on: end loudly.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
