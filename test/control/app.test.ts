import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlApp } from "../../control/app.ts";
import { ControlError, type Controls } from "../../control/controls.ts";
import { routes } from "../../control/routes.ts";

const clock = { now: "2026-11-24T00:00:00.000Z", realNow: "2026-11-24T00:00:00.000Z", speed: 1, paused: false };
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
          : async (...given: unknown[]) => {
              const verb = prefix + name;
              asked.push([verb, ...given]);
              if (verb === "rotate" && given[0] === "nobody") throw new ControlError(404, "no instance `nobody`");
              if (verb === "announcements") throw new Error("a fault of ours");
              return ["reset", "configure", "faults.clear"].includes(verb) ? undefined : clock;
            },
    },
  );
const controls = written("") as unknown as Controls;

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
    ["GET", "/requests?face=aws&limit=5&status=200", undefined, ["requests", { face: "aws", limit: 5, status: 200 }]],
    ["GET", "/environment?user=alice", undefined, ["environment", { user: "alice" }]],
    ["GET", "/certificates", undefined, ["certificates"]],
    ["POST", "/faults", '{"fault":"swallow"}', ["faults.raise", { fault: "swallow" }]],
    ["GET", "/faults", undefined, ["faults.list"]],
  ])("%s %s %s", async (method, path, body, call) => {
    expect(await send(method, path, body)).toEqual({ status: 200, body: JSON.stringify(clock) });
    expect(asked.at(-1)).toEqual(call);
  });

  test.each<[string, string, string | undefined, [string, ...unknown[]]]>([
    ["POST", "/reset", "{}", ["reset"]],
    ["PUT", "/configuration", '{"buckets":[]}', ["configure", { buckets: [] }]],
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
    ["POST", "/clock/advance", "[]", {}, 400, /expected object/],
    ["POST", "/clock/advance", '{"by":"7h"}', {}, 400, /duration/],
    ["PATCH", "/clock", '{"speed":-1}', {}, 400, /speed/],
    ["GET", "/requests?face=door", undefined, {}, 400, /face/],
    ["GET", "/requests?nonsense=1", undefined, {}, 400, /nonsense/],
    ["POST", "/rotate", '{"instance":"nobody"}', {}, 404, /no instance `nobody`/],
    ["POST", "/reset", "{}", { "content-type": "text/plain" }, 415, /application\/json/],
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
