// What is made by the APIs is written as a configuration, and a world that begins with it is the same world.

import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { type Simulation, simulate } from "../../index.ts";
import { roleCredentials } from "./client.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const PASSWORD = "Correct-horse-9";

async function settingsOf(simulation: Simulation, user: string) {
  const { variables } = await simulation.environment({ user });
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = variables;
  const credentials = { accessKeyId, secretAccessKey };
  return { endpoint: simulation.urls.aws, region: "us-east-1", credentials, maxAttempts: 1, forcePathStyle: true };
}

/** Users, roles, machines and buckets that no configuration has, and changes of some that it has. */
async function change(simulation: Simulation): Promise<string> {
  const settings = await settingsOf(simulation, "alice");
  const [iam, ec2, s3] = [new IAM(settings), new EC2(settings), new S3(settings)];
  await iam.createUser({ UserName: "bob", Path: "/staff/", Tags: [{ Key: "team", Value: "red" }] });
  await iam.createAccessKey({ UserName: "bob" });
  await iam.createLoginProfile({ UserName: "bob", Password: PASSWORD });
  const document = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
  });
  const created = await iam.createPolicy({
    PolicyName: "All",
    Path: "/x/",
    PolicyDocument: document,
    Description: "all",
  });
  const PolicyArn = created.Policy?.Arn;
  await iam.createPolicyVersion({ PolicyArn, PolicyDocument: `\n${document}` });
  await iam.attachUserPolicy({ UserName: "bob", PolicyArn });
  await iam.putUserPermissionsBoundary({ UserName: "bob", PermissionsBoundary: PolicyArn });
  await iam.createRole({ RoleName: "machine", AssumeRolePolicyDocument: TRUST, MaxSessionDuration: 7200 });
  await iam.attachRolePolicy({ RoleName: "machine", PolicyArn });
  await iam.createInstanceProfile({ InstanceProfileName: "machines" });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: "machines", RoleName: "machine" });
  await iam.createOpenIDConnectProvider({ Url: "https://id.example.com", ClientIDList: ["app"] });
  await iam.createAccountAlias({ AccountAlias: "my-account" });
  await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 10, MaxPasswordAge: 90 });
  const run = await ec2.runInstances({
    ...{ ImageId: "ami-0abcdef1234567890", InstanceType: "t3.small", MinCount: 1, MaxCount: 1 },
    ...{ IamInstanceProfile: { Name: "machines" }, UserData: Buffer.from("#!/bin/sh\n").toString("base64") },
    MetadataOptions: { HttpTokens: "required", InstanceMetadataTags: "enabled" },
    TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: "made" }] }],
  });
  await simulation.act("modify-metadata-options", { instance: "demo", httpTokens: "optional" });
  await simulation.act("disassociate-profile", { instance: "demo" });
  await s3.createBucket({ Bucket: "another-bucket" });
  await s3.putBucketTagging({ Bucket: "another-bucket", Tagging: { TagSet: [{ Key: "a", Value: "b" }] } });
  await s3.putPublicAccessBlock({
    Bucket: "another-bucket",
    PublicAccessBlockConfiguration: { BlockPublicAcls: true },
  });
  await s3.putBucketPolicy({
    Bucket: "another-bucket",
    Policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:role/machine" },
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::another-bucket/*",
        },
      ],
    }),
  });
  return run.Instances?.[0]?.InstanceId ?? "";
}

/** What bob and the launched machine are, told by the doors of a world. */
async function seen(simulation: Simulation, instance: string) {
  const sts = new STSClient(await settingsOf(simulation, "bob"));
  const { variables } = await simulation.environment({ instance });
  const imds = variables.AWS_EC2_METADATA_SERVICE_ENDPOINT?.replace(/\/$/, "") ?? "";
  const { AccessKeyId, Expiration } = await roleCredentials(imds, undefined, "machine");
  const { step } = await simulation.signIn({ userName: "bob", password: PASSWORD });
  const iam = new IAM(await settingsOf(simulation, "alice"));
  const { UserDetailList, RoleDetailList, Policies } = await iam.getAccountAuthorizationDetails({});
  expect([AccessKeyId?.slice(0, 4), step]).toEqual(["ASIA", "signed-in"]);
  const { $metadata, ...identity } = await sts.send(new GetCallerIdentityCommand({}));
  return { identity, lives: Expiration !== undefined, UserDetailList, RoleDetailList, Policies };
}

test("the world that begins with it is the same", async () => {
  const startAt = Date.parse("2026-11-24T12:00:00Z");
  await using first = await simulate({ speed: 0, startAt });
  const instance = await change(first);
  const exported = await first.export();
  await using second = await simulate({ speed: 0, startAt, configuration: exported });
  expect(await second.export()).toEqual(exported);
  expect(await seen(second, instance)).toEqual(await seen(first, instance));
  const { instances } = await second.state();
  expect(instances.map(({ instanceId, instanceProfile }) => [instanceId, instanceProfile])).toEqual(
    (await first.state()).instances.map(({ instanceId, instanceProfile }) => [instanceId, instanceProfile]),
  );
});
