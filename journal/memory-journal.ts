// Where are events kept in a world that ends with its process?

import type { Journal } from "./journal.ts";
import { type EventLog, OrderedJournal } from "./ordered-journal.ts";

/** How many events a follower that joins late is given at a time. */
const PAGE = 1_000;

/** A journal that lasts as long as the process. It keeps JSON as the one on disk does, so that both hand over the same. */
export function memoryJournal<Event>(): Journal<Event> {
  const kept: string[] = [];
  const log: EventLog = {
    get length() {
      return kept.length;
    },
    keep: (events) => {
      for (const event of events) kept.push(event);
    },
    read: (after) => kept.slice(after, after + PAGE),
    close: () => {},
  };
  return new OrderedJournal(log);
}
