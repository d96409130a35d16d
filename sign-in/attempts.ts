// Who has guessed too often? Failed attempts are counted by the name that was tried, whether there is such a user or not, and by the
// address that they came from. AWS throttles too, and does not publish how.

import { LRUCache } from "lru-cache";

const WINDOW_MILLISECONDS = 300_000;
const FAILURES_PER_USER = 5;
const FAILURES_PER_ADDRESS = 20;
const KEPT = 10_000;

interface Count {
  readonly failures: number;
  /** When it begins anew, epoch milliseconds. */
  readonly until: number;
}

/** An attempt under way counts as a failure until it is known to be none: so many at once get no further than one after the other. */
export interface Attempt {
  /** The password was right, so that the address guesses none; the name still waits for its code. */
  isHalfway(): void;
  succeeded(): void;
}

class Counts {
  readonly #counts = new LRUCache<string, Count>({ max: KEPT });
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  #at(key: string, at: number): Count {
    const count = this.#counts.get(key);
    return count && at < count.until ? count : { failures: 0, until: at + WINDOW_MILLISECONDS };
  }

  isFull(key: string, at: number): boolean {
    return this.#at(key, at).failures >= this.#limit;
  }

  add(key: string, failures: number, at: number): void {
    const count = this.#at(key, at);
    this.#counts.set(key, { ...count, failures: Math.max(0, count.failures + failures) });
  }

  forget(key: string): void {
    this.#counts.delete(key);
  }
}

export class Attempts {
  readonly #users = new Counts(FAILURES_PER_USER);
  readonly #addresses = new Counts(FAILURES_PER_ADDRESS);

  /** Undefined where that name, or that address, has to wait. `at` is in epoch milliseconds. */
  begin(userName: string, sourceAddress: string, at: number): Attempt | undefined {
    if (this.#users.isFull(userName, at) || this.#addresses.isFull(sourceAddress, at)) return undefined;
    this.#users.add(userName, 1, at);
    this.#addresses.add(sourceAddress, 1, at);
    const isHalfway = () => this.#addresses.add(sourceAddress, -1, at);
    return {
      isHalfway,
      succeeded: () => {
        isHalfway();
        this.#users.forget(userName);
      },
    };
  }
}
