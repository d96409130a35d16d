// Which of many rules may speak of a resource? Those whose own resources begin as it does: of five hundred that name a bucket each, one.

import type { Rule } from "./decision.ts";

/** The rules that speak of one action. */
export interface FoundRules {
  readonly all: readonly Rule[];
  /** Those of them, in their order, that may speak of the resource. */
  readonly on: (resource: string) => readonly Rule[];
}

/** Fewer are asked as quickly as they are looked up. */
const WORTH_AN_INDEX = 8;

export function findable(all: readonly Rule[]): FoundRules {
  if (all.length < WORTH_AN_INDEX) return { all, on: () => all };
  const places = new Map<string, number[]>();
  for (const [place, { statement }] of all.entries()) {
    for (const beginning of statement.resourceBeginnings ?? [""]) {
      const known = places.get(beginning);
      if (known) known.push(place);
      else places.set(beginning, [place]);
    }
  }
  const lengths = [...new Set(Array.from(places.keys(), ({ length }) => length))];
  return {
    all,
    on: (resource) => {
      const found = lengths.flatMap((length) => places.get(resource.slice(0, length)) ?? []);
      return [...new Set(found)].sort((a, b) => a - b).map((place) => all[place] as Rule);
    },
  };
}
