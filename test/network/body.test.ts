// Bodies in both directions: nothing moves before it is asked for or faster than it is taken, and no end of a connection costs more
// than that connection.

import { once } from "node:events";
import { type IncomingMessage, request as startRequest } from "node:http";
import { describe, expect, test, vi } from "vitest";
import { awsFace, imdsFace } from "../../network/faces.ts";
import { type HttpHandler, type HttpReply, RequestAborted } from "../../network/message.ts";
import { dial, knock, lengthOf, lines, madeOnDemand, ok, openDoor } from "./wire.ts";

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;
const refusal: HttpReply = { status: 403, rawHeaders: ["Content-Length", "6"], body: "denied" };
const read: HttpHandler = async ({ body }) => ok(String(await lengthOf(body)));

describe("Expect: 100-continue", () => {
  const head = (lengthBytes: number) =>
    lines("PUT /b/k HTTP/1.1", "Expect: 100-continue", `Content-Length: ${lengthBytes}`, "");

  test("reading the body asks for it, and the connection goes on", async () => {
    const door = await openDoor({ face: awsFace, handle: read });
    const { socket, until } = await dial(door.port);
    const goOn = "HTTP/1.1 100 Continue\r\n\r\n";
    const answer = `${lines("HTTP/1.1 200 OK", "Content-Length: 1", "")}5`;
    socket.write(head(5));
    await until(goOn);
    socket.write("hello");
    await until(answer);
    socket.write(head(5));
    await until(`${answer}${goOn}`);
    socket.write("hello");
    expect(await until(`${answer}${goOn}${answer}`)).toBe(`${goOn}${answer}${goOn}${answer}`);
  });

  test("a refusal asks for nothing, says that it closes, and closes", async () => {
    const door = await openDoor({ face: awsFace, handle: () => refusal });
    const answer = await knock(door.port, head(5 * GIBIBYTE));
    expect(answer).toBe(`${lines("HTTP/1.1 403 Forbidden", "Content-Length: 6", "Connection: close", "")}denied`);
  });
});

describe("a body that nobody reads", () => {
  const put = (lengthBytes: number) => lines("PUT /b/k HTTP/1.1", `Content-Length: ${lengthBytes}`, "");

  test("of little length: the answer goes out at once, the rest is passed over, the connection goes on", async () => {
    const door = await openDoor({ face: awsFace, handle: ({ method }) => (method === "GET" ? ok("next") : refusal) });
    const { socket, until } = await dial(door.port);
    socket.write(put(2 * MEBIBYTE));
    expect(await until("denied")).toBe(`${lines("HTTP/1.1 403 Forbidden", "Content-Length: 6", "")}denied`);
    socket.write(Buffer.alloc(2 * MEBIBYTE));
    socket.write(lines("GET / HTTP/1.1", ""));
    expect(await until("next")).toMatch(/deniedHTTP\/1.1 200 OK\r\n/);
  });

  test.each([
    ["known to be long", put(5 * GIBIBYTE)],
    [
      "of unknown length",
      lines("PUT /b/k HTTP/1.1", "Transfer-Encoding: chunked", "", "7fffffff").trimEnd().concat("\r\n"),
    ],
  ])("%s: a client that sends on and on sees the answer, and then the end", async (_, head) => {
    const door = await openDoor({ face: awsFace, handle: () => refusal });
    const { socket, received, closed } = await dial(door.port);
    socket.write(head);
    const chunk = Buffer.alloc(MEBIBYTE);
    let sentBytes = 0;
    while (!socket.destroyed && socket.writable) {
      sentBytes += chunk.length;
      if (!socket.write(chunk)) await Promise.race([once(socket, "drain").catch(() => {}), closed]);
    }
    await closed;
    expect(received()).toBe(`${lines("HTTP/1.1 403 Forbidden", "Content-Length: 6", "Connection: close", "")}denied`);
    expect(sentBytes).toBeGreaterThan(awsFace.drainBytes);
    expect(sentBytes).toBeLessThan(awsFace.drainBytes + 64 * MEBIBYTE);
    expect(door.failures).toEqual([]);
  });

  test("half read: a handler that stops in the middle still gets its answer out", async () => {
    const handle: HttpHandler = async ({ body }) => {
      for await (const _ of body) break;
      return refusal;
    };
    const door = await openDoor({ face: awsFace, handle });
    const { socket, until } = await dial(door.port);
    socket.write(put(8 * MEBIBYTE));
    socket.write(Buffer.alloc(8 * MEBIBYTE));
    await until("denied");
    socket.write(`${put(1)}x`);
    expect(await until("deniedHTTP/1.1")).toMatch(/^HTTP\/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\ndeniedHTTP/);
  });

  test("at IMDS: the answer comes, and then the end", async () => {
    const reply: HttpReply = { status: 403, rawHeaders: ["Content-Length", "0", "Connection", "close"], body: "" };
    const door = await openDoor({ face: imdsFace, handle: () => reply });
    for (const body of ["", "x", "x".repeat(1_000), "x".repeat(60_000)]) {
      const answer = await knock(door.port, lines("POST / HTTP/1.1", `Content-Length: ${body.length}`, "") + body);
      expect(answer).toBe(lines("HTTP/1.1 403 Forbidden", "Content-Length: 0", "Connection: close", ""));
    }
  });
});

