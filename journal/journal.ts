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

export interface Journal<Event> {
  /** The position of the last event that was handed to followers; 0 for an empty journal. */
  readonly position: number;
  /**
   * Adds events after `expectedPosition`, all or none. Resolves with the new position once they are safe and every follower
   * here has them; rejects with PositionConflict when another append came first.
   */
  append(expectedPosition: number, events: readonly Event[]): Promise<number>;
  /** Hands over the events after `from` in order, kept ones within this call, later ones as they come. Returns how to stop. */
  follow(from: number, take: (entry: Entry<Event>) => void): () => void;
  close(): Promise<void>;
}

/** Object bytes by content hash. A blob is safe when `write` resolves; only then may an event name it. */
export interface BlobStore {
  /** Keeps the bytes; `hash` is the lower-case hex SHA-256. Memory stays bounded whatever the length. */
  write(bytes: AsyncIterable<Uint8Array>): Promise<{ readonly hash: string; readonly sizeBytes: number }>;
  /** The bytes from `start` to `end`, both inclusive as in HTTP ranges. A small blob in memory comes as one Buffer. */
  read(hash: string, start: number, end: number): AsyncIterable<Uint8Array> | Uint8Array;
  /** Forgets a blob that no event names any more; a missing one is no error. */
  remove(hash: string): Promise<void>;
  /** Removes all blobs that `isNamed` does not know: what a crash left behind. */
  sweep(isNamed: (hash: string) => boolean): Promise<void>;
  close(): Promise<void>;
}
