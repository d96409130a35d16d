import { type CryptoKey, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { secretKey, sha256 } from "../../entropy/hash.ts";
import { serviceAccountTokens } from "../../signing/service-account-tokens.ts";

const NOW = Date.parse("2026-11-24T00:00:00.400Z");
const HOUR = 3_600_000;
const ISSUER = "https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE";
const POD = { namespace: "default", serviceAccount: "app", podName: "app-1", podUid: "0f9c" };
const tokens = serviceAccountTokens(secretKey(sha256("one")), ISSUER);
const none = async () => [];

describe("a token of our own", () => {
  test("looks as one that kubelet writes", () => {
    const token = tokens.mint(POD, NOW, 3600);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", kid: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(decodeJwt(token)).toEqual({
      aud: ["pods.eks.amazonaws.com"],
      exp: Math.floor(NOW / 1000) + 3600,
      iat: Math.floor(NOW / 1000),
      iss: ISSUER,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "kubernetes.io": {
        namespace: "default",
        pod: { name: "app-1", uid: "0f9c" },
        serviceaccount: { name: "app", uid: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      },
      nbf: Math.floor(NOW / 1000),
      sub: "system:serviceaccount:default:app",
    });
  });

  test("is the same each time with the same master key, and of another for another", async () => {
    const token = tokens.mint(POD, NOW, 3600);
    expect(serviceAccountTokens(secretKey(sha256("one")), ISSUER).mint(POD, NOW, 3600)).toBe(token);
    const other = serviceAccountTokens(secretKey(sha256("other")), ISSUER);
    expect(other.mint(POD, NOW, 3600)).not.toBe(token);
    expect(await other.read(token, none, NOW)).toBe("no applicable key found in the JSON Web Key Set");
  });

  test.each(["another last character", "a space", "padding"])("with %s it is not one", async (how) => {
    const token = tokens.mint(POD, NOW, 3600);
    // 64 bytes leave four bits of the last character unused.
    const changed = {
      "another last character": token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1),
      "a space": `${token.slice(0, -4)} ${token.slice(-4)}`,
      padding: `${token}==`,
    }[how];
    expect(await tokens.read(String(changed), none, NOW)).toBe("it is no JWT");
  });

  test("is read until it expires, and asks nobody for keys", async () => {
    const token = tokens.mint(POD, NOW, 3600);
    const unreadable = () => Promise.reject(new Error("no file"));
    expect(await tokens.read(token, unreadable, NOW + HOUR - 500)).toEqual(POD);
    expect(await tokens.read(token, none, NOW + HOUR)).toContain('"exp" claim timestamp check failed');
  });
});

describe("a token of a cluster", () => {
  let [publicJwk, privateKey]: [JWK, CryptoKey | undefined] = [{}, undefined];
  beforeAll(async () => {
    const pair = await generateKeyPair("ES256");
    [publicJwk, privateKey] = [{ ...(await exportJWK(pair.publicKey)), kid: "k" }, pair.privateKey];
  });
  const CLAIMS = {
    aud: "pods.eks.amazonaws.com",
    sub: "system:serviceaccount:default:app",
    exp: NOW / 1000 + 60,
    "kubernetes.io": { namespace: "default", pod: { name: "app-1", uid: "0f9c" } },
  };
  const read = async (claims: object, keys: JWK[] = [publicJwk]) => {
    const jwt = new SignJWT({ ...claims }).setProtectedHeader({ alg: "ES256", kid: "k" });
    return tokens.read(await jwt.sign(privateKey as CryptoKey), async () => keys, NOW);
  };

  test("is read with its key", async () => {
    expect(await read(CLAIMS)).toEqual(POD);
  });

  test.each([
    ["without its key", CLAIMS, [], "no applicable key found"],
    ["with a key that is none", CLAIMS, [{ kty: "EC", kid: "k", alg: "ES256" }], ""],
    ["for another audience", { ...CLAIMS, aud: "sts.amazonaws.com" }, undefined, 'unexpected "aud" claim value'],
    ["without an end", { ...CLAIMS, exp: undefined }, undefined, 'missing required "exp" claim'],
    ["of a user", { ...CLAIMS, sub: "alice" }, undefined, "it is not bound to a pod"],
    ["of no pod", { ...CLAIMS, "kubernetes.io": { namespace: "default" } }, undefined, "it is not bound to a pod"],
    ["without Kubernetes", { ...CLAIMS, "kubernetes.io": undefined }, undefined, "it is not bound to a pod"],
    [
      "of two namespaces",
      { ...CLAIMS, "kubernetes.io": { ...CLAIMS["kubernetes.io"], namespace: "other" } },
      undefined,
      "it is not bound to a pod",
    ],
  ])("%s it is not", async (_, claims, keys, fault) => {
    expect(await read(claims, keys)).toEqual(expect.stringContaining(fault));
  });

  test("one that nobody signed is not", async () => {
    const [header, claims] = [{ alg: "none" }, CLAIMS].map((part) =>
      Buffer.from(JSON.stringify(part)).toString("base64url"),
    );
    for (const token of [`${header}.${claims}.`, `${header}.${claims}`, "", "a.b.c"]) {
      expect(typeof (await tokens.read(token, async () => [publicJwk], NOW))).toBe("string");
    }
  });
});
