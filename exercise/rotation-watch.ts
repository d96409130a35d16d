// How many rotations has a program gone through? Told as they happen, so that the run knows when it has seen enough; what is made of
// them is the verdict's.

/** The keys that a program's calls are signed with. */
export interface KeysInUse {
  readonly accessKeyId: string;
  readonly expiresAt: number;
}

/** How long a program is waited for, in simulated milliseconds. */
export interface Patience {
  /** From its first request after the expiry of its keys until it uses newer ones. */
  readonly renewalMilliseconds: number;
  /** Without any request at all. */
  readonly silenceMilliseconds: number;
}

/** What is seen of a program at one instant of the simulation, epoch milliseconds. */
export interface Sight {
  readonly now: number;
  /** The newest that it uses. */
  readonly keys: KeysInUse | undefined;
  readonly lastRequestAt: number | undefined;
  /** The latest thing that happened to it: patience begins anew. */
  readonly happenedAt: number;
}

/**
 * A rotation begins with the newest keys in use, and is over when these have expired and newer ones are in use, or patience is over. Then
 * the next one begins, with those newer keys once there are some.
 */
export class RotationWatch {
  readonly #patience: Patience;
  #keys: KeysInUse | undefined;
  /** Since when newer keys are waited for: the start, the expiry, or the end of a rotation that brought none. */
  #since: number;
  #isLost = false;
  #askedAt: number | undefined;
  #completed = 0;
  #isGivenUp = false;

  constructor(startedAt: number, patience: Patience) {
    this.#patience = patience;
    this.#since = startedAt;
  }

  get completed(): number {
    return this.#completed;
  }

  /** Nothing more is to be expected of it. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  look(sight: Sight): void {
    const { now, keys } = sight;
    if (this.#keys && !this.#isLost && now < this.#keys.expiresAt) return;
    this.#isGivenUp = false;
    if (keys !== undefined && keys.accessKeyId !== this.#keys?.accessKeyId) this.#begin(keys);
    else if (this.#isPatienceOver(sight)) this.#giveUp(now);
  }

  #begin(keys: KeysInUse): void {
    if (this.#keys && !this.#isLost) this.#completed++;
    this.#keys = keys;
    this.#since = keys.expiresAt;
    this.#isLost = false;
    this.#askedAt = undefined;
  }

  #isPatienceOver({ now, lastRequestAt, happenedAt }: Sight): boolean {
    if (lastRequestAt !== undefined && lastRequestAt >= this.#since) this.#askedAt ??= lastRequestAt;
    const { renewalMilliseconds, silenceMilliseconds } = this.#patience;
    const isRenewing = this.#askedAt !== undefined && this.#keys !== undefined;
    const from = Math.max(happenedAt, isRenewing ? (this.#askedAt as number) : this.#since);
    return now - from >= (isRenewing ? renewalMilliseconds : silenceMilliseconds);
  }

  /** First on this rotation, then on the program. */
  #giveUp(now: number): void {
    this.#isGivenUp = this.#keys === undefined || this.#isLost;
    if (this.#isGivenUp) return;
    this.#completed++;
    this.#isLost = true;
    this.#since = now;
    this.#askedAt = undefined;
  }
}
