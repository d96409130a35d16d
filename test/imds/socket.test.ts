// What only a socket shows: the status line, Expect, what is no HTTP, and many at once.

import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { header } from "../../network/message.ts";
import { type Served, send, serve } from "./socket.ts";

const TTL = "X-aws-ec2-metadata-token-ttl-seconds";
let served: Served;

beforeAll(async () => {
  served = await serve({ instanceProfile: "mybucket-access" });
});

afterAll(() => served.close());

test("405 has EC2's own phrase", async () => {
  const answer = await send(served.port, "GET", "/latest/api/token", []);
  expect([answer.version, answer.status, answer.statusText]).toEqual(["HTTP/1.1", 405, "Not Allowed"]);
});

test("a token request that expects 100-continue gets 417, and no 100 before", async () => {
  const headers = [
    [TTL, "60"],
    ["Expect", "100-continue"],
    ["Content-Length", "3"],
  ] as const;
  const answer = await send(served.port, "PUT", "/latest/api/token", headers);
  expect([answer.status, answer.statusText, answer.body.length]).toEqual([417, "Expectation Failed", 0]);
});

test("a body is no obstacle to a token", async () => {
  const socket = connect(served.port, "127.0.0.1");
  socket.write(`PUT /latest/api/token HTTP/1.1\r\nHost: x\r\n${TTL}: 60\r\nContent-Length: 3\r\n\r\nabc`);
  let text = "";
  for await (const chunk of socket) text += chunk;
  expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
});

test.each([
  ["no Host", "GET /latest/meta-data/ HTTP/1.1\r\n\r\n", "HTTP/1.1 401 Unauthorized"],
  ["HTTP/1.0", "GET /latest/meta-data/ HTTP/1.0\r\n\r\n", "HTTP/1.1 401 Unauthorized"],
  ["two requests in a row", "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2), "HTTP/1.1 401 Unauthorized"],
  ["no HTTP", "\x16\x03\x01\x02\x00\x01\r\n\r\n", "HTTP/1.1 400 Bad Request"],
])("%s", async (_what, sent, statusLine) => {
  const socket = connect(served.port, "127.0.0.1");
  socket.write(sent, "latin1");
  let text = "";
  for await (const chunk of socket) text += chunk;
  expect(text.split("\r\n")[0]).toBe(statusLine);
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test("64 clients at once get their own tokens, and all the same credentials", async () => {
  const seen = new Set<string>();
  const documents = new Set<string>();
  const client = async () => {
    for (let i = 0; i < 5; i++) {
      const { status, body } = await send(served.port, "PUT", "/latest/api/token", [[TTL, "300"]]);
      expect(status).toBe(200);
      seen.add(body.toString());
      const path = `/latest/meta-data/iam/security-credentials/${served.roleName}`;
      const answer = await send(served.port, "GET", path, [["X-aws-ec2-metadata-token", body.toString()]]);
      expect([answer.status, header(answer.rawHeaders, "content-length")]).toEqual([200, String(answer.body.length)]);
      documents.add(answer.body.toString());
    }
  };
  await Promise.all(Array.from({ length: 64 }, client));
  expect([seen.size, documents.size]).toEqual([320, 1]);
});
