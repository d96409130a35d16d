// Which keys come next? A map that is read in the order of its keys' UTF-8 bytes, as S3 lists, from any place on. Nothing is
// sorted or copied to read it, and a change moves at most one short run of keys.

/** A run that grows beyond this is halved: 100,000 keys are some 200 runs. */
const RUN_LIMIT = 1024;

/** Compares as the UTF-8 bytes compare: negative when `a` comes first, 0 when they are equal. */
export function compareUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i);
    if (difference !== 0) return rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
  }
  return a.length - b.length;
}

/** Surrogates stand for characters beyond U+FFFF, which come last in UTF-8; UTF-16 has them before U+E000. */
const rank = (unit: number) => (unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);

export class SortedMap<Value> {
  readonly #values = new Map<string, Value>();
  /** All keys in order, cut into runs of which none is empty. */
  readonly #runs: string[][] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Value): void {
    const before = this.#values.size;
    this.#values.set(key, value);
    if (this.#values.size > before) this.#insert(key);
  }

  delete(key: string): boolean {
    if (!this.#values.delete(key)) return false;
    const [run, place] = this.#seek((other) => compareUtf8(other, key) < 0);
    const keys = this.#runs[run] as string[];
    if (keys.length === 1) this.#runs.splice(run, 1);
    else keys.splice(place, 1);
    return true;
  }

  clear(): void {
    this.#values.clear();
    this.#runs.length = 0;
  }

  /** All entries in order. The map must not change meanwhile; this holds for `entriesFrom` too. */
  entries(): IterableIterator<[string, Value]> {
    return this.entriesFrom(() => false);
  }

  /**
   * The entries from the first key on that is not before the place sought. `isBefore` must say yes to all keys up to that
   * place and no to all after it; it is asked about some twenty of them.
   */
  *entriesFrom(isBefore: (key: string) => boolean): Generator<[string, Value]> {
    let [run, place] = this.#seek(isBefore);
    for (; run < this.#runs.length; run++, place = 0) {
      const keys = this.#runs[run] as string[];
      for (; place < keys.length; place++) {
        const key = keys[place] as string;
        yield [key, this.#values.get(key) as Value];
      }
    }
  }

  #insert(key: string): void {
    const [found, place] = this.#seek((other) => compareUtf8(other, key) < 0);
    // What comes after all others joins the last run.
    const run = Math.min(found, Math.max(this.#runs.length - 1, 0));
    const keys = this.#runs[run];
    if (!keys) this.#runs.push([key]);
    else if (run < found) keys.push(key);
    else keys.splice(place, 0, key);
    if (keys && keys.length > RUN_LIMIT) this.#runs.splice(run + 1, 0, keys.splice(RUN_LIMIT / 2));
  }

  /** Run and place of the first key that is not before; the place after all runs when there is none. */
  #seek(isBefore: (key: string) => boolean): [run: number, place: number] {
    const run = partition(this.#runs, (keys) => isBefore(keys.at(-1) as string));
    return [run, partition(this.#runs[run] ?? [], isBefore)];
  }
}

/** The index of the first element that is not before, by halving. */
function partition<Element>(sorted: readonly Element[], isBefore: (element: Element) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(sorted[middle] as Element)) low = middle + 1;
    else high = middle;
  }
  return low;
}
