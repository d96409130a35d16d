// When was a key last used, and a role? The door tells after each signature that is genuine; only memory holds it.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html

import { LRUCache } from "lru-cache";
import type { Exchange } from "./exchange.ts";

export interface LastUse {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly region: string;
  /** As credential scopes name it: `s3`. */
  readonly serviceName: string;
}

const KEPT = 10_000;

/** Last uses by access key id, of roles by their unique id (`AROA…`). */
export class LastUses {
  readonly #uses = new LRUCache<string, LastUse>({ max: KEPT });

  note(id: string, use: LastUse): void {
    this.#uses.set(id, use);
  }

  of(id: string): LastUse | undefined {
    return this.#uses.get(id);
  }
}

/** Notes the key that has signed; with temporary credentials the role that they are of. */
export function noteUse({ claim, signer, service, request, world, lastUses }: Exchange): void {
  if (!claim) return;
  const { principal, session } = signer;
  const isReal = "region" in claim && !claim.region.endsWith("-global");
  const region = isReal ? claim.region : service.signingRegion(world.region, world.region);
  const use = { at: request.at, region, serviceName: service.name };
  if (!session) lastUses.note(claim.accessKeyId, use);
  else if (principal.kind === "assumed-role") lastUses.note(principal.userId.split(":", 1)[0] as string, use);
}
