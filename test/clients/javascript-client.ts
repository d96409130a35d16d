// A long-lived program with the AWS SDK for JavaScript v3: does what a line on its input asks, and answers with a line of JSON.

import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const where = { Bucket: "mybucket", Key: "javascript.txt" };
const s3 = new S3Client({});
const sts = new STSClient({});
let kept: { accessKeyId: string; secretAccessKey: string; sessionToken: string } | undefined;
const withKept = () => (kept ? { credentials: kept } : {});

const tasks: Record<string, (argument: never) => Promise<unknown>> = {
  whoami: async () => (await sts.send(new GetCallerIdentityCommand({}))).Arn,
  key: async () => (await s3.config.credentials()).accessKeyId,
  write: async (text: string) => void (await s3.send(new PutObjectCommand({ ...where, Body: text }))),
  read: async () => await (await s3.send(new GetObjectCommand(where))).Body?.transformToString(),
  elsewhere: async () => void (await s3.send(new ListObjectsV2Command({ Bucket: "otherbucket" }))),
  keep: async () => {
    const { accessKeyId, secretAccessKey, sessionToken = "" } = await s3.config.credentials();
    kept = { accessKeyId, secretAccessKey, sessionToken };
  },
  "bucket with kept keys": async () =>
    void (await new S3Client(withKept()).send(new ListObjectsV2Command({ Bucket: "mybucket" }))),
  "identity with kept keys": async () => (await new STSClient(withKept()).send(new GetCallerIdentityCommand({}))).Arn,
  // A stream can be read once only, so its checksum comes behind it.
  stream: async (text: string) => {
    const body = { Body: Readable.from([Buffer.from(text)]), ContentLength: text.length };
    await s3.send(new PutObjectCommand({ ...where, ...body }));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as { task: string; arguments: [never] };
  const answer = await (tasks[asked.task] as (argument: never) => Promise<unknown>)(...asked.arguments).then(
    (value) => ({ value }),
    ({ name, message, $metadata }) => ({ error: { status: $metadata?.httpStatusCode ?? 0, code: name, message } }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
