// Where one can listen, what one is told where one cannot, and how it ends.

import { createServer } from "node:http";
import { networkInterfaces } from "node:os";
import { describe, expect, onTestFinished, test } from "vitest";
import { endpointUrl, parseEndpoint } from "../../network/endpoint.ts";
import { awsFace } from "../../network/faces.ts";
import { NetworkError } from "../../network/failure.ts";
import { examineMachine } from "../../network/machine.ts";
import type { HttpReply } from "../../network/message.ts";
import { listenApplication, openServer } from "../../network/server.ts";
import { dial, knock, lines, ok, openDoor } from "./wire.ts";

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const SOUND = lines("GET / HTTP/1.1", "Connection: close", "");

describe("endpoints", () => {
  test.each([
    ["127.0.0.1:1338", "127.0.0.1", 1338, "http://127.0.0.1:1338"],
    ["[::1]:1338", "::1", 1338, "http://[::1]:1338"],
    ["[fd00:ec2::254]:80", "fd00:ec2::254", 80, "http://[fd00:ec2::254]:80"],
    ["http://127.0.0.1:1339/", "127.0.0.1", 1339, "http://127.0.0.1:1339"],
    ["localhost:0", "localhost", 0, "http://localhost:0"],
    ["0.0.0.0:65535", "0.0.0.0", 65_535, "http://127.0.0.1:65535"],
    ["[::]:1", "::", 1, "http://[::1]:1"],
  ])("%s", (text, host, port, url) => {
    expect(parseEndpoint(text)).toEqual({ host, port });
    expect(endpointUrl({ host, port })).toBe(url);
  });

  test.each([
    "",
    ":1338",
    "1338",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:x",
    "127.0.0.1:65536",
    "127.0.0.1:-1",
    "::1:1338",
  ])("`%s` is none, and is told how to write one", (text) => {
    expect(() => parseEndpoint(text)).toThrow(NetworkError);
    expect(() => parseEndpoint(text)).toThrow(/^`.*` is no endpoint: write host:port, such as .*$/);
  });

  test.each([
    "https://127.0.0.1:80",
    "http://127.0.0.1:80/path",
    "a b:80",
    "[::1:80",
    "::1]:80",
    "[]:80",
    "a@b:80",
    "127.0.0.1:0x50",
    "a:1\n",
  ])("`%s` is none", (text) => expect(() => parseEndpoint(text)).toThrow(NetworkError));
});

describe("listening", () => {
  test("port 0 takes a free one, and the url tells which", async () => {
    const door = await openDoor({ handle: () => ok("") });
    expect(door.port).toBeGreaterThan(0);
    expect(door.url).toBe(`http://127.0.0.1:${door.port}`);
  });

  test.runIf(hasIpv6)("on IPv6, and on all addresses, where each connection tells its own", async () => {
    const one = await openDoor({
      host: "::1",
      handle: ({ localAddress, remoteAddress }) => ok(`${localAddress} ${remoteAddress}`),
    });
    const all = await openDoor({
      host: "::",
      handle: ({ localAddress, remoteAddress }) => ok(`${localAddress} ${remoteAddress}`),
    });
    const ask = async (port: number, host: string) => {
      const { socket, closed } = await dial(port, host);
      socket.write(SOUND);
      return (await closed).split("\r\n\r\n")[1];
    };
    expect(await ask(one.port, "::1")).toBe("::1 ::1");
    expect(await ask(all.port, "::1")).toBe("::1 ::1");
    expect(await ask(all.port, "127.0.0.2")).toBe("127.0.0.2 127.0.0.1");
    expect([one.url, all.url]).toEqual([`http://[::1]:${one.port}`, `http://[::1]:${all.port}`]);
  });

  test("a port in use, a foreign address, an unknown host: one line each", async () => {
    const { port } = await openDoor({ handle: () => ok("") });
    const cases: [string, number, string, RegExp][] = [
      ["127.0.0.1", port, "EADDRINUSE", new RegExp(`^port ${port} on 127\\.0\\.0\\.1 is in use: .*another port.*$`)],
      ["192.0.2.1", 0, "EADDRNOTAVAIL", /^192\.0\.2\.1 is no address of this machine: .*$/],
    ];
    for (const [host, port, code, message] of cases) {
      const refused = openDoor({ host, port, handle: () => ok("") });
      await expect(refused).rejects.toMatchObject({
        name: "NetworkError",
        code,
        message: expect.stringMatching(message),
      });
    }
  });

  test("a port that needs rights is told as such", async () => {
    const server = createServer();
    server.listen = () => {
      const denied = Object.assign(new Error("listen EACCES: permission denied 127.0.0.1:80"), { code: "EACCES" });
      queueMicrotask(() => server.emit("error", denied));
      return server;
    };
    const refused = openServer(server, { host: "127.0.0.1", port: 80 });
    await expect(refused).rejects.toThrow(/^port 80 on 127\.0\.0\.1 needs rights that this process lacks: .*$/);
  });

  test("an application of node:http's kind is served too", async () => {
    const listener = await listenApplication((_, response) => response.end("hello"), { host: "127.0.0.1", port: 0 });
    onTestFinished(() => listener.close());
    expect(await knock(listener.port, lines("GET / HTTP/1.1", "Host: a", "Connection: close", ""))).toMatch(/hello/);
  });
});

describe("closing", () => {
  test("frees the port, cuts idle connections, and may be called twice", async () => {
    const door = await openDoor({ handle: () => ok("") });
    const { closed } = await dial(door.port);
    await Promise.all([door.close(), door.close()]);
    expect(await closed).toBe("");
    const next = await openDoor({ port: door.port, handle: () => ok("") });
    expect(await knock(next.port, SOUND)).toMatch(/^HTTP\/1.1 200/);
  });

  test("waits for the handlers at work, and for nothing that their clients do", async () => {
    const { promise, resolve } = Promise.withResolvers<HttpReply>();
    let asked = () => {};
    const arrived = new Promise<void>((done) => {
      asked = done;
    });
    const door = await openDoor({
      handle: () => {
        asked();
        return promise;
      },
    });
    const { socket, closed } = await dial(door.port);
    socket.write(SOUND);
    await arrived;
    let isClosed = false;
    const closing = door.close().then(() => {
      isClosed = true;
    });
    await closed;
    expect(isClosed).toBe(false);
    resolve(ok(""));
    await closing;
    expect(door.failures).toEqual([]);
  });
});

test("the machine is examined, whatever it can do", async () => {
  const facts = await examineMachine();
  expect(facts.map(({ name }) => name)).toEqual([
    "IPv6 loopback",
    "port 80",
    "network namespaces",
    "koffi",
    "hop limit",
  ]);
  for (const { able, detail, neededFor } of facts) {
    expect(typeof able).toBe("boolean");
    expect(detail).toMatch(/^\S.*$/);
    expect(neededFor).toMatch(/^\S.*$/);
  }
  expect(facts[0]?.able).toBe(hasIpv6);
});

test("a listener refuses for a while, without losing what is open or its port", async () => {
  const door = await openDoor({ handle: () => ok("kept"), face: awsFace });
  const kept = await dial(door.port);
  await door.refuse(true);
  await door.refuse(true);
  await expect(dial(door.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  kept.socket.write("GET / HTTP/1.1\r\n\r\n");
  await kept.until("kept");
  await door.refuse(false);
  await door.refuse(false);
  expect(await knock(door.port, "GET / HTTP/1.0\r\n\r\n")).toContain("kept");
  await door.refuse(true);
  await door.close();
});
