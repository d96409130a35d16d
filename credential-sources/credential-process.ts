// What credentials does a command print? AWS's protocol for `credential_process`.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html

import { type ExecException, exec } from "node:child_process";
import { readCredentialDocument } from "./credential-document.ts";
import type { Asking, SourceCredentials } from "./obtain.ts";
import { unavailable } from "./source-failure.ts";

const LONGEST_RUN_MILLISECONDS = 60_000;
const LONGEST_OUTPUT_BYTES = 65_536;

/** Runs the command in the system's shell, as SDKs do. What it says on its standard error is shown on ours. */
export async function runCredentialProcess(
  command: string,
  { signal }: Pick<Asking, "signal">,
): Promise<SourceCredentials> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const limits = { timeout: LONGEST_RUN_MILLISECONDS, maxBuffer: LONGEST_OUTPUT_BYTES, windowsHide: true };
  // Its error has all that was written in it: it goes no farther than here.
  const child = exec(command, { ...limits, signal }, (problem, output) => {
    if (problem) reject(unavailable(`the credential process ${reasonOf(problem)}`));
    else resolve(output);
  });
  child.stderr?.pipe(process.stderr, { end: false });
  child.stdin?.on("error", () => {}).end();
  return readCredentialDocument(await promise, "the credential process");
}

function reasonOf({ code, signal, killed }: ExecException): string {
  if (typeof code === "number") return `ended with status ${code}`;
  if (code !== undefined) return `failed (${code})`;
  return killed ? `was ended after ${LONGEST_RUN_MILLISECONDS / 1000} s` : `was ended by ${signal}`;
}
