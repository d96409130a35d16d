// Do the three signatures of an identity document prove it, are they the same each time, and written as EC2 writes them?

import { createPrivateKey, verify, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../entropy/hash.ts";
import { IDENTITY_KEYS, identityCertificatePem, identityPrivateKeyPem } from "../../signing/identity-keys.ts";
import { identitySigner } from "../../signing/sign-identity.ts";
import { readSignedData } from "./read-signed-data.ts";

const sign = identitySigner();
const documentOf = (instanceId: string, pendingTime = "2026-09-26T11:03:58Z") =>
  `{\n  "instanceId" : "${instanceId}",\n  "pendingTime" : "${pendingTime}"\n}`;
const DOCUMENT = documentOf("i-04b098f5de41d11e6");
const PACKED = [
  ["pkcs7", "dsa", "sha1"],
  ["rsa2048", "rsa2048", "sha256"],
] as const;

test("signature is that of the RSA key, of this document and no other", async () => {
  const signature = Buffer.from(await sign("signature", DOCUMENT), "base64");
  const certificate = identityCertificatePem("rsa");
  expect(verify("sha256", Buffer.from(DOCUMENT), certificate, signature)).toBe(true);
  expect(verify("sha256", Buffer.from(documentOf("i-1")), certificate, signature)).toBe(false);
});

describe.each(PACKED)("%s", (kind, key, hash) => {
  const read = (text: string) => readSignedData(text, identityCertificatePem(key), hash);

  test("holds the document and proves it", async () => {
    // Content type, signing time, digest and protection of the algorithm: in DER the shorter one comes first.
    const types = kind === "pkcs7" ? ["9.3", "9.5", "9.4", "9.52"] : ["9.3", "9.5", "9.52", "9.4"];
    expect(read(await sign(kind, DOCUMENT))).toEqual({
      content: DOCUMENT,
      attributeTypes: types.map((type) => `1.2.840.113549.1.${type}`),
      genuine: true,
    });
  });

  test("proves no other document", async () => {
    const bytes = Buffer.from(await sign(kind, DOCUMENT), "base64");
    bytes.write("i-1", bytes.indexOf("i-04b098f5de41d11e6"));
    const { content, genuine } = read(bytes.toString("base64"));
    expect([content, genuine]).toEqual([documentOf("i-14b098f5de41d11e6"), false]);
  });

  test("tells an instant from 2050 on, too", async () => {
    const later = documentOf("i-04b098f5de41d11e6", "2060-01-02T03:04:05Z");
    const text = await sign(kind, later);
    expect(read(text)).toMatchObject({ content: later, genuine: true });
    expect(Buffer.from(text, "base64").includes("20600102030405Z")).toBe(true);
  });
});

describe("the same document has the same signature in every process", () => {
  test.each([
    ["signature", "bfb2997f4288b5d59d77d54a811d6c007b3a656fece5cf8f750a79612d92b618"],
    ["pkcs7", "09f7846de6c3bc4821e74e6379b83eecd0eda6fe0b6e639faaf9861626b35b3f"],
    ["rsa2048", "08885f5ea7115c0a8839418947640fa2e392124c0767a0dcea6fa42cd9502e7d"],
  ] as const)("%s", async (kind, hash) => {
    const text = await sign(kind, DOCUMENT);
    expect(sha256Hex(text)).toBe(hash);
    expect(await identitySigner()(kind, DOCUMENT)).toBe(text);
  });
});

test.each(["signature", "pkcs7", "rsa2048"] as const)(
  "%s is base64 in lines of 76, without a last line end",
  async (kind) => {
    expect(await sign(kind, DOCUMENT)).toMatch(/^([A-Za-z0-9+/]{76}\n)*[A-Za-z0-9+/]{1,76}={0,2}$/);
  },
);

describe.each(IDENTITY_KEYS)("the certificate of %s", (key) => {
  const certificate = new X509Certificate(identityCertificatePem(key));

  test("says that it is one of a simulation, and is valid from 2000 to 2100", () => {
    const name = "C=XX\nST=Simulation State\nL=Nowhere\nO=Mayfly (simulation key)";
    expect([certificate.issuer, certificate.subject]).toEqual([name, name]);
    expect([certificate.validFrom, certificate.validTo]).toEqual([
      "Jan  1 00:00:00 2000 GMT",
      "Jan  1 00:00:00 2100 GMT",
    ]);
  });

  test("is that of the key beside it, and signed with it", () => {
    expect(certificate.checkPrivateKey(createPrivateKey(identityPrivateKeyPem(key)))).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(key === "rsa2048" ? 2048 : 1024);
  });
});
