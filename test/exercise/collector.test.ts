// Is the log of a real run taken for what it is? A real client against a simulation whose clock is moved.

import { HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromInstanceMetadata } from "@aws-sdk/credential-providers";
import { expect, test } from "vitest";
import { ObservationCollector } from "../../exercise/collector.ts";
import type { SeenRequest } from "../../exercise/observation.ts";
import { verdictOf } from "../../exercise/verdict.ts";
import { type Simulation, simulate } from "../../index.ts";
import { ASKED } from "./history.ts";

/** What a client is told, as anybody reads it. */
async function readDocument(imds: string) {
  const ttl = { "X-aws-ec2-metadata-token-ttl-seconds": "60" };
  const token = await (await fetch(`${imds}/latest/api/token`, { method: "PUT", headers: ttl })).text();
  const read = async (path: string) =>
    (await fetch(`${imds}/latest/meta-data/${path}`, { headers: { "X-aws-ec2-metadata-token": token } })).text();
  const role = await read("iam/security-credentials/");
  await read("placement/region");
  return JSON.parse(await read(`iam/security-credentials/${role}`)) as { AccessKeyId: string; Expiration: string };
}

async function collected(simulation: Simulation, act: () => Promise<void>) {
  const [instance] = (await simulation.state()).instances;
  const { instanceId } = instance as { readonly instanceId: string };
  const startedAt = simulation.clock.now();
  const collector = new ObservationCollector({ program: "probe", instanceId, clock: "warped", startedAt });
  await act();
  const { requests } = await simulation.requests();
  const isOwn = requests.map((entry) => collector.take(entry));
  return { collector, isOwn };
}

const kinds = (requests: readonly SeenRequest[]) => requests.map(({ purpose, status }) => `${purpose} ${status}`);

test("keys live from their issue to the expiry that their document says, whatever the milliseconds", async () => {
  await using simulation = await simulate({ speed: 0, startAt: Date.parse("2026-11-26T00:00:00.123Z") });
  const documents: { readonly AccessKeyId: string; readonly Expiration: string }[] = [];
  const { collector } = await collected(simulation, async () => {
    for (const distance of ["1ms", "877ms", "1h", "1h1m1s1ms"]) {
      await simulation.clock.advance(distance);
      documents.push(await readDocument(simulation.urls.imds));
    }
  });
  const { lives, requests } = collector.finish(simulation.clock.now(), ASKED);
  const told = new Map(documents.map(({ AccessKeyId, Expiration }) => [AccessKeyId, Date.parse(Expiration)]));
  expect(new Map(lives.map(({ accessKeyId, expiresAt }) => [accessKeyId, expiresAt]))).toEqual(told);
  expect(lives.map(({ issuedAt, expiresAt }) => expiresAt - issuedAt)).toEqual(lives.map(() => 6 * 3_600_000));
  expect(kinds(requests).slice(0, 4)).toEqual(["token 200", "role 200", "metadata 200", "credentials 200"]);
});

test("AWS's SDK for JavaScript through a renewal, and with keys that have expired", async () => {
  await using simulation = await simulate({ speed: 0 });
  const { variables } = await simulation.environment();
  const provider = fromInstanceMetadata({ ec2MetadataV1Disabled: true });
  process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = variables.AWS_EC2_METADATA_SERVICE_ENDPOINT;
  const settings = { region: "us-east-1", endpoint: simulation.urls.aws, systemClockOffset: 0, maxAttempts: 1 };
  const call = async () => {
    const options = { ...settings, credentials: await provider(), forcePathStyle: true };
    await new S3Client(options).send(new ListObjectsV2Command({ Bucket: "mybucket" }));
    return options;
  };
  const { collector, isOwn } = await collected(simulation, async () => {
    const old = await call();
    await simulation.clock.advance("5h45m");
    await call();
    await simulation.clock.advance("20m");
    const head = new HeadObjectCommand({ Bucket: "mybucket", Key: "key" });
    await expect(new S3Client(old).send(head)).rejects.toThrow();
    await expect(new STSClient(old).send(new GetCallerIdentityCommand())).rejects.toThrow();
  });
  const observation = collector.finish(simulation.clock.now(), ASKED);
  expect(isOwn).toEqual(isOwn.map(() => true));
  expect(kinds(observation.requests)).toEqual([
    ...["token 200", "role 200", "credentials 200", "call 200"],
    ...["token 200", "role 200", "credentials 200", "call 200", "call 400", "call 403"],
  ]);
  const { rotations, checks } = verdictOf(observation);
  expect(rotations).toMatchObject([{ marginSeconds: expect.closeTo(900, -1), imdsRequests: 3, tokenRequests: 1 }]);
  expect(checks.find(({ name }) => name === "no-expired-credentials")).toMatchObject({
    outcome: "failed",
    measured: 2,
  });
});

test("another instance's requests are not its own, nor are calls of nobody's where there are others", async () => {
  await using simulation = await simulate({ speed: 0 });
  const entries = async () => (await simulation.requests()).requests;
  await readDocument(simulation.urls.imds);
  await fetch(`${simulation.urls.aws}/mybucket`);
  const parts = { program: "other", instanceId: "i-00000000000000000", clock: "warped", startedAt: 0 } as const;
  const take = async (isAlone: boolean) => {
    const other = new ObservationCollector({ ...parts, isAlone });
    return (await entries()).map((entry) => other.take(entry));
  };
  expect(await take(false)).toEqual([false, false, false, false, false]);
  expect(await take(true)).toEqual([false, false, false, false, true]);
});
