// What policies and presigners of real users ask of S3, from the signed request to the answer.

import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { type Simulation, simulate } from "../../index.ts";
import { roleCredentials, s3Client } from "./client.ts";

type Statement = Readonly<Record<string, unknown>>;

async function world(...Statement: Statement[]): Promise<{ simulation: Simulation; s3: S3Client }> {
  const policies = { own: { Version: "2012-10-17", Statement } };
  const simulation = await simulate({
    speed: 0,
    configuration: {
      roles: { "mybucket-access": { trust: "ec2.amazonaws.com", policies } },
      instances: { a: { instanceProfile: "mybucket-access" } },
      buckets: ["mybucket"],
    },
  });
  return { simulation, s3: s3Client(simulation, await roleCredentials(simulation.urls.imds)) };
}
const allow = (Condition?: object): Statement => ({
  ...{ Effect: "Allow", Action: "s3:*", Resource: "*" },
  ...(Condition && { Condition }),
});

test("the region that a bucket is made in, though it stands in the body", async () => {
  const inWest = { StringEquals: { "s3:LocationConstraint": "us-west-2" } };
  const create = (s3: S3Client, Bucket: string, region?: "us-west-2" | "eu-west-1") =>
    s3.send(
      new CreateBucketCommand({ Bucket, ...(region && { CreateBucketConfiguration: { LocationConstraint: region } }) }),
    );
  const denying = await world(allow(), { ...allow(inWest), Effect: "Deny" });
  await using _ = denying.simulation;
  await expect(create(denying.s3, "one", "us-west-2")).rejects.toMatchObject({ name: "AccessDenied" });
  await create(denying.s3, "two", "eu-west-1");
  const allowing = await world(allow(inWest));
  await using __ = allowing.simulation;
  await create(allowing.s3, "one", "us-west-2");
  await expect(create(allowing.s3, "two")).rejects.toMatchObject({ name: "AccessDenied" });
});

test("the account that owns the bucket", async () => {
  const own = await world(allow({ StringEquals: { "s3:ResourceAccount": "123456789012" } }), {
    ...allow({ StringNotEquals: { "aws:ResourceAccount": "123456789012" } }),
    Effect: "Deny",
  });
  await using _ = own.simulation;
  await own.s3.send(new PutObjectCommand({ Bucket: "mybucket", Key: "a", Body: "b" }));
});

test("metadata that a presigner put into the query are kept", async () => {
  const { simulation, s3 } = await world(allow());
  await using _ = simulation;
  const command = new PutObjectCommand({ Bucket: "mybucket", Key: "a", Metadata: { colour: "red" } });
  const url = await getSignedUrl(s3, command, { expiresIn: 60 });
  expect(url).toContain("x-amz-meta-colour=red");
  expect((await fetch(url, { method: "PUT", body: "b" })).status).toBe(200);
  const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: "mybucket", Key: "a" }));
  expect(Metadata).toEqual({ colour: "red" });
});
