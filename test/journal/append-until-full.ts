// Appends to the journal given as argument until it cannot, prints position and error, waits for a line, and appends again.

import { once } from "node:events";
import { openSqliteJournal } from "../../journal/sqlite-journal.ts";

const journal = openSqliteJournal<string>(process.argv[2] ?? "");
const followed: number[] = [];
journal.follow(0, ({ position }) => followed.push(position));
const append = () => journal.append(journal.position, ["x".repeat(10_000), "y".repeat(10_000)]);
const say = (said: unknown) => process.stdout.write(`${JSON.stringify(said)}\n`);

try {
  for (;;) await append();
} catch (error) {
  const { name, message } = error as Error;
  say({ position: journal.position, followed: followed.length, name, message });
}
await once(process.stdin, "data");
say({ position: await append(), followed: followed.length });
process.exit();
