// The program in the demonstration: the AWS SDK for JavaScript v3, which nobody gives a key. It does what its parent asks, and
// its clock moves with the server's.

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { moveOwnDate } from "../index.ts";

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const move = moveOwnDate();
const sts = new STSClient();
const s3 = new S3Client({ forcePathStyle: true });
let kept: Keys | undefined;

const where = { Bucket: "mybucket", Key: "greeting.txt" };

const tasks = {
  whoami: async () => (await sts.send(new GetCallerIdentityCommand({}))).Arn,
  key: async () => (await s3.config.credentials()).accessKeyId,
  write: async (text: string) => void (await s3.send(new PutObjectCommand({ ...where, Body: text }))),
  read: async () => await (await s3.send(new GetObjectCommand(where))).Body?.transformToString(),
  elsewhere: () => s3.send(new ListObjectsV2Command({ Bucket: "otherbucket" })),
  keep: async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = await s3.config.credentials();
    kept = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  },
  readWithKept: () =>
    new S3Client({ forcePathStyle: true, ...(kept && { credentials: kept }) }).send(new GetObjectCommand(where)),
  leap: async (milliseconds: number) => move(milliseconds),
};

export type Task = keyof typeof tasks;

/** What the client answers: the value, or the error as AWS worded it. */
export interface TaskAnswer {
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly status: number; readonly message: string };
}

async function answer(task: Task, argument: never): Promise<TaskAnswer> {
  try {
    const value = await tasks[task](argument);
    return typeof value === "string" ? { value } : {};
  } catch (problem) {
    const { name, message, $metadata } = problem as Error & { $metadata?: { httpStatusCode?: number } };
    return { error: { code: name, status: $metadata?.httpStatusCode ?? 0, message } };
  }
}

process.on("message", async ({ task, argument }: { task: Task; argument: never }) => {
  process.send?.(await answer(task, argument));
});
process.on("disconnect", () => process.exit(0));
