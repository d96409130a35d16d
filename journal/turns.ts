// Who is next? Pieces of work that must not run side by side, one after the other in the order in which they were asked for.

export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Each piece of work waits until those before it have ended, well or not, and gives its own result. */
export function takeTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}
