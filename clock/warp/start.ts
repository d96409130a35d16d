// How does a program come under a launcher's eyes? Traced from its first instruction, or taken over before it becomes the program.

import { spawn } from "node:child_process";
import { kill, seize, waitUntilStopped } from "./kernel.ts";
import type { Run } from "./orders.ts";

/** What a shell adds to the environment of what it starts. */
const SHELL_VARIABLES = ["PWD", "OLDPWD", "SHLVL", "_"];

/** The process that is the program, or will become it by exec. Throws in one line when it cannot be started or traced. */
export function startTraced(run: Run): number {
  if (!("pid" in run)) return start(run);
  seize(run.pid);
  return run.pid;
}

/** A shell stops itself, is traced, and becomes the program by exec. */
function start({ command, arguments: words, directory, environment, stdio }: Exclude<Run, { pid: number }>): number {
  const added = SHELL_VARIABLES.filter((name) => environment[name] === undefined);
  const script = `unset ${added.join(" ")}; kill -STOP $$; exec "$@"`;
  const { pid } = spawn("/bin/sh", ["-c", script, "sh", command, ...words], {
    ...{ stdio, cwd: directory, env: environment },
  });
  if (pid === undefined) throw new Error(`there is no /bin/sh here to start the program with, or no ${directory}`);
  waitUntilStopped(pid);
  try {
    seize(pid);
  } catch (error) {
    kill(pid);
    throw error;
  }
  process.kill(pid, "SIGCONT");
  return pid;
}
