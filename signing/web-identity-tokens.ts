// Has this identity provider signed this token? ID tokens of OpenID Connect, and what they say before anybody has believed it.
// https://openid.net/specs/openid-connect-core-1_0.html#IDToken

import { compactVerify, createLocalJWKSet, decodeJwt, errors, type JWTPayload } from "jose";
import { isWrittenStrictly } from "./jwt-form.ts";
import type { JsonWebKey } from "./key-set.ts";

/** What a token says of itself; nothing of it is proven, and no claim has to have the type that it should have. */
export type Claims = Readonly<Record<keyof JWTPayload, unknown>>;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html: RSA and ECDSA alone. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

/** Undefined where the text is no JWT. */
export function readClaims(token: string): Claims | undefined {
  try {
    return isWrittenStrictly(token) ? decodeJwt(token) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether one of the keys has signed it: "unknown-key" where it is of none of them. */
export async function judgeToken(
  token: string,
  keys: readonly JsonWebKey[],
): Promise<"genuine" | "forged" | "unknown-key"> {
  const verifies = (key: Parameters<typeof compactVerify>[1]) => compactVerify(token, key, { algorithms: ALGORITHMS });
  try {
    await verifies(createLocalJWKSet({ keys: [...keys] }) as never);
    return "genuine";
  } catch (problem) {
    if (problem instanceof errors.JWKSNoMatchingKey) return "unknown-key";
    if (!(problem instanceof errors.JWKSMultipleMatchingKeys)) return "forged";
    // A token without a key id, and more than one key that may be meant.
    for await (const key of problem) {
      if (
        await verifies(key).then(
          () => true,
          () => false,
        )
      )
        return "genuine";
    }
    return "forged";
  }
}
