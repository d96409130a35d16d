// How are real clients asked to do things, all in the same words? Long-lived programs by a line on their input, command line tools
// by a new process each time.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { programEnvironment } from "../../cli/exec.ts";
import { type WarpedProcess, warp } from "../../clock/warp/warp.ts";
import type { EnvironmentQuery, Simulation } from "../../index.ts";
import { AWS_CLI_1, AWS_CLI_2, GO_SDK, JAVA_SDK, PYTHON } from "./software.ts";

export interface Answer {
  readonly value?: unknown;
  /** As AWS worded it. */
  readonly error?: { readonly status: number; readonly code: string; readonly message: string };
}

export interface LongLived extends AsyncDisposable {
  ask(task: string, ...given: readonly unknown[]): Promise<Answer>;
  /** Moves its clock and the server's at once; only where it was started on a clock of its own. */
  leap(seconds: number, meanwhile: () => unknown): Promise<void>;
}

export const PROGRAMS = {
  boto3: [PYTHON, join(import.meta.dirname, "python-client.py")],
  "AWS SDK for JavaScript v3": [process.execPath, join(import.meta.dirname, "javascript-client.ts")],
} as const satisfies Record<string, readonly [string, string]>;

/** They know one task for each operation, such as `iam.CreateUser`; what they answer is the value that the SDK made. */
export const PARSERS = {
  boto3: [PYTHON, join(import.meta.dirname, "every-operation.py")],
  "AWS SDK for Go v2": [GO_SDK],
  "AWS SDK for Java v2": [
    "java",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-cp",
    JAVA_SDK,
    join(import.meta.dirname, "aws-sdk-java/Asker.java"),
  ],
} as const satisfies Record<string, readonly [string, ...string[]]>;

interface Running {
  readonly stdin: Writable;
  readonly stdout: Readable;
  end(): Promise<unknown>;
  leap: WarpedProcess["leap"];
}

/**
 * Starts the program on the instance, or where else it is to run: in the machine's time, or on a clock that leaps with the server's;
 * further variables come on top.
 */
export async function startClient(
  name: keyof typeof PROGRAMS,
  simulation: Simulation,
  clock: "machine's" | "moved",
  where: EnvironmentQuery = {},
  variables: Readonly<Record<string, string>> = {},
) {
  const [command, script] = PROGRAMS[name];
  const env = { ...programEnvironment(process.env, await simulation.environment(where)), ...variables };
  return longLived(name, clock === "moved" ? warped(command, script, env) : plain([command, script], env));
}

/** Starts the program that makes any call, in the machine's time. */
export async function startParser(name: keyof typeof PARSERS, simulation: Simulation, where: EnvironmentQuery) {
  return longLived(name, plain(PARSERS[name], programEnvironment(process.env, await simulation.environment(where))));
}

function longLived(name: string, running: Running): LongLived {
  const lines = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
  return {
    async ask(task, ...given) {
      running.stdin.write(`${JSON.stringify({ task, arguments: given })}\n`);
      const line = await lines.next();
      if (line.done) throw new Error(`${name} has ended`);
      return JSON.parse(line.value);
    },
    leap: running.leap,
    [Symbol.asyncDispose]: async () => void (await running.end()),
  };
}

function plain([command, ...words]: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Running {
  const child = spawn(command, words, { env, stdio: ["pipe", "pipe", "inherit"] });
  const end = () => {
    child.stdin.end();
    return once(child, "exit");
  };
  return {
    ...child,
    stdin: child.stdin,
    stdout: child.stdout,
    end,
    leap: () => Promise.reject(new Error("not moved")),
  };
}

function warped(command: string, script: string, env: NodeJS.ProcessEnv): Running {
  const program = warp(command, [script], { env, stdio: "pipe" });
  program.stderr?.pipe(process.stderr);
  const { stdin, stdout } = program as { stdin: Writable; stdout: Readable };
  return {
    stdin,
    stdout,
    leap: (seconds, meanwhile) => program.leap(seconds, meanwhile),
    end: async () => program[Symbol.asyncDispose](),
  };
}

export interface Ended {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

export const CLIS = { "AWS CLI v1": AWS_CLI_1, "AWS CLI v2 of Debian": AWS_CLI_2 } as const;

/** Starts the AWS CLI as if on the instance; further variables come on top. Debian's knows no AWS_ENDPOINT_URL. */
export async function startCli(
  name: keyof typeof CLIS,
  simulation: Simulation,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  where: EnvironmentQuery = {},
) {
  const env = { ...programEnvironment(process.env, await simulation.environment(where)), ...variables };
  const endpoint = name === "AWS CLI v1" ? [] : ["--endpoint-url", simulation.urls.aws];
  return spawn(CLIS[name], [...endpoint, ...words], { env, stdio: "pipe" });
}

/** Runs it to its end. */
export async function runCli(...how: Parameters<typeof startCli>): Promise<Ended> {
  const child = await startCli(...how);
  child.stdin.end("an item\n");
  return ended(child);
}

export async function ended(child: Awaited<ReturnType<typeof startCli>>): Promise<Ended> {
  const [output, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { status, output, errors };
}
