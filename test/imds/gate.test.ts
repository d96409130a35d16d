// The order of the checks, and the edge values of the token request.

import { describe, expect, test } from "vitest";
import { header } from "../../network/message.ts";
import { headersOf, NOW, worldOf } from "./parts.ts";

const TTL = "X-aws-ec2-metadata-token-ttl-seconds";
const TOKEN = "X-aws-ec2-metadata-token";
const options = (changed: Parameters<typeof worldOf>[0]["metadataOptions"] = {}) => ({ metadataOptions: changed });
const worlds = {
  required: worldOf(options()),
  optional: worldOf(options({ httpTokens: "optional" })),
  disabled: worldOf(options({ httpEndpoint: "disabled" })),
  "optional, disabled": worldOf(options({ httpTokens: "optional", httpEndpoint: "disabled" })),
};

type Sent = "no token" | "valid" | "invalid" | "expired" | "another instance's";

function tokenHeaders(world: keyof typeof worlds, sent: Sent): string[] {
  const token = {
    "no token": undefined,
    valid: worlds[world].token(300),
    invalid: "garbage",
    expired: worlds[world].token(0),
    "another instance's": worldOf({ instanceId: "i-00000000000000001" }).token(300),
  }[sent];
  return token === undefined ? [] : [TOKEN, token];
}

const LEAF = "/latest/meta-data/instance-id";

describe("the order of the checks", () => {
  test.each<[keyof typeof worlds, Sent, string, string, number, seconds?: "300"]>([
    // 1. A disabled endpoint refuses all.
    ["disabled", "valid", "GET", LEAF, 403],
    ["disabled", "no token", "GET", LEAF, 403],
    ["disabled", "no token", "PUT", "/latest/api/token", 403],
    ["disabled", "invalid", "GET", LEAF, 403],
    ["disabled", "no token", "OPTIONS", "/", 403],
    ["disabled", "valid", "GET", "/%zz", 403],
    ["optional, disabled", "no token", "GET", LEAF, 403],
    // 2. A token needs no token, and ignores one.
    ["required", "no token", "PUT", "/latest/api/token", 200],
    ["required", "no token", "PUT", "/latest/api/token/", 200],
    ["required", "invalid", "PUT", "/latest/api/token", 200],
    ["required", "valid", "PUT", "//latest/./api//token?x=1", 200],
    ["optional", "no token", "PUT", "/latest/api/token", 200],
    // 3. Whoever lacks a valid token learns neither that the path, nor the version, nor the method is wrong.
    ["required", "no token", "GET", LEAF, 401],
    ["required", "no token", "GET", "/", 401],
    ["required", "no token", "GET", "/nowhere", 401],
    ["required", "no token", "GET", "/%zz", 401],
    ["required", "no token", "GET", "/0000-00-00/meta-data/", 401],
    ["required", "no token", "PUT", "/2021-03-23/api/token", 401],
    ["required", "no token", "PUT", LEAF, 401],
    ["required", "no token", "POST", LEAF, 401],
    ["required", "no token", "DELETE", LEAF, 401],
    ["required", "no token", "OPTIONS", LEAF, 401],
    ["required", "no token", "HEAD", LEAF, 401],
    ["required", "no token", "PURGE", "*", 401],
    ["required", "invalid", "GET", LEAF, 401],
    ["required", "expired", "GET", LEAF, 401],
    ["required", "another instance's", "GET", LEAF, 401],
    ["optional", "invalid", "GET", LEAF, 401],
    ["optional", "expired", "GET", LEAF, 401],
    ["optional", "another instance's", "GET", LEAF, 401],
    // 4. The method, whatever the path.
    ["required", "valid", "POST", LEAF, 403, "300"],
    ["required", "valid", "DELETE", LEAF, 403, "300"],
    ["required", "valid", "PUT", LEAF, 403, "300"],
    ["required", "valid", "PATCH", "/nowhere", 403, "300"],
    ["required", "valid", "PUT", "/2021-03-23/api/token", 403, "300"],
    ["required", "valid", "OPTIONS", LEAF, 200, "300"],
    ["required", "valid", "OPTIONS", "/nowhere", 200, "300"],
    ["required", "valid", "OPTIONS", "*", 200, "300"],
    ["optional", "no token", "PUT", "/2021-03-23/api/token", 403],
    ["optional", "no token", "POST", LEAF, 403],
    ["optional", "no token", "OPTIONS", LEAF, 200],
    // 5. The path.
    ["required", "valid", "GET", LEAF, 200, "300"],
    ["required", "valid", "HEAD", LEAF, 200, "300"],
    ["required", "valid", "GET", "/nowhere", 404, "300"],
    ["required", "valid", "GET", "/latest/api", 404, "300"],
    ["required", "valid", "HEAD", "/nowhere", 404, "300"],
    ["required", "valid", "GET", "/%zz", 400, "300"],
    ["required", "valid", "GET", "*", 400, "300"],
    ["optional", "no token", "GET", LEAF, 200],
    ["optional", "no token", "GET", "/nowhere", 404],
    ["optional", "valid", "GET", LEAF, 200, "300"],
  ])("%s, %s: %s %s is %i", (world, sent, method, target, status, secondsLeft) => {
    const reply = worlds[world].ask(method, target, [...tokenHeaders(world, sent), TTL, "60"]);
    expect(reply.status).toBe(status);
    const isToken = method === "PUT" && status === 200;
    expect(header(reply.rawHeaders, TTL.toLowerCase())).toBe(isToken ? "60" : secondsLeft);
  });

  test("an empty token header is an invalid token, not a missing one", () => {
    expect(worlds.optional.ask("GET", LEAF, [TOKEN, ""]).status).toBe(401);
  });

  test("X-Forwarded-For is refused with a token request only", () => {
    const sent = [...tokenHeaders("required", "valid"), "X-Forwarded-For", "192.0.2.1"];
    expect(worlds.required.ask("GET", LEAF, sent).status).toBe(200);
  });
});

