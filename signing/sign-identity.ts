// Who signs the identity documents? The same keys for every instance, and each document once.

import { LRUCache } from "lru-cache";

export type IdentitySignature = "signature" | "pkcs7" | "rsa2048";

/** The text that EC2 serves under that name beside this document; the same document always has the same. */
export type SignIdentity = (kind: IdentitySignature, document: string) => Promise<string>;

const KEPT = 1000;

/** Nothing is made, and neither keys nor ASN.1 are loaded (as long as a tenth of a start takes), before one asks. */
export function identitySigner(): SignIdentity {
  const kept = new LRUCache<string, string>({ max: KEPT });
  return async (kind, document) => {
    const name = `${kind} ${document}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const { identitySignature } = await import("./identity-signatures.ts");
    const made = identitySignature(kind, document);
    kept.set(name, made);
    return made;
  };
}
