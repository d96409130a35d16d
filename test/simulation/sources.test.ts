// Roles with real credentials, through the sockets of whole simulations: what is served, what is refused, and where no secret is found.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { connect, type Simulation, type SimulationOptions, simulate, type WrittenConfiguration } from "../../index.ts";
import { ask, imdsToken, type RoleDocument, roleCredentials, s3Client } from "./client.ts";

const HOUR = 3_600_000;
const scratch = mkdtempSync(join(tmpdir(), "mayfly-simulation-sources-"));
const file = join(scratch, "keys.json");
afterAll(() => rmSync(scratch, { recursive: true }));

/** What the source has from now on, for an hour of real time. */
function put(accessKeyId: string, lifetime = HOUR): { readonly expiration: string } {
  const Expiration = new Date(Date.now() + lifetime).toISOString();
  const keys = { AccessKeyId: accessKeyId, SecretAccessKey: `secret-of-${accessKeyId}`, SessionToken: "token-of-it" };
  writeFileSync(file, JSON.stringify({ Version: 1, ...keys, Expiration }));
  return { expiration: `${Expiration.slice(0, 19)}Z` };
}
beforeEach(() => void put("ASIAFIRST"));

const trust = "ec2.amazonaws.com";
const CONFIGURATION = {
  roles: { real: { trust, source: { file } }, derived: { trust } },
  instances: { demo: { instanceProfile: "real" } },
} satisfies WrittenConfiguration;

const begin = async (more: WrittenConfiguration = {}, options: SimulationOptions = {}) => {
  const warnings: string[] = [];
  const onWarning = (line: string) => warnings.push(line);
  const simulation = await simulate({ configuration: { ...CONFIGURATION, ...more }, onWarning, ...options });
  return Object.assign(simulation, { warnings });
};
const read = ({ urls }: Simulation) => roleCredentials(urls.imds, undefined, "real") as Promise<Served>;
type Served = RoleDocument & { readonly Code: string; readonly LastUpdated: string; readonly Message?: string };

test("the document is EC2's, with what the source gave, dated as the source dates it", async () => {
  const { expiration } = put("ASIAFIRST");
  await using simulation = await begin();
  const found = await read(simulation);
  expect(found).toEqual({
    Code: "Success",
    LastUpdated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    Type: "AWS-HMAC",
    AccessKeyId: "ASIAFIRST",
    SecretAccessKey: "secret-of-ASIAFIRST",
    Token: "token-of-it",
    Expiration: expiration,
  });
  expect(Math.abs(Date.parse(found.LastUpdated) - Date.now())).toBeLessThan(60_000);
});

describe("renewal", () => {
  test("comes when the clock is moved, and when it is forced", async () => {
    await using simulation = await begin({}, { speed: 0 });
    expect((await read(simulation)).AccessKeyId).toBe("ASIAFIRST");
    put("ASIASECOND");
    await simulation.clock.advance("54m");
    expect((await read(simulation)).AccessKeyId).toBe("ASIAFIRST");
    await simulation.clock.advance("1m");
    expect((await read(simulation)).AccessKeyId).toBe("ASIASECOND");
    put("ASIATHIRD");
    await simulation.rotate();
    expect((await read(simulation)).AccessKeyId).toBe("ASIATHIRD");
    const told = (await simulation.announcements()).map(({ kind, accessKeyId }) => `${kind} ${accessKeyId}`);
    expect(told).toEqual(["issued ASIAFIRST", "renewed ASIASECOND", "renewed ASIATHIRD"]);
  });

  test("that fails leaves the old set in force, until the source is there again", async () => {
    await using simulation = await begin({}, { speed: 0 });
    const { SecretAccessKey } = await read(simulation);
    rmSync(file);
    await simulation.clock.advance("7h");
    expect(await read(simulation)).toMatchObject({ Code: "Success", AccessKeyId: "ASIAFIRST", SecretAccessKey });
    put("ASIASECOND");
    await simulation.clock.advance("5m");
    expect((await read(simulation)).AccessKeyId).toBe("ASIASECOND");
    expect(simulation.warnings.slice(1)).toEqual([
      `role real of instance demo: ${file}: cannot be read (ENOENT); its last credentials stay, and it is tried again and again`,
      "role real of instance demo has new credentials again",
    ]);
  });
});

test("a source that never gave anything: an error document, as EC2 has them", async () => {
  rmSync(file);
  await using simulation = await begin();
  const found = await read(simulation);
  expect(Object.keys(found)).toEqual(["Code", "Message", "LastUpdated"]);
  expect(found).toMatchObject({
    Code: "Failed",
    Message: "The source of the role real has not given credentials yet.",
  });
  const { requests } = await simulation.requests({ path: "/latest/meta-data/iam/security-credentials/real" });
  expect(requests).toMatchObject([{ status: 200, errorCode: "Failed", reason: found.Message }]);
});

