// How is the world changed? Decide on what is, append, and decide again when another change came first.

import { type Journal, PositionConflict } from "./journal.ts";
import { type Turns, takeTurns } from "./turns.ts";

/** The commits of one process on one journal take turns, so that each decides once. */
const turns = new WeakMap<object, Turns>();

/**
 * Appends the events that `decide` finds right on the present state, and gives its result once they are safe and folded into
 * that state. `decide` runs again, on the newer state, whenever another append came first; so it changes nothing itself.
 */
export function commit<Event, Result>(journal: Journal<Event>, decide: Decide<Event, Result>): Promise<Result> {
  const inTurn = turns.get(journal) ?? takeTurns();
  turns.set(journal, inTurn);
  return inTurn(() => decideAndAppend(journal, decide));
}

type Decide<Event, Result> = () => { readonly events: readonly Event[]; readonly result: Result };

/** Each time round another append has got in and its followers have it: that is what ends the loop. */
async function decideAndAppend<Event, Result>(journal: Journal<Event>, decide: Decide<Event, Result>): Promise<Result> {
  for (;;) {
    const { events, result } = decide();
    if (events.length === 0) return result;
    try {
      await journal.append(journal.position, events);
      return result;
    } catch (error) {
      if (!(error instanceof PositionConflict)) throw error;
    }
  }
}
