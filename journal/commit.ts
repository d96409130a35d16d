// How is the world changed? Decide on what is, append, and decide again when another change came first.

import { type Journal, PositionConflict } from "./journal.ts";

/** The last commit on each journal: those of one process take turns, so that each decides once. */
const turns = new WeakMap<object, Promise<unknown>>();

/**
 * Appends the events that `decide` finds right on the present state, and gives its result once they are safe and folded into
 * that state. `decide` runs again, on the newer state, whenever another append came first; so it changes nothing itself.
 */
export function commit<Event, Result>(journal: Journal<Event>, decide: Decide<Event, Result>): Promise<Result> {
  const turn = (turns.get(journal) ?? Promise.resolve()).then(() => decideAndAppend(journal, decide));
  turns.set(
    journal,
    turn.catch(() => {}),
  );
  return turn;
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