test("another profile is attached: derived keys, then real ones again", async () => {
  await using simulation = await begin();
  await simulation.act("associate-profile", { instanceProfile: "derived" });
  const derived = await roleCredentials(simulation.urls.imds, undefined, "derived");
  expect(derived.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  put("ASIASECOND");
  await simulation.act("associate-profile", { instanceProfile: "real" });
  expect((await read(simulation)).AccessKeyId).toBe("ASIASECOND");
});

test("faults that show sets of another instant leave them as they are", async () => {
  await using simulation = await begin({}, { speed: 0 });
  for (const fault of ["expired-credentials", "stale-credentials"] as const) await simulation.faults.raise({ fault });
  expect((await read(simulation)).AccessKeyId).toBe("ASIAFIRST");
  put("ASIASECOND");
  await simulation.clock.advance("1h");
  expect((await read(simulation)).AccessKeyId).toBe("ASIASECOND");
  const [gone] = (await simulation.requests({ path: "/latest/meta-data/iam" })).requests;
  expect(gone?.fault).toBeDefined();
});

test("an SDK takes the empty token of a key that lasts for none", async () => {
  writeFileSync(file, JSON.stringify({ Version: 1, AccessKeyId: "AKIALASTING", SecretAccessKey: "secret-of-it" }));
  await using simulation = await begin();
  const { Token, Expiration } = await read(simulation);
  expect(Token).toBe("");
  expect(Math.abs(Date.parse(Expiration) - Date.now() - 6 * HOUR)).toBeLessThan(60_000);
  await expect(s3Client(simulation, await read(simulation)).send(new ListBucketsCommand())).rejects.toMatchObject({
    name: "InvalidAccessKeyId",
  });
});

describe("real credentials are guarded", () => {
  test("no AWS endpoint of the simulation knows them", async () => {
    await using simulation = await begin();
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken } = await read(simulation);
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const sts = new STSClient({ region: "us-east-1", endpoint: simulation.urls.aws, credentials, maxAttempts: 1 });
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
      message: "The security token included in the request is invalid",
    });
    await expect(s3Client(simulation, await read(simulation)).send(new ListBucketsCommand())).rejects.toMatchObject({
      name: "InvalidToken",
    });
  });

  test("IMDSv1 gets nothing, though HttpTokens were made optional while it runs", async () => {
    await using simulation = await begin();
    await simulation.act("modify-metadata-options", { httpTokens: "optional" });
    const url = `${simulation.urls.imds}/latest/meta-data/iam/security-credentials/real`;
    expect((await ask(url)).status).toBe(401);
    await simulation.act("associate-profile", { instanceProfile: "derived" });
    expect((await ask(url.replace("/real", "/derived"))).status).toBe(200);
  });

  test("an unknown Host gets nothing, and a known name all", async () => {
    await using simulation = await begin({ imds: { hosts: ["mayfly"] } });
    const token = await imdsToken(simulation.urls.imds);
    const status = async (host: string) => {
      const headers = { host, "x-aws-ec2-metadata-token": token };
      return (await ask(`${simulation.urls.imds}/latest/meta-data/instance-id`, { headers })).status;
    };
    expect(await Promise.all(["rebound.example", "mayfly:80", "127.0.0.1", "localhost"].map(status))).toEqual([
      403, 200, 200, 200,
    ]);
  });

  test("beyond loopback they are offered only where the configuration allows it", async () => {
    const listen = { imds: "0.0.0.0:0" };
    await expect(begin({}, { listen })).rejects.toThrow(
      "role real: IMDS at 0.0.0.0 would offer real credentials beyond loopback: set allowRealCredentials: true where that is wanted",
    );
    await using allowed = await begin({ allowRealCredentials: true }, { listen });
    expect((await read(allowed)).AccessKeyId).toBe("ASIAFIRST");
    await expect(allowed.configure(CONFIGURATION)).rejects.toMatchObject({ status: 409 });
    expect((await read(allowed)).AccessKeyId).toBe("ASIAFIRST");
  });

  test("a source cannot be given or changed over a control API that wants no token", async () => {
    await using simulation = await begin();
    const { configure, patchConfiguration } = connect({ url: simulation.urls.control });
    await configure({ ...CONFIGURATION, buckets: ["still-allowed"] });
    await patchConfiguration({ buckets: ["allowed-too"] });
    for (const source of [{ credentialProcess: `cat ${file}` }, { file: "/etc/passwd" }]) {
      const roles = { ...CONFIGURATION.roles, real: { trust, source } };
      const refusal = {
        status: 403,
        message: expect.stringContaining("the role real gets no new source over the control API"),
      };
      await expect(configure({ ...CONFIGURATION, roles })).rejects.toMatchObject(refusal);
      const patch = { roles: { real: { source: { credentialProcess: null, file: null, ...source } } } };
      await expect(patchConfiguration(patch)).rejects.toMatchObject(refusal);
    }
    expect((await read(simulation)).AccessKeyId).toBe("ASIAFIRST");
  });

  test("the start says so in one line, and once more when the clock leaves the real time", async () => {
    await using simulation = await begin();
    const line = "the role real has real credentials: whoever reaches the metadata service can use them";
    expect(simulation.warnings).toEqual([line]);
    await simulation.clock.advance("1h");
    await simulation.clock.advance("1h");
    await simulation.configure(CONFIGURATION);
    const moved = `${line}; they expire in real time, which the simulated clock does not follow`;
    expect(simulation.warnings).toEqual([line, moved]);
    await using derived = await begin({ roles: { real: { trust } } });
    expect(derived.warnings).toEqual([]);
  });
});

test("no secret is in the journal, the log, the reports or the warnings", async () => {
  const data = join(scratch, "data");
  const found: unknown[] = [];
  {
    await using simulation = await begin({}, { data, speed: 0 });
    await read(simulation);
    put("ASIASECOND");
    await simulation.clock.advance("1h");
    await read(simulation);
    writeFileSync(file, '{"SecretAccessKey": "secret-of-nobody"');
    await simulation.clock.advance("1h");
    await read(simulation);
    found.push(simulation.warnings, await simulation.requests(), await simulation.announcements());
    found.push(await simulation.state(), await simulation.environment());
  }
  const kept = readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  expect(kept.join("")).toContain(file);
  const all = JSON.stringify(found) + kept.join("");
  expect(all).toContain("ASIASECOND");
  expect(all).not.toMatch(/secret-of|token-of/);
});
