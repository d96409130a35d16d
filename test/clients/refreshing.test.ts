// Do the clients of other languages ask for new keys when their rules say so? In real time with the lives that their names stand for, and
// on a clock that leaps.

import { expect, test } from "vitest";
import { parseDuration } from "../../clock/duration.ts";
import { pause } from "../../clock/real-time.ts";
import { advanceToRefresh, REFRESH_RULES, type RefreshingClient, type Simulation, simulate } from "../../index.ts";
import { describeWith } from "../requires.ts";
import { type LongLived, startClient, startParser } from "./client.ts";
import { boto3, goSdk, javaSdk, movableClock } from "./software.ts";

const world = (refreshing: RefreshingClient) =>
  ({
    rotation: { refreshing },
    roles: { app: { trust: "ec2.amazonaws.com" } },
    instances: { demo: { instanceProfile: "app" } },
  }) as const;
const credentials = { face: "imds", keyAge: ">=0" } as const;
const reads = async (simulation: Simulation) => (await simulation.requests(credentials)).requests.length;

const IN_REAL_TIME = [
  ["AWS SDK for Go v2", "aws-sdk-go-v2", goSdk],
  ["AWS SDK for Java v2", "aws-sdk-java-v2", javaSdk],
] as const;

for (const [name, rule, need] of IN_REAL_TIME) {
  describeWith([need], `${name} in real time`, () => {
    test("asks again and again within seconds, and is never refused", async () => {
      await using simulation = await simulate({ configuration: world(rule) });
      await using client = await startParser(name, simulation, {});
      const call = async () => expect((await client.ask("sts.GetCallerIdentity", {})).error).toBeUndefined();
      await call();
      for (let renewals = 1; renewals <= 3; renewals++) {
        const before = await reads(simulation);
        await pause(REFRESH_RULES[rule].withinSeconds * 1000);
        await call();
        expect(await reads(simulation)).toBeGreaterThan(before);
      }
    });
  });
}

describeWith([boto3, movableClock], "boto3 on a clock that leaps", () => {
  const leap = (client: LongLived, simulation: Simulation, duration: string) =>
    client.leap(parseDuration(duration) / 1000, () => simulation.clock.advance(duration));
  const call = async (client: LongLived) => expect((await client.ask("whoami")).error).toBeUndefined();

  test("asks in its window, and not before", async () => {
    await using simulation = await simulate();
    await using client = await startClient("boto3", simulation, "moved");
    await call(client);
    await leap(client, simulation, "5h44m");
    await call(client);
    expect(await reads(simulation)).toBe(1);
    const { requests, clock } = simulation;
    const advance = async (duration: string) => {
      await leap(client, simulation, duration);
      return clock.read();
    };
    await advanceToRefresh({ requests, clock: { read: clock.read, advance } }, "botocore");
    await call(client);
    expect(await reads(simulation)).toBe(2);
  });

  test("with lives of its name it asks again after 2 to 10 minutes, and is never refused", async () => {
    await using simulation = await simulate({ configuration: world("botocore") });
    await using client = await startClient("boto3", simulation, "moved");
    await call(client);
    for (let renewals = 1; renewals <= 3; renewals++) {
      const before = await reads(simulation);
      await leap(client, simulation, "115s");
      await call(client);
      expect(await reads(simulation)).toBe(before);
      await leap(client, simulation, `${REFRESH_RULES.botocore.withinSeconds - 115}s`);
      await call(client);
      expect(await reads(simulation)).toBe(before + 1);
    }
  });
});
