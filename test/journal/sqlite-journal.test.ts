// A journal on disk: one commit for those who wait together, the same again after an end of any kind, one process at a time.

import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test, vi } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { type Journal, JournalError } from "../../journal/journal.ts";
import { openSqliteJournal } from "../../journal/sqlite-journal.ts";
import { runScript, scratchDirectory } from "./scratch.ts";

const scratchFile = () => join(scratchDirectory(), "data", "journal.sqlite");

function entries(journal: Journal<unknown>) {
  const events: unknown[] = [];
  journal.follow(0, ({ event }) => events.push(event));
  return events;
}

describe("a journal on disk", () => {
  test("is for its owner alone to read", async () => {
    const file = scratchFile();
    const journal = openSqliteJournal(file);
    await journal.append(0, ["a"]);
    for (const path of [file, `${file}-wal`]) expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
    expect((statSync(join(file, "..")).mode & 0o777).toString(8)).toBe("700");
    await journal.close();
  });

  test("gives the same entries when it is opened again", async () => {
    const file = scratchFile();
    for (let round = 0; round < 3; round++) {
      const journal = openSqliteJournal<number>(file);
      expect(journal.position).toBe(round * 2);
      await journal.append(journal.position, [round, round]);
      expect(entries(journal)).toEqual([0, 0, 1, 1, 2, 2].slice(0, round * 2 + 2));
      await journal.close();
    }
  });

  test("appends that wait at the same moment share one commit, later ones have their own", async () => {
    const journal = openSqliteJournal<number>(scratchFile());
    const executed = vi.spyOn(DatabaseSync.prototype, "exec");
    const commits = () => executed.mock.calls.filter(([statement]) => statement === "COMMIT").length;
    await Promise.all(Array.from({ length: 100 }, (_, index) => journal.append(index, [index])));
    expect(commits()).toBe(1);
    await journal.append(100, [100]);
    await journal.append(101, [101]);
    expect(commits()).toBe(3);
    executed.mockRestore();
    await journal.close();
  });

  test("waits for the disk at each commit", async () => {
    const file = scratchFile();
    const opened = vi.spyOn(DatabaseSync.prototype, "prepare");
    const journal = openSqliteJournal(file);
    const database = opened.mock.contexts[0] as DatabaseSync;
    opened.mockRestore();
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect(["journal_mode", "synchronous", "locking_mode"].map(pragma)).toEqual(["wal", 2, "exclusive"]);
    await journal.close();
  });
});

describe("one process at a time", () => {
  const inUse = /^\S+ is in use by another process: stop that one, or choose another directory$/;

  test("a second opening is refused in one line, and does not loosen the first one's lock", async () => {
    const file = scratchFile();
    const journal = openSqliteJournal(file);
    for (let attempt = 0; attempt < 3; attempt++) expect(() => openSqliteJournal(file)).toThrow(inUse);
    await journal.append(0, ["a"]);
    await journal.close();
    const next = openSqliteJournal(file);
    expect(entries(next)).toEqual(["a"]);
    await next.close();
  });

  test("another process's lock holds from its opening and ends with it, SIGKILL included", async () => {
    const file = scratchFile();
    const child = runScript("append-until-killed.ts", [file]);
    await child.lines.next();
    expect(() => openSqliteJournal(file)).toThrow(JournalError);
    expect(() => openSqliteJournal(file)).toThrow(inUse);
    child.process.kill("SIGKILL");
    await child.ended;
    const journal = openSqliteJournal(file);
    expect(journal.position).toBeGreaterThan(0);
    await journal.close();
  });
});

describe("what goes wrong", () => {
  const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);

  test(`a process killed while it appends loses nothing that it acknowledged, MAYFLY_TEST_SEED=${seed}`, async () => {
    const file = scratchFile();
    const { integer } = dice(`${seed}/kill`);
    for (let round = 0; round < 6; round++) {
      const child = runScript("append-until-killed.ts", [file]);
      let acknowledged = 0;
      let remaining = 1 + integer(400);
      for await (const position of child.lines) {
        acknowledged = position as number;
        remaining -= 1;
        if (remaining === 0) child.process.kill("SIGKILL");
      }
      expect(await child.ended).toBe("SIGKILL");
      const journal = openSqliteJournal<{ number: number }>(file);
      const numbers = entries(journal).map((event) => (event as { number: number }).number);
      await journal.close();
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
      expect(numbers.length).toBeGreaterThanOrEqual(acknowledged);
      // An append is there as a whole: 1, 2 and 3 events in turn.
      expect([0, 1, 3]).toContain(numbers.length % 6);
    }
  });

  // The limit of the file size stands in for a disk that is full and then has room again.
  test.skipIf(spawnSync("prlimit", ["--version"]).error)(
    "a full disk refuses the append alone, and goes on once there is room",
    async () => {
      const file = scratchFile();
      const child = runScript("append-until-full.ts", [file], ["bash", "-c", 'ulimit -S -f 512; exec "$@"', "-"]);
      const full = (await child.lines.next()).value as { position: number; followed: number; name: string };
      expect(full).toMatchObject({
        name: "JournalError",
        message: expect.stringMatching(/^\S+journal\.sqlite could not be written, nothing was kept: \S.*$/),
      });
      expect(full.position).toBeGreaterThan(0);
      expect(full.position % 2).toBe(0);
      expect(full.followed).toBe(full.position);
      spawnSync("prlimit", ["--pid", String(child.process.pid), "--fsize=unlimited"]);
      child.process.stdin.write("\n");
      const after = { position: full.position + 2, followed: full.position + 2 };
      expect((await child.lines.next()).value).toEqual(after);
      await child.ended;
      const journal = openSqliteJournal(file);
      expect(entries(journal)).toHaveLength(after.position);
      await journal.close();
    },
  );

  test("a follower that throws ends the process loudly, once the others have the event", () => {
    const program = `
      import { memoryJournal } from ${JSON.stringify(import.meta.resolve("../../journal/memory-journal.ts"))};
      const journal = memoryJournal();
      journal.follow(0, () => { throw new Error("cannot fold"); });
      journal.follow(0, ({ event }) => process.stdout.write("followed " + event));
      journal.append(0, ["a"]);`;
    const child = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
    expect(child.stderr).toContain("Error: cannot fold");
    expect([child.status, child.stdout]).toEqual([1, "followed a"]);
  });

  test.each([
    [
      "a file that is no database",
      (file: string) => writeFileSync(file, "no database, but long enough for a page"),
      "could not be opened as a journal",
    ],
    ["a directory", (file: string) => mkdirSync(file), "could not be opened as a journal"],
    [
      "a later layout",
      (file: string) => alter(file, "PRAGMA user_version = 2"),
      "its layout 2 is not known to this version",
    ],
    [
      "a gap",
      (file: string) => alter(file, "DELETE FROM events WHERE position = 2"),
      "it holds 2 events, but the last one is number 3",
    ],
  ])("%s is refused in one line", async (_, make, message) => {
    const directory = scratchDirectory();
    const file = join(directory, "journal.sqlite");
    make(file);
    expect(() => openSqliteJournal(file)).toThrow(JournalError);
    expect(() => openSqliteJournal(file)).toThrow(message);
  });
});

function alter(file: string, statement: string) {
  const journal = openSqliteJournal(file);
  void journal.append(0, ["a", "b", "c"]);
  void journal.close();
  const database = new DatabaseSync(file);
  database.exec(statement);
  database.close();
}
