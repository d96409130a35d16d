// A JSON request and its answer, and the sentence that one gets instead.

import type { IncomingMessage, RequestListener } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { requestJson } from "../../network/json-client.ts";
import { listenApplication } from "../../network/server.ts";

async function serve(application: RequestListener): Promise<string> {
  const listener = await listenApplication(application, { host: "127.0.0.1", port: 0 });
  onTestFinished(() => listener.close());
  return listener.url;
}

const seen = async (request: IncomingMessage) => ({
  method: request.method,
  url: request.url,
  type: request.headers["content-type"],
  authorization: request.headers.authorization,
  body: (await request.toArray()).join(""),
});

describe("requestJson", () => {
  test("sends what it is given, and gives status and body as they come", async () => {
    const url = await serve(async (request, response) => {
      response.writeHead(request.method === "GET" ? 200 : 404);
      response.end(JSON.stringify(await seen(request)));
    });
    const got = { method: "GET", url: "/requests?status=200", body: "" };
    expect(await requestJson(url, { path: "/requests?status=200" })).toEqual({ status: 200, body: got });
    const body = { duration: "7h\u00e4" };
    const posted = {
      method: "POST",
      url: "/clock",
      type: "application/json",
      authorization: "Bearer t",
      body: JSON.stringify(body),
    };
    expect(await requestJson(url, { method: "POST", path: "/clock", body, token: "t" })).toEqual({
      status: 404,
      body: posted,
    });
  });

  test("an answer without a body is undefined", async () => {
    const url = await serve((_, response) => response.writeHead(204).end());
    expect(await requestJson(url, { path: "/" })).toEqual({ status: 204, body: undefined });
  });

  test.each<[string, RequestListener, object]>([
    [
      "is no JSON",
      (_, response) => response.end("<html>"),
      { code: "EPROTO", message: expect.stringMatching(/^what listens at \S+ does not answer in JSON.*$/) },
    ],
    [
      "does not come",
      () => {},
      { code: "ETIMEDOUT", message: expect.stringMatching(/^cannot reach \S+: it took too long to answer$/) },
    ],
    [
      "breaks off",
      (_, response) => response.writeHead(200).write("{", () => response.destroy()),
      { code: "ECONNRESET" },
    ],
    ["stands still", (_, response) => void response.writeHead(200).write("{"), { name: "NetworkError" }],
  ])("an answer that %s is one clear error", async (_, application, error) => {
    const url = await serve(application);
    await expect(requestJson(url, { path: "/", timeoutMilliseconds: 100 })).rejects.toMatchObject(error);
  });

  test("where nothing listens, one is told", async () => {
    const listener = await listenApplication(() => {}, { host: "127.0.0.1", port: 0 });
    await listener.close();
    await expect(requestJson(listener.url, { path: "/" })).rejects.toMatchObject({
      name: "NetworkError",
      code: "ECONNREFUSED",
      message: `cannot reach ${listener.url}: nothing listens there; is Mayfly running?`,
    });
  });

  test.each([
    ["nonsense", "ERR_INVALID_URL"],
    ["https://127.0.0.1:1", "ERR_INVALID_PROTOCOL"],
  ])("`%s` is no place to ask", async (url, code) => {
    await expect(requestJson(url, { path: "/" })).rejects.toMatchObject({ name: "NetworkError", code });
  });
});
