import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlApp } from "../../control/app.ts";
import { ControlError, type Controls } from "../../control/controls.ts";
import { ExpectationError } from "../../control/expectation.ts";
import { routes } from "../../control/routes.ts";

const clock = { now: "2026-11-24T00:00:00.000Z", realNow: "2026-11-24T00:00:00.000Z", speed: 1, paused: false };
const verdict = { passed: false, message: "Expected …", count: 0, matched: [], incomplete: false };
const asked: [string, ...unknown[]][] = [];
const problems: unknown[] = [];

// Every verb is written down with its arguments; two of them go wrong.
const written = (prefix: string): Record<string, unknown> =>
  new Proxy(
    {},
    {
      get: (_, name: string) =>
        name === "clock" || name === "faults"
          ? written(`${name}.`)
          : name === "followRequests"
            ? follow
            : async (...given: unknown[]) => {
                const verb = prefix + name;
                asked.push([verb, ...given]);
                if (verb === "waitFor") return verdict;
                if (verb === "expect") throw new ExpectationError(verdict);
                if (verb === "rotate" && given[0] === "nobody") throw new ControlError(404, "no instance `nobody`");
                if (verb === "announcements") throw new Error("a fault of ours");
                return ["reset", "configure", "patchConfiguration", "faults.clear"].includes(verb) ? undefined : clock;
              },
    },
  );
const controls = written("") as unknown as Controls;

/** One line, and then nothing until the client has gone. */
async function* follow(query: unknown, signal: AbortSignal): AsyncGenerator<unknown> {
  asked.push(["followRequests", query]);
  yield { sequence: 1 };
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  asked.push(["followRequests ended"]);
}

let server: Server;
let port = 0;
let ready = true;

