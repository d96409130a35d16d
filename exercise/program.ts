// How does a program start, and how does it end? On a clock that leaps or in the machine's time, asked to end and in the end made to.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants as files, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { pause } from "../clock/real-time.ts";
import { type WarpedProcess, warp } from "../clock/warp/warp.ts";

/** A program on its way. */
export interface StartedProgram extends AsyncDisposable {
  /** The exit code, 128 + the signal's number after a signal. */
  readonly exited: Promise<number>;
  kill(signal: NodeJS.Signals): void;
  /** Where its clock leaps. */
  readonly warped?: WarpedProcess;
}

export interface ProgramStart {
  readonly command: string;
  readonly words: readonly string[];
  readonly directory: string;
  /** All of its variables. */
  readonly environment: NodeJS.ProcessEnv;
  readonly stdio: "inherit" | "ignore";
}

/** On a clock of its own, which is so far ahead of the machine's at the start. What it leaves behind ends with it. */
export function startWarped(start: ProgramStart, aheadSeconds: number): StartedProgram {
  const { command, words, directory: cwd, environment: env, stdio } = start;
  const warped = warp(command, words, { cwd, env, stdio, aheadSeconds });
  return endingWith(warped.exited, warped, () => warped[Symbol.asyncDispose]());
}

/** In the machine's time. */
export function startPlain({ command, words, directory: cwd, environment: env, stdio }: ProgramStart): StartedProgram {
  const child = spawn(command, words, { cwd, env, stdio });
  const exited = once(child, "exit").then(([code, signal]) => exitCodeOf(code, signal));
  return endingWith(exited, child, async () => {});
}

/** What `isolate()` has started, and on which clock it is. */
export interface IsolatedStart extends AsyncDisposable {
  readonly process: Pick<ChildProcess, "kill">;
  readonly ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
  readonly warped?: WarpedProcess;
}

/** One that runs already, in a network of its own. */
export function startedIsolated({ process, ended, warped, [Symbol.asyncDispose]: end }: IsolatedStart): StartedProgram {
  const exited = warped?.exited ?? ended.then(([code, signal]) => exitCodeOf(code, signal));
  return endingWith(exited, warped ?? process, end);
}

const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null) =>
  code ?? 128 + constants.signals[signal as NodeJS.Signals];

function endingWith(
  exited: Promise<number>,
  running: WarpedProcess | Pick<ChildProcess, "kill">,
  end: () => PromiseLike<void>,
): StartedProgram {
  exited.catch(() => {}); // whoever awaits it is told
  return {
    exited,
    kill: (signal) => void running.kill(signal),
    ...("exited" in running && { warped: running }),
    async [Symbol.asyncDispose]() {
      running.kill("SIGKILL");
      await exited.catch(() => {});
      await end();
    },
  };
}

/** Error in one line unless the command is a program that can be started there. */
export function demandProgram({ command, directory, environment }: ProgramStart): void {
  const folders = command.includes("/") ? [""] : (environment.PATH ?? "").split(delimiter);
  const found = folders.map((folder) => resolve(directory, join(folder, command)));
  if (found.some(isProgram)) return;
  const where = command.includes("/") ? "such program" : "such program on the PATH";
  throw new Error(`${command}: no ${where}`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, files.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** So long a program may take to end, in real time. */
const GRACE_MILLISECONDS = 10_000;

/** Asks it to end, and ends it where it does not. */
export async function endProgram(program: StartedProgram): Promise<{ exitCode: number; wasKilled: boolean }> {
  const waiting = new AbortController();
  program.kill("SIGTERM");
  const late = pause(GRACE_MILLISECONDS, waiting.signal).then(
    () => undefined,
    () => undefined,
  );
  const exitCode = await Promise.race([program.exited, late]).finally(() => waiting.abort());
  if (exitCode !== undefined) return { exitCode, wasKilled: false };
  program.kill("SIGKILL");
  return { exitCode: await program.exited, wasKilled: true };
}
