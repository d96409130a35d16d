// What is changed in IAM concerns the whole world: the instance and its keys, the next start, a configuration that is read again.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IAM } from "@aws-sdk/client-iam";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Simulation, type SimulationOptions, simulate } from "../../index.ts";
import { roleCredentials, s3Client } from "./client.ts";

let data = "";
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "mayfly-iam-"));
});
afterEach(() => rmSync(data, { recursive: true }));

const document = (Action: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource: "*" }],
});
const configuration = {
  roles: { "mybucket-access": { trust: "ec2.amazonaws.com", policies: { list: document("s3:ListBucket") } } },
  users: { alice: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 } },
  instances: { demo: { instanceProfile: "mybucket-access" } },
  buckets: ["mybucket"],
};
const start = (options: SimulationOptions = {}) => simulate({ data, speed: 0, ...options });

async function iamOf(simulation: Simulation): Promise<IAM> {
  const { variables } = await simulation.environment({ user: "alice" });
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = variables;
  const credentials = { accessKeyId, secretAccessKey };
  return new IAM({ endpoint: simulation.urls.aws, region: "us-east-1", credentials, maxAttempts: 1 });
}

const MINE = { RoleName: "mybucket-access" };
const list = new ListObjectsV2Command({ Bucket: "mybucket" });

test("clients sign for their own region, since an endpoint was given to them, or for IAM's", async () => {
  await using simulation = await start({ configuration: { ...configuration, region: "eu-west-1" } });
  const { variables } = await simulation.environment({ user: "alice" });
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = variables;
  const usersFor = async (region: string) => {
    const client = {
      endpoint: simulation.urls.aws,
      region,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    };
    return (await new IAM(client).listUsers({})).Users?.map(({ UserName }) => UserName);
  };
  expect(await usersFor("eu-west-1")).toEqual(["alice"]);
  expect(await usersFor("us-east-1")).toEqual(["alice"]);
  await expect(usersFor("eu-west-2")).rejects.toThrow(
    "Credential should be scoped to a valid region, not 'eu-west-2'.",
  );
});

test("keys that the instance holds already may what its role may now", async () => {
  const startAt = Date.parse("2026-11-24T12:00:00Z");
  await using simulation = await start({ configuration, startAt });
  const iam = await iamOf(simulation);
  const s3 = s3Client(simulation, await roleCredentials(simulation.urls.imds));
  await s3.send(list);
  await iam.deleteRolePolicy({ ...MINE, PolicyName: "list" });
  await expect(s3.send(list)).rejects.toMatchObject({ name: "AccessDenied" });
  await iam.attachRolePolicy({ ...MINE, PolicyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" });
  await s3.send(list);
  expect((await iam.getRole(MINE)).Role?.RoleLastUsed?.LastUsedDate).toEqual(new Date(startAt));
});

test("a world goes on after a restart as it was left, with the same keys", async () => {
  let kept: object | undefined;
  let secret: object | undefined;
  {
    await using simulation = await start({ configuration });
    const iam = await iamOf(simulation);
    kept = (await iam.createUser({ UserName: "bob", Tags: [{ Key: "team", Value: "red" }] })).User;
    secret = (await iam.createAccessKey({ UserName: "bob" })).AccessKey;
    await iam.deleteRolePolicy({ ...MINE, PolicyName: "list" });
  }
  await using again = await start();
  const iam = await iamOf(again);
  expect((await iam.getUser({ UserName: "bob" })).User).toEqual(kept);
  expect((await iam.listRolePolicies(MINE)).PolicyNames).toEqual([]);
  const { variables } = await again.environment({ user: "bob" });
  expect(secret).toMatchObject({
    AccessKeyId: variables.AWS_ACCESS_KEY_ID,
    SecretAccessKey: variables.AWS_SECRET_ACCESS_KEY,
  });
});

test("a configuration that is read again changes what it says anew; a reset all", async () => {
  await using simulation = await start({ configuration });
  const iam = await iamOf(simulation);
  await iam.createUser({ UserName: "bob" });
  await iam.deleteRolePolicy({ ...MINE, PolicyName: "list" });
  await simulation.configure({ ...configuration, groups: { staff: {} } });
  const names = async () => (await iam.listUsers({})).Users?.map(({ UserName }) => UserName);
  expect([await names(), (await iam.listRolePolicies(MINE)).PolicyNames]).toEqual([["alice", "bob"], []]);
  expect((await iam.getGroup({ GroupName: "staff" })).Users).toEqual([]);
  await simulation.reset();
  expect([await names(), (await iam.listRolePolicies(MINE)).PolicyNames]).toEqual([["alice"], ["list"]]);
});
