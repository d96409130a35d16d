// The contract of a journal, held against every kind of it.

import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { commit } from "../../journal/commit.ts";
import { type Entry, type Journal, JournalError, PositionConflict } from "../../journal/journal.ts";
import { memoryJournal } from "../../journal/memory-journal.ts";
import { openSqliteJournal } from "../../journal/sqlite-journal.ts";
import { scratchDirectory } from "./scratch.ts";

const KINDS: readonly [string, () => Journal<unknown>][] = [
  ["memory", () => memoryJournal()],
  ["SQLite", () => openSqliteJournal(join(scratchDirectory(), "journal.sqlite"))],
];

describe.each(KINDS)("a journal in %s", (_, open) => {
  const opened = () => {
    const journal = open();
    onTestFinished(() => journal.close());
    return journal;
  };
  const followed = (journal: Journal<unknown>, from = 0) => {
    const entries: Entry<unknown>[] = [];
    const stop = journal.follow(from, (entry) => entries.push(entry));
    return { entries, stop };
  };

  test("starts empty, counts from 1 and hands over to followers before it acknowledges", async () => {
    const journal = opened();
    const { entries } = followed(journal);
    expect(journal.position).toBe(0);
    expect(await journal.append(0, ["a", "b"])).toBe(2);
    expect(entries).toEqual([
      { position: 1, event: "a" },
      { position: 2, event: "b" },
    ]);
    expect(journal.position).toBe(2);
  });

  test("refuses an append at any other position, and keeps nothing of it", async () => {
    const journal = opened();
    await journal.append(0, ["a"]);
    for (const position of [0, 2, -1, 1.5, Number.NaN]) {
      await expect(journal.append(position, ["b", "c"])).rejects.toBeInstanceOf(PositionConflict);
    }
    expect(followed(journal).entries).toEqual([{ position: 1, event: "a" }]);
  });

  test("of appends that wait together, a conflict refuses that one alone", async () => {
    const journal = opened();
    const outcomes = await Promise.allSettled([
      journal.append(0, ["a"]),
      journal.append(0, ["late"]),
      journal.append(1, ["b", "c"]),
      journal.append(2, ["late too"]),
      journal.append(3, ["d"]),
    ]);
    expect(outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason.name))).toEqual([
      1,
      "PositionConflict",
      3,
      "PositionConflict",
      4,
    ]);
    expect(followed(journal).entries.map(({ event }) => event)).toEqual(["a", "b", "c", "d"]);
  });

  test("whoever lost has the winner's events when it hears of it", async () => {
    const journal = opened();
    const { entries } = followed(journal);
    const seen: number[] = [];
    await Promise.all([
      journal.append(0, ["first"]),
      journal.append(0, ["second"]).catch(() => seen.push(entries.length)),
    ]);
    expect(seen).toEqual([1]);
  });

  test("an append of nothing checks the position and changes nothing", async () => {
    const journal = opened();
    await journal.append(0, ["a"]);
    expect(await journal.append(1, [])).toBe(1);
    await expect(journal.append(0, [])).rejects.toBeInstanceOf(PositionConflict);
  });

  test("hands over kept events within the call, later ones as they come, each once, from any position", async () => {
    const journal = opened();
    const events = Array.from({ length: 2_500 }, (_, index) => index + 1);
    await journal.append(0, events);
    for (const from of [0, 1, 999, 1_000, 2_499, 2_500]) {
      const { entries } = followed(journal, from);
      expect(entries.map(({ position }) => position)).toEqual(events.slice(from));
      expect(entries.map(({ event }) => event)).toEqual(events.slice(from));
    }
    const ahead = followed(journal, 2_501).entries;
    const late = followed(journal, 2_499).entries;
    await journal.append(2_500, ["x", "y"]);
    expect(late.map(({ event }) => event)).toEqual([2_500, "x", "y"]);
    expect(ahead.map(({ event }) => event)).toEqual(["y"]);
    expect(() => followed(journal, -1)).toThrow(RangeError);
  });

  test("a follower that joins or leaves while events are handed over neither misses one nor gets one twice", async () => {
    const journal = opened();
    await journal.append(0, ["a"]);
    const joined: unknown[] = [];
    const leaver: unknown[] = [];
    journal.follow(1, ({ event }) => {
      if (event === "b") journal.follow(0, (entry) => joined.push(entry.event));
      if (event === "c") stop();
    });
    const stop = journal.follow(0, (entry) => leaver.push(entry.event));
    await journal.append(1, ["b", "c", "d"]);
    expect(joined).toEqual(["a", "b", "c", "d"]);
    expect(leaver).toEqual(["a", "b"]);
  });

  test("keeps JSON as it was at the call, and gives all followers the same", async () => {
    const journal = opened();
    const { entries } = followed(journal);
    const event = { at: 1, absent: undefined, text: "ä\u0000\ud83e\udd9f\u2028" };
    const appended = journal.append(0, [event]);
    event.at = 2;
    await appended;
    expect(entries).toStrictEqual([{ position: 1, event: { at: 1, text: event.text } }]);
    expect(followed(journal).entries).toStrictEqual(entries);
  });

  test("an event without a JSON form is the caller's mistake and takes the whole append with it", async () => {
    const journal = opened();
    await expect(journal.append(0, ["a", undefined])).rejects.toThrow(TypeError);
    await expect(journal.append(0, ["a", 1n])).rejects.toThrow(TypeError);
    expect(journal.position).toBe(0);
  });

  test("closing keeps what waits, and refuses what comes later", async () => {
    const journal = opened();
    const waiting = journal.append(0, ["a"]);
    await journal.close();
    await journal.close();
    expect(await waiting).toBe(1);
    await expect(journal.append(1, ["b"])).rejects.toBeInstanceOf(JournalError);
    expect(() => journal.follow(0, () => {})).toThrow(JournalError);
  });

  test("64 commits at once each get in, one after the other, deciding on what the ones before did", async () => {
    const journal = opened();
    let [sum, decisions] = [0, 0];
    journal.follow(0, ({ event }) => {
      sum += event as number;
    });
    const decide = () => {
      decisions++;
      return { events: [1], result: sum };
    };
    const results = await Promise.all(Array.from({ length: 64 }, () => commit(journal, decide)));
    expect(decisions).toBe(64);
    expect(results.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, index) => index));
    expect(sum).toBe(64);
  });

  test("a decision for no event gives its result and appends nothing", async () => {
    const journal = opened();
    expect(await commit(journal, () => ({ events: [], result: "seen" }))).toBe("seen");
    expect(journal.position).toBe(0);
  });

  test("what a decision throws comes through", async () => {
    const refused = commit(opened(), () => {
      throw new Error("no such bucket");
    });
    await expect(refused).rejects.toThrow("no such bucket");
  });
});
