// Whatever comes in at the door: no crash, no answer that it does not deserve, and the next client is served as if nothing had been.

import { describe, expect, test } from "vitest";
import { type Dice, dice } from "../../entropy/dice.ts";
import { seededEntropy } from "../../entropy/random.ts";
import { awsFace, imdsFace } from "../../network/faces.ts";
import { dial, knock, lengthOf, lines, ok, openDoor } from "./wire.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
const SOUND = lines("GET / HTTP/1.1", "Connection: close", "");
const PARTS = [
  "GET",
  "PUT",
  " ",
  "/",
  "HTTP/1.1",
  "\r\n",
  "\n",
  "\r",
  ":",
  "Content-Length: 5",
  "Content-Length: -1",
  "\u0000",
];
PARTS.push(
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "Connection: close",
  "Upgrade: h2c",
  "ffffffffffffffffff",
  "0",
);

const noise = ({ integer }: Dice) => seededEntropy(integer(2 ** 32)).bytes(1 + integer(2_000));
const words = ({ integer, pick }: Dice) =>
  Buffer.from(Array.from({ length: 1 + integer(40) }, () => pick(PARTS)).join(""));
/** A sound request with some bytes left out and others put in. */
function altered({ integer }: Dice): Buffer {
  const bytes = [...Buffer.from(lines("PUT /latest/api/token HTTP/1.1", "Host: x", "Content-Length: 3", "", "abc"))];
  for (let i = 0; i <= integer(4); i++) bytes.splice(integer(bytes.length), integer(3), integer(256), integer(256));
  return Buffer.from(bytes);
}

describe.each([
  ["IMDS", imdsFace],
  ["AWS", awsFace],
] as const)("garbage at the door of %s", (name, face) => {
  test.each([
    ["noise", noise],
    ["words of HTTP", words],
    ["requests with faults", altered],
  ])(`400 times %s, MAYFLY_TEST_SEED=${seed}`, async (kind, make) => {
    const throws = dice(`${seed}/${name}/${kind}`);
    const door = await openDoor({ face, handle: async ({ body }) => ok(String(await lengthOf(body))) });
    for (let i = 0; i < 400; i++) {
      const bytes = make(throws);
      const { socket, closed } = await dial(door.port);
      socket.end(bytes);
      const answer = await closed;
      const context = `answered ${JSON.stringify(answer)} to ${JSON.stringify(bytes.toString("latin1"))}`;
      // A server that is asked for the rest of a body that never comes ends without a word.
      expect(answer, context).toMatch(/^$|^HTTP\/1\.1 (100 Continue|200 OK|400 Bad Request)\r\n/);
      expect(door.failures, context).toEqual([]);
    }
    expect(await knock(door.port, SOUND)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  test("megabytes of it end with the connection", async () => {
    const door = await openDoor({ face, handle: () => ok("") });
    const { socket, closed } = await dial(door.port);
    const bytes = Buffer.alloc(8_000_000, "garbage ");
    socket.write(bytes);
    expect(await closed).toMatch(/^(HTTP\/1.1 400 .*)?$/s);
    expect(await knock(door.port, SOUND)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  test("a head that never ends is cut at its limit", async () => {
    const door = await openDoor({ face, handle: () => ok("") });
    const { socket, closed } = await dial(door.port);
    socket.write("GET / HTTP/1.1\r\n");
    const send = (error?: Error | null) => {
      if (!error) socket.write(`A: ${"a".repeat(1_000)}\r\n`, send);
    };
    send();
    expect(await closed).toMatch(/^(HTTP\/1.1 400 .*)?$/s);
    expect([door.exchanges, door.failures]).toEqual([[], []]);
  });

  test("clients that reset the connection at any moment", async () => {
    const door = await openDoor({ face, handle: async ({ body }) => ok(String(await lengthOf(body))) });
    const request = lines("PUT / HTTP/1.1", "Expect: 100-continue", "Content-Length: 3", "", "abc");
    for (let length = 0; length <= request.length; length += 5) {
      const { socket, closed } = await dial(door.port);
      socket.write(request.slice(0, length), () => socket.resetAndDestroy());
      await closed;
    }
    expect(await knock(door.port, SOUND)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(door.failures).toEqual([]);
  });
});

test("64 connections at once, 20 requests on each: every one gets its own answer", async () => {
  const door = await openDoor({
    face: awsFace,
    handle: async ({ target, body }) => ok(`${target}:${await lengthOf(body)}`),
  });
  const clients = Array.from({ length: 64 }, async (_, client) => {
    const { socket, until } = await dial(door.port);
    for (let i = 0; i < 20; i++) {
      socket.write(lines(`PUT /${client}/${i}/ HTTP/1.1`, `Content-Length: ${i}`, "") + "x".repeat(i));
      await until(`\r\n\r\n/${client}/${i}/:${i}`);
    }
  });
  await Promise.all(clients);
  expect(door.exchanges).toHaveLength(64 * 20);
});
