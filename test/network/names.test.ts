// The resolver of a network of a program's own, asked by Node's own resolver, and by garbage.

import { createSocket } from "node:dgram";
import { promises } from "node:dns";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seededEntropy } from "../../entropy/random.ts";
import { answerNameQuery } from "../../network/isolation/names.ts";
import { AWS_ADDRESS } from "../../network/isolation/places.ts";

const socket = createSocket("udp4");
const resolver = new promises.Resolver({ timeout: 2000, tries: 1 });

beforeAll(async () => {
  socket.on("message", (query, { address, port }) => {
    const answer = answerNameQuery(query);
    if (answer) socket.send(answer, port, address);
  });
  await once(socket.bind(0, "127.0.0.1"), "listening");
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
});
afterAll(() => void socket.close());

test.each([
  "amazonaws.com",
  "sts.us-east-1.amazonaws.com",
  "MyBucket.S3.us-east-1.AmazonAWS.com",
  "s3.cn-north-1.amazonaws.com.cn",
  "ec2.us-east-1.api.aws",
])("%s is Mayfly", async (name) => {
  expect(await resolver.resolve4(name)).toEqual([AWS_ADDRESS]);
  await expect(resolver.resolve6(name)).rejects.toMatchObject({ code: "ENODATA" });
  await expect(resolver.resolveMx(name)).rejects.toMatchObject({ code: "ENODATA" });
});

test("localhost is localhost", async () => {
  expect([await resolver.resolve4("localhost"), await resolver.resolve6("localhost")]).toEqual([
    ["127.0.0.1"],
    ["::1"],
  ]);
});

test.each(["example.com", "notamazonaws.com", "amazonaws.com.example.com", "aws", "com"])(
  "there is no %s",
  async (name) => {
    await expect(resolver.resolve4(name)).rejects.toMatchObject({ code: "ENOTFOUND" });
  },
);

describe("what is no question", () => {
  const QUESTION = Buffer.from("1234010000010000000000000161096d617a6f6e61777303636f6d0000010001", "hex");
  const code = (answer: Buffer | undefined) => answer && (answer[3] as number) & 0xf;
  const changed = (at: number, ...bytes: number[]) => {
    const copy = Buffer.from(QUESTION);
    copy.set(bytes, at);
    return copy;
  };

  test("an answer and less than a head are not answered", () => {
    expect(answerNameQuery(changed(2, 0x81))).toBeUndefined();
    expect(answerNameQuery(QUESTION.subarray(0, 11))).toBeUndefined();
  });

  test.each([
    ["another operation is not served", changed(2, 0x10), 4],
    ["two questions are malformed", changed(5, 2), 1],
    ["a question that is cut off is malformed", QUESTION.subarray(0, -1), 1],
    ["a compressed name is malformed", changed(12, 0xc0, 0x0c), 1],
  ])("%s", (_, query, expected) => {
    const answer = answerNameQuery(query);
    expect([answer?.toString("hex", 0, 2), code(answer)]).toEqual(["1234", expected]);
  });

  test("garbage is never more than refused", () => {
    const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
    const entropy = seededEntropy(seed);
    for (let round = 0; round < 2000; round++) {
      const noise = entropy.bytes(1 + ((entropy.bytes(1)[0] as number) % 60));
      const query = round % 2 ? noise : Buffer.concat([QUESTION.subarray(0, 12), noise]);
      const answer = answerNameQuery(query);
      expect([seed, query.toString("hex"), answer === undefined || answer.length >= 12]).toEqual([
        seed,
        query.toString("hex"),
        true,
      ]);
    }
  });
});
