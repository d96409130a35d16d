// How do tests run the commands? As processes of their own, by the entry that a user starts, under plain type stripping.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { Urls } from "../../control/controls.ts";

const ENTRY = join(import.meta.dirname, "../../bin/mayfly.js");
/** What the tests' own environment must not decide. */
const OWN = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MAYFLY_|AWS_|npm_)/.test(name)));

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

export function start(words: readonly string[], { env = {}, cwd, input }: Circumstances = {}): ChildProcess {
  const child = spawn(process.execPath, [ENTRY, ...words], { env: { ...OWN, ...env }, ...(cwd && { cwd }) });
  child.stdin?.on("error", () => {}); // it may end without having read
  child.stdin?.end(input ?? "");
  return child;
}

export async function endOf(child: ChildProcess): Promise<Ended> {
  const { stdout, stderr } = child as { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream };
  const [output, errors, [status]] = await Promise.all([text(stdout), text(stderr), once(child, "exit")]);
  return { status, output, errors };
}

/** Runs one command to its end. */
export const mayfly = (words: readonly string[], circumstances?: Circumstances) => endOf(start(words, circumstances));

export interface Up extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly urls: Urls;
  /** The next line on its standard error; empty when there was none to the end. */
  complaint(): Promise<string>;
  /** Sends the signal and resolves with how it ended. */
  end(signal: NodeJS.Signals): Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
}

export const ANYWHERE = ["--imds", "127.0.0.1:0", "--aws", "127.0.0.1:0", "--control", "127.0.0.1:0"];

/** Runs `mayfly up` on free ports until it is ready. */
export async function up(words: readonly string[] = [], circumstances?: Circumstances): Promise<Up> {
  const child = start(["up", "--json", ...ANYWHERE, ...words], circumstances);
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const complaints = createInterface(child.stderr as NodeJS.ReadableStream)[Symbol.asyncIterator]();
  const complaint = async () => String((await complaints.next()).value ?? "");
  const [line] = await Promise.race([
    once(createInterface(child.stdout as NodeJS.ReadableStream), "line"),
    exited.then(async () => Promise.reject(new Error(await complaint()))),
  ]);
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return {
    child,
    urls: JSON.parse(line),
    complaint,
    end,
    [Symbol.asyncDispose]: async () => void (await end("SIGKILL")),
  };
}
