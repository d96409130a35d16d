// Is there such a directory? Makes it with those above it.

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** For its owner alone unless told otherwise. As mkdirSync does with `recursive`, but that one never returns below /proc. Throws the system's error. */
export function makeDirectory(directory: string, mode = 0o700): void {
  try {
    mkdirSync(directory, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    const parent = dirname(directory);
    if (code !== "ENOENT" || parent === directory) throw error;
    makeDirectory(parent, mode);
    mkdirSync(directory, { mode });
  }
}