describe("streams", () => {
  test("a body goes up and down whole, in chunks where its length is not told", async () => {
    const door = await openDoor({ face: awsFace, handle: ({ body }) => ok(body) });
    const sent = Buffer.alloc(3 * MEBIBYTE, "abc");
    const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
    startRequest({ port: door.port, host: "127.0.0.1", method: "POST", agent: false }, resolve).end(sent);
    const answer = await promise;
    expect(answer.headers["transfer-encoding"]).toBe("chunked");
    expect(Buffer.concat(await answer.toArray()).equals(sent)).toBe(true);
  });

  test("a download is made no faster than it is taken, and ends with the client", async () => {
    const body = madeOnDemand(GIBIBYTE);
    const door = await openDoor({
      face: awsFace,
      handle: () => ({ ...ok(body), rawHeaders: ["Content-Length", String(GIBIBYTE)] }),
    });
    const { socket, until } = await dial(door.port);
    socket.write(lines("GET / HTTP/1.1", ""));
    await until("\r\n\r\nm");
    socket.pause();
    let before = -1;
    await vi.waitUntil(
      () => {
        const isStill = body.made === before;
        before = body.made;
        return isStill;
      },
      { interval: 50 },
    );
    expect(body.made).toBeLessThan(64 * MEBIBYTE);
    socket.destroy();
    await vi.waitUntil(() => body.ended);
    expect(door.failures).toEqual([]);
  });

  test("an upload is taken no faster than it is read", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const handle: HttpHandler = async ({ body }) => {
      const reader = body[Symbol.asyncIterator]();
      await reader.next();
      await promise;
      return ok(String(await lengthOf({ [Symbol.asyncIterator]: () => reader })));
    };
    const door = await openDoor({ face: awsFace, handle });
    const { socket, until } = await dial(door.port);
    socket.write(lines("PUT / HTTP/1.1", `Content-Length: ${128 * MEBIBYTE}`, ""));
    socket.write(Buffer.alloc(128 * MEBIBYTE));
    let before = -1;
    await vi.waitUntil(
      () => {
        const isStill = socket.bytesWritten - socket.writableLength === before;
        before = socket.bytesWritten - socket.writableLength;
        return isStill;
      },
      { interval: 50 },
    );
    expect(socket.writableLength).toBeGreaterThan(0);
    resolve();
    await until("200 OK");
  });

  test("HEAD ends a stream that it does not send", async () => {
    const body = madeOnDemand(GIBIBYTE);
    await body[Symbol.asyncIterator]().next();
    const door = await openDoor({
      face: awsFace,
      handle: () => ({ status: 200, rawHeaders: ["Content-Length", "9"], body }),
    });
    const head = lines("HTTP/1.1 200 OK", "Content-Length: 9", "Connection: close", "");
    expect(await knock(door.port, lines("HEAD / HTTP/1.1", "Connection: close", ""))).toBe(head);
    expect(body.made).toBe(64 * 1024);
  });

  test.each([
    [0, /^HTTP\/1.1 500 .*InternalError/s],
    [1, /^(HTTP\/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nab)?$/],
  ])("a stream that fails after %i pieces is never taken for a whole one", async (pieces, answer) => {
    async function* failing() {
      if (pieces > 0) yield Buffer.from("ab");
      throw new Error("a bug of ours");
    }
    const door = await openDoor({
      face: awsFace,
      handle: () => ({ status: 200, rawHeaders: ["Content-Length", "100"], body: failing() }),
    });
    expect(await knock(door.port, lines("GET / HTTP/1.1", "Connection: close", ""))).toMatch(answer);
    expect(door.failures).toHaveLength(1);
    expect(door.exchanges).toHaveLength(1);
  });
});

