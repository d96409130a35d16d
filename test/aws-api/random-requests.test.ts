// 10,000 requests that are almost right, or not at all: none is answered that was not signed, and none breaks anything.
// Run one again with MAYFLY_TEST_SEED; the seed is in the test's name.

import { expect, test } from "vitest";
import { createAwsApi } from "../../aws-api/front-door.ts";
import { type Dice, dice } from "../../entropy/dice.ts";
import { seededEntropy } from "../../entropy/random.ts";
import type { HttpRequest } from "../../network/message.ts";
import { S3World } from "./s3/world.ts";
import {
  ALICE,
  AT,
  type Draft,
  form,
  httpRequest,
  IDLE,
  identities,
  masterKey,
  pieces,
  rotator,
  signed,
  text,
  unusedEc2,
  unusedIam,
} from "./world.ts";

const SEED = process.env.MAYFLY_TEST_SEED ?? String(Date.now());
const REQUESTS = 10_000;

const DRAFTS: readonly Draft[] = [
  form(),
  form({ credentials: IDLE }),
  { service: "sts", target: "/?Action=GetCallerIdentity&Version=2011-06-15", presigned: true },
  { target: "/mybucket/key" },
  { target: "/mybucket/key?response-content-type=a%0D%0Ab&response-content-language=%E6%97%A5" },
  { target: "/mybucket/key?partNumber=1", presigned: true, credentials: ALICE },
  { target: "/key", headers: { host: "mybucket.s3.localhost" } },
  { target: "/mybucket?list-type=2&prefix=a%2F&max-keys=5" },
  { target: "/", credentials: ALICE },
  { method: "HEAD", target: "/mybucket/key" },
  { method: "PUT", target: "/mybucket/key", body: "hello", headers: { "content-length": "5" } },
  { method: "DELETE", target: "/mybucket/key", credentials: ALICE },
  { method: "PUT", target: "/mybucket/copy", headers: { "x-amz-copy-source": "/mybucket/key" }, credentials: ALICE },
  { target: "/mybucket?versions&key-marker=a&max-keys=2", credentials: ALICE },
  { target: "/mybucket?acl", credentials: ALICE },
  { method: "PUT", target: "/mybucket?policy", body: '{"Statement":[]}', credentials: ALICE },
  {
    method: "PUT",
    target: "/mybucket/key?tagging",
    body: "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>",
    credentials: ALICE,
  },
  {
    method: "POST",
    target: "/mybucket?delete=",
    body: "<Delete><Object><Key>k</Key></Object></Delete>",
    credentials: ALICE,
  },
  {
    method: "PUT",
    target: "/mybucket/chunked",
    body: "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
    headers: {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": "5",
      "x-amz-trailer": "x-amz-checksum-crc32",
    },
  },
];

type Spoiling = (request: HttpRequest, throws: Dice) => HttpRequest;

/** Puts a letter that is not there already into a text. */
const insert = (value: string, throws: Dice, after = 0) => {
  const place = after + throws.integer(value.length - after + 1);
  return `${value.slice(0, place)}Z${value.slice(place)}`;
};
const withHeader = (request: HttpRequest, name: string, change: (value: string) => string): HttpRequest => ({
  ...request,
  rawHeaders: request.rawHeaders.map((value, i, all) => (i % 2 === 1 && all[i - 1] === name ? change(value) : value)),
});
const SIGNED_HEADERS = ["host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "authorization"];
const garbage = (throws: Dice, length: number) =>
  Array.from({ length: throws.integer(length) }, () => String.fromCharCode(throws.integer(256))).join("");

/** What leaves nothing of a signature: each changes what is signed, or who signs. */
const SPOILINGS: readonly Spoiling[] = [
  (request, throws) => ({ ...request, target: insert(request.target, throws, 1) }),
  (request, throws) => ({ ...request, target: `Z${garbage(throws, 60)}` }),
  (request, throws) => ({ ...request, target: `/Z${garbage(throws, 20)}?${garbage(throws, 40)}` }),
  (request, throws) => ({ ...request, method: throws.pick(["PATCH", "OPTIONS", "TRACE", "", "get"]) }),
  (request, throws) => withHeader(request, throws.pick(SIGNED_HEADERS), () => garbage(throws, 80)),
  (request, throws) => withHeader(request, "authorization", (value) => insert(value, throws)),
  (request, throws) => withHeader(request, "authorization", (value) => value.slice(0, throws.integer(value.length))),
  (request, throws) => ({ ...request, rawHeaders: request.rawHeaders.slice(0, 2 * throws.integer(3)) }),
  (request, throws) => ({ ...request, at: AT + throws.pick([-1, 1]) * (3_600_000 + throws.integer(10 ** 10)) }),
  (_, throws) => ({
    ...httpRequest({
      method: throws.pick(["GET", "PUT", "POST", "HEAD"]),
      target: garbage(throws, 30),
      headers: {},
      body: "",
    }),
    rawHeaders: Array.from({ length: 2 * throws.integer(5) }, () => garbage(throws, 40)),
    body: pieces(garbage(throws, 200)),
  }),
];

/** A body can be read once, so each request gets its own; the real clock follows the simulated one. */
const fresh = (request: HttpRequest, body: string, at: number): HttpRequest => ({
  ...request,
  body: pieces(body),
  realAt: at,
});

/** What node:http lets out. */
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Only where a spoiling changed nothing after all may the answer be good. */
const isSame = (a: HttpRequest, b: HttpRequest) =>
  a.method === b.method &&
  a.target === b.target &&
  a.at === b.at &&
  a.rawHeaders.join("\n") === b.rawHeaders.join("\n");

test(`${REQUESTS} random requests of seed ${SEED}`, async () => {
  const throws = dice(SEED);
  const defects: unknown[] = [];
  const world = new S3World();
  const handle = createAwsApi({
    region: "us-east-1",
    entropy: seededEntropy(SEED),
    masterKey,
    identities: () => identities,
    rotator,
    iam: unusedIam,
    ec2: unusedEc2,
    s3: world.parts,
    reportDefect: (error) => defects.push(error),
  });
  const drafts = await Promise.all(
    DRAFTS.map(async (draft) => ({ request: await signed(draft), body: draft.body ?? "" })),
  );
  const statuses = new Map<number, number>();
  for (let i = 0; i < REQUESTS; i++) {
    const { request, body } = throws.pick(drafts);
    const isSpoilt = throws.chance(0.95);
    const spoilt = isSpoilt ? throws.pick(SPOILINGS)(request, throws) : request;
    const sent = isSame(spoilt, request) ? request : spoilt;
    const reply = await handle(sent.body === request.body ? fresh(sent, body, sent.at) : sent);
    const answer = await text(reply);
    const shown = `seed ${SEED}, request ${i}: ${JSON.stringify([sent.method, sent.target, sent.rawHeaders])} → ${reply.status} ${answer}`;
    expect(
      reply.rawHeaders.every((value) => HEADER_TEXT.test(value)),
      shown,
    ).toBe(true);
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
    expect(reply.status < 500 || reply.facts?.errorCode === "NotImplemented", shown).toBe(true);
    if (sent !== request) expect(reply.status, shown).toBeGreaterThanOrEqual(400);
    else expect(reply.status, shown).not.toBe(403);
  }
  expect(defects).toEqual([]);
  // The dice must have found both sides.
  expect([statuses.get(200), statuses.get(403), statuses.get(400)].map((count = 0) => count > 50)).toEqual([
    true,
    true,
    true,
  ]);
});
