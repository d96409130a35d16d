// A merge patch changes what it names. What else has happened stays: what APIs made of the account, attached profiles, sessions, faults.

import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { connect, simulate } from "../../index.ts";
import { roleCredentials } from "./client.ts";

test("over the control API, what the patch does not name stays as it is", async () => {
  await using simulation = await simulate({ speed: 0 });
  const { variables } = await simulation.environment({ user: "alice" });
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = variables;
  const iam = new IAM({
    ...{ endpoint: simulation.urls.aws, region: "us-east-1", maxAttempts: 1 },
    credentials: { accessKeyId, secretAccessKey },
  });
  await iam.createRole({ RoleName: "made", AssumeRolePolicyDocument: TRUST });
  await simulation.faults.raise({ fault: "wrong-date", offset: "1m" });
  const keys = await roleCredentials(simulation.urls.imds);

  const { patchConfiguration, state } = connect({ url: simulation.urls.control });
  await patchConfiguration({ buckets: ["second"], roles: { other: { trust: "ec2.amazonaws.com" } } });
  await simulation.act("associate-profile", { instanceProfile: "other" });
  await patchConfiguration({ roles: { "mybucket-access": { description: "changed" } } });

  const { roles, buckets, instances } = await state();
  expect(roles.toSorted()).toEqual(["made", "mybucket-access", "other"]);
  expect(buckets).toEqual(["mybucket", "second"]);
  expect(instances.map(({ role }) => role)).toEqual(["other"]);
  expect((await iam.getRole({ RoleName: "mybucket-access" })).Role?.Description).toBe("changed");
  expect(await simulation.faults.list()).toMatchObject([{ fault: { fault: "wrong-date" } }]);
  await simulation.act("associate-profile", { instanceProfile: "mybucket-access" });
  expect((await roleCredentials(simulation.urls.imds)).AccessKeyId).not.toBe(keys.AccessKeyId);
});

test("patches that come together are all made", async () => {
  await using simulation = await simulate({ speed: 0 });
  const names = Array.from({ length: 10 }, (_, index) => `role-${index}`);
  await Promise.all(
    names.map((name) => simulation.patchConfiguration({ roles: { [name]: { trust: "ec2.amazonaws.com" } } })),
  );
  expect((await simulation.state()).roles).toEqual(expect.arrayContaining(names));
});

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
