// Which keys are in a JSON Web Key Set (RFC 7517) that is written down, or in a file? A file is read anew each time: who signs changes
// keys.

import { readFile } from "node:fs/promises";
import type { JWK } from "jose";

export type JsonWebKey = JWK;

/** Rejects with one line where the file is no key set. */
export async function readKeySet(jwks: string | { readonly keys: readonly unknown[] }): Promise<readonly JsonWebKey[]> {
  if (typeof jwks !== "string") return jwks.keys as readonly JsonWebKey[];
  try {
    const { keys } = JSON.parse(await readFile(jwks, "utf8"));
    if (Array.isArray(keys)) return keys;
  } catch (problem) {
    // A parser's own words would show a piece of a file that may be another one.
    throw new Error(`${jwks} cannot be read (${(problem as NodeJS.ErrnoException).code ?? "it is no JSON"})`);
  }
  throw new Error(`${jwks} has no keys`);
}
