// What the vectors do not say: whose key it must be, and which services take a token that was added after signing.

import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readSignature } from "../../signing/read-signature.ts";
import type { Signature4 } from "../../signing/signature.ts";
import { verifySignature } from "../../signing/verify-signature.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const AT = Date.UTC(2026, 10, 24, 12);
const TOKEN = "IQoJb3JpZ2luX2Vj//EXAMPLE==";
const hash = createHash("sha256").update("").digest("hex");

/** A request in the query, presigned from the formula; the token is signed, or added after. */
function presigned(service: string, { day = "20261124", region = "us-east-1", signsToken = true } = {}) {
  const scope = [day, region, service, "aws4_request"];
  const token = `X-Amz-Security-Token=${encodeURIComponent(TOKEN)}`;
  const before = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`ASIAEXAMPLE/${scope.join("/")}`)}`;
  const query = [
    before,
    `X-Amz-Date=${day}T120000Z&X-Amz-Expires=900`,
    ...(signsToken ? [token] : []),
    "X-Amz-SignedHeaders=host",
  ];
  const payload = service === "s3" ? "UNSIGNED-PAYLOAD" : hash;
  const canonical = `GET\n/\n${query.join("&")}\nhost:localhost\n\nhost\n${payload}`;
  const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
  const digest = createHash("sha256").update(canonical).digest("hex");
  const toSign = `AWS4-HMAC-SHA256\n${day}T120000Z\n${scope.join("/")}\n${digest}`;
  const signature = hmac(scope.reduce<string | Buffer>(hmac, `AWS4${SECRET}`), toSign).toString("hex");
  const all = [...query, ...(signsToken ? [] : [token]), `X-Amz-Signature=${signature}`];
  const at = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T12:00:00Z`);
  const request = { method: "GET", target: `/?${all.join("&")}`, rawHeaders: ["Host", "localhost"] };
  return readSignature(request, { at, realAt: at }) as Signature4;
}

const verify = (signature: Signature4) => verifySignature(signature, SECRET, { bodyHash: hash })?.fault;

describe("one secret", () => {
  test.each([
    ["one day", {}],
    ["the next day", { day: "20261125" }],
    ["another region", { region: "eu-west-1" }],
  ])("signs with another key each day, in each region, for each service: %s", (_, scope) => {
    for (const service of ["s3", "sts", "iam"]) expect(verify(presigned(service, scope))).toBeUndefined();
  });

  test("does not verify a signature that was made for another scope", () => {
    const signature = presigned("sts");
    expect(verify({ ...signature, region: "eu-west-1" })).toBe("signature-mismatch");
    expect(verify({ ...signature, date: "20261125" })).toBe("signature-mismatch");
    expect(verify({ ...signature, service: "iam" })).toBe("signature-mismatch");
    expect(verify({ ...signature, terminator: "aws4" })).toBe("signature-mismatch");
  });
});

test("a token added to the query after signing is taken, but not by S3", () => {
  expect(presigned("sts", { signsToken: false }).sessionToken).toBe(TOKEN);
  expect(verify(presigned("sts", { signsToken: false }))).toBeUndefined();
  expect(verify(presigned("s3", { signsToken: false }))).toBe("signature-mismatch");
});

test("says what it calculated", () => {
  const signature = { ...presigned("sts"), signature: "00" };
  expect(verifySignature(signature, SECRET, { bodyHash: hash })).toEqual({
    fault: "signature-mismatch",
    service: "sts",
    accessKeyId: "ASIAEXAMPLE",
    signature: "00",
    canonicalRequest: expect.stringMatching(/^GET\n\/\nX-Amz-Algorithm=.*\nhost:localhost\n\nhost\n[0-9a-f]{64}$/s),
    stringToSign: expect.stringMatching(
      /^AWS4-HMAC-SHA256\n20261124T120000Z\n20261124\/us-east-1\/sts\/aws4_request\n[0-9a-f]{64}$/,
    ),
  });
});

test("wants the hash of the body from services that do not carry it", () => {
  expect(() => verifySignature(presigned("sts"), SECRET)).toThrow(TypeError);
  expect(verifySignature(presigned("s3"), SECRET)).toBeUndefined();
});

test("is refused in the wrong case or with more behind it", () => {
  const signature = presigned("s3");
  for (const other of [signature.signature.toUpperCase(), `${signature.signature}0`, signature.signature.slice(1), ""])
    expect(verify({ ...signature, signature: other })).toBe("signature-mismatch");
  expect(AT).toBe(signature.signedAt);
});
