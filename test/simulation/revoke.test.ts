// "Revoke active sessions" as the console does it: a policy that denies sessions issued before now. The instance goes on serving its set,
// which is denied, until the next one comes.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html

import { IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { type Simulation, simulate } from "../../index.ts";
import { roleCredentials, s3Client } from "./client.ts";

const AT = Date.parse("2026-11-24T00:00:00Z");
const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });

const configuration = {
  roles: {
    "mybucket-access": {
      trust: "ec2.amazonaws.com",
      policies: { own: policy({ Effect: "Allow", Action: "s3:*", Resource: "*" }) },
    },
  },
  users: { alice: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 } },
  buckets: ["mybucket"],
  instances: { demo: { instanceProfile: "mybucket-access" } },
};

/** What the console puts when one revokes sessions. */
async function revoke(simulation: Simulation, at: string): Promise<void> {
  const { variables } = await simulation.environment({ user: "alice" });
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = variables;
  const credentials = { accessKeyId, secretAccessKey };
  const iam = new IAMClient({ endpoint: simulation.urls.aws, region: "us-east-1", credentials, maxAttempts: 1 });
  const condition = { DateLessThan: { "aws:TokenIssueTime": at } };
  const document = policy({ Effect: "Deny", Action: ["*"], Resource: ["*"], Condition: condition });
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "mybucket-access",
      PolicyName: "AWSRevokeOlderSessions",
      PolicyDocument: JSON.stringify(document),
    }),
  );
}

async function list(simulation: Simulation, keys: Awaited<ReturnType<typeof roleCredentials>>): Promise<string> {
  const listing = s3Client(simulation, keys).send(new ListObjectsV2Command({ Bucket: "mybucket" }));
  return listing.then(
    () => "listed",
    ({ message }: Error) => message,
  );
}

test("sessions issued before are denied, later ones not", async () => {
  await using simulation = await simulate({ speed: 0, startAt: AT, configuration });
  const { imds } = simulation.urls;
  const before = await roleCredentials(imds);
  expect(await list(simulation, before)).toBe("listed");

  await simulation.clock.advance("10m");
  await revoke(simulation, "2026-11-24T00:10:00Z");
  const denied =
    /^User: \S+ is not authorized to perform: s3:ListBucket on resource: .* with an explicit deny in an identity-based policy$/;
  expect(await list(simulation, before)).toMatch(denied);
  const served = await roleCredentials(imds);
  expect(served.AccessKeyId).toBe(before.AccessKeyId);
  expect(await list(simulation, served)).toMatch(denied);
  expect(await simulation.explain()).toMatchObject({
    explanations: [
      {
        policies: [
          {
            statements: [
              { policy: "own" },
              { policy: "AWSRevokeOlderSessions", conditions: [{ had: ["2026-11-24T00:00:00Z"], holds: true }] },
            ],
          },
        ],
      },
    ],
  });

  await simulation.rotate();
  const later = await roleCredentials(imds);
  expect(later.AccessKeyId).not.toBe(before.AccessKeyId);
  expect(await list(simulation, later)).toBe("listed");
  expect(await list(simulation, before)).toMatch(denied);
});
