// What Prometheus, and whoever asks for counts, sees of a running simulation.

import { GetObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { connect, type Simulation, simulate, type WrittenConfiguration } from "../../index.ts";
import { ask, imdsToken, roleCredentials, s3Client } from "./client.ts";

const START = Date.parse("2026-11-24T00:00:00Z");
const ROLES = { "mybucket-access": { trust: "ec2.amazonaws.com" as const } };
const optional = { instanceProfile: "mybucket-access", metadataOptions: { httpTokens: "optional" as const } };

/** The samples, by their series as written. */
async function scrape({ urls }: Simulation): Promise<Record<string, number>> {
  const { status, headers, body } = await ask(`${urls.control}/metrics`);
  expect([status, headers[headers.indexOf("Content-Type") + 1]]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  const samples = body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  for (const line of samples)
    expect(line).toMatch(/^mayfly_[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+]+$/);
  return Object.fromEntries(
    samples.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
  );
}

describe("metrics", () => {
  test("show requests, tokens, credentials, renewals, expiry, the clock, the log and the journal", async () => {
    await using simulation = await simulate({ speed: 0, startAt: START, logSize: 5 });
    const keys = await roleCredentials(simulation.urls.imds);
    await imdsToken(simulation.urls.imds);
    await ask(`${simulation.urls.imds}/latest/meta-data/`);
    await s3Client(simulation, keys)
      .send(new GetObjectCommand({ Bucket: "mybucket", Key: "none" }))
      .catch(() => {});
    const before = await scrape(simulation);
    expect(before).toMatchObject({
      'mayfly_requests_total{face="imds",status="200"}': 3,
      'mayfly_requests_total{face="imds",status="401"}': 1,
      'mayfly_requests_total{face="aws",status="404"}': 1,
      'mayfly_imds_requests_total{instance_name="demo"}': 4,
      'mayfly_imds_tokens_minted_total{instance_name="demo"}': 2,
      'mayfly_credentials_delivered_total{instance_name="demo"}': 1,
      'mayfly_metadata_no_token_total{instance_name="demo"}': 0,
      'mayfly_metadata_no_token_rejected_total{instance_name="demo"}': 1,
      'mayfly_credentials_announced_total{kind="issued"}': 1,
      'mayfly_credentials_announced_total{kind="renewed"}': 0,
      'mayfly_credentials_left_seconds{instance_name="demo"}': 6 * 3600,
      mayfly_request_log_dropped_total: 0,
      mayfly_simulated_time_seconds: START / 1000,
      mayfly_clock_speed: 0,
      mayfly_instances: 1,
    });
    await simulation.clock.advance("6h30m");
    await imdsToken(simulation.urls.imds);
    const after = await scrape(simulation);
    expect(after).toMatchObject({
      'mayfly_credentials_announced_total{kind="renewed"}': 6,
      'mayfly_credentials_announced_total{kind="expired"}': 1,
      'mayfly_credentials_left_seconds{instance_name="demo"}': 5.5 * 3600,
      mayfly_request_log_dropped_total: 1,
      mayfly_simulated_time_seconds: START / 1000 + 6.5 * 3600,
    });
    expect(after.mayfly_journal_position).toBeGreaterThan(before.mayfly_journal_position ?? 0);
  });

  test("tell containers from the AWS endpoints, and no expiry where the simulation gives no credentials", async () => {
    const configuration: WrittenConfiguration = {
      roles: {
        web: { trust: "ecs-tasks.amazonaws.com" },
        real: { trust: "ec2.amazonaws.com", source: { file: "/nowhere" } },
      },
      instances: { denied: { instanceProfile: "web" }, sourced: { instanceProfile: "real" } },
      tasks: { web: { taskRole: "web" } },
    };
    await using simulation = await simulate({ speed: 0, startAt: START, configuration, onWarning: () => {} });
    await ask(`${simulation.urls.ecs}/v2/credentials/unknown`);
    const scraped = Object.keys(await scrape(simulation));
    expect(scraped.filter((series) => series.startsWith("mayfly_requests_total"))).toEqual([
      expect.stringContaining('face="ecs"'),
    ]);
    expect(scraped.filter((series) => series.startsWith("mayfly_credentials_left_seconds"))).toEqual([]);
  });

  test("and the log tell which fault struck", async () => {
    await using simulation = await simulate({ speed: 0, startAt: START });
    const { id } = await simulation.faults.raise({ fault: "status", status: 503, method: "PUT", count: 2 });
    for (let i = 0; i < 3; i++) await imdsToken(simulation.urls.imds);
    expect(await scrape(simulation)).toMatchObject({
      [`mayfly_faults_struck_total{fault="${id}"}`]: 2,
      'mayfly_imds_tokens_minted_total{instance_name="demo"}': 1,
    });
    await simulation.expect({ query: { fault: id, status: "5xx" }, exactly: 2 });
    await simulation.expect({ inOrder: [{ fault: "any" }, { fault: "none", status: 200 }] });
  });

  test("of 100,000 instances are one series, and counts tell them apart", async () => {
    const instances = {
      fleet: { ...optional, count: 100_000, sourceAddress: "127.1.0.0" },
      web: { ...optional, sourceAddress: "127.0.5.1" },
    };
    await using simulation = await simulate({ speed: 0, startAt: START, configuration: { roles: ROLES, instances } });
    const read = (localAddress: string) => ask(`${simulation.urls.imds}/latest/meta-data/`, { localAddress });
    for (const address of ["127.1.0.0", "127.1.0.7", "127.1.0.7", "127.0.5.1"]) await read(address);
    const samples = await scrape(simulation);
    const series = Object.entries(samples).filter(([name]) => name.startsWith("mayfly_metadata_no_token_total"));
    expect(series).toEqual([
      ['mayfly_metadata_no_token_total{instance_name="fleet"}', 3],
      ['mayfly_metadata_no_token_total{instance_name="web"}', 1],
    ]);
    expect(samples).toMatchObject({
      mayfly_instances: 100_001,
      'mayfly_credentials_left_seconds{instance_name="fleet"}': 6 * 3600,
    });
    for (const controls of [simulation, connect({ url: simulation.urls.control })]) {
      const counts = await controls.counters();
      expect(counts.map(({ instance, MetadataNoToken }) => [instance, MetadataNoToken])).toEqual([
        ["fleet-0", 1],
        ["fleet-7", 2],
        ["web", 1],
      ]);
      expect(await controls.counters("fleet-7")).toEqual([counts[1]]);
      expect(await controls.counters(counts[2]?.instanceId)).toEqual([counts[2]]);
      expect(await controls.counters("fleet-99999")).toMatchObject([{ instance: "fleet-99999", requests: 0 }]);
      await expect(controls.counters("fleet")).rejects.toThrow('there is no instance "fleet"');
    }
  });

  test("of two simulations in one process are apart", async () => {
    await using one = await simulate({ speed: 0, startAt: START });
    await using other = await simulate({ speed: 0, startAt: START });
    await imdsToken(one.urls.imds);
    const [of, to] = ['mayfly_imds_tokens_minted_total{instance_name="demo"}', "mayfly_instances"];
    expect([(await scrape(one))[of], (await scrape(other))[of], (await scrape(other))[to]]).toEqual([1, undefined, 1]);
    await one.reset();
    expect((await scrape(one))[of]).toBeUndefined();
  });

  test("are read with the token alone where the control API listens beyond loopback", async () => {
    await using simulation = await simulate({ speed: 0, listen: { control: "0.0.0.0:0" } });
    const url = `${simulation.urls.control}/metrics`;
    expect((await ask(url)).status).toBe(401);
    const headers = { authorization: `Bearer ${simulation.controlToken}` };
    expect(await ask(url, { headers })).toMatchObject({
      status: 200,
      body: expect.stringContaining("mayfly_instances 1"),
    });
  });
});
