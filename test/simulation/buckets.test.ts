// What the configuration says of buckets, what the API makes of it, and what is left of both after a restart and a reset.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@aws-sdk/client-s3";
import { afterAll, expect, test } from "vitest";
import { type Simulation, type SimulationOptions, simulate } from "../../index.ts";

const data = mkdtempSync(join(tmpdir(), "mayfly-buckets-"));
afterAll(() => rmSync(data, { recursive: true }));

const ADMIN = { id: "AKIAADMINADMINADMIN1", secret: "a".repeat(40) };
const READER = { id: "AKIAREADERREADERREA1", secret: "b".repeat(40) };
const statement = (Principal: unknown, prefix: string) => ({
  ...{ Effect: "Allow", Principal, Action: "s3:GetObject" },
  Resource: `arn:aws:s3:::mybucket/${prefix}/*`,
});
const policyOf = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const ONE_READER = statement({ AWS: "arn:aws:iam::123456789012:user/reader" }, "private");
const EVERYBODY = statement("*", "public");

const configuration = (mybucket: object) => ({
  users: {
    admin: { managedPolicies: ["AdministratorAccess"], accessKeys: [ADMIN] },
    reader: { accessKeys: [READER] },
  },
  buckets: { mybucket, plain: {} },
});
const CONFIGURED = configuration({
  policy: policyOf(ONE_READER, EVERYBODY),
  tags: { team: "blue" },
  publicAccessBlock: false,
});

const client = ({ urls }: Simulation, { id, secret }: typeof ADMIN) =>
  new sdk.S3Client({
    ...{ region: "us-east-1", endpoint: urls.aws, forcePathStyle: true, maxAttempts: 1 },
    credentials: { accessKeyId: id, secretAccessKey: secret },
  });
const start = (options: SimulationOptions) => simulate({ speed: 0, ...options });

/** Who may read what: `[reader private, nobody public, nobody private]`. */
async function readable(simulation: Simulation): Promise<readonly number[]> {
  const admin = client(simulation, ADMIN);
  for (const Key of ["private/a", "public/a"]) {
    await admin.send(new sdk.PutObjectCommand({ Bucket: "mybucket", Key, Body: "text" }));
  }
  const read = client(simulation, READER).send(new sdk.GetObjectCommand({ Bucket: "mybucket", Key: "private/a" }));
  const byReader = await read.then(
    () => 200,
    (error: sdk.S3ServiceException) => error.$metadata.httpStatusCode ?? 0,
  );
  const byNobody = ["public/a", "private/a"].map(
    async (key) => (await fetch(`${simulation.urls.aws}/mybucket/${key}`)).status,
  );
  return [byReader, ...(await Promise.all(byNobody))];
}

const tagsOf = async (simulation: Simulation, Bucket = "mybucket") =>
  (await client(simulation, ADMIN).send(new sdk.GetBucketTaggingCommand({ Bucket }))).TagSet;

test("the configuration opens and tags a bucket", async () => {
  await using simulation = await start({ configuration: CONFIGURED });
  expect(await readable(simulation)).toEqual([200, 200, 403]);
  expect(await tagsOf(simulation)).toEqual([{ Key: "team", Value: "blue" }]);
  await expect(tagsOf(simulation, "plain")).rejects.toMatchObject({ name: "NoSuchTagSet" });
  // Read again without the policy, it closes; the bucket and what is in it stay.
  await simulation.configure(configuration({ publicAccessBlock: false }));
  expect(await readable(simulation)).toEqual([403, 403, 403]);
});

test("what the API has set outlives the process, and a reset ends it", async () => {
  {
    await using simulation = await start({ configuration: CONFIGURED, data });
    const admin = client(simulation, ADMIN);
    const bucket = { Bucket: "mybucket" };
    await admin.send(new sdk.PutBucketPolicyCommand({ ...bucket, Policy: JSON.stringify(policyOf(ONE_READER)) }));
    await admin.send(
      new sdk.PutBucketTaggingCommand({ ...bucket, Tagging: { TagSet: [{ Key: "by", Value: "API" }] } }),
    );
    await admin.send(new sdk.DeletePublicAccessBlockCommand({ Bucket: "plain" }));
    await admin.send(new sdk.PutObjectCommand({ ...bucket, Key: "tagged", Body: "x", Tagging: "a=b" }));
    await admin.send(new sdk.CopyObjectCommand({ ...bucket, Key: "copy", CopySource: "mybucket/tagged" }));
    expect(await readable(simulation)).toEqual([200, 403, 403]);
  }
  await using simulation = await start({ configuration: CONFIGURED, data });
  const admin = client(simulation, ADMIN);
  expect(await readable(simulation)).toEqual([200, 403, 403]);
  expect(await tagsOf(simulation)).toEqual([{ Key: "by", Value: "API" }]);
  const copy = { Bucket: "mybucket", Key: "copy" };
  expect(await admin.send(new sdk.GetObjectTaggingCommand(copy))).toMatchObject({ TagSet: [{ Key: "a", Value: "b" }] });
  const block = new sdk.GetPublicAccessBlockCommand({ Bucket: "plain" });
  await expect(admin.send(block)).rejects.toMatchObject({ name: "NoSuchPublicAccessBlockConfiguration" });
  await simulation.reset();
  await expect(admin.send(new sdk.HeadObjectCommand(copy))).rejects.toMatchObject({ name: "NotFound" });
  expect(await readable(simulation)).toEqual([200, 200, 403]);
  expect(await tagsOf(simulation)).toEqual([{ Key: "team", Value: "blue" }]);
  expect(await admin.send(block)).toMatchObject({ PublicAccessBlockConfiguration: { BlockPublicPolicy: true } });
});
