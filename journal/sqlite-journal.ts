// Where are events kept so that a world survives its process? In one SQLite file, whose lock also keeps a second process out.

import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { makeDirectory } from "./directory.ts";
import { type Journal, JournalError } from "./journal.ts";
import { type EventLog, OrderedJournal } from "./ordered-journal.ts";

/** The layout of the file, in its `user_version`: a later Mayfly that changes it counts on, and knows the old one by it. */
const LAYOUT = 1;
/** How many events are read at once: memory stays bounded however long the journal is. */
const PAGE = 1_000;
/** https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;

// EXCLUSIVE before WAL: the lock of the first access is held until the connection or the process ends, SIGKILL included,
// and no shared-memory file is needed (https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory). FULL: each commit
// waits until the disk has it, on macOS really so only with fullfsync.
const SETTINGS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;`;

const CREATE = `
  BEGIN EXCLUSIVE;
  CREATE TABLE events (position INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${LAYOUT};
  COMMIT;`;

/**
 * Opens the journal in `file`, which is made with its directory when it is not there, for its owner alone to read: it may hold keys.
 * JournalError when another process has it open, or when it is not a journal.
 */
export function openSqliteJournal<Event>(file: string): Journal<Event> {
  return new OrderedJournal(new SqliteLog(file));
}

class SqliteLog implements EventLog {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  #length: number;

  constructor(file: string) {
    this.#file = file;
    this.#database = open(file);
    this.#insert = this.#database.prepare("INSERT INTO events (position, event) VALUES (?, ?)");
    this.#select = this.#database.prepare(
      `SELECT event FROM events WHERE position > ? ORDER BY position LIMIT ${PAGE}`,
    );
    this.#length = Number(this.#database.prepare("SELECT count(*) AS count FROM events").get()?.count);
  }

  get length(): number {
    return this.#length;
  }

  keep(events: readonly string[]): void {
    const database = this.#database;
    try {
      database.exec("BEGIN IMMEDIATE");
      events.forEach((event, index) => {
        this.#insert.run(this.#length + 1 + index, event);
      });
      database.exec("COMMIT");
    } catch (cause) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw new JournalError(`${this.#file} could not be written, nothing was kept: ${reason(cause)}`, { cause });
    }
    this.#length += events.length;
  }

  read(after: number): readonly string[] {
    return this.#select.all(after).map((row) => String(row.event));
  }

  close(): void {
    this.#database.close();
  }
}

function open(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    makeDirectory(dirname(file));
    createForOwner(file);
    database = new DatabaseSync(file);
    database.exec(SETTINGS);
    const layout = database.prepare("PRAGMA user_version").get()?.user_version;
    if (layout === 0) database.exec(CREATE);
    else if (layout !== LAYOUT) throw new Error(`its layout ${layout} is not known to this version of Mayfly`);
    // INVARIANT: positions count from 1 without gaps, which reading relies on.
    const { count, last } = database.prepare("SELECT count(*) AS count, max(position) AS last FROM events").get() ?? {};
    if (count !== (last ?? 0)) throw new Error(`it holds ${count} events, but the last one is number ${last}`);
    return database;
  } catch (cause) {
    database?.close();
    const { errcode } = cause as { errcode?: number };
    if (errcode !== undefined && errcode % 256 === SQLITE_BUSY) {
      throw new JournalError(`${file} is in use by another process: stop that one, or choose another directory`, {
        cause,
      });
    }
    throw new JournalError(`${file} could not be opened as a journal: ${reason(cause)}`, { cause });
  }
}

// Only where there is none yet: closing a descriptor of a file drops the locks that this process holds on it.
function createForOwner(file: string): void {
  try {
    closeSync(openSync(file, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
