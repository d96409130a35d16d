// Byte for byte: what a server of Go's net/http was seen to send (go 1.26, with the same headers set) is what goes out here.

import { expect, test } from "vitest";
import { agentFace } from "../../network/faces.ts";
import { dial, knock, lines, openDoor } from "../network/wire.ts";
import { createWorld, DATE, NOW } from "./world.ts";

async function serve() {
  const world = createWorld();
  const stamp = () => ({ at: NOW, realAt: 1 });
  const door = await openDoor({ face: agentFace, handle: world.ecs, stamp });
  const { endpointId = "" } = world.task("several")?.containers[0] ?? {};
  return { ...door, endpointId };
}
const withoutPort = (text: string) => text.replace(/(Remote-Addr: 127\.0\.0\.1):\d+/g, "$1:PORT");
const LIMITS = [
  ...["X-Rate-Limit-Duration: 1", "X-Rate-Limit-Limit: 40.00", "X-Rate-Limit-Request-Forwarded-For: "],
  "X-Rate-Limit-Request-Remote-Addr: 127.0.0.1:PORT",
];

test("one connection serves many requests, and nothing is said of it", async () => {
  const { port, endpointId } = await serve();
  const { socket, until } = await dial(port);
  const notFound = lines(
    "HTTP/1.1 404 Not Found",
    "Content-Type: text/plain; charset=utf-8",
    "X-Content-Type-Options: nosniff",
    ...LIMITS,
    `Date: ${DATE}`,
    "Content-Length: 19",
    "",
  );
  socket.write(lines("GET /x HTTP/1.1", "Host: a", ""));
  expect(withoutPort(await until("not found\n"))).toBe(`${notFound}404 page not found\n`);
  socket.write(lines(`GET /v4/${endpointId}/task HTTP/1.1`, "Host: a", ""));
  const chunked = ["HTTP/1.1 200 OK", "Content-Type: application/json", ...LIMITS, `Date: ${DATE}`];
  const all = withoutPort(await until("\r\n0\r\n\r\n"));
  expect(all).toContain(lines(...chunked, "Transfer-Encoding: chunked", ""));
});

test("HEAD has the headers alone", async () => {
  const { port } = await serve();
  const { socket, until } = await dial(port);
  socket.write(lines("HEAD /x HTTP/1.1", "Host: a", "", "GET /y HTTP/1.1", "Host: a", ""));
  expect(await until("404 page not found\n")).toMatch(/Content-Length: 19\r\n\r\nHTTP\/1\.1 404/);
});

test("what is no request is refused as Go refuses it", async () => {
  const { port } = await serve();
  expect(await knock(port, "GARBAGE\r\n\r\n")).toBe(
    `${lines("HTTP/1.1 400 Bad Request", "Content-Type: text/plain; charset=utf-8", "Connection: close", "")}400 Bad Request`,
  );
});
