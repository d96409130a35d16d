// Were old keys used long after newer ones had come?

import type { KeyLife } from "../observation.ts";
import { instant, span } from "../words.ts";
import type { Check } from "./check.ts";

export const noStaleCredentials: Check = {
  name: "no-stale-credentials",
  about: "keys were not used for long after newer ones had been served to the program, whole and alive",
  threshold: "staleSeconds",
  isOfTime: true,
  judge({ observation }, allowed) {
    const stale = observation.lives.flatMap((life) => staleness(life, observation.lives) ?? []);
    const worst = stale.reduce<Stale | undefined>((a, b) => (a && a.seconds >= b.seconds ? a : b), undefined);
    if (worst === undefined)
      return { outcome: "passed", measured: 0, message: "no keys were used after newer ones had been served" };
    const { old, newer, seconds } = worst;
    const message = `keys ${old.accessKeyId} were used for ${span(seconds * 1000)} after newer ones (${newer.accessKeyId}) had been served, until ${instant(old.lastUsedAt as number)}`;
    return { outcome: seconds <= allowed ? "passed" : "failed", measured: seconds, message };
  },
};

interface Stale {
  readonly old: KeyLife;
  readonly newer: KeyLife;
  readonly seconds: number;
}

/** Old keys that are served again after newer ones, as faults do, are the newest that the program knows of. */
function staleness(old: KeyLife, lives: readonly KeyLife[]): Stale | undefined {
  const { lastUsedAt, lastServedAt = Number.NEGATIVE_INFINITY, issuedAt } = old;
  if (lastUsedAt === undefined) return undefined;
  const found = lives
    .filter((life) => life.issuedAt > issuedAt && (life.lastServedAt ?? Number.NEGATIVE_INFINITY) > lastServedAt)
    .map((newer) => ({
      old,
      newer,
      seconds: (lastUsedAt - Math.max(newer.firstServedAt as number, lastServedAt)) / 1000,
    }))
    .filter(({ seconds }) => seconds > 0);
  return found.reduce<Stale | undefined>((a, b) => (a && a.seconds >= b.seconds ? a : b), undefined);
}
