// Roles whose credentials come from elsewhere, with real clients: an unmodified boto3 finds them at IMDS and uses them where they come
// from, also when that was away across a renewal.

import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { programEnvironment } from "../../cli/exec.ts";
import { obtain } from "../../credential-sources/obtain.ts";
import { type Simulation, simulate, type WrittenConfiguration } from "../../index.ts";
import { startSts } from "../credential-sources/sts-stand-in.ts";
import { describeWith } from "../requires.ts";
import { roleCredentials } from "../simulation/client.ts";
import { OtherServer } from "./other-server.ts";
import { AWS_CLI_2, awsCli2, boto3, MINIO, MOTO, moto, PYTHON } from "./software.ts";

type Source = NonNullable<NonNullable<WrittenConfiguration["roles"]>[string]["source"]>;

const scratch = mkdtempSync(join(tmpdir(), "mayfly-client-sources-"));
afterAll(() => rmSync(scratch, { recursive: true }));

async function simulationOf(source: Source, warnings: string[] = []) {
  const simulation = await simulate({
    speed: 0,
    configuration: {
      roles: { real: { trust: "ec2.amazonaws.com", source } },
      instances: { demo: { instanceProfile: "real" } },
    },
    onWarning: (line) => warnings.push(line),
  });
  // Nothing but that the credentials are real: the source has given the first ones.
  expect(warnings).toEqual([expect.stringContaining("the role real has real credentials")]);
  return simulation;
}

/** A source is tried again after five minutes at the latest; when exactly, the tests of the rotator show with both clocks moved. */
const LONGEST_RETRY = "5m";

interface Told {
  readonly key: string;
  readonly token: string;
  readonly arn?: string;
  readonly object?: string;
  readonly error?: string;
}

/** Runs boto3 as if on the instance, with that server for AWS. */
async function onInstance(
  simulation: Simulation,
  server: { url: string },
  ...wishes: readonly string[]
): Promise<Told> {
  const own = { AWS_ENDPOINT_URL: server.url, AWS_METADATA_SERVICE_TIMEOUT: "10" }; // boto3's own second is short on a busy machine
  const env = { ...programEnvironment(process.env, await simulation.environment()), ...own };
  const script = join(import.meta.dirname, "sourced-client.py");
  const { stdout } = await promisify(execFile)(PYTHON, [script, ...wishes], { env });
  return JSON.parse(stdout);
}

const servedKey = async ({ urls }: Simulation) => (await roleCredentials(urls.imds, undefined, "real")).AccessKeyId;

describeWith([boto3, moto], "moto's STS", () => {
  let server: OtherServer;
  beforeEach(async () => {
    server = await OtherServer.start((port) => [MOTO, "-H", "127.0.0.1", "-p", String(port)]);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "testing");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "testing");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.stop();
  });
  const roleArn = "arn:aws:iam::111122223333:role/elsewhere";

  test("gives a session that is named after the instance, and boto3 works with it there", async () => {
    await using simulation = await simulationOf({ assumeRole: { roleArn, endpoint: server.url } });
    const told = await onInstance(simulation, server, "identity", "bucket", "object");
    const [instance] = (await simulation.state()).instances;
    expect(told).toEqual({
      key: expect.stringMatching(/^ASIA/),
      token: expect.any(String),
      arn: `arn:aws:sts::111122223333:assumed-role/elsewhere/${instance?.instanceId}`,
      object: "with real keys",
    });
    expect(told.key).toBe(await servedKey(simulation));
  });

  test("is away across a renewal: the old set serves on, and then a new one is there", async () => {
    const warnings: string[] = [];
    await using simulation = await simulationOf({ assumeRole: { roleArn, endpoint: server.url } }, warnings);
    const first = await servedKey(simulation);
    await server.stop();
    for (const step of ["55m", "3s", "6s"]) {
      await simulation.clock.advance(step);
      expect((await onInstance(simulation, server)).key).toBe(first);
    }
    await server.restart();
    await simulation.clock.advance(LONGEST_RETRY);
    const told = await onInstance(simulation, server, "identity");
    expect(told.key).not.toBe(first);
    expect(told.arn).toContain(":assumed-role/elsewhere/");
    expect(warnings.filter((line) => line.startsWith("role real of"))).toEqual([
      `role real of instance demo: ${server.url} cannot be reached (ECONNREFUSED); its last credentials stay, and it is tried again and again`,
      "role real of instance demo has new credentials again",
    ]);
  });
});

