// Which keys does an OpenID Connect provider on this machine sign with? Discovery, for issuers on loopback alone: nothing is ever asked
// beyond this machine.
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig

import { isLoopback } from "./host.ts";
import { requestJson } from "./json-client.ts";

/** "elsewhere" where it is not on this machine, or says that its keys are not; "unreachable" where it does not answer as it should. */
export type DiscoveredKeys = readonly object[] | "elsewhere" | "unreachable";

const TIMEOUT_MILLISECONDS = 3_000;

export async function discoverKeys(issuer: string): Promise<DiscoveredKeys> {
  const configuration = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const document = await fetchJson(configuration);
  if (typeof document === "string") return document;
  const { jwks_uri: place } = document;
  const set = typeof place === "string" ? await fetchJson(place) : "unreachable";
  if (typeof set === "string") return set;
  return Array.isArray(set.keys) ? set.keys : "unreachable";
}

async function fetchJson(written: string): Promise<Readonly<Record<string, unknown>> | "elsewhere" | "unreachable"> {
  const url = URL.parse(written);
  if (!url || !isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) return "elsewhere";
  try {
    const path = url.pathname + url.search;
    const { status, body } = await requestJson(url.origin, { path, timeoutMilliseconds: TIMEOUT_MILLISECONDS });
    return status === 200 && typeof body === "object" && body !== null
      ? (body as Readonly<Record<string, unknown>>)
      : "unreachable";
  } catch {
    return "unreachable";
  }
}
