// What passes through a relay: every byte, either end, and a sudden end as one.

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { promisify } from "node:util";
import koffi from "koffi";
import { expect, onTestFinished, test } from "vitest";
import { relay, relayToMetadata } from "../../network/isolation/relay.ts";
import { type Connection, dial } from "./wire.ts";

async function listening(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, onConnection).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

interface Relayed extends Connection {
  /** The relay's own socket to the client. */
  readonly own: Socket;
}

/** A client whose connection is relayed to that port. */
async function through(port: number, lead = relay): Promise<Relayed> {
  const { promise, resolve } = Promise.withResolvers<Socket>();
  const door = await listening((socket) => {
    lead(socket, { host: "127.0.0.1", port });
    resolve(socket);
  });
  const connection = await dial(door);
  return { ...connection, own: await promise };
}

const echo = () => listening((socket) => void socket.pipe(socket));

test("megabytes come back as they went, and the end passes on", async () => {
  const { socket, closed } = await through(await echo());
  const sent = Buffer.alloc(3_000_000, "0123456789abcdef");
  socket.end(sent);
  expect((await closed) === sent.toString("latin1")).toBe(true);
});

test("who has said all still hears the answer", async () => {
  const port = await listening((socket) => {
    socket.resume().on("end", () => socket.end("after the end"));
  });
  const { socket, closed } = await through(port);
  socket.end("all");
  expect(await closed).toBe("after the end");
});

test("a connection that is reset behind the relay is reset before it", async () => {
  const port = await listening((socket) => void socket.once("data", () => socket.resetAndDestroy()));
  const { socket } = await through(port);
  const failed = once(socket, "error");
  socket.write("x");
  expect(await failed).toMatchObject([{ code: "ECONNRESET" }]);
});

test("who is led to where nobody listens is cut off", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await promisify(server.close.bind(server))();
  const { socket } = await through(port);
  expect(await once(socket, "error")).toMatchObject([{ code: "ECONNRESET" }]);
});

test("a client that is gone is gone for what is behind the relay, too", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const port = await listening((socket) => {
    socket.on("error", () => {}).on("close", () => resolve());
    socket.write("x");
  });
  const { socket, until } = await through(port);
  await until("x");
  socket.resetAndDestroy();
  await promise;
});

const read = koffi
  .load(null)
  .func("int getsockopt(int descriptor, int level, int name, _Out_ int *value, _Inout_ unsigned int *bytes)");
function hopLimitOf(socket: Socket): number {
  const value = [0];
  const { fd } = (socket as Socket & { _handle: { fd: number } })._handle;
  expect(read(fd, 0, process.platform === "darwin" ? 4 : 2, value, [4])).toBe(0);
  return value[0] as number;
}

test.each([
  ["PUT /latest/api/token HTTP/1.1", true],
  ["GET /latest/meta-data/ HTTP/1.1", false],
  ["PUTS", false],
])("%s has a hop limit: %s", async (line, limited) => {
  const lead: typeof relay = (client, endpoint) => relayToMetadata(client, endpoint, 2);
  const { socket, until, own } = await through(await echo(), lead);
  socket.write(`${line}\r\n`);
  await until(line);
  expect(hopLimitOf(own) === 2).toBe(limited);
});

test("the metadata service's client may go without a word", async () => {
  const { socket, closed } = await through(await echo(), (client, endpoint) => relayToMetadata(client, endpoint, 2));
  socket.end();
  expect(await closed).toBe("");
});