describeWith([boto3, moto, awsCli2], "the AWS CLI as a credential process", () => {
  test("gives a profile's key to boto3; a key that lasts has no token, and is shown with an empty one", async () => {
    await using server = await OtherServer.start((port) => [MOTO, "-H", "127.0.0.1", "-p", String(port)]);
    const file = join(scratch, "credentials");
    writeFileSync(file, "[dev]\naws_access_key_id = AKIALASTING\naws_secret_access_key = secret\n");
    const command = `AWS_SHARED_CREDENTIALS_FILE='${file}' ${AWS_CLI_2} configure export-credentials --profile dev --format process`;
    await using simulation = await simulationOf({ credentialProcess: command });
    expect(await onInstance(simulation, server, "bucket", "object")).toEqual({
      key: "AKIALASTING",
      token: "",
      object: "with real keys",
    });
    await using fromFile = await simulationOf({ file, profile: "dev" });
    expect((await onInstance(fromFile, server, "object")).object).toBe("with real keys");
  });
});

/** MinIO, or what answers as it does: it takes any role, names nobody, and wants a key that is signed with. */
interface MinioLike extends AsyncDisposable {
  readonly url: string;
  /** Where there is a bucket behind it. */
  readonly wishes: readonly string[];
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

const KEY = { id: "mayfly-root", secret: "mayfly-root-secret" };
const asking = { instanceId: "i-0123456789abcdef0", region: "us-east-1", signal: new AbortController().signal };

function sourceAt(endpoint: string) {
  const credentialsFile = join(scratch, "minio-key");
  writeFileSync(credentialsFile, `[default]\naws_access_key_id = ${KEY.id}\naws_secret_access_key = ${KEY.secret}\n`);
  return { roleArn: "arn:minio:iam:::role/any", durationSeconds: 900, endpoint, credentialsFile };
}

async function realMinio(): Promise<MinioLike> {
  const env = { ...process.env, MINIO_ROOT_USER: KEY.id, MINIO_ROOT_PASSWORD: KEY.secret, MINIO_UPDATE: "off" };
  const address = (port: number) => ["--address", `127.0.0.1:${port}`, "--console-address", "127.0.0.1:0"];
  const server = await OtherServer.start((port) => [MINIO, "server", ...address(port), join(scratch, "minio")], env);
  // It takes connections before it knows its users.
  const ready = () => vi.waitFor(() => obtain({ assumeRole: sourceAt(server.url) }, asking), { timeout: 60_000 });
  await ready();
  return {
    url: server.url,
    wishes: ["object"],
    goAway: () => server.stop(),
    comeBack: async () => {
      await server.restart();
      await ready();
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

async function minioStandIn(): Promise<MinioLike> {
  const sts = await startSts({ accessKeyId: "STANDIN1", lifetimeSeconds: 900 });
  return {
    url: sts.url,
    wishes: [],
    goAway: async () => {
      sts.answer = "nothing";
    },
    comeBack: async () => {
      sts.answer = { accessKeyId: "STANDIN2", lifetimeSeconds: 900 };
    },
    [Symbol.asyncDispose]: () => sts[Symbol.asyncDispose](),
  };
}

const withMinio = existsSync(MINIO);
const title = withMinio
  ? "MinIO's STS"
  : "a stand-in for MinIO's STS (MinIO itself is not installed; see CONTRIBUTING.md)";

describeWith([boto3], title, () => {
  test("gives a session of a quarter of an hour for any role, and is away across its renewal", async () => {
    await using server = await (withMinio ? realMinio() : minioStandIn());
    const warnings: string[] = [];
    await using simulation = await simulationOf({ assumeRole: sourceAt(server.url) }, warnings);
    const bucket = server.wishes.length > 0 ? ["bucket"] : [];
    const first = await onInstance(simulation, server, ...bucket, ...server.wishes);
    const object = server.wishes.length > 0 ? { object: "with real keys" } : {};
    expect(first).toEqual({ key: await servedKey(simulation), token: expect.stringMatching(/./), ...object });
    await server.goAway();
    await simulation.clock.advance("10m");
    expect((await onInstance(simulation, server)).key).toBe(first.key);
    await server.comeBack();
    await simulation.clock.advance(LONGEST_RETRY);
    const second = await onInstance(simulation, server, ...server.wishes);
    expect(second).toEqual({ key: await servedKey(simulation), token: expect.stringMatching(/./), ...object });
    expect(second.key).not.toBe(first.key);
    expect(warnings.at(-1)).toBe("role real of instance demo has new credentials again");
  });
});
