// What is told of each rotation? One table for text, JUnit and the page.

import type { ProgramReport } from "../report.ts";
import type { Rotation } from "../verdict.ts";
import { elapsed, margin, nameKeys, visible } from "./words.ts";

interface Told {
  readonly rotation: Rotation;
  /** Epoch milliseconds, as the time that has passed in the run. */
  readonly since: (instant: number | undefined) => string;
  /** An access key id, by its letter and its end. */
  readonly name: (accessKeyId: string | undefined) => string;
}

const COLUMNS: readonly (readonly [title: string, tell: (told: Told) => string])[] = [
  ["rotation", ({ rotation }) => String(rotation.number)],
  ["keys", ({ rotation, name }) => `${name(rotation.accessKeyId)} → ${name(rotation.nextAccessKeyId)}`],
  ["expiry", ({ rotation, since }) => since(rotation.expiresAt)],
  ["asked", ({ rotation, since }) => since(rotation.askedAt)],
  ["served", ({ rotation, since }) => since(rotation.servedAt)],
  ["in use", ({ rotation, since }) => since(rotation.pickedUpAt)],
  ["margin", ({ rotation }) => margin(rotation)],
  ["IMDS requests", ({ rotation }) => String(rotation.imdsRequests)],
  ["tokens", ({ rotation }) => String(rotation.tokenRequests)],
];

/** The titles first, then a row for each rotation; instants since `from`. Empty where there was none. */
export function rotationTable({ observation, verdict }: ProgramReport, from: number): readonly (readonly string[])[] {
  if (verdict.rotations.length === 0) return [];
  const names = nameKeys(observation.lives);
  const since: Told["since"] = (instant) => (instant === undefined ? "never" : elapsed(instant - from));
  const name: Told["name"] = (id) => (id === undefined ? "none" : (names.get(id)?.label ?? visible(id)));
  const rows = verdict.rotations.map((rotation) => COLUMNS.map(([, tell]) => tell({ rotation, since, name })));
  return [COLUMNS.map(([title]) => title), ...rows];
}

/** The rows as lines, in columns. */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
