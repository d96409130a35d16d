// Is this the token of a Kubernetes service account, and of which pod? Those that Mayfly makes for its own pods, and those of a real
// cluster whose keys are known.
// https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens

import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from "jose";
import { deriveBytes, derivedUuid } from "../entropy/derive.ts";
import { type SecretKey, sha256Hex } from "../entropy/hash.ts";
import { isWrittenStrictly } from "./jwt-form.ts";
import type { JsonWebKey } from "./key-set.ts";

/** A pod and the service account that it runs as. */
export interface PodSubject {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly podName: string;
  readonly podUid: string;
}

export interface ServiceAccountTokens {
  /**
   * A token of EKS Pod Identity for the pod, valid from the instant `at` on, for so many seconds. The same each time, and at once (jose
   * only promises), so that it can be renewed while the clock moves.
   */
  mint(pod: PodSubject, at: number, lifetimeSeconds: number): string;
  /**
   * The pod of a token that Mayfly's own key, or one of those of a cluster, has signed for EKS Pod Identity and that has not expired;
   * otherwise what is wrong with it, in one line. Rejects only where `clusterKeys` does.
   */
  read(token: string, clusterKeys: () => Promise<readonly JsonWebKey[]>, at: number): Promise<PodSubject | string>;
}

export const POD_IDENTITY_AUDIENCE = "pods.eks.amazonaws.com";

/** What API servers sign with, and what golang-jwt knows besides. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** How an Ed25519 key in PKCS #8 begins: RFC 8410 §7. */
const ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

/** @param issuer the `iss` of the tokens that are made here */
export function serviceAccountTokens(masterKey: SecretKey, issuer: string): ServiceAccountTokens {
  const seed = deriveBytes(masterKey, 32, "service account token");
  const privateKey = createPrivateKey({ key: Buffer.concat([ED25519, seed]), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey).export({ format: "jwk" });
  const kid = sha256Hex(String(publicKey.x)).slice(0, 40);
  const own: JsonWebKey = { ...publicKey, kid, alg: "EdDSA", use: "sig" };
  const uid = (...names: readonly string[]) => derivedUuid(masterKey, "kubernetes", ...names);
  return {
    mint({ namespace, serviceAccount, podName, podUid }, at, lifetimeSeconds) {
      const seconds = Math.floor(at / 1000);
      const claims = {
        aud: [POD_IDENTITY_AUDIENCE],
        exp: seconds + lifetimeSeconds,
        iat: seconds,
        iss: issuer,
        jti: uid("token", podUid, String(seconds)),
        "kubernetes.io": {
          namespace,
          pod: { name: podName, uid: podUid },
          serviceaccount: { name: serviceAccount, uid: uid("service account", namespace, serviceAccount) },
        },
        nbf: seconds,
        sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
      };
      return signed({ alg: "EdDSA", kid }, claims, privateKey);
    },
    async read(token, clusterKeys, at) {
      if (!isWrittenStrictly(token)) return "it is no JWT";
      const keys = isOf(kid, token) ? [own] : await clusterKeys();
      try {
        const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...keys] }), {
          algorithms: ALGORITHMS,
          audience: POD_IDENTITY_AUDIENCE,
          requiredClaims: ["exp"],
          currentDate: new Date(at),
        });
        return subjectOf(payload) ?? "it is not bound to a pod and its service account";
      } catch (problem) {
        // An unusable key makes node:crypto throw, too.
        return problem instanceof errors.JOSEError ? problem.message : "its key cannot be used";
      }
    },
  };
}

/** JWS in its compact form: RFC 7515 §7.1. */
function signed(protectedHeader: object, claims: object, key: KeyObject): string {
  const encoded = [protectedHeader, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const input = encoded.join(".");
  return `${input}.${sign(null, Buffer.from(input), key).toString("base64url")}`;
}

function isOf(kid: string, token: string): boolean {
  try {
    return decodeProtectedHeader(token).kid === kid;
  } catch {
    return false;
  }
}

interface Bound {
  readonly namespace?: unknown;
  readonly pod?: { readonly name?: unknown; readonly uid?: unknown };
}

function subjectOf({ sub, ...claims }: { readonly sub?: string; readonly [claim: string]: unknown }) {
  const [, namespace, serviceAccount] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(sub ?? "") ?? [];
  const bound = (claims["kubernetes.io"] ?? {}) as Bound;
  const { name: podName, uid: podUid } = bound.pod ?? {};
  if (namespace === undefined || serviceAccount === undefined || bound.namespace !== namespace) return undefined;
  if (typeof podName !== "string" || typeof podUid !== "string") return undefined;
  return { namespace, serviceAccount, podName, podUid };
}
