// What are a role's credentials now, where the simulation does not make them? Asks the source that the configuration names, once:
// when to ask, and what is shown meanwhile, the rotator decides. Nothing here is kept.

import type { CredentialSource } from "../roles/source.ts";
import { askSts } from "./assume-role.ts";
import { readCredentialFile } from "./credential-file.ts";
import { runCredentialProcess } from "./credential-process.ts";
import { SourceFailure, unavailable } from "./source-failure.ts";

/** For whom credentials are wanted. */
export interface Asking {
  /** The name of the session unless the source says another. */
  readonly instanceId: string;
  /** The region of the STS unless the source says another. */
  readonly region: string;
  /** Gives up when it is aborted. */
  readonly signal: AbortSignal;
}

export interface SourceCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Empty for a long-term key. */
  readonly sessionToken: string;
  /** Epoch milliseconds of the real time; undefined where the source says none. */
  readonly expiresAt: number | undefined;
}

/** Rejects with SourceFailure alone, after a minute at the latest. */
export async function obtain(source: CredentialSource, asking: Asking): Promise<SourceCredentials> {
  const { assumeRole, credentialProcess, file, profile } = source;
  try {
    if (assumeRole !== undefined) return await askSts(assumeRole, asking);
    if (credentialProcess !== undefined) return await runCredentialProcess(credentialProcess, asking);
    return await readCredentialFile(file as string, profile);
  } catch (problem) {
    if (problem instanceof SourceFailure) throw problem;
    throw unavailable(String((problem as Error).message));
  }
}
