// What credentials does a command print? AWS's protocol for `credential_process`.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { readCredentialDocument } from "./credential-document.ts";
import type { Asking, SourceCredentials } from "./obtain.ts";
import { unavailable } from "./source-failure.ts";

type Child = ChildProcessByStdio<null, Readable, null>;

const LONGEST_RUN_MILLISECONDS = 60_000;
const LONGEST_OUTPUT_BYTES = 65_536;
/** Elsewhere the shell and what it runs are ended as one group. */
const onWindows = process.platform === "win32";

/** Runs the command in the system's shell, as SDKs do. What it says on its standard error is shown on ours. */
export async function runCredentialProcess(
  command: string,
  { signal }: Pick<Asking, "signal">,
): Promise<SourceCredentials> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_RUN_MILLISECONDS)]);
  const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
  const child = spawn(command, { shell: true, detached: !onWindows, stdio, windowsHide: true });
  const closed = once(child, "close");
  closed.catch(() => {}); // It is awaited below, unless the output is refused first.
  const endIt = () => end(child);
  stop.addEventListener("abort", endIt);
  try {
    const output = await outputOf(child);
    const [status, endedBy] = await closed;
    if (status === 0) return readCredentialDocument(output, "the credential process");
    throw unavailable(`the credential process ${endedBy ? `was ended by ${endedBy}` : `ended with status ${status}`}`);
  } catch (problem) {
    const seconds = LONGEST_RUN_MILLISECONDS / 1000;
    const ended = `the credential process was ended: it may take ${seconds} s, and no longer than we run`;
    throw stop.aborted ? unavailable(ended) : problem;
  } finally {
    stop.removeEventListener("abort", endIt);
    if (child.exitCode === null) endIt();
  }
}

async function outputOf({ stdout }: Child): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdout) {
    bytes += chunk.length;
    if (bytes > LONGEST_OUTPUT_BYTES)
      throw unavailable(`the credential process printed over ${LONGEST_OUTPUT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Whatever still runs of it, so that nothing outlives us. */
function end(child: Child): void {
  child.stdout.destroy();
  if (onWindows || child.pid === undefined) child.kill();
  else {
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended meanwhile.
    }
  }
}
