// Where the role's credentials are real: only IMDSv2, and only by an address or a name that is known.

import { describe, expect, test } from "vitest";
import { createImds } from "../../imds/imds.ts";
import { IDENTITIES, instanceOf, NOW, requestOf, signIdentity, standInRotator, worldOf } from "./parts.ts";

const ROLE = "/latest/meta-data/iam/security-credentials/mybucket-role";

function worldWith(isReal: boolean) {
  const world = worldOf({ instanceProfile: "mybucket-access" });
  const instance = instanceOf({ instanceProfile: "mybucket-access", metadataOptions: { httpTokens: "optional" } });
  const handler = createImds({
    findInstance: () => instance,
    rotator: { ...standInRotator(), isReal: () => isReal },
    tokens: world.tokens,
    signIdentity,
    identities: () => IDENTITIES,
    hosts: () => ["mayfly"],
  });
  const token = ["X-aws-ec2-metadata-token", world.tokens.mint(instance.instanceId, 300, NOW)];
  return async (method: string, target: string, rawHeaders: readonly string[], withToken = true) => {
    const reply = await handler(requestOf(method, target, [...rawHeaders, ...(withToken ? token : [])]));
    return [reply.status, reply.facts?.reason];
  };
}

describe("the Host header", () => {
  test.each([["169.254.169.254"], ["127.0.0.1:1338"], ["localhost:1338"], ["mayfly:1338"]])(
    "%s is known",
    async (host) => {
      const ask = worldWith(true);
      expect(await ask("GET", ROLE, ["Host", host])).toEqual([200, undefined]);
      expect(
        await ask("PUT", "/latest/api/token", ["Host", host, "X-aws-ec2-metadata-token-ttl-seconds", "60"]),
      ).toEqual([200, undefined]);
    },
  );

  test.each([
    ["GET", ROLE],
    ["GET", "/latest/meta-data/instance-id"],
    ["PUT", "/latest/api/token"],
    ["OPTIONS", "/latest/api/token"],
  ])("that is unknown, or not there, is refused: %s %s", async (method, target) => {
    const ask = worldWith(true);
    const reason = (host: string) => `the Host "${host}" is unknown, and the credentials are real: see imds.hosts`;
    expect(await ask(method, target, ["Host", "rebound.example"])).toEqual([403, reason("rebound.example")]);
    expect(await ask(method, target, [])).toEqual([403, reason("")]);
  });

  test("is no matter where the credentials are simulated", async () => {
    expect(await worldWith(false)("GET", ROLE, ["Host", "rebound.example"])).toEqual([200, undefined]);
  });
});

test("a request without a token is refused, whatever HttpTokens says", async () => {
  const host = ["Host", "169.254.169.254"];
  expect(await worldWith(false)("GET", ROLE, host, false)).toEqual([200, undefined]);
  expect(await worldWith(true)("GET", ROLE, host, false)).toEqual([
    401,
    "HttpTokens is as if required where the credentials are real, and the request has no token",
  ]);
});
