// A live signer against us: the one that AWS's SDK for JavaScript signs with, on generated requests.

import { createHash } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, test } from "vitest";
import { type Dice, dice } from "../../entropy/dice.ts";
import { readSignature } from "../../signing/read-signature.ts";
import type { SignedRequest } from "../../signing/signature.ts";
import { verifySignature } from "../../signing/verify-signature.ts";

type HttpRequest = Awaited<ReturnType<SignatureV4["presign"]>>;

const CREDENTIALS = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken: "IQoJb3JpZ2luX2VjEXAMPLE//++==",
};
const AT = Date.UTC(2026, 10, 24, 12);
const INSTANTS = { at: AT, realAt: AT };
const ROUNDS = 400;

const escapeUri = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
const sha256 = (body: string) => createHash("sha256").update(body).digest("hex");

/** Texts of the characters that URLs, headers and XML quarrel about. */
const CHARACTERS = [..."abcXYZ019-._~ %+=&?/:@!$'()*,;#[]{}|^\"<>\\`äß€ሴ😀"];
const text = ({ integer, pick }: Dice, most: number) =>
  Array.from({ length: integer(most + 1) }, () => pick(CHARACTERS)).join("");

function generate(thrown: Dice, service: string): HttpRequest {
  const { integer, pick, chance } = thrown;
  const segment = () => (chance(0.2) ? pick(["", ".", "..", "a//b"]) : text(thrown, 6));
  const segments = Array.from({ length: 1 + integer(4) }, segment);
  // Other services than S3 refuse a path that leads above the root.
  const path = `/${service === "s3" ? "" : "a/b/c/d/e/"}${segments.map((each) => escapeUri(each).replaceAll("%2F", "/")).join("/")}`;
  const query: Record<string, string | string[]> = {};
  for (let i = integer(4); i > 0; i--)
    query[`q${text(thrown, 5)}`] = chance(0.3) ? [text(thrown, 3), text(thrown, 3)] : text(thrown, 6);
  const headers: Record<string, string> = { host: "127.0.0.1:4566" };
  for (let i = integer(3); i > 0; i--)
    headers[`x-amz-meta-${pick(["a", "b", "C"])}${integer(9)}`] = ` ${text(thrown, 8).replaceAll("|", "  ")}`;
  if (chance(0.5)) headers["Content-Type"] = "text/plain;  charset=utf-8";
  if (chance(0.3)) headers["user-agent"] = "generated";
  const method = pick(["GET", "PUT", "POST", "DELETE", "HEAD"]);
  return {
    protocol: "http:",
    hostname: "127.0.0.1",
    port: 4566,
    method,
    path,
    query,
    headers,
    body: method === "GET" ? "" : text(thrown, 30),
  };
}

/** As it arrives: each byte of UTF-8 a character. */
function onTheWire({ method, path, query = {}, headers }: HttpRequest): SignedRequest {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${escapeUri(name)}=${escapeUri(each ?? "")}`),
  );
  const rawHeaders = Object.entries(headers).flatMap(([name, value]) => [name, Buffer.from(value).toString("latin1")]);
  return { method, target: pairs.length > 0 ? `${path}?${pairs.join("&")}` : path, rawHeaders };
}

const signer = (service: string) =>
  new SignatureV4({
    service,
    region: "us-east-1",
    credentials: CREDENTIALS,
    sha256: Sha256,
    uriEscapePath: service !== "s3",
    applyChecksum: true,
  });

function expectGenuine(request: HttpRequest, service: string, body: string, round: number) {
  const read = readSignature(onTheWire(request), INSTANTS);
  const shown = `round ${round}: ${JSON.stringify(onTheWire(request))}`;
  if (!read || "fault" in read) throw new Error(`${shown} is read as ${JSON.stringify(read)}`);
  expect(read).toMatchObject({ service, accessKeyId: CREDENTIALS.accessKeyId, sessionToken: CREDENTIALS.sessionToken });
  const evidence = { bodyHash: sha256(body) };
  expect(verifySignature(read, CREDENTIALS.secretAccessKey, evidence), shown).toBeUndefined();
  expect(verifySignature(read, `${CREDENTIALS.secretAccessKey}x`, evidence)).toMatchObject({
    fault: "signature-mismatch",
  });
}

describe.each(["s3", "sts"])("@smithy/signature-v4 for %s", (service) => {
  const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);

  test(`${ROUNDS} requests signed in the header, MAYFLY_TEST_SEED=${seed}`, async () => {
    const thrown = dice(`${seed}/${service}/header`);
    for (let round = 0; round < ROUNDS; round++) {
      const request = generate(thrown, service);
      if (service === "s3" && thrown.chance(0.3)) request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
      const signed = await signer(service).sign(request, { signingDate: new Date(AT) });
      expectGenuine(signed, service, request.body, round);
    }
  });

  test(`${ROUNDS} presigned requests, MAYFLY_TEST_SEED=${seed}`, async () => {
    const thrown = dice(`${seed}/${service}/query`);
    for (let round = 0; round < ROUNDS; round++) {
      const request = generate(thrown, service);
      // As @aws-sdk/s3-request-presigner does.
      if (service === "s3") request.headers["X-Amz-Content-Sha256"] = "UNSIGNED-PAYLOAD";
      const signed = await signer(service).presign(request, { signingDate: new Date(AT), expiresIn: 900 });
      expectGenuine(signed, service, request.body, round);
    }
  });
});
