// Appends to the journal given as argument, several appends at a time, and prints each position that was acknowledged.

import { writeSync } from "node:fs";
import { openSqliteJournal } from "../../journal/sqlite-journal.ts";

const journal = openSqliteJournal<{ number: number }>(process.argv[2] ?? "");
for (;;) {
  const start = journal.position;
  const appends = [1, 2, 3].map((size, index) => {
    const expected = start + (index * (index + 1)) / 2;
    return journal.append(
      expected,
      Array.from({ length: size }, (_, i) => ({ number: expected + i + 1 })),
    );
  });
  for (const append of appends) writeSync(1, `${await append}\n`);
}
