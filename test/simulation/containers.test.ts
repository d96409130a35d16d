// Containers in a whole simulation: real SDK providers find the credentials, the AWS endpoints check them, and time renews them.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromHttp } from "@aws-sdk/credential-providers";
import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { type Environment, parseConfiguration, type Simulation, simulate } from "../../index.ts";
import { ask } from "./client.ts";

const file = join(import.meta.dirname, "../../examples/containers/mayfly.yaml");
const configuration = parseConfiguration(readFileSync(file, "utf8"), "mayfly.yaml");
const run = () => simulate({ configuration, speed: 0 });

/** Clients of a program in that environment. */
function clientsIn({ variables }: Environment) {
  const credentials = fromHttp({
    awsContainerCredentialsFullUri: variables.AWS_CONTAINER_CREDENTIALS_FULL_URI as string,
    awsContainerAuthorizationTokenFile: variables.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE as string,
    maxRetries: 0,
  });
  const common = { region: "us-east-1", endpoint: variables.AWS_ENDPOINT_URL as string, maxAttempts: 1 };
  return { credentials, s3: new S3Client({ ...common, credentials }), sts: new STSClient({ ...common, credentials }) };
}

const whoami = async (environment: Environment) =>
  (await clientsIn(environment).sts.send(new GetCallerIdentityCommand({}))).Arn;
const put = (environment: Environment, Key: string) =>
  clientsIn(environment).s3.send(new PutObjectCommand({ Bucket: "mybucket", Key, Body: "x" }));
const get = (environment: Environment, Key: string) =>
  clientsIn(environment).s3.send(new GetObjectCommand({ Bucket: "mybucket", Key }));
/** What stands at the paths of one task or pod, without headers. */
const credentialsAt = async ({ variables }: Environment) => {
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url = "", AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token } = variables;
  const headers = token === undefined ? {} : { authorization: readFileSync(token, "utf8") };
  const { status, body } = await ask(url, { headers });
  return status === 200 ? JSON.parse(body) : body;
};

describe("a program in an ECS task", () => {
  test("has the task's role, and learns what it is", async () => {
    await using simulation = await run();
    const environment = await simulation.environment({ task: "web" });
    const [task] = (await simulation.state()).tasks;
    expect(task).toMatchObject({ name: "web", taskRole: "mybucket-access" });
    const taskId = task?.taskArn.split("/").at(-1);
    expect(await whoami(environment)).toBe(`arn:aws:sts::123456789012:assumed-role/mybucket-access/${taskId}`);
    await put(environment, "a");
    await get(environment, "a");
    const metadata = await ask(`${environment.variables.ECS_CONTAINER_METADATA_URI_V4}/task`);
    expect(JSON.parse(metadata.body)).toMatchObject({ TaskARN: task?.taskArn, LaunchType: "EC2" });
    expect(environment.variables).toMatchObject({
      AWS_EXECUTION_ENV: "AWS_ECS_EC2",
      AWS_EC2_METADATA_DISABLED: "true",
    });
  });

  test("gets others as time goes on or when that is told, and old ones live on until they expire", async () => {
    await using simulation = await run();
    const environment = await simulation.environment({ task: "web" });
    const old = clientsIn(environment);
    const keys = [(await old.credentials()).accessKeyId];
    await old.s3.send(new PutObjectCommand({ Bucket: "mybucket", Key: "a", Body: "x" }));
    for (const renew of [() => simulation.clock.advance("1h"), () => simulation.rotate()]) {
      await renew();
      keys.push((await credentialsAt(environment)).AccessKeyId);
    }
    expect(new Set(keys).size).toBe(3);
    await old.s3.send(new GetObjectCommand({ Bucket: "mybucket", Key: "a" }));
    await simulation.clock.advance("5h");
    await expect(old.s3.send(new GetObjectCommand({ Bucket: "mybucket", Key: "a" }))).rejects.toMatchObject({
      name: "ExpiredToken",
    });
    await get(environment, "a");
  });

  test("is refused when its role trusts ECS no longer", async () => {
    await using simulation = await run();
    const environment = await simulation.environment({ task: "web" });
    const roles = { ...configuration.roles, "mybucket-access": { trust: "pods.eks.amazonaws.com" } };
    await simulation.configure({ ...configuration, roles });
    expect(await credentialsAt(environment)).toContain('"code":"CredentialsUninitialized"');
    const { requests } = await simulation.requests({ face: "ecs", limit: 1 });
    expect(requests).toMatchObject([
      {
        status: 503,
        errorCode: "CredentialsUninitialized",
        reason: "ECS was unable to assume the role mybucket-access",
      },
    ]);
  });
});