describe("a token request", () => {
  const put = (...sent: string[]) => worlds.required.ask("PUT", "/latest/api/token", sent);

  test.each([["1"], ["300"], ["21600"], ["0"]])("TTL %s is accepted", (ttl) => {
    const reply = put(TTL, ttl);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatch(/^AQ[A-Za-z0-9_-]{52}==$/);
    expect(header(reply.rawHeaders, TTL.toLowerCase())).toBe(ttl);
  });

  const refused = [
    "-1",
    "21601",
    "invalid",
    "",
    "1.5",
    "0x10",
    "1e3",
    " 60",
    "060",
    "+60",
    "-0",
    "NaN",
    "Infinity",
    "99999999999",
  ];
  test.each(refused)("TTL %j is refused", (ttl) => {
    const reply = put(TTL, ttl);
    expect([reply.status, reply.body, header(reply.rawHeaders, TTL.toLowerCase())]).toEqual([400, "", undefined]);
  });

  test("a missing TTL is refused", () => {
    expect(put().status).toBe(400);
  });

  test.each([["192.0.2.1"], [""]])("X-Forwarded-For %j is refused before the TTL is looked at", (value) => {
    expect(put(TTL, "300", "x-forwarded-for", value).status).toBe(403);
    expect(put("x-forwarded-for", value).status).toBe(403);
  });

  test("Expect is refused", () => {
    const reply = put(TTL, "300", "Expect", "100-continue");
    expect([reply.status, reply.body]).toEqual([417, ""]);
  });

  test.each([["GET"], ["HEAD"], ["POST"], ["DELETE"], ["PATCH"]])("%s is not allowed", (method) => {
    const reply = worlds.required.ask(method, "/latest/api/token", tokenHeaders("required", "valid"));
    expect([reply.status, reply.statusText, reply.body]).toEqual([405, "Not Allowed", ""]);
    expect(header(reply.rawHeaders, "allow")).toBe("OPTIONS, PUT");
  });

  test("OPTIONS says what is", () => {
    const reply = worlds.required.ask("OPTIONS", "/latest/api/token");
    expect([reply.status, header(reply.rawHeaders, "allow")]).toEqual([200, "OPTIONS, PUT"]);
  });

  test("each token counts down, and is refused once it has run out", () => {
    const token = worlds.required.token(300);
    const at = (seconds: number) => worlds.required.ask("GET", LEAF, [TOKEN, token], NOW + seconds * 1000);
    const left = (seconds: number) => headersOf(at(seconds))[0];
    expect(left(0)).toBe("X-Aws-Ec2-Metadata-Token-Ttl-Seconds: 300");
    expect(left(5)).toBe("X-Aws-Ec2-Metadata-Token-Ttl-Seconds: 295");
    expect(left(299)).toBe("X-Aws-Ec2-Metadata-Token-Ttl-Seconds: 1");
    expect(at(300).status).toBe(401);
  });

  test("a token of TTL 0 has run out at once", () => {
    expect(worlds.required.ask("GET", LEAF, [TOKEN, worlds.required.token(0)]).status).toBe(401);
  });

  test("two tokens live side by side", () => {
    const [first, second] = [worlds.required.token(300), worlds.required.token(21_600)];
    expect(worlds.required.ask("GET", LEAF, [TOKEN, first]).status).toBe(200);
    expect(worlds.required.ask("GET", LEAF, [TOKEN, second]).status).toBe(200);
  });
});

