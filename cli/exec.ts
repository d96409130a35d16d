// mayfly exec: runs a program as if on an instance, or with a user's access key, and ends as it ended.

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter } from "node:path";
import { Command, Option } from "commander";
import type { Environment } from "../index.ts";
import { namesLike } from "./environment.ts";
import { type ControlOptions, controlsOf, withControl } from "./options.ts";

// What the clients' own sources say of AWS_EC2_METADATA_SERVICE_ENDPOINT and AWS_ENDPOINT_URL.
const HELP = `
HOME, the directory and all other variables stay. Removed are AWS_*, BOTO_CONFIG, the proxy variables and npm's own;
set are those that \`mayfly env\` prints.

Clients that ignore some of the variables and must be told in their own way:
  AWS CLI before 2.13 (Debian 12 has 2.9)   no AWS_ENDPOINT_URL: give --endpoint-url
  AWS SDK for Go v1, Java v1, JavaScript v2  no AWS_ENDPOINT_URL: set the endpoint in code
  AWS SDK for Java v1                        AWS_EC2_METADATA_SERVICE_ENDPOINT only, no endpoint mode
  minio-go, minio-py                         none of them: pass both endpoints in code
  Docker containers                          the variables end at the container's wall; see the sidecar`;

/** npm puts its own directories first on the PATH; the program shall see the caller's. */
function callersPath(path: string): string {
  const npms = /[\\/]node_modules[\\/]\.bin$|[\\/]node-gyp-bin$/;
  return path
    .split(delimiter)
    .filter((entry) => !npms.test(entry))
    .join(delimiter);
}

/** The variables of the program: the caller's, less what could lead it out of the simulation, plus the simulation's. */
export function programEnvironment(own: NodeJS.ProcessEnv, { variables, removed }: Environment): NodeJS.ProcessEnv {
  const dropped = new Set(namesLike(Object.keys(own), [...removed, "npm_*", "INIT_CWD"]));
  const kept = Object.entries(own).filter(([name]) => !dropped.has(name));
  const path = own.PATH === undefined ? {} : { PATH: callersPath(own.PATH) };
  return { ...Object.fromEntries(kept), ...path, ...variables };
}

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/** Runs the program with our stdio; resolves with its exit status, 128 + n when signal n ended it. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // Before the child is there: a signal that comes as it starts must not end us and leave it behind. A terminal's Ctrl-C reaches the
  // child by itself; then ours only must not end us before it.
  let pass = (_signal: NodeJS.Signals) => {};
  for (const signal of PASSED_ON) process.on(signal, () => pass(signal));
  const child = spawn(program, args, { stdio: "inherit", env, cwd: process.env.INIT_CWD ?? process.cwd() });
  pass = (signal) => void (signal === "SIGINT" && process.stdin.isTTY ? 0 : child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", (problem: NodeJS.ErrnoException) => {
      reject(
        new Error(
          problem.code === "ENOENT" ? `${program}: no such program on the PATH` : `${program}: ${problem.message}`,
        ),
      );
    });
    child.on("exit", (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });
}

export function execCommand(): Command {
  return withControl(new Command("exec").description("run a program as if on an instance"))
    .argument("<command...>", "the program and its arguments, after --")
    .addOption(new Option("--instance <id>", "name or id; the only instance when absent").conflicts("user"))
    .addOption(new Option("--user <name>", "with the access key of this user instead"))
    .passThroughOptions()
    .addHelpText("after", HELP)
    .action(async (words: string[], options: ControlOptions & { instance?: string; user?: string }) => {
      const { instance, user } = options;
      const environment = await controlsOf(options).environment({ instance, user });
      const [program, ...args] = words as [string, ...string[]];
      process.exitCode = await run(program, args, programEnvironment(process.env, environment));
    });
}
