// An answer that is treated badly: late, slow, cut, reset, or never there. Waits are moved by hand.

import { expect, test } from "vitest";
import { awsFace } from "../../network/faces.ts";
import type { HttpReply, Treatment } from "../../network/message.ts";
import { type Door, dial, lines, ok, openDoor } from "./wire.ts";

interface Waiting {
  readonly milliseconds: number;
  cancelled: boolean;
  over(): void;
}

const HEAD = lines("HTTP/1.1 200 OK", "Content-Length: 10", "Connection: close", "");
const REQUEST = lines("GET / HTTP/1.1", "");

const soon = () => new Promise((resolve) => setImmediate(resolve));

/** A door whose answer of ten bytes is treated so, and the waits that it asked for. */
async function treated(treatment: Treatment, body: HttpReply["body"] = "0123456789", face = {}) {
  const waits: Waiting[] = [];
  const door: Door = await openDoor({
    handle: () => ({ ...ok("0123456789", []), body, treatment }),
    wait: (milliseconds, over) => {
      const waiting = { milliseconds, over, cancelled: false };
      waits.push(waiting);
      return () => {
        waiting.cancelled = true;
      };
    },
    ...face,
  });
  const connection = await dial(door.port);
  connection.socket.write(REQUEST);
  let seen = 0;
  const next = async () => {
    while (waits.length === seen) await soon();
    return waits[seen++] as Waiting;
  };
  return { door, connection, waits, next };
}

test("the first byte waits, and all comes at once then", async () => {
  const { connection, next } = await treated({ delayMilliseconds: 5000 });
  const waiting = await next();
  expect([waiting.milliseconds, connection.received()]).toEqual([5000, ""]);
  waiting.over();
  expect(await connection.closed).toBe(`${HEAD}0123456789`);
});

test("who does not wait for the first byte leaves no timer behind", async () => {
  const { connection, next, door } = await treated({ delayMilliseconds: 5000 });
  const waiting = await next();
  connection.socket.resetAndDestroy();
  while (!waiting.cancelled) await soon();
  expect(door.failures).toEqual([]);
});

test("the body comes in slices of a tenth of a second", async () => {
  const { connection, next } = await treated({ bytesPerSecond: 40 });
  for (const sofar of ["", "0123", "01234567"]) {
    const waiting = await next();
    expect(await connection.until(HEAD + sofar)).toBe(HEAD + sofar);
    expect(waiting.milliseconds).toBe(sofar.length === 8 ? 50 : 100);
    waiting.over();
  }
  expect(await connection.closed).toBe(`${HEAD}0123456789`);
});

async function* streamed() {
  yield Buffer.from("01234");
  yield Buffer.from("56789");
}

test.each([
  ["a text", "0123456789"],
  ["bytes", Buffer.from("0123456789")],
  ["a stream", streamed()],
])("%s is cut after some bytes, and the connection closed", async (_, body) => {
  const { connection, door } = await treated({ brokenOff: { afterBodyBytes: 7, by: "closing" } }, body);
  expect(await connection.closed).toBe(`${HEAD}0123456`);
  expect(door.exchanges).toHaveLength(1);
  expect(door.failures).toEqual([]);
});

test("it ends right behind the head, or before it", async () => {
  const behind = await treated({ brokenOff: { afterBodyBytes: 0, by: "closing" } });
  expect(await behind.connection.closed).toBe(HEAD);
  const before = await treated({ brokenOff: { by: "closing" } });
  expect(await before.connection.closed).toBe("");
  expect(before.door.exchanges).toHaveLength(1);
});

test("a reset is one", async () => {
  const { connection } = await treated({ brokenOff: { by: "resetting" } });
  const errors: NodeJS.ErrnoException[] = [];
  connection.socket.on("error", (error) => errors.push(error));
  expect(await connection.closed).toBe("");
  expect(errors.map(({ code }) => code)).toEqual(["ECONNRESET"]);
});

test.each([undefined, 3])(
  "in silence (after %s bytes) nothing comes; the connection ends with the client",
  async (bytes) => {
    const brokenOff = { by: "silence", ...(bytes !== undefined && { afterBodyBytes: bytes }) } as const;
    const { connection, door } = await treated({ brokenOff });
    if (bytes !== undefined) await connection.until("012");
    while (door.exchanges.length === 0) await soon();
    expect(connection.received()).toBe(bytes === undefined ? "" : `${HEAD}012`);
    connection.socket.end(); // it only says that it is done
    await connection.closed;
  },
);

test.each([
  ["silence", { brokenOff: { by: "silence" } }],
  ["a wait", { delayMilliseconds: 1e9 }],
  ["a slow body", { bytesPerSecond: 1 }],
] as const)("a door closes at once over %s", async (_, treatment) => {
  const { connection, door, waits } = await treated(treatment);
  while (waits.length === 0 && door.exchanges.length === 0) await soon();
  await door.close();
  await connection.closed;
  expect(door.failures).toEqual([]);
});

test("a connection that is kept serves the next request after a slow answer", async () => {
  const { connection, waits } = await treated({ delayMilliseconds: 1 }, "0123456789", { face: awsFace });
  while (waits.length === 0) await soon();
  waits[0]?.over();
  await connection.until("0123456789");
  connection.socket.write(REQUEST);
  while (waits.length === 1) await soon();
  waits[1]?.over();
  while (connection.received().split("0123456789").length < 3) await soon();
});