describe("what the request log is told", () => {
  test.each([
    ["optional", "no token", "GET", LEAF, { imdsVersion: 1 }],
    ["required", "valid", "GET", LEAF, { imdsVersion: 2 }],
    ["required", "no token", "PUT", "/latest/api/token", { imdsVersion: 2 }],
    [
      "required",
      "no token",
      "GET",
      LEAF,
      { imdsVersion: 1, reason: "HttpTokens is required, and the request has no token" },
    ],
    [
      "required",
      "invalid",
      "GET",
      LEAF,
      { imdsVersion: 2, reason: "the token is not one of this instance, or has run out" },
    ],
    ["disabled", "valid", "GET", LEAF, { imdsVersion: 2, reason: "HttpEndpoint is disabled" }],
    ["required", "valid", "POST", LEAF, { imdsVersion: 2, reason: "metadata can only be read" }],
    ["required", "valid", "GET", "/2021-03-23/", { imdsVersion: 2, metadataVersion: "2021-03-23" }],
    ["required", "valid", "GET", "//%32099-01-01/nothing", { imdsVersion: 2, metadataVersion: "2099-01-01" }],
    ["required", "valid", "GET", "/%zz", { imdsVersion: 2, reason: "the path cannot be decoded" }],
  ] as const)("%s, %s: %s %s", (world, sent, method, target, facts) => {
    const reply = worlds[world].ask(method, target, [...tokenHeaders(world, sent), TTL, "60"]);
    const metadataVersion = target.startsWith("/latest") ? "latest" : undefined;
    expect(reply.facts).toEqual({ instanceId: worlds[world].instance.instanceId, metadataVersion, ...facts });
  });
});

test("a token's answer has the hop limit of the instance, and no other answer has one", () => {
  const { ask, token } = worldOf(options({ httpPutResponseHopLimit: 3 }));
  const put = (seconds: string) => ask("PUT", "/latest/api/token", [TTL, seconds]);
  expect([put("60").status, put("60").hopLimit]).toEqual([200, 3]);
  const others = [
    put("none"),
    ask("OPTIONS", "/latest/api/token"),
    ask("GET", LEAF, [TOKEN, token(300)]),
    ask("GET", LEAF),
  ];
  expect(others.map(({ status, hopLimit }) => [status, hopLimit])).toEqual(
    [400, 200, 200, 401].map((one) => [one, undefined]),
  );
});
