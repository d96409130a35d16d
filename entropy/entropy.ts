// Where do bytes and ids come from? One source for a whole world, random or replayed from a seed.

/** A source of random bytes. Two sources made from the same seed give the same bytes in the same order. */
export interface Entropy {
  bytes(length: number): Buffer;
}
