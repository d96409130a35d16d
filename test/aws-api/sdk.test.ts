// AWS's own SDK for JavaScript against a socket: it understands what the front door says, answers and refusals alike.

import { get } from "node:http";
import {
  DeleteBucketWebsiteCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAwsApi } from "../../aws-api/front-door.ts";
import { machineTime } from "../../clock/real-time.ts";
import { systemEntropy } from "../../entropy/random.ts";
import { awsFace } from "../../network/faces.ts";
import { listen } from "../../network/listener.ts";
import { S3World } from "./s3/world.ts";
import { ALICE, AT, type Credentials, identities, masterKey, ROLE, rotator, unusedEc2, unusedIam } from "./world.ts";

const defects: unknown[] = [];
let at = AT;
const s3World = new S3World();
const handle = createAwsApi({
  region: "us-east-1",
  entropy: systemEntropy(),
  masterKey,
  identities: () => identities,
  rotator,
  iam: unusedIam,
  ec2: unusedEc2,
  s3: s3World.parts,
  reportDefect: (error) => defects.push(error),
});
let endpoint = "";
let close = async () => {};

beforeAll(async () => {
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    face: awsFace,
    handle,
    stamp: () => ({ at, realAt: Date.now() }),
    wait: machineTime.wait,
    onFailure: (error) => defects.push(error),
  });
  endpoint = `http://127.0.0.1:${listener.port}`;
  close = () => listener.close();
});
afterAll(async () => {
  await close();
  expect(defects).toEqual([]);
});

const settings = (credentials: Credentials) => ({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
const sts = (credentials = ROLE) => new STSClient(settings(credentials));
const s3 = (credentials = ALICE) => new S3Client({ ...settings(credentials), forcePathStyle: true });
const IN_BUCKET = { Bucket: "mybucket" };

describe("STS", () => {
  test("tells who one is", async () => {
    expect(await sts().send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: "123456789012",
      Arn: "arn:aws:sts::123456789012:assumed-role/mybucket-access/i-0123456789abcdef0",
      $metadata: { httpStatusCode: 200, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  test("refuses so that the SDK knows why", async () => {
    const wrong = sts({ ...ALICE, secretAccessKey: "x" }).send(new GetCallerIdentityCommand({}));
    await expect(wrong).rejects.toMatchObject({ name: "SignatureDoesNotMatch", $metadata: { httpStatusCode: 403 } });
    at = AT + 3_600_000;
    try {
      await expect(sts().send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
        name: "ExpiredToken",
        message: "The security token included in the request is expired",
        $metadata: { httpStatusCode: 403 },
      });
      await expect(s3(ROLE).send(new GetObjectCommand({ ...IN_BUCKET, Key: "k" }))).rejects.toMatchObject({
        name: "ExpiredToken",
        message: "The provided token has expired.",
        "Token-0": ROLE.sessionToken,
        $metadata: { httpStatusCode: 400 },
      });
    } finally {
      at = AT;
    }
  });
});

describe("S3", () => {
  const KEY = "a b/+&<日本>'\".txt";

  test("lists buckets and places", async () => {
    const { Buckets } = await s3().send(new ListBucketsCommand({}));
    expect(Buckets).toEqual([expect.objectContaining({ Name: "mybucket", CreationDate: new Date(AT) })]);
    await s3().send(new HeadBucketCommand(IN_BUCKET));
    expect((await s3().send(new GetBucketLocationCommand(IN_BUCKET))).LocationConstraint).toBeUndefined();
  });

  test("keeps a text, with what was said of it", async () => {
    const said = { ContentType: "text/plain", ContentEncoding: "gzip", Metadata: { color: "red" } };
    const { ETag } = await s3().send(new PutObjectCommand({ ...IN_BUCKET, Key: KEY, Body: "hello", ...said }));
    const got = await s3().send(new GetObjectCommand({ ...IN_BUCKET, Key: KEY, Range: "bytes=1-3" }));
    expect(await got.Body?.transformToString()).toBe("ell");
    expect(got).toMatchObject({ ...said, ETag, ContentLength: 3, ContentRange: "bytes 1-3/5" });
    const head = await s3().send(new HeadObjectCommand({ ...IN_BUCKET, Key: KEY }));
    expect(head).toMatchObject({ ...said, ETag, ContentLength: 5, LastModified: new Date(AT) });
    const { Contents } = await s3().send(new ListObjectsV2Command({ ...IN_BUCKET, EncodingType: "url" }));
    expect(Contents).toEqual([expect.objectContaining({ Size: 5, ETag })]);
    expect(decodeURIComponent(Contents?.[0]?.Key?.replaceAll("+", " ") ?? "")).toBe(KEY);
  });

  test("deletes many, and says which it may not", async () => {
    const Delete = { Objects: [{ Key: KEY }, { Key: "none" }] };
    const denied = await s3(ROLE).send(new DeleteObjectsCommand({ ...IN_BUCKET, Delete }));
    expect(denied.Errors?.map(({ Code }) => Code)).toEqual(["AccessDenied", "AccessDenied"]);
    const { Deleted } = await s3().send(new DeleteObjectsCommand({ ...IN_BUCKET, Delete }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual([KEY, "none"]);
  });

  test("refuses so that the SDK knows why", async () => {
    const get = (credentials: Credentials, Bucket: string, Key: string) =>
      s3(credentials).send(new GetObjectCommand({ Bucket, Key }));
    await expect(get(ALICE, "mybucket", "none")).rejects.toMatchObject({ name: "NoSuchKey", Key: "none" });
    await expect(get(ROLE, "other", "none")).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining(
        'on resource: "arn:aws:s3:::other/none" because no identity-based policy allows',
      ),
    });
    await expect(s3(ROLE).send(new HeadBucketCommand({ Bucket: "other" }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    const unserved = new DeleteBucketWebsiteCommand(IN_BUCKET);
    await expect(s3().send(unserved)).rejects.toMatchObject({ name: "NotImplemented", Header: "website" });
  });

  test("opens to a presigned URL, and to virtual-hosted style", async () => {
    const object = { ...IN_BUCKET, Key: "presigned" };
    const put = await getSignedUrl(s3(ROLE), new PutObjectCommand(object), { expiresIn: 60 });
    expect((await fetch(put, { method: "PUT", body: "hello" })).status).toBe(200);
    const got = await fetch(await getSignedUrl(s3(ROLE), new GetObjectCommand(object), { expiresIn: 60 }));
    expect([got.status, await got.text()]).toEqual([200, "hello"]);
    const byHost = new S3Client({ ...settings(ALICE), endpoint: endpoint.replace("127.0.0.1", "localhost") });
    const url = new URL(await getSignedUrl(byHost, new GetObjectCommand(object)));
    expect(url.host).toMatch(/^mybucket\.localhost:\d+$/);
    expect(await statusAt(url)).toBe(200);
  });
});

/** Not every machine resolves `mybucket.localhost`: the connection goes to 127.0.0.1, with the URL's own Host. */
function statusAt({ host, port, pathname, search }: URL): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  get({ host: "127.0.0.1", port, path: pathname + search, headers: { host } }, (response) => {
    response.resume().on("end", () => resolve(response.statusCode));
  }).on("error", reject);
  return promise;
}
