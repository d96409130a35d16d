// What happened, in order, and is it safe? The contract that memory, SQLite and later a shared journal keep. It is the one of
// NATS JetStream's expected-last-sequence: https://docs.nats.io/nats-concepts/jetstream/streams

/** An event at its place: positions count from 1 without gaps. */
export interface Entry<Event> {
  readonly position: number;
  readonly event: Event;
}

/** Another writer came first: decide again on the new state. */
export class PositionConflict extends Error {
  override readonly name = "PositionConflict";
}

/** The journal or the blobs cannot be opened, read or written. The message is one line for whoever runs Mayfly. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

export interface Journal<Event> {
  /** The position of the last event that was handed to followers; 0 for an empty journal. */
  readonly position: number;
  /**
   * Adds events after `expectedPosition`, all or none. Resolves with the new position once they are safe and every follower
   * here has them; rejects with PositionConflict when another append came first (followers here then have that one), and
   * with JournalError when it could not be written. Events are kept as JSON, and followers get what JSON keeps of them.
   */
  append(expectedPosition: number, events: readonly Event[]): Promise<number>;
  /**
   * Hands over the events after `from` in order, kept ones within this call, later ones as they come. All followers share
   * the event: `take` leaves it as it is, and does not throw. Returns how to stop.
   */
  follow(from: number, take: (entry: Entry<Event>) => void): () => void;
  close(): Promise<void>;
}

/** Object bytes by content hash. A blob is safe when `write` resolves; only then may an event name it. */
export interface BlobStore {
  /** Keeps the bytes; `hash` is the lower-case hex SHA-256. Memory stays bounded whatever the length. */
  write(bytes: AsyncIterable<Uint8Array>): Promise<{ readonly hash: string; readonly sizeBytes: number }>;
  /**
   * The bytes from `start` to `end`, both inclusive as in HTTP ranges; `end` may be `start - 1` for none. A short range comes
   * as one Buffer. A long one is open from this call on, whatever is removed meanwhile, and is read to its end or ended
   * by `return()`, as `for await` does. JournalError when the blob is not there or is shorter.
   */
  read(hash: string, start: number, end: number): AsyncIterable<Uint8Array> | Uint8Array;
  /**
   * Forgets a blob that no event names any more; a missing one is no error. What was written and awaits its event counts as
   * named, and the caller alone knows: here, and in `sweep`.
   */
  remove(hash: string): Promise<void>;
  /** Removes all blobs that `isNamed` does not know: what a crash left behind. */
  sweep(isNamed: (hash: string) => boolean): Promise<void>;
  close(): Promise<void>;
}