beforeAll(async () => {
  const app = controlApp(controls, {
    version: "1.2.3",
    hosts: () => ["mayfly"],
    token: "secret",
    sameText: (one, other) => one === other,
    ready: () => ready,
    metrics: async () => ({ contentType: "text/plain; version=0.0.4", text: "mayfly 1\n" }),
    onProblem: (problem) => problems.push(problem),
  });
  server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

interface Answer {
  readonly status: number;
  readonly body: string;
}

function send(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const all = {
    authorization: "Bearer secret",
    ...(body === undefined ? {} : { "content-type": "application/json", "content-length": String(body.length) }),
    ...headers,
  };
  const sent = httpRequest({ port, host: "127.0.0.1", method, path, headers: all }, async (response) => {
    resolve({ status: response.statusCode ?? 0, body: (await response.toArray()).join("") });
  });
  sent.on("error", reject).end(body);
  return promise;
}

describe("the control API", () => {
  test.each<[string, string, string | undefined, [string, ...unknown[]]]>([
    ["GET", "/state", undefined, ["state"]],
    ["GET", "/clock", undefined, ["clock.read"]],
    ["PATCH", "/clock", '{"speed":60}', ["clock.set", { speed: 60 }]],
    ["PATCH", "/clock", '{"paused":true}', ["clock.set", { paused: true }]],
    ["POST", "/clock/advance", '{"duration":"7h"}', ["clock.advance", "7h"]],
    ["POST", "/clock/jump", '{"duration":"90s"}', ["clock.jump", "90s"]],
    ["POST", "/rotate", "{}", ["rotate", undefined]],
    ["POST", "/rotate", '{"instance":"demo"}', ["rotate", "demo"]],
    ["GET", "/requests?face=aws&limit=5&status=200", undefined, ["requests", { face: "aws", limit: 5, status: "200" }]],
    ["GET", "/counters", undefined, ["counters", undefined]],
    ["GET", "/counters?instance=demo", undefined, ["counters", "demo"]],
    ["GET", "/environment?user=alice", undefined, ["environment", { user: "alice" }]],
    ["GET", "/certificates", undefined, ["certificates"]],
    ["POST", "/faults", '{"fault":"swallow"}', ["faults.raise", { fault: "swallow" }]],
    ["GET", "/faults", undefined, ["faults.list"]],
  ])("%s %s %s", async (method, path, body, call) => {
    expect(await send(method, path, body)).toEqual({ status: 200, body: JSON.stringify(clock) });
    expect(asked.at(-1)).toEqual(call);
  });

  test("an expectation that does not hold is an answer like another", async () => {
    const expectation = { query: { status: "4xx" }, inOrder: undefined, atLeast: 2 };
    const body = JSON.stringify(expectation);
    expect(await send("POST", "/requests/expect", body)).toEqual({ status: 200, body: JSON.stringify(verdict) });
    expect(asked.at(-1)).toEqual(["expect", expectation]);
    const awaited = JSON.stringify({ ...expectation, timeout: "5s" });
    expect(await send("POST", "/requests/wait", awaited)).toEqual({ status: 200, body: JSON.stringify(verdict) });
    expect(asked.at(-1)).toEqual(["waitFor", expectation, { timeout: "5s", signal: expect.any(AbortSignal) }]);
  });

  test("lines come as they are there, and end when the client goes", async () => {
    const headers = { authorization: "Bearer secret" };
    const sent = httpRequest({ port, host: "127.0.0.1", path: "/requests/stream?method=PUT", headers }).end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    expect([response.statusCode, response.headers["content-type"]]).toEqual([200, "application/x-ndjson"]);
    const [line] = await once(response, "data");
    expect([String(line), asked.at(-1)]).toEqual(['{"sequence":1}\n', ["followRequests", { method: "PUT" }]]);
    response.destroy();
    await expect.poll(() => asked.at(-1)).toEqual(["followRequests ended"]);
  });

  test("HEAD asks for no lines, and waits for none", async () => {
    expect(await send("HEAD", "/requests/stream")).toEqual({ status: 200, body: "" });
  });

  test.each<[string, string, string | undefined, [string, ...unknown[]]]>([
    ["POST", "/reset", "{}", ["reset"]],
    ["PUT", "/configuration", '{"buckets":[]}', ["configure", { buckets: [] }]],
    ["PATCH", "/configuration", '{"buckets":null}', ["patchConfiguration", { buckets: null }]],
    ["DELETE", "/faults", undefined, ["faults.clear"]],
    ["DELETE", "/faults/fault-1", "{}", ["faults.clear", "fault-1"]],
    ["DELETE", "/faults/a%20b", undefined, ["faults.clear", "a b"]],
  ])("%s %s answers 204", async (method, path, body, call) => {
    expect(await send(method, path, body)).toEqual({ status: 204, body: "" });
    expect(asked.at(-1)).toEqual(call);
  });

  test.each<[string, string, string | undefined, Record<string, string>, number, RegExp]>([
    ["GET", "/nowhere", undefined, {}, 404, /no GET \/nowhere here/],
    ["DELETE", "/clock", "{}", {}, 404, /no DELETE/],
    ["POST", "/clock/advance", "{", {}, 400, /the body is not JSON/],
    ["POST", "/clock/advance", "[]", {}, 400, /must be a mapping/],
    ["POST", "/clock/advance", '{"by":"7h"}', {}, 400, /duration/],
    ["PATCH", "/clock", '{"speed":-1}', {}, 400, /speed/],
    ["GET", "/requests?face=door", undefined, {}, 400, /face/],
    ["GET", "/requests/stream?status=soon", undefined, {}, 400, /status: must be such as 404/],
    ["GET", "/requests/stream", undefined, { authorization: "" }, 401, /Authorization: Bearer/],
    ["POST", "/requests/expect", '{"query":{"status":"soon"}}', {}, 400, /query\.status: must be such as 404/],
    ["POST", "/requests/wait", '{"timeout":"soon"}', {}, 400, /timeout: must be a duration/],
    ["POST", "/requests/wait", '{"none":true,"exactly":1}', {}, 400, /say different things/],
    ["GET", "/requests?nonsense=1", undefined, {}, 400, /nonsense/],
    ["POST", "/rotate", '{"instance":"nobody"}', {}, 404, /no instance `nobody`/],
    ["POST", "/reset", "{}", { "content-type": "text/plain" }, 415, /application\/json/],
    ["GET", "/metrics", undefined, { authorization: "" }, 401, /Authorization: Bearer/],
    ["GET", "/state", undefined, { host: "evil.example" }, 421, /unknown Host/],
    ["GET", "/state", undefined, { origin: "http://evil.example" }, 403, /may not drive/],
    ["GET", "/state", undefined, { authorization: "Bearer wrong" }, 401, /Authorization: Bearer/],
    ["GET", "/state", undefined, { authorization: "" }, 401, /Authorization: Bearer/],
  ])("refuses %s %s %s %j with %i", async (method, path, body, headers, status, message) => {
    const answer = await send(method, path, body, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body).error).toMatch(message);
    expect(answer.body).not.toContain("\\n");
  });

  test.each(["localhost", "localhost:1339", "127.0.0.1:1339", "[::1]:1339", "mayfly:1339"])(
    "answers to Host %s",
    async (host) => {
      expect((await send("GET", "/state", undefined, { host })).status).toBe(200);
    },
  );

  test("a fault of ours is a plain 500, told to the one who runs it", async () => {
    expect(await send("GET", "/announcements")).toEqual({ status: 500, body: '{"error":"internal error"}' });
    expect(problems.map(String)).toEqual(["Error: a fault of ours"]);
  });

  test("metrics are text, for whoever has the token", async () => {
    expect(await send("GET", "/metrics")).toEqual({ status: 200, body: "mayfly 1\n" });
  });

  test("health and readiness want neither name nor token", async () => {
    const headers = { host: "evil.example", authorization: "" };
    expect(await send("GET", "/health", undefined, headers)).toEqual({ status: 200, body: '{"status":"ok"}' });
    expect((await send("GET", "/ready", undefined, headers)).status).toBe(200);
    ready = false;
    expect(await send("GET", "/ready", undefined, headers)).toEqual({ status: 503, body: '{"ready":false}' });
  });

  test("the OpenAPI document has every route, with its parameters", async () => {
    const document = JSON.parse((await send("GET", "/openapi.json")).body);
    for (const { method, path } of routes) expect(document.paths[path][method], `${method} ${path}`).toBeDefined();
    expect(document.info.version).toBe("1.2.3");
    expect(document.paths["/requests"].get.parameters.map(({ name }: { name: string }) => name)).toContain("userAgent");
    const contentOf = (path: string) => Object.keys(document.paths[path].get.responses[200].content);
    expect(contentOf("/requests")).toEqual(["application/json", "application/x-ndjson"]);
    expect(contentOf("/requests/stream")).toEqual(["application/x-ndjson"]);
    const { inOrder } =
      document.paths["/requests/expect"].post.requestBody.content["application/json"].schema.properties;
    expect(inOrder.items.properties.keyAge).toBeDefined();
    expect(document.paths["/faults/{id}"].delete.parameters[0]).toMatchObject({
      name: "id",
      in: "path",
      required: true,
    });
    expect(JSON.stringify(document.paths["/faults"].post)).toContain("never answers");
    expect(document.paths["/clock/advance"].post.requestBody.content["application/json"].schema.required).toEqual([
      "duration",
    ]);
  });
});
