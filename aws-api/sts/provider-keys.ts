// Which keys does an identity provider sign with? Those that the configuration says, else those that it publishes, asked for at most once
// an hour and when a token is of a key that nobody has seen yet.

import type { OpenIdConnectProvider } from "../../roles/model.ts";
import { type JsonWebKey, readKeySet } from "../../signing/key-set.ts";

/** The keys that an issuer publishes: "elsewhere" where that is not on this machine, and never asked. */
export type DiscoverKeys = (issuer: string) => Promise<readonly object[] | "elsewhere" | "unreachable">;

export interface ProviderKeys {
  /**
   * @param issuer as the token writes it, with its scheme
   * @param anew whether those at hand will not do
   * Rejects with one line where a file of keys is none.
   */
  of(
    provider: OpenIdConnectProvider,
    issuer: string,
    at: number,
    anew?: boolean,
  ): Promise<readonly JsonWebKey[] | "elsewhere" | "unreachable">;
}

const KEPT_MILLISECONDS = 3_600_000;

export function providerKeys(discoverKeys: DiscoverKeys): ProviderKeys {
  const kept = new Map<string, { readonly keys: readonly JsonWebKey[]; readonly at: number }>();
  return {
    async of({ jwks }, issuer, at, anew = false) {
      if (jwks !== undefined) return readKeySet(jwks);
      const known = kept.get(issuer);
      if (known && !anew && Math.abs(at - known.at) < KEPT_MILLISECONDS) return known.keys;
      const found = await discoverKeys(issuer);
      if (typeof found === "string") return found;
      const keys = found as readonly JsonWebKey[];
      kept.set(issuer, { keys, at });
      return keys;
    },
  };
}
