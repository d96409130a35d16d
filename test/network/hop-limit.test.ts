// The hop limit of packets, asked of the system: which option has which value on the socket of whom.

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import koffi from "koffi";
import { expect, onTestFinished, test } from "vitest";
import { awsFace } from "../../network/faces.ts";
import { setHopLimit } from "../../network/hop-limit.ts";
import { dial, lines, ok, openDoor } from "./wire.ts";

const read = koffi
  .load(null)
  .func("int getsockopt(int descriptor, int level, int name, _Out_ int *value, _Inout_ unsigned int *bytes)");
const isMac = process.platform === "darwin";
const IPV4 = isMac ? [0, 4] : [0, 2];
const IPV6 = isMac ? [41, 4] : [41, 16];

function optionOf(socket: Socket, [level, name]: readonly number[]): number {
  const value = [0];
  const { fd } = (socket as Socket & { _handle: { fd: number } })._handle;
  expect(read(fd, level, name, value, [4])).toBe(0);
  return value[0] as number;
}

test.each([
  ["IPv4", "127.0.0.1", "127.0.0.1", IPV4],
  ["IPv6", "::1", "::1", IPV6],
  ["IPv4, where both are listened to", "::", "127.0.0.1", IPV4],
])("is set on a socket of %s", async (_, host, peer, option) => {
  await using server = createServer().listen(0, host);
  await once(server, "listening");
  const client = connect((server.address() as { port: number }).port, peer);
  const [socket] = (await once(server, "connection")) as [Socket];
  const usual = optionOf(socket, option);
  expect(usual).toBeGreaterThan(3);
  expect([setHopLimit(socket, 3), optionOf(socket, option)]).toEqual([true, 3]);
  expect([setHopLimit(socket, usual), optionOf(socket, option)]).toEqual([true, usual]);
  client.destroy();
  socket.destroy();
  expect(setHopLimit(socket, 3)).toBe(false);
});

test("holds for the reply that asks for it, and for none before", async () => {
  const sockets: Socket[] = [];
  const keep = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
  subscribe("http.server.request.start", keep);
  onTestFinished(() => void unsubscribe("http.server.request.start", keep));
  const door = await openDoor({
    face: awsFace, // keeps the connection
    handle: ({ method }) => (method === "PUT" ? { ...ok("put"), hopLimit: 2 } : ok("get")),
  });
  const { socket, until } = await dial(door.port);
  const limitAfter = async (method: string, answer: string) => {
    socket.write(lines(`${method} / HTTP/1.1`, ""));
    await until(answer);
    return optionOf(sockets.at(-1) as Socket, IPV4);
  };
  expect(await limitAfter("GET", "get")).toBeGreaterThan(2);
  expect(await limitAfter("PUT", "put")).toBe(2);
});
