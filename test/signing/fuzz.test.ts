// Whatever comes in: nothing is thrown, and nothing is genuine that its key's holder did not sign.

import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { type Dice, dice } from "../../entropy/dice.ts";
import { decodePayload, PayloadFault } from "../../signing/payload.ts";
import { readSignature } from "../../signing/read-signature.ts";
import type { SignedRequest } from "../../signing/signature.ts";
import { verifySignature } from "../../signing/verify-signature.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
const AT = Date.UTC(2026, 10, 24, 12);
const INSTANTS = { at: AT, realAt: AT };
const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const ROUNDS = 10_000;
const SCOPE = "20261124/us-east-1/s3/aws4_request";
const SIGNATURE = "0".repeat(64);
const HASH = createHash("sha256").update("").digest("hex");

/** Pieces of requests, right and wrong, that the dice put together. */
const FRAGMENTS = [
  ..."/?&=%;,: +.\t\0\u00ff",
  ...["%41", "%2F", "%zz", "%", "..", "//", "a", "key", "mybucket", "host", "x-amz-date", "AWS", "AKIDEXAMPLE", SCOPE],
  ...["AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "Credential=", "SignedHeaders=", "Signature="],
  ...[
    "X-Amz-Algorithm=",
    "X-Amz-Credential=",
    "X-Amz-Date=",
    "X-Amz-Expires=",
    "X-Amz-SignedHeaders=",
    "X-Amz-Signature=",
  ],
  ...["AWSAccessKeyId=", "Expires=", "1796040000", "20261124T120000Z", "900", SIGNATURE, "UNSIGNED-PAYLOAD", HASH],
  `AKIDEXAMPLE/${SCOPE}`,
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${SCOPE}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${SIGNATURE}`,
  `/mybucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE/${SCOPE}&X-Amz-Date=20261124T120000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=${SIGNATURE}`,
  "/mybucket/key?AWSAccessKeyId=AKIDEXAMPLE&Expires=1796040000&Signature=AAAA",
];
const NAMES = [
  "Authorization",
  "Host",
  "X-Amz-Date",
  "Date",
  "x-amz-content-sha256",
  "X-Amz-Security-Token",
  "Content-MD5",
  "",
];

const some = ({ integer, pick }: Dice, most: number) =>
  Array.from({ length: integer(most + 1) }, () => pick(FRAGMENTS)).join("");

function garbage(thrown: Dice): SignedRequest {
  const { integer, pick, chance } = thrown;
  const rawHeaders = ["Host", "localhost", "X-Amz-Date", "20261124T120000Z", "x-amz-content-sha256", HASH];
  for (let i = integer(4); i > 0; i--) rawHeaders.push(pick(NAMES), some(thrown, 6));
  if (chance(0.7)) rawHeaders.push("Authorization", chance(0.3) ? some(thrown, 12) : pick(FRAGMENTS.slice(-3)));
  if (chance(0.2)) rawHeaders.splice(integer(rawHeaders.length), 1);
  return {
    method: pick(["GET", "PUT", "", "G\n"]),
    target: chance(0.5) ? some(thrown, 12) : "/mybucket/key",
    rawHeaders,
  };
}

test(`${ROUNDS} random requests: none verifies, MAYFLY_TEST_SEED=${seed}`, () => {
  const thrown = dice(`${seed}/requests`);
  const seen = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const request = garbage(thrown);
    const read = readSignature(request, INSTANTS, { strictClock: thrown.chance(0.5) });
    const kind = !read ? "unsigned" : "fault" in read ? read.fault : read.version;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    if (!read || "fault" in read) continue;
    const verdict = verifySignature(read, SECRET, { bodyHash: HASH });
    expect(verdict?.fault, `round ${round}: ${JSON.stringify(request)}`).toBe("signature-mismatch");
  }
  // The dice reach every corner, the signatures that only their key proves wrong among them.
  expect([...seen.keys()]).toEqual(expect.arrayContaining(["unsigned", "AWS4-HMAC-SHA256", "AWS2", "two-mechanisms"]));
  expect(seen.size).toBeGreaterThan(12);
});

test("any change of what is signed is noticed", () => {
  const rawHeaders = ["Host", "localhost", "X-Amz-Date", "20261124T120000Z", "x-amz-content-sha256", HASH];
  const query = "a=1&list-type=2";
  const canonical = `GET\n/mybucket/key\n${query}\nhost:localhost\nx-amz-content-sha256:${HASH}\nx-amz-date:20261124T120000Z\n\nhost;x-amz-content-sha256;x-amz-date\n${HASH}`;
  const hash = createHash("sha256").update(canonical).digest("hex");
  const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
  const key = SCOPE.split("/").reduce<string | Buffer>(hmac, `AWS4${SECRET}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n20261124T120000Z\n${SCOPE}\n${hash}`).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${SCOPE}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`;
  const genuine = (request: SignedRequest) => {
    const read = readSignature(request, INSTANTS);
    return read !== undefined && !("fault" in read) && verifySignature(read, SECRET, { bodyHash: HASH }) === undefined;
  };
  const request = {
    method: "GET",
    target: `/mybucket/key?${query}`,
    rawHeaders: [...rawHeaders, "Authorization", authorization],
  };
  expect(genuine(request)).toBe(true);

  const changed = (text: string) =>
    Array.from(text, (character, i) => text.slice(0, i) + (character === "0" ? "1" : "0") + text.slice(i + 1));
  for (const target of changed(request.target)) expect(genuine({ ...request, target }), target).toBe(false);
  for (const method of changed("GET")) expect(genuine({ ...request, method })).toBe(false);
  for (const at of [1, 3, 5, 7]) {
    const value = request.rawHeaders[at] as string;
    // The algorithm's name is followed by the id of the key, which is not signed but looked up.
    const unsigned = at === 7 ? value.indexOf("AKIDEXAMPLE") : value.length;
    for (const [i, other] of changed(value).entries()) {
      if (i >= unsigned && i < unsigned + "AKIDEXAMPLE".length) continue;
      expect(genuine({ ...request, rawHeaders: request.rawHeaders.with(at, other) }), other).toBe(false);
    }
  }
});

test(`2,000 random chunked bodies: none goes through, none hangs, MAYFLY_TEST_SEED=${seed}`, async () => {
  const { integer, pick } = dice(`${seed}/bodies`);
  const fragments = [
    "\r\n",
    "\n",
    "0\r\n",
    "5\r\n",
    "a;chunk-signature=",
    SIGNATURE,
    "12345",
    "x-amz-checksum-crc32:x",
    "ffffffffffff",
    "\0",
    "x",
  ];
  const headers = [
    "x-amz-content-sha256",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length",
    "3",
    "x-amz-trailer",
    "x-amz-checksum-crc32",
  ];
  for (let round = 0; round < 2000; round++) {
    const pieces = Array.from({ length: integer(12) }, () => pick(fragments));
    async function* stream() {
      for (const piece of pieces) yield Buffer.from(piece);
    }
    const reading = async () => {
      for await (const _ of decodePayload(undefined, { rawHeaders: headers, body: stream() }, undefined).body);
    };
    await expect(reading(), JSON.stringify(pieces)).rejects.toBeInstanceOf(PayloadFault);
  }
});
