// Which wake comes next? A binary heap by instant; equal instants keep the order in which they were asked for.

export interface Wake {
  readonly instant: number;
  readonly wake: (instant: number) => void;
  readonly order: number;
  /** Where it stands in the heap; -1 once it has left. */
  index: number;
}

/** Adding, taking and cancelling cost log n each, so that a hundred thousand wakes are no burden. */
export class WakeQueue {
  readonly #heap: Wake[] = [];
  #asked = 0;

  get first(): Wake | undefined {
    return this.#heap[0];
  }

  add(instant: number, wake: (instant: number) => void): Wake {
    const added = { instant, wake, order: this.#asked++, index: this.#heap.length };
    this.#heap.push(added);
    this.#rise(added);
    return added;
  }

  /** Takes a wake out; one that has left already is left alone. */
  remove(wake: Wake): void {
    const hole = wake.index;
    const last = this.#heap.at(-1);
    if (hole < 0 || last === undefined) return;
    this.#heap.pop();
    if (last !== wake) {
      this.#put(last, hole);
      this.#sink(last);
      this.#rise(last);
    }
    wake.index = -1;
  }

  clear(): void {
    for (const wake of this.#heap) wake.index = -1;
    this.#heap.length = 0;
  }

  #put(wake: Wake, index: number): void {
    this.#heap[index] = wake;
    wake.index = index;
  }

  #rise(wake: Wake): void {
    while (wake.index > 0) {
      const at = wake.index;
      const parent = this.#heap[(at - 1) >> 1] as Wake;
      if (!comesBefore(wake, parent)) return;
      this.#put(wake, parent.index);
      this.#put(parent, at);
    }
  }

  #sink(wake: Wake): void {
    for (;;) {
      const at = wake.index;
      const left = this.#heap[2 * at + 1];
      const right = this.#heap[2 * at + 2];
      const child = left && right && comesBefore(right, left) ? right : left;
      if (child === undefined || !comesBefore(child, wake)) return;
      this.#put(wake, child.index);
      this.#put(child, at);
    }
  }
}

function comesBefore(one: Wake, other: Wake): boolean {
  return one.instant < other.instant || (one.instant === other.instant && one.order < other.order);
}
