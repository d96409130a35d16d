// Sessions that STS gives, in whole simulations: they die with the simulated clock, outlive a restart, are no instance's, and another
// simulation takes them as the source of its roles.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, expect, test } from "vitest";
import { type Simulation, simulate, type WrittenConfiguration } from "../../index.ts";
import { roleCredentials } from "./client.ts";

const scratch = mkdtempSync(join(tmpdir(), "mayfly-simulation-sts-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const ALICE = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const CONFIGURATION = {
  users: { alice: { accessKeys: [{ id: ALICE.accessKeyId, secret: ALICE.secretAccessKey }] } },
  roles: {
    deploy: {
      trustPolicy: {
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:user/alice" },
          Action: "sts:AssumeRole",
        },
      },
    },
    "mybucket-access": { trust: "ec2.amazonaws.com" },
  },
  instances: { demo: { instanceProfile: "mybucket-access" } },
} satisfies WrittenConfiguration;
const ROLE = "arn:aws:iam::123456789012:role/deploy";

type Keys = typeof ALICE & { readonly sessionToken?: string };
const sts = ({ urls }: Simulation, credentials: Keys) =>
  new STSClient({ endpoint: urls.aws, region: "us-east-1", credentials, maxAttempts: 1 });

async function assume(simulation: Simulation, RoleSessionName = "session"): Promise<Keys> {
  const command = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName });
  const { Credentials } = await sts(simulation, ALICE).send(command);
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

const whoami = async (simulation: Simulation, keys: Keys) =>
  (await sts(simulation, keys).send(new GetCallerIdentityCommand({}))).Arn;

test("a session outlives a restart, and dies an hour later on the simulated clock", async () => {
  const options = { configuration: CONFIGURATION, data: join(scratch, "data"), speed: 0 };
  const first = await simulate(options);
  const keys = await assume(first);
  await first.close();
  await using again = await simulate(options);
  expect(await whoami(again, keys)).toBe("arn:aws:sts::123456789012:assumed-role/deploy/session");
  await again.clock.advance("1h");
  await expect(whoami(again, keys)).rejects.toMatchObject({ name: "ExpiredToken" });
});

test("a session that is named after an instance is not taken for its own", async () => {
  await using simulation = await simulate({
    configuration: { ...CONFIGURATION, faults: [{ fault: "aws-error", error: "Throttling", instance: "demo" }] },
  });
  const [instance] = (await simulation.state()).instances;
  const keys = await assume(simulation, instance?.instanceId);
  expect(await whoami(simulation, keys)).toMatch(/:assumed-role\/deploy\/i-/);
  const [asked] = (await simulation.requests({ action: "sts:GetCallerIdentity" })).requests;
  expect(asked).toMatchObject({ status: 200, accessKeyId: keys.accessKeyId });
  expect(asked).not.toHaveProperty("instanceId");
});

test("another simulation shows it at IMDS as the credentials of a role with a source", async () => {
  const credentialsFile = join(scratch, "credentials");
  writeFileSync(
    credentialsFile,
    `[default]\naws_access_key_id = ${ALICE.accessKeyId}\naws_secret_access_key = ${ALICE.secretAccessKey}\n`,
  );
  await using there = await simulate({ configuration: CONFIGURATION });
  const source = { assumeRole: { roleArn: ROLE, endpoint: there.urls.aws, credentialsFile } };
  await using here = await simulate({
    configuration: {
      roles: { real: { trust: "ec2.amazonaws.com", source } },
      instances: { demo: { instanceProfile: "real" } },
    },
    onWarning: () => {},
  });
  const served = await roleCredentials(here.urls.imds, undefined, "real");
  const [instance] = (await here.state()).instances;
  expect(
    await whoami(there, {
      accessKeyId: served.AccessKeyId,
      secretAccessKey: served.SecretAccessKey,
      sessionToken: served.Token,
    }),
  ).toBe(`arn:aws:sts::123456789012:assumed-role/deploy/${instance?.instanceId}`);
});
