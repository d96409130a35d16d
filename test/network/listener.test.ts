// What passes through the door: requests as they were sent, replies as they were written, on both faces.

import { describe, expect, test } from "vitest";
import { awsFace, imdsFace } from "../../network/faces.ts";
import { type HttpHandler, type HttpReply, header } from "../../network/message.ts";
import { AT, DATE, dial, knock, lengthOf, lines, ok, openDoor } from "./wire.ts";

const EMPTY_FROM_EC2 = [`Date: ${DATE}`, "Server: EC2ws", "Connection: close", "Content-Type: text/plain", ""];
const faces = [
  ["IMDS", imdsFace],
  ["AWS", awsFace],
] as const;

describe.each(faces)("the door of %s", (_, face) => {
  test("hands over a request as it was sent, with the stamp of the door", async () => {
    const door = await openDoor({ face, handle: () => ok("") });
    const head = [
      "PUT //a/./b%2F?x=1&x=%zz HTTP/1.1",
      "hOST: 169.254.169.254",
      "X-B: 1",
      "x-b:  2 ",
      "Connection: close",
    ];
    await knock(door.port, lines(...head, ""));
    expect(door.exchanges[0]?.[0]).toMatchObject({
      method: "PUT",
      target: "//a/./b%2F?x=1&x=%zz",
      rawHeaders: ["hOST", "169.254.169.254", "X-B", "1", "x-b", "2", "Connection", "close"],
      at: AT,
      realAt: 1,
      remoteAddress: "127.0.0.1",
      localAddress: "127.0.0.1",
      localPort: door.port,
    });
  });

  test("stamps each request once, and asks for no time otherwise", async () => {
    let stamps = 0;
    const stamp = () => ({ at: ++stamps, realAt: stamps });
    const door = await openDoor({ face, stamp, handle: ({ at }) => ok(String(at)) });
    for (const at of ["1", "2", "3"]) {
      expect(await knock(door.port, lines("GET / HTTP/1.1", "Connection: close", ""))).toMatch(
        new RegExp(`\\r\\n${at}$`),
      );
    }
    expect(stamps).toBe(3);
  });

  test("sends headers in their order and spelling, and no other but Connection", async () => {
    const rawHeaders = ["X-bB", "1", "x-a", "2", "X-bB", "3", "Content-Length", "3", "dATE", "then"];
    const door = await openDoor({
      face,
      handle: () => ({ status: 404, statusText: "Gone Astray", rawHeaders, body: "abc" }),
    });
    const head = ["HTTP/1.1 404 Gone Astray", "X-bB: 1", "x-a: 2", "X-bB: 3", "Content-Length: 3", "dATE: then"];
    const answer = await knock(door.port, lines("GET / HTTP/1.1", "Connection: close", ""));
    expect(answer).toBe(`${lines(...head, "Connection: close", "")}abc`);
  });

  test.each([
    ["text", "h\u00e4", "h\u00c3\u00a4"],
    ["bytes", Buffer.from("h\u00e4"), "h\u00c3\u00a4"],
    ["nothing", "", ""],
  ])("HEAD has the headers of GET and none of its %s", async (_, body, onTheWire) => {
    const door = await openDoor({
      face,
      handle: () => ({ ...ok(body), rawHeaders: ["Content-Length", String(onTheWire.length)] }),
    });
    const [get, head] = await Promise.all(
      ["GET", "HEAD"].map((method) => knock(door.port, lines(`${method} / HTTP/1.1`, "Connection: close", ""))),
    );
    expect(get).toBe(`${head}${onTheWire}`);
    expect(head).toMatch(/\r\n\r\n$/);
  });

  test("answers whoever closes his side after the request, even when the answer takes time", async () => {
    const { promise, resolve } = Promise.withResolvers<HttpReply>();
    const door = await openDoor({ face, handle: () => promise });
    const { socket, closed } = await dial(door.port);
    socket.end(lines("GET / HTTP/1.1", ""));
    socket.on("finish", () => setImmediate(() => resolve(ok("late"))));
    expect(await closed).toMatch(/^HTTP\/1.1 200 OK\r\n.*late$/s);
  });

  test("serves HTTP/1.0, and a request without Host", async () => {
    const door = await openDoor({ face, handle: ({ rawHeaders }) => ok(String(rawHeaders.length)) });
    expect(await knock(door.port, lines("GET / HTTP/1.0", ""))).toMatch(
      /^HTTP\/1.1 200 OK\r\n.*Connection: close\r\n\r\n0$/s,
    );
    expect(await knock(door.port, lines("GET / HTTP/1.1", "Connection: close", ""))).toMatch(/\r\n\r\n2$/);
  });

  test.each(["OPTIONS", "DELETE", "PATCH", "PROPFIND", "TRACE"])("%s reaches the handler", async (method) => {
    const door = await openDoor({ face, handle: (request) => ok(request.method) });
    expect(await knock(door.port, lines(`${method} / HTTP/1.1`, "Connection: close", ""))).toMatch(
      new RegExp(`${method}$`),
    );
  });

  test("an Upgrade is asked for in vain", async () => {
    const door = await openDoor({ face, handle: () => ok("plain") });
    const head = ["GET / HTTP/1.1", "Connection: Upgrade, close", "Upgrade: websocket", ""];
    expect(await knock(door.port, lines(...head))).toMatch(/^HTTP\/1.1 200 OK\r\n.*plain$/s);
  });

  test("reads a body of known length, in chunks, and none", async () => {
    const door = await openDoor({ face, handle: async ({ body }) => ok(String(await lengthOf(body))) });
    const bodies: [string[], string][] = [
      [["Content-Length: 5"], "5"],
      [["Content-Length: 0"], "0"],
      [[], "0"],
      [["Transfer-Encoding: chunked"], "6"],
    ];
    for (const [headers, length] of bodies) {
      const sent = headers[0]?.startsWith("Transfer")
        ? "2\r\nab\r\n4;x=y\r\ncdef\r\n0\r\nT: 1\r\n\r\n"
        : "abcde".slice(0, Number(length));
      const answer = await knock(door.port, `${lines("POST / HTTP/1.1", "Connection: close", ...headers, "")}${sent}`);
      expect(answer).toMatch(new RegExp(`\\r\\n\\r\\n${length}$`));
    }
  });
});

