// What is shown large of a rotation? From 20 minutes before the old keys' expiry until the new ones are in use.

import type { ProgramReport } from "../../report.ts";
import type { Rotation } from "../../verdict.ts";
import type { Extent } from "../words.ts";

const MINUTE = 60_000;
const BEFORE = 20 * MINUTE;
const PADDING = 2 * MINUTE;
/** How long is looked on where no new keys came into use. */
const PATIENCE = 30 * MINUTE;

/** From earlier on, where the program had asked earlier. Epoch milliseconds. */
export function stripExtent({ expiresAt, askedAt, pickedUpAt }: Rotation, endedAt: number): Extent {
  const from = Math.min(expiresAt - BEFORE, (askedAt ?? Infinity) - PADDING, (pickedUpAt ?? Infinity) - PADDING);
  const seen = pickedUpAt === undefined ? Math.min(endedAt, expiresAt + PATIENCE) : pickedUpAt;
  return { from, until: Math.max(seen, expiresAt) + PADDING };
}

const MOST = 24;

/** At most so many, those with the smallest margins, in the order in which they were. */
export function chosenRotations({ verdict }: ProgramReport): readonly Rotation[] {
  const marginOf = ({ marginSeconds }: Rotation) => marginSeconds ?? -Infinity;
  return [...verdict.rotations]
    .sort((one, other) => marginOf(one) - marginOf(other))
    .slice(0, MOST)
    .sort((one, other) => one.number - other.number);
}
