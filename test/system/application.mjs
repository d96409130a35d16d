// An application as there are many: the AWS SDK for JavaScript v3 with no key and no metadata endpoint. It says what it met in
// one line of JSON.

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const sts = new STSClient();
const s3 = new S3Client();
const item = { Bucket: "mybucket", Key: "from-the-application" };

const { Arn } = await sts.send(new GetCallerIdentityCommand());
await s3.send(new PutObjectCommand({ ...item, Body: "written with keys that nobody typed" }));
const { Body } = await s3.send(new GetObjectCommand(item));
const refusal = await s3.send(new ListObjectsV2Command({ Bucket: "otherbucket" })).catch(({ name, message }) => ({
  name,
  message,
}));
const { accessKeyId } = await s3.config.credentials();
process.stdout.write(`${JSON.stringify({ arn: Arn, read: await Body.transformToString(), refusal, accessKeyId })}\n`);
