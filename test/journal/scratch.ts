// A directory of its own for a test, gone afterwards; and child processes that speak in lines of JSON.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "mayfly-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly lines: AsyncIterableIterator<unknown>;
  readonly ended: Promise<string | number>;
}

/** Runs a script of this directory, which ends with the test at the latest. `prefix` is a command that the script's node is put behind. */
export function runScript(script: string, args: readonly string[], prefix: readonly string[] = []): Child {
  const [command = "", ...rest] = [...prefix, process.execPath, join(import.meta.dirname, script), ...args];
  const child = spawn(command, rest);
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stderr.pipe(process.stderr);
  const ended = new Promise<string | number>((resolve) => {
    child.on("close", (code, signal) => resolve(signal ?? code ?? ""));
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    process: child,
    ended,
    lines: (async function* () {
      for await (const line of lines) yield JSON.parse(line);
    })(),
  };
}
