import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import {
  type Configuration,
  initialConfiguration,
  parseConfiguration,
  type SimulationOptions,
  simulate,
} from "../../index.ts";
import { ask, imdsToken, roleCredentials, s3Client } from "./client.ts";

const START = Date.parse("2026-11-24T00:00:00Z");
const MANUAL: SimulationOptions = { speed: 0, startAt: START };
const TRUST = { trust: "ec2.amazonaws.com" };

const configuration = (more: Partial<Configuration>): Configuration => ({
  account: "123456789012",
  region: "us-east-1",
  roles: { "mybucket-access": TRUST },
  ...more,
});

describe("a simulation", () => {
  test("is independent of another one in the same process", async () => {
    await using one = await simulate(MANUAL);
    await using other = await simulate(MANUAL);
    await one.clock.advance("7h");
    expect([one.clock.now() - START, other.clock.now() - START]).toEqual([7 * 3_600_000, 0]);
    const keys = await roleCredentials(one.urls.imds);
    const send = s3Client(other, keys).send(new ListBucketsCommand({}));
    await expect(send).rejects.toMatchObject({ name: "InvalidToken" });
  });

  test("two with one master key, configuration, launch and clock give the same credentials and take the other's", async () => {
    const masterKey = Buffer.alloc(32, 7);
    await using one = await simulate({ ...MANUAL, masterKey });
    await using other = await simulate({ ...MANUAL, masterKey });
    const keys = await roleCredentials(one.urls.imds);
    expect(await roleCredentials(other.urls.imds)).toEqual(keys);
    await s3Client(one)
      .send(new PutObjectCommand({ Bucket: "mybucket", Key: "a", Body: "b" }))
      .catch(() => {});
    await s3Client(other, keys).send(new PutObjectCommand({ Bucket: "mybucket", Key: "a", Body: "b" }));
  });

  test("is the same again from one seed, and another from another", async () => {
    const transcript = async (seed: number) => {
      await using simulation = await simulate({ ...MANUAL, seed });
      const { imds, aws } = simulation.urls;
      const keys = await roleCredentials(imds);
      const refused = await ask(`${aws}/mybucket`);
      await simulation.rotate();
      return JSON.stringify([await imdsToken(imds), keys, refused, await roleCredentials(imds)]);
    };
    const first = await transcript(1);
    expect(await transcript(1)).toBe(first);
    expect(await transcript(2)).not.toBe(first);
  });

  test("gives new keys by a rotation in the very instant in which it begins, and announces them", async () => {
    await using simulation = await simulate(MANUAL);
    const first = await roleCredentials(simulation.urls.imds);
    await simulation.rotate();
    expect((await roleCredentials(simulation.urls.imds)).AccessKeyId).not.toBe(first.AccessKeyId);
    const told = (await simulation.announcements()).map(({ accessKeyId }) => accessKeyId);
    expect(new Set(told).size).toBe(told.length);
    expect(told).toHaveLength(2);
  });

  test("announces issues, renewals and expiries in order, each at its own instant", async () => {
    await using simulation = await simulate(MANUAL);
    await simulation.clock.advance("7h");
    const hours = (await simulation.announcements()).map(
      ({ kind, at }) => `${kind} ${(Date.parse(at) - START) / 3_600_000}`,
    );
    const wanted = [
      "issued 0",
      "renewed 1",
      "renewed 2",
      "renewed 3",
      "renewed 4",
      "renewed 5",
      "expired 6",
      "expired 7",
    ];
    expect(hours).toEqual(expect.arrayContaining(wanted));
    const instants = hours.map((line) => Number(line.split(" ")[1]));
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
  });

  test("renews when told, and the old keys live on", async () => {
    await using simulation = await simulate(MANUAL);
    const before = await roleCredentials(simulation.urls.imds);
    await simulation.clock.advance("1m");
    expect((await simulation.rotate("demo")).instances).toHaveLength(1);
    expect((await roleCredentials(simulation.urls.imds)).AccessKeyId).not.toBe(before.AccessKeyId);
    await s3Client(simulation, before).send(new PutObjectCommand({ Bucket: "mybucket", Key: "a", Body: "b" }));
    await expect(simulation.rotate("nobody")).rejects.toThrow('there is no instance "nobody"');
  });

  test("goes back to its configuration at a reset, but not in time", async () => {
    await using simulation = await simulate(MANUAL);
    const keys = await roleCredentials(simulation.urls.imds);
    await s3Client(simulation, keys).send(new PutObjectCommand({ Bucket: "mybucket", Key: "a", Body: "b" }));
    await simulation.clock.jump("30m");
    await simulation.reset();
    expect((await simulation.requests()).total).toBe(0);
    const missing = s3Client(simulation, keys).send(new GetObjectCommand({ Bucket: "mybucket", Key: "a" }));
    await expect(missing).rejects.toMatchObject({ name: "NoSuchKey" });
    expect(simulation.clock.now()).toBe(START + 1_800_000);
  });

  test("pauses, goes on as fast as before, and never goes back", async () => {
    await using simulation = await simulate({ speed: 60 });
    expect(await simulation.clock.set({ paused: true })).toMatchObject({ speed: 0, paused: true });
    const paused = simulation.clock.now();
    expect(await simulation.clock.set({ paused: false })).toMatchObject({ speed: 60, paused: false });
    expect(simulation.clock.now()).toBeGreaterThanOrEqual(paused);
    await expect(simulation.clock.advance("soon")).rejects.toThrow(/soon/);
    await expect(simulation.clock.advance("99999999h")).rejects.toThrow("beyond the year 9999");
  });

  test("answers at its control port to the names that the configuration now has", async () => {
    await using simulation = await simulate(MANUAL);
    const statusFor = async (host: string) =>
      (await ask(`${simulation.urls.control}/state`, { headers: { host } })).status;
    expect(await statusFor("mayfly")).toBe(421);
    await simulation.configure(configuration({ control: { hosts: ["mayfly"] } }));
    expect([await statusFor("mayfly"), await statusFor("other"), await statusFor("localhost")]).toEqual([
      200, 421, 200,
    ]);
  });

  test("is checked as a file is, and what is not said is as there", async () => {
    const instances = { a: { instanceProfile: "mybucket-access" } };
    await expect(simulate({ configuration: { instances } })).rejects.toThrow(/configuration: .*mybucket-access/);
    await using simulation = await simulate({ configuration: { roles: { "mybucket-access": TRUST }, instances } });
    expect(await simulation.state()).toMatchObject({ account: "123456789012", region: "us-east-1" });
  });

  test("a role that was deleted and made again is another one: the old keys open nothing", async () => {
    await using simulation = await simulate(MANUAL);
    const keys = await roleCredentials(simulation.urls.imds);
    const put = () =>
      s3Client(simulation, keys).send(new PutObjectCommand({ Bucket: "mybucket", Key: "a", Body: "b" }));
    await put();
    const demo = parseConfiguration(initialConfiguration, "demo");
    await simulation.configure({ ...demo, roles: {}, instances: {} });
    await expect(put()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await simulation.configure(demo);
    await expect(put()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    const anew = s3Client(simulation, await roleCredentials(simulation.urls.imds));
    await anew.send(new PutObjectCommand({ Bucket: "mybucket", Key: "a", Body: "b" }));
  });

  test("passes a thousand years at once", async () => {
    await using simulation = await simulate(MANUAL);
    await simulation.clock.advance("9000000h");
    const { AccessKeyId } = await roleCredentials(simulation.urls.imds);
    const announcements = await simulation.announcements();
    expect(announcements).toHaveLength(1000);
    expect(announcements.findLast(({ kind }) => kind === "renewed")?.accessKeyId).toBe(AccessKeyId);
  });
});

describe("instances", () => {
  test("are known by the address that they call from, those of a template too; a stranger is refused", async () => {
    const instances = {
      web: { instanceProfile: "mybucket-access", sourceAddress: "127.0.5.1" },
      fleet: { instanceProfile: "mybucket-access", sourceAddress: "127.1.0.0", count: 100_000 },
    };
    await using simulation = await simulate({ ...MANUAL, configuration: configuration({ instances }) });
    const { imds } = simulation.urls;
    const idOf = async (localAddress: string) => {
      const headers = { "x-aws-ec2-metadata-token": await imdsToken(imds, localAddress) };
      return (await ask(`${imds}/latest/meta-data/instance-id`, { headers, localAddress })).body;
    };
    const ids = [await idOf("127.0.5.1"), await idOf("127.1.0.0"), await idOf("127.2.134.159")];
    for (const id of ids) expect(id).toMatch(/^i-[0-9a-f]{17}$/);
    expect(new Set(ids).size).toBe(3);
    expect((await simulation.requests({ instance: "fleet-99999" })).total).toBeGreaterThan(0);
    const stranger = await ask(`${imds}/latest/meta-data/`, { localAddress: "127.9.9.9" });
    expect(stranger).toMatchObject({ status: 403, body: "" });
    expect((await simulation.requests({ status: 403 })).requests[0]?.reason).toMatch(/instance/);
  });

  test("a stranger is the instance that the configuration names, or nobody", async () => {
    const instances = { web: { sourceAddress: "127.0.5.1" }, other: {} };
    const ruled = (unknownCaller: string) => ({ instances, unknownCaller });
    await using simulation = await simulate({ ...MANUAL, configuration: ruled("other") });
    const seen = async () => {
      await imdsToken(simulation.urls.imds, "127.9.9.9");
      return (await simulation.requests()).requests.at(-1)?.instanceId;
    };
    const [, other] = (await simulation.state()).instances;
    expect(await seen()).toBe(other?.instanceId);
    await simulation.configure(ruled("refuse"));
    expect(await seen()).toBeUndefined();
    await expect(simulation.configure(ruled("othr"))).rejects.toThrow('(did you mean "other"?)');
  });

  test("are known by their own loopback address, by ::1 as well, and by a source address of IPv6", async () => {
    const port = async (listen: string) => {
      await using probe = await simulate({ ...MANUAL, listen: { imds: listen } });
      return new URL(probe.urls.imds).port;
    };
    const metadataOptions = { httpProtocolIpv6: "enabled" } as const;
    const instances = {
      two: { listen: `127.0.0.2:${await port("127.0.0.2:0")}` },
      six: { listen: `[::1]:${await port("[::1]:0")}`, metadataOptions },
      from6: { sourceAddress: "0:0::1", metadataOptions },
    };
    await using simulation = await simulate({
      ...MANUAL,
      listen: { imds: "[::1]:0" },
      configuration: configuration({ instances }),
    });
    const [two, six, from6] = (await simulation.state()).instances;
    const idAt = async (url = "") => {
      const headers = { "x-aws-ec2-metadata-token": await imdsToken(url) };
      return (await ask(`${url}/latest/meta-data/instance-id`, { headers })).body;
    };
    expect([two?.imds, six?.imds]).toEqual([`http://${instances.two.listen}`, `http://${instances.six.listen}`]);
    expect(await idAt(two?.imds)).toBe(two?.instanceId);
    expect(await idAt(six?.imds)).toBe(six?.instanceId);
    expect(await idAt(simulation.urls.imds)).toBe(from6?.instanceId);
  });

  test("one's token opens nothing at another", async () => {
    const one = { instanceProfile: "mybucket-access", sourceAddress: "127.0.5.1" };
    const instances = { one, other: { ...one, sourceAddress: "127.0.5.2" } };
    await using simulation = await simulate({ ...MANUAL, configuration: configuration({ instances }) });
    const { imds } = simulation.urls;
    const headers = { "x-aws-ec2-metadata-token": await imdsToken(imds, "127.0.5.1") };
    expect((await ask(`${imds}/latest/`, { headers, localAddress: "127.0.5.2" })).status).toBe(401);
  });

  test("a listener of an instance comes and goes with the configuration, and a wrong one changes nothing", async () => {
    await using simulation = await simulate({ ...MANUAL, configuration: configuration({ instances: { a: {} } }) });
    const listen = `127.0.7.1:${new URL(simulation.urls.imds).port}`;
    await simulation.configure(configuration({ instances: { a: {}, b: { listen } } }));
    const urls = (await simulation.state()).instances.map(({ imds }) => imds);
    expect(urls).toEqual([simulation.urls.imds, `http://${listen}`]);
    expect(await imdsToken(`http://${listen}`)).toHaveLength(56);
    const wrong = simulation.configure({ instances: { b: { instanceProfile: "missing" } } });
    await expect(wrong).rejects.toThrow(/missing/);
    expect(await imdsToken(`http://${listen}`)).toHaveLength(56);
    await simulation.configure(configuration({ instances: { a: {} } }));
    await expect(imdsToken(`http://${listen}`)).rejects.toThrow("ECONNREFUSED");
  });

  test("a configuration whose port cannot be had changes nothing, and the next start does not meet it", async () => {
    const data = mkdtempSync(join(tmpdir(), "mayfly-test-"));
    try {
      const before = configuration({ instances: { a: {} } });
      await using other = await simulate(MANUAL);
      const taken = new URL(other.urls.control).host;
      {
        await using simulation = await simulate({ ...MANUAL, data, configuration: before });
        const wrong = simulation.configure(configuration({ instances: { a: {}, b: { listen: taken } } }));
        await expect(wrong).rejects.toMatchObject({
          status: 409,
          message: expect.stringMatching(/^port \d+ on .* is in use/),
        });
        expect((await simulation.state()).instances.map(({ name }) => name)).toEqual(["a"]);
      }
      await using again = await simulate({ data });
      expect((await again.state()).instances.map(({ name }) => name)).toEqual(["a"]);
    } finally {
      rmSync(data, { recursive: true });
    }
  });

  test("a listener that is also that of all stays when its instance goes; the same configuration twice at once is well", async () => {
    await using simulation = await simulate({ ...MANUAL, configuration: configuration({ instances: { a: {} } }) });
    const { imds } = simulation.urls;
    const shared = configuration({ instances: { a: {}, b: { listen: new URL(imds).host } } });
    await simulation.configure(shared);
    const further = configuration({ instances: { a: {}, c: { listen: `127.0.7.2:${new URL(imds).port}` } } });
    await Promise.all([simulation.configure(further), simulation.configure(further)]);
    await simulation.configure(configuration({ instances: { a: {} } }));
    expect(await imdsToken(imds)).toHaveLength(56);
  });

  test("a role that does not trust EC2 gives EC2's failure document", async () => {
    const roles = { "mybucket-access": { trust: "lambda.amazonaws.com" } };
    const instances = { a: { instanceProfile: "mybucket-access" } };
    await using simulation = await simulate({ ...MANUAL, configuration: configuration({ roles, instances }) });
    expect(await roleCredentials(simulation.urls.imds)).toMatchObject({ Code: "AssumeRoleUnauthorizedAccess" });
  });
});

describe("kept data", () => {
  test("give the same world again: objects, renewals, the clock and the credentials in force", async () => {
    const data = mkdtempSync(join(tmpdir(), "mayfly-test-"));
    const see = async (options: SimulationOptions) => {
      await using simulation = await simulate({ data, ...options });
      if (options.speed === 0) {
        const first = s3Client(simulation, await roleCredentials(simulation.urls.imds));
        await first.send(new PutObjectCommand({ Bucket: "mybucket", Key: "a", Body: "kept" }));
        await simulation.clock.advance("90m");
        await simulation.rotate();
      }
      const keys = await roleCredentials(simulation.urls.imds);
      const found = await s3Client(simulation, keys).send(new GetObjectCommand({ Bucket: "mybucket", Key: "a" }));
      return [simulation.clock.now(), keys, await found.Body?.transformToString()];
    };
    try {
      const before = await see(MANUAL);
      expect(await see({})).toEqual(before);
      await expect(simulate({ data, startAt: START })).rejects.toThrow("has its time already");
      await expect(simulate({ data, masterKey: Buffer.alloc(32) })).rejects.toThrow("another master key");
      await using _ = await simulate({ data });
      await expect(simulate({ data })).rejects.toThrow(/is in use by another process/);
    } finally {
      rmSync(data, { recursive: true });
    }
  });
});
