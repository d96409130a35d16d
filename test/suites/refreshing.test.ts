// Does the AWS SDK for JavaScript ask for new keys when its rule says so? The real client over a socket; the other clients are in test/clients/.

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromInstanceMetadata } from "@aws-sdk/credential-providers";
import { describe, expect } from "vitest";
import { advanceToRefresh, connect, REFRESH_RULES, type Simulation } from "../../index.ts";
import { test } from "../../vitest.ts";

const NAME = "aws-sdk-js-v3";
const credentials = { face: "imds", keyAge: ">=0" } as const;
const reads = async (simulation: Simulation) => (await simulation.requests(credentials)).requests.length;

const CLIENTS = [
  ["the default chain", () => new STSClient()],
  ["fromInstanceMetadata()", () => new STSClient({ credentials: fromInstanceMetadata() })],
] as const;

describe.each(CLIENTS)("%s", (_, create) => {
  test("asks in its window, and not before", async ({ simulation, environment, clock }) => {
    expect(environment.variables).toHaveProperty("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const call = (
      (sts) => () =>
        sts.send(new GetCallerIdentityCommand())
    )(create());
    await call();
    await clock.advance("5h54m");
    await call();
    expect(await reads(simulation)).toBe(1);
    await clock.advanceToRefresh(NAME);
    await call();
    await simulation.waitFor({ query: credentials, exactly: 2 });
  });

  describe("with lives of its name", () => {
    test.override({ simulationOptions: { configuration: world() } });

    test("asks again and again within seconds, and is never refused", async ({ simulation, environment, clock }) => {
      expect(environment.variables).toHaveProperty("AWS_EC2_METADATA_SERVICE_ENDPOINT");
      const call = (
        (sts) => () =>
          sts.send(new GetCallerIdentityCommand())
      )(create());
      await call();
      for (let renewals = 1; renewals <= 3; renewals++) {
        await clock.advance(`${REFRESH_RULES[NAME].withinSeconds}s`);
        await call();
        await simulation.waitFor({ query: credentials, atLeast: renewals + 1 });
        await call();
      }
      const { requests } = await simulation.requests({ face: "aws" });
      expect(new Set(requests.map(({ accessKeyId }) => accessKeyId)).size).toBeGreaterThan(2);
      expect(requests.every(({ status }) => status === 200)).toBe(true);
    });
  });
});

function world() {
  return {
    rotation: { refreshing: NAME },
    roles: { app: { trust: "ec2.amazonaws.com" } },
    instances: { demo: { instanceProfile: "app" } },
  } as const;
}

describe("over the control API", () => {
  test.override({ simulationOptions: { speed: 0, startAt: Date.parse("2026-11-24T00:00:00Z") } });

  test("the clock moves to the window of a client, by the keys that were served last", async ({
    simulation,
    environment,
  }) => {
    const ask = async (body: object) => {
      const headers = { "content-type": "application/json" };
      const url = `${simulation.urls.control}/clock/advance-to-refresh`;
      const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      return { status: answer.status, ...((await answer.json()) as { now?: string; error?: string }) };
    };
    expect(await ask({ client: "botocore" })).toMatchObject({
      status: 409,
      error: expect.stringMatching(/^no credentials have been served to anybody yet/),
    });
    await simulation.clock.advance("10m");
    expect(environment.variables).toHaveProperty("AWS_REGION");
    await fromInstanceMetadata()();
    expect(await ask({ client: "boto" })).toMatchObject({ status: 400 });
    expect(await ask({ client: "aws-c-auth" })).toMatchObject({
      status: 409,
      error: expect.stringContaining("cannot be moved so"),
    });
    expect(await ask({ client: "aws-sdk-go-v2" })).toMatchObject({ now: "2026-11-24T01:10:02.000Z" });
    expect(await ask({ client: "botocore", instance: "demo" })).toMatchObject({ now: "2026-11-24T05:45:02.000Z" });
    const elsewhere = connect({ url: simulation.urls.control });
    expect(await advanceToRefresh(elsewhere, NAME)).toMatchObject({ now: "2026-11-24T05:55:02.000Z" });
    expect(await advanceToRefresh(elsewhere, "botocore")).toMatchObject({ now: "2026-11-24T05:55:02.000Z" });
  });
});
