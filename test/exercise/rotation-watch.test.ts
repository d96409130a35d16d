// When has a program gone through a rotation, and when is nothing more expected of it? Told of what is seen, in hours.

import { expect, test } from "vitest";
import { RotationWatch } from "../../exercise/rotation-watch.ts";

const HOUR = 3_600_000;
const PATIENCE = { renewalMilliseconds: HOUR / 2, silenceMilliseconds: 6.5 * HOUR };

/** The hour, the keys in use with the hour of their expiry, the hour of the last request, and of what happened last. */
type Seen = readonly [hour: number, keys: string | undefined, expires: number, asked?: number, happened?: number];

function watched(...seen: readonly Seen[]) {
  const watch = new RotationWatch(0, PATIENCE);
  return seen.map(([hour, accessKeyId, expires, asked = hour, happened = 0]) => {
    watch.look({
      now: hour * HOUR,
      keys: accessKeyId === undefined ? undefined : { accessKeyId, expiresAt: expires * HOUR },
      lastRequestAt: asked < 0 ? undefined : asked * HOUR,
      happenedAt: happened * HOUR,
    });
    return watch.isGivenUp ? "given up" : watch.completed;
  });
}

test.each<readonly [string, readonly Seen[], readonly (number | string)[]]>([
  [
    "new keys before the expiry: over at the expiry",
    [
      [0, "A", 6],
      [5.8, "B", 11],
      [6, "B", 11],
    ],
    [0, 0, 1],
  ],
  [
    "keys taken up hourly: one rotation all the same",
    [
      [0, "A", 6],
      [1, "B", 7],
      [2, "C", 8],
      [6, "F", 11],
    ],
    [0, 0, 0, 1],
  ],
  [
    "the next begins with the newest in use",
    [
      [0, "A", 6],
      [6, "F", 11],
      [10.9, "F", 11],
      [11, "G", 16],
    ],
    [0, 1, 1, 2],
  ],
  [
    "new keys soon after the expiry",
    [
      [0, "A", 6],
      [6.1, "A", 6],
      [6.2, "B", 12],
    ],
    [0, 0, 1],
  ],
  [
    "old keys for longer than patience",
    [
      [0, "A", 6],
      [6.1, "A", 6],
      [6.7, "A", 6],
      [6.8, "A", 6],
      [7.4, "A", 6],
    ],
    [0, 0, 1, 1, "given up"],
  ],
  [
    "new ones after that begin the next rotation",
    [
      [0, "A", 6],
      [6.1, "A", 6],
      [6.7, "A", 6],
      [6.8, "B", 12],
      [12, "C", 18],
    ],
    [0, 0, 1, 1, 2],
  ],
  [
    "a program that sleeps past the expiry is waited for",
    [
      [0, "A", 6],
      [9, "A", 6, 5],
      [12, "A", 6, 5],
      [12.1, "B", 18],
    ],
    [0, 0, 0, 1],
  ],
  [
    "but not for ever",
    [
      [0, "A", 6],
      [12.5, "A", 6, 5],
      [19, "A", 6, 5],
    ],
    [0, 1, "given up"],
  ],
  [
    "what happens to it makes patience begin anew",
    [
      [0, "A", 6],
      [6.1, "A", 6],
      [6.7, "A", 6, 6.7, 6.5],
      [7.1, "A", 6, 7, 6.5],
    ],
    [0, 0, 0, 1],
  ],
  [
    "a program that never signs a call",
    [
      [1, undefined, 0, -1],
      [6.4, undefined, 0, 6],
      [6.5, undefined, 0, 6],
    ],
    [0, 0, "given up"],
  ],
  [
    "and one that at last does",
    [
      [6.5, undefined, 0, -1],
      [6.6, "A", 12],
    ],
    ["given up", 0],
  ],
])("%s", (_, seen, told) => {
  expect(watched(...seen)).toEqual(told);
});