describe("clients that go away", () => {
  test("in the middle of an upload: its reader hears of it, nobody else", async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const handle: HttpHandler = async ({ body }) => {
      try {
        return ok(String(await lengthOf(body)));
      } catch (error) {
        reject(error);
        throw error;
      }
    };
    const door = await openDoor({ face: awsFace, handle });
    const { socket } = await dial(door.port);
    socket.write(lines("PUT / HTTP/1.1", "Content-Length: 100", "", "some of it"), () => socket.destroy());
    await expect(promise).rejects.toBeInstanceOf(RequestAborted);
    await door.close();
    expect([door.failures, door.exchanges]).toEqual([[], []]);
  });

  test("before the answer: it is logged, and its stream is ended", async () => {
    const { promise, resolve } = Promise.withResolvers<HttpReply>();
    let asked = () => {};
    const door = await openDoor({
      face: awsFace,
      handle: () => {
        asked();
        return promise;
      },
    });
    const { socket } = await dial(door.port);
    const arrived = new Promise<void>((done) => {
      asked = done;
    });
    socket.write(lines("GET / HTTP/1.1", ""));
    await arrived;
    socket.resetAndDestroy();
    await once(socket, "close");
    const body = madeOnDemand(GIBIBYTE);
    setImmediate(() => resolve(ok(body)));
    await vi.waitUntil(() => door.exchanges.length === 1);
    await door.close();
    expect(body.made).toBeLessThan(MEBIBYTE);
    expect(door.failures).toEqual([]);
  });

  test.each([
    [
      "IMDS",
      { ...imdsFace, requestTimeoutMilliseconds: 400 },
      lines("HTTP/1.1 200 OK", "Content-Length: 1", "Connection: close", ""),
    ],
    ["AWS", { ...awsFace, idleTimeoutMilliseconds: 400 }, lines("HTTP/1.1 200 OK", "Content-Length: 1", "")],
  ])(
    "a head that does not come to its end, a body that stands still, a connection that idles: %s cuts each",
    async (_, face, head) => {
      const impatient = { ...face, headTimeoutMilliseconds: 400, keepAliveTimeoutMilliseconds: 50 };
      const door = await openDoor({ face: impatient, handle: read });
      const half = lines("PUT / HTTP/1.1", "Content-Length: 9", "", "some").trimEnd();
      const sent = ["", "GET / HTT", half, lines("GET / HTTP/1.1", "")];
      const answers = await Promise.all(sent.map((bytes) => knock(door.port, bytes)));
      expect(answers).toEqual(["", "", "", `${head}0`]);
      expect(door.failures).toEqual([]);
    },
  );
});
