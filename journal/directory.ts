// Is there such a directory? Makes it, for its owner alone, with those above it.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** As mkdirSync does with `recursive`, but that one never returns below /proc. Throws the system's error. */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const parent = dirname(directory);
    if (code !== "ENOENT" || parent === directory) throw error;
    makeDirectory(parent);
    mkdirSync(directory, { mode: 0o700 });
  }
}
