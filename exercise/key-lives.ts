// Which keys has a program got, and which does it use? Kept as the requests come.

import type { KeyLife, SeenRequest } from "./observation.ts";
import type { KeyInstants } from "./seen.ts";

type Growing = { -readonly [Name in keyof KeyLife]: KeyLife[Name] };

export class KeyLives {
  readonly #lives = new Map<string, Growing>();
  /** When keys came first in an answer that may not have reached the program whole. */
  readonly #doubtful = new Map<string, number>();

  /** By their issue; of two that were issued within a second, the one that was seen first. */
  get all(): readonly KeyLife[] {
    return [...this.#lives.values()].sort((a, b) => a.issuedAt - b.issuedAt);
  }

  has(accessKeyId: string): boolean {
    return this.#lives.has(accessKeyId);
  }

  get(accessKeyId: string): KeyLife | undefined {
    return this.#lives.get(accessKeyId);
  }

  /** The newest keys that have signed a call. */
  get newestInUse(): KeyLife | undefined {
    return this.all.findLast(({ firstUsedAt }) => firstUsedAt !== undefined);
  }

  served(keys: KeyInstants, { at }: SeenRequest, isWhole: boolean): void {
    const life = this.#life(keys);
    if (!isWhole) {
      this.#doubtful.set(keys.accessKeyId, Math.min(at, this.#doubtful.get(keys.accessKeyId) ?? at));
      return;
    }
    life.firstServedAt = Math.min(at, life.firstServedAt ?? at);
    life.lastServedAt = Math.max(at, life.lastServedAt ?? at);
  }

  used(keys: KeyInstants, { at }: SeenRequest): void {
    const life = this.#life(keys);
    life.firstUsedAt = Math.min(at, life.firstUsedAt ?? at);
    life.lastUsedAt = Math.max(at, life.lastUsedAt ?? at);
    const doubtful = this.#doubtful.get(keys.accessKeyId);
    if (doubtful === undefined || life.firstServedAt !== undefined) return;
    life.firstServedAt = doubtful;
    life.lastServedAt = doubtful;
  }

  #life(keys: KeyInstants): Growing {
    const known = this.#lives.get(keys.accessKeyId);
    if (known !== undefined) return known;
    const life: Growing = { ...keys };
    this.#lives.set(keys.accessKeyId, life);
    return life;
  }
}
