// What credentials are in a file? JSON as a credential process prints it, or a profile of one of AWS's credentials files.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html

import { readFile } from "node:fs/promises";
import { devNull } from "node:os";
import { readCredentialDocument } from "./credential-document.ts";
import { filePath } from "./file-path.ts";
import type { SourceCredentials } from "./obtain.ts";
import { loadProviders } from "./sdk.ts";
import { unavailable } from "./source-failure.ts";

/** Reads the file anew each time. */
export async function readCredentialFile(written: string, profile = "default"): Promise<SourceCredentials> {
  const file = filePath(written);
  const text = await readFile(file, "utf8").catch(({ code }: NodeJS.ErrnoException) => {
    throw unavailable(`${file}: cannot be read (${code})`);
  });
  return text.trimStart().startsWith("{") ? readCredentialDocument(text, file) : readProfile(file, profile);
}

async function readProfile(file: string, profile: string): Promise<SourceCredentials> {
  const { fromIni } = await loadProviders();
  const read = fromIni({ filepath: file, configFilepath: devNull, profile, ignoreCache: true });
  const {
    accessKeyId,
    secretAccessKey,
    sessionToken = "",
    expiration,
  } = await read().catch(() => {
    throw unavailable(`${file}: has no credentials for the profile "${profile}"`);
  });
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt: expiration?.getTime() };
}
