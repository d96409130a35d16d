// Long-lived programs with real SDKs: they find their role, go on while credentials are renewed, and learn what it means to be late.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulation, simulate } from "../../index.ts";
import { describeWith, type Need } from "../requires.ts";
import { type LongLived, type PROGRAMS, startClient } from "./client.ts";
import { boto3, movableClock } from "./software.ts";

const HALF_AN_HOUR = 1800;
const CLIENTS: readonly [keyof typeof PROGRAMS, readonly Need[]][] = [
  ["boto3", [boto3]],
  ["AWS SDK for JavaScript v3", []],
];
const EXPIRED_AT_S3 = { status: 400, code: "ExpiredToken", message: "The provided token has expired." };
const EXPIRED_AT_STS = {
  status: 403,
  code: expect.stringMatching(/^ExpiredToken(Exception)?$/),
  message: "The security token included in the request is expired",
};

/** Moves both clocks on by half an hour, and uses the bucket: no call may fail. Answers with the key in use. */
async function anotherHalfHour(client: LongLived, simulation: Simulation): Promise<string> {
  await client.leap(HALF_AN_HOUR, () => simulation.clock.advance("30m"));
  expect((await client.ask("write", "still here")).error).toBeUndefined();
  expect(await client.ask("read")).toEqual({ value: "still here" });
  return String((await client.ask("key")).value);
}

for (const [name, needs] of CLIENTS) {
  describeWith(needs, name, () => {
    let simulation: Simulation;
    let client: LongLived;
    beforeAll(async () => {
      simulation = await simulate();
      client = await startClient(name, simulation, "machine's");
    });
    afterAll(async () => {
      await client[Symbol.asyncDispose]();
      await simulation.close();
    });

    test("finds the role of its instance, which nobody told it", async () => {
      const [instance] = (await simulation.state()).instances;
      expect(await client.ask("whoami")).toEqual({
        value: `arn:aws:sts::123456789012:assumed-role/mybucket-access/${instance?.instanceId}`,
      });
      const { requests } = await simulation.requests({ face: "imds" });
      expect(requests.map(({ method, status }) => `${method} ${status}`)).toContain("PUT 200");
      expect(requests.every(({ imdsVersion }) => imdsVersion === 2)).toBe(true);
    });

    test("writes and reads its bucket, and is refused elsewhere in AWS's words", async () => {
      await client.ask("write", "with keys that nobody typed");
      expect(await client.ask("read")).toEqual({ value: "with keys that nobody typed" });
      expect((await client.ask("elsewhere")).error).toEqual({
        status: 403,
        code: "AccessDenied",
        message: expect.stringMatching(
          /^User: arn:aws:sts::123456789012:assumed-role\/mybucket-access\/i-[0-9a-f]{17} is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::otherbucket" because no identity-based policy allows the s3:ListBucket action$/,
        ),
      });
    });

    test("left on real time while the server's clock moves, it is refused and does not know why", async () => {
      await client.ask("keep");
      await simulation.clock.advance("7h");
      expect((await client.ask("read")).error).toEqual(EXPIRED_AT_S3);
      expect((await client.ask("bucket with kept keys")).error).toEqual(EXPIRED_AT_S3);
      expect((await client.ask("identity with kept keys")).error).toEqual(EXPIRED_AT_STS);
    });
  });

  describeWith([...needs, movableClock], `${name} on a clock that moves with the server's`, () => {
    test("goes on across three renewals without an error, and each of the old keys is refused", async () => {
      await using simulation = await simulate();
      await using client = await startClient(name, simulation, "moved");
      const keys = [String((await client.ask("key")).value)];
      await client.ask("keep");
      while (keys.length < 4) {
        const key = await anotherHalfHour(client, simulation);
        if (key === keys.at(-1)) continue;
        keys.push(key);
        // Renewed before, or just when, the old ones expired: half an hour later they have.
        await anotherHalfHour(client, simulation);
        expect((await client.ask("bucket with kept keys")).error).toEqual(EXPIRED_AT_S3);
        expect((await client.ask("identity with kept keys")).error).toEqual(EXPIRED_AT_STS);
        await client.ask("keep");
      }
      expect(new Set(keys).size).toBe(4);
      const used = (await simulation.requests({ face: "aws", status: 200 })).requests.map(
        ({ accessKeyId }) => accessKeyId,
      );
      expect(new Set(used)).toEqual(new Set(keys));
    });
  });
}

describeWith([boto3], "boto3 besides", () => {
  let simulation: Simulation;
  let client: LongLived;
  beforeAll(async () => {
    simulation = await simulate();
    client = await startClient("boto3", simulation, "machine's");
    await client.ask("write", "presigned");
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await simulation.close();
  });

  test.for(["s3", "s3v4"])(
    "a URL presigned with %s opens the item, and not for longer than it says",
    async (version) => {
      const { value: url } = await client.ask("presign", version);
      expect(await client.ask("fetch", url)).toEqual({ value: "presigned" });
      expect(String((await client.ask("fetch", `${url}0`)).value)).toMatch(/^(400|403) /);
    },
  );

  test("a file of 20 MB goes in parts and comes back as it was", async () => {
    expect(await client.ask("large", 20)).toEqual({ value: true });
    const { requests } = await simulation.requests({ action: "s3:UploadPart", status: 200 });
    expect(requests.length).toBe(3);
  });
});

describeWith([], "AWS SDK for JavaScript v3 besides", () => {
  test("a stream goes aws-chunked with a trailing checksum", async () => {
    await using simulation = await simulate();
    await using client = await startClient("AWS SDK for JavaScript v3", simulation, "machine's");
    expect((await client.ask("stream", "in chunks")).error).toBeUndefined();
    expect(await client.ask("read")).toEqual({ value: "in chunks" });
  });
});