describe("the door of IMDS", () => {
  test("closes after each answer, whatever the client wishes and sends after it", async () => {
    const reply: HttpReply = { status: 200, rawHeaders: ["Content-Length", "1", "Connection", "close"], body: "a" };
    const door = await openDoor({ handle: () => reply });
    const request = lines("GET / HTTP/1.1", "Connection: keep-alive", "");
    const answer = `${lines("HTTP/1.1 200 OK", "Content-Length: 1", "Connection: close", "")}a`;
    expect(await knock(door.port, request)).toBe(answer);
    expect(await knock(door.port, request + request)).toBe(answer);
    expect(await knock(door.port, `${request}\u0000garbage\r\n\r\n`)).toBe(answer);
  });

  test("Expect reaches the handler, which may refuse it", async () => {
    const refuse: HttpHandler = ({ rawHeaders }) =>
      header(rawHeaders, "expect") ? { status: 417, rawHeaders: ["Content-Length", "0"], body: "" } : ok("");
    const door = await openDoor({ handle: refuse });
    for (const expectation of ["100-continue", "100-Continue", "something else"]) {
      const head = ["PUT /latest/api/token HTTP/1.1", `Expect: ${expectation}`, "Content-Length: 1", ""];
      expect(await knock(door.port, lines(...head))).toMatch(
        /^HTTP\/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n/,
      );
    }
  });

  test.each([
    ["a word", "hello\r\n\r\n"],
    ["an unknown method", "FETCH / HTTP/1.1\r\n\r\n"],
    ["an unknown version", "GET / HTTP/9.1\r\n\r\n"],
    ["a space in the target", "GET /a b HTTP/1.1\r\n\r\n"],
    ["a space in a header's name", "GET / HTTP/1.1\r\nA B: 1\r\n\r\n"],
    ["two lengths", "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
    ["length and chunks", "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["a head of 20 KB", `GET / HTTP/1.1\r\nA: ${"a".repeat(20_000)}\r\n\r\n`],
    ["a TLS hello", Buffer.from("16030100c8010000c40303", "hex")],
    ["CONNECT", "CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ])("%s is answered with an empty 400 as EC2ws writes it", async (_, bytes) => {
    const door = await openDoor({ handle: () => ok("") });
    expect(await knock(door.port, bytes)).toBe(
      lines("HTTP/1.1 400 Bad Request", "Content-Length: 0", ...EMPTY_FROM_EC2),
    );
    expect([door.exchanges, door.failures]).toEqual([[], []]);
  });

  test.each<[string, HttpHandler]>([
    [
      "throws",
      () => {
        throw new Error("a bug of ours");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("a bug of ours");
      },
    ],
    ["gives a header that cannot be sent", () => ({ status: 200, rawHeaders: ["A", "a bug of ours\r\n"], body: "" })],
    ["gives a status that cannot be sent", () => ({ status: 99, rawHeaders: [], body: "" })],
  ])("a handler that %s costs that one request an empty 500, and is reported", async (_, handle) => {
    const door = await openDoor({ handle });
    for (let i = 0; i < 2; i++) {
      const answer = await knock(door.port, lines("GET / HTTP/1.1", ""));
      expect(answer).toBe(lines("HTTP/1.1 500 Internal Server Error", "Content-Length: 0", ...EMPTY_FROM_EC2));
    }
    expect(door.failures).toHaveLength(2);
    expect(door.exchanges.map(([, { status }]) => status)).toEqual([500, 500]);
  });

  test("a log that throws is reported, and the answer goes out", async () => {
    const onExchange = () => {
      throw new Error("a bug of ours");
    };
    const door = await openDoor({ handle: () => ok("a"), onExchange });
    expect(await knock(door.port, lines("GET / HTTP/1.1", "Connection: close", ""))).toMatch(/\r\n\r\na$/);
    expect(door.failures).toHaveLength(1);
  });
});

describe("the door of the AWS endpoints", () => {
  test("keeps the connection without a word, for requests one after the other and at once", async () => {
    const door = await openDoor({ face: awsFace, handle: async ({ target }) => ok(target) });
    const { socket, until, closed } = await dial(door.port);
    const answer = (target: string) => `${lines("HTTP/1.1 200 OK", `Content-Length: ${target.length}`, "")}${target}`;
    socket.write(lines("GET /1 HTTP/1.1", ""));
    await until("/1");
    socket.write(lines("GET /2 HTTP/1.1", "", "GET /3 HTTP/1.1", "Connection: close", ""));
    const last = `${lines("HTTP/1.1 200 OK", "Content-Length: 2", "Connection: close", "")}/3`;
    expect(await closed).toBe(answer("/1") + answer("/2") + last);
  });

  test("a client of HTTP/1.0 that asks to keep the connection is told that it is kept", async () => {
    const door = await openDoor({ face: awsFace, handle: () => ok("a") });
    const { socket, until } = await dial(door.port);
    socket.write(lines("GET / HTTP/1.0", "Connection: keep-alive", ""));
    expect(await until("\r\n\r\na")).toMatch(/\r\nConnection: keep-alive\r\n/);
  });

  test("what is no request gets a 400, after the answers that are on their way", async () => {
    const door = await openDoor({ face: awsFace, handle: () => ok("a") });
    const refusal = lines("HTTP/1.1 400 Bad Request", `Date: ${DATE}`, "Content-Length: 0", "Connection: close", "");
    expect(await knock(door.port, "garbage\r\n\r\n")).toBe(refusal);
    const { socket, until, closed } = await dial(door.port);
    socket.write(lines("GET / HTTP/1.1", ""));
    const answer = await until("\r\n\r\na");
    socket.write("garbage\r\n\r\n");
    expect(await closed).toBe(answer + refusal);
  });

  test("a handler that throws gives S3's internal error, and the connection goes on", async () => {
    const door = await openDoor({
      face: awsFace,
      handle: ({ target }) => {
        if (target === "/bug") throw new Error();
        return ok("a");
      },
    });
    const { socket, until } = await dial(door.port);
    socket.write(lines("GET /bug HTTP/1.1", ""));
    expect(await until("</Error>")).toMatch(/^HTTP\/1.1 500 Internal Server Error\r\n.*<Code>InternalError<\/Code>/s);
    socket.write(lines("GET / HTTP/1.1", ""));
    expect(await until("\r\n\r\na")).toContain("HTTP/1.1 200 OK");
  });
});