describe("a program in a pod", () => {
  test("has the role that its service account is associated with", async () => {
    await using simulation = await run();
    expect(await whoami(await simulation.environment({ pod: "app" }))).toMatch(
      /^arn:aws:sts::123456789012:assumed-role\/mybucket-access\/eks-blue-app-[0-9a-f-]{36}$/,
    );
    expect((await simulation.state()).pods).toContainEqual({
      name: "app",
      namespace: "default",
      serviceAccount: "app",
    });
  });

  test("may do what policies allow for its tags", async () => {
    await using simulation = await run();
    const environment = await simulation.environment({ pod: "team-app" });
    await put(environment, "team/a");
    await expect(put(environment, "default/a")).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("has a file whose token is renewed before it expires, however time moves", async () => {
    await using simulation = await run();
    const environment = await simulation.environment({ pod: "app" });
    const path = environment.variables.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE as string;
    const left = () => Number(decodeJwt(readFileSync(path, "utf8")).exp) - simulation.clock.now() / 1000;
    const begun = left();
    expect(begun).toBeGreaterThan(86_399);
    await simulation.clock.advance("19h");
    expect(left()).toBe(begun - 19 * 3600);
    await simulation.clock.advance("1h");
    expect(left()).toBeCloseTo(86_400 - 48 * 60, -1);
    for (const move of ["advance", "jump"] as const) {
      await simulation.clock[move]("100h");
      expect(left()).toBeGreaterThan(86_400 * 0.2);
      expect(await credentialsAt(environment)).toHaveProperty("AccessKeyId");
    }
  });

  test("the file goes with the simulation", async () => {
    const simulation = await run();
    const { variables } = await simulation.environment({ pod: "app" });
    const path = variables.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE as string;
    expect(existsSync(path)).toBe(true);
    await simulation.close();
    expect(existsSync(path)).toBe(false);
  });

  test("neither token nor credentials are in the log", async () => {
    await using simulation = await run();
    const environment = await simulation.environment({ pod: "app" });
    const { SecretAccessKey, Token } = await credentialsAt(environment);
    const log = JSON.stringify(await simulation.requests());
    const token = readFileSync(environment.variables.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE as string, "utf8");
    for (const secret of [SecretAccessKey, Token, token]) expect(log).not.toContain(secret);
    expect((await simulation.requests({ face: "eks" })).requests).toMatchObject([{ face: "eks", status: 200 }]);
  });
});

describe("where they listen", () => {
  test("nowhere without containers, and as long as the configuration has some", async () => {
    await using simulation = await simulate();
    expect(Object.keys(simulation.urls)).toEqual(["imds", "aws", "control"]);
    await simulation.configure(configuration);
    const { ecs = "", eks = "" } = simulation.urls;
    expect([(await ask(`${ecs}/`)).status, (await ask(`${eks}/`)).status]).toEqual([404, 404]);
    const { podIdentity: _, ...withoutPods } = configuration;
    await simulation.configure(withoutPods);
    expect(simulation.urls).toMatchObject({ ecs });
    expect(simulation.urls.eks).toBeUndefined();
    await expect(ask(`${eks}/`)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("their ids survive a new configuration, and follow from the master key", async () => {
    const masterKey = Buffer.alloc(32, 7);
    const of = async (simulation: Simulation) => (await simulation.environment({ task: "web" })).variables;
    await using one = await simulate({ configuration, masterKey });
    await using other = await simulate({ configuration, masterKey });
    const path = (url = "") => new URL(url).pathname;
    const before = await of(one);
    const id = path(before.AWS_CONTAINER_CREDENTIALS_FULL_URI);
    expect(path((await of(other)).AWS_CONTAINER_CREDENTIALS_FULL_URI)).toBe(id);
    await one.configure({ ...configuration, buckets: [] });
    expect(await of(one)).toEqual(before);
    await using stranger = await run();
    expect(path((await of(stranger)).AWS_CONTAINER_CREDENTIALS_FULL_URI)).not.toBe(id);
  });

  test.each([
    [{ task: "wep" }, 'there is no task "wep"; there is web'],
    [{ pod: "ap" }, 'there is no pod "ap"; there are app, team-app'],
    [{ pod: "app", task: "web" }, "a program is in one place: leave out all but one of pod and task"],
  ])("%o is told in one line", async (query, message) => {
    await using simulation = await run();
    await expect(simulation.environment(query)).rejects.toThrow(message);
  });
});
