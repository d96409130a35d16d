// 5 GiB through the real endpoints, in one request and in parts, out again and in ranges: the server's memory does not grow with it.

import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, expect, test } from "vitest";

const GIBIBYTE = 1024 ** 3;
const SIZE_BYTES = 5 * GIBIBYTE;
const CREDENTIALS = {
  accessKeyId: "AKIAQEAAAAAALARGEOBJ",
  secretAccessKey: "large/object/secret/of/forty/characters/",
};
/** What the process may come to besides the bytes that pass through it: Node itself takes some 80 MiB. */
const LIMIT_BYTES = 400 * 1024 ** 2;

let server: ChildProcess;
let s3: S3Client;

interface Message {
  readonly url?: string;
  readonly mostBytes?: number;
  readonly problem?: string;
}

/** The next message of the server, which must not end before. */
async function hear(): Promise<Message> {
  const ended = once(server, "exit").then(([code]) => Promise.reject(new Error(`the server ended with ${code}`)));
  const [message] = (await Promise.race([once(server, "message"), ended])) as [Message];
  expect(message.problem).toBeUndefined();
  return message;
}

beforeAll(async () => {
  const { accessKeyId, secretAccessKey } = CREDENTIALS;
  server = fork(join(import.meta.dirname, "s3-server.ts"), [accessKeyId, secretAccessKey]);
  const { url = "" } = await hear();
  const settings = { endpoint: url, region: "us-east-1", credentials: CREDENTIALS, forcePathStyle: true };
  s3 = new S3Client({ ...settings, requestChecksumCalculation: "WHEN_REQUIRED" });
});

afterAll(async () => {
  s3?.destroy();
  if (server.connected) {
    server.disconnect();
    await once(server, "exit");
  }
});

async function mostBytes(): Promise<number> {
  server.send("most?");
  return (await hear()).mostBytes ?? Number.POSITIVE_INFINITY;
}

/** Bytes that differ from mebibyte to mebibyte. */
async function* bytes(sizeBytes: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(1024 ** 2);
  for (let at = 0; at < sizeBytes; at += chunk.length) {
    chunk.writeDoubleBE(at);
    yield Buffer.from(chunk.subarray(0, Math.min(chunk.length, sizeBytes - at)));
  }
}

/** Sends a body to a presigned URL; the answer's ETag. */
async function put(url: string, body: AsyncIterable<Buffer>, sizeBytes: number): Promise<string | undefined> {
  const sent = request(url, { method: "PUT", headers: { "content-length": sizeBytes } });
  const answered = once(sent, "response") as Promise<[IncomingMessage]>;
  await pipeline(Readable.from(body), sent);
  const [response] = await answered;
  response.resume();
  expect(response.statusCode).toBe(200);
  return response.headers.etag;
}

async function md5(Key: string): Promise<string> {
  const hash = createHash("md5");
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "mybucket", Key }));
  for await (const chunk of Body as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest("hex");
}

test("5 GiB in one request, and out again", async () => {
  const command = new PutObjectCommand({ Bucket: "mybucket", Key: "whole" });
  const etag = await put(await getSignedUrl(s3, command), bytes(SIZE_BYTES), SIZE_BYTES);
  expect(await mostBytes()).toBeLessThan(LIMIT_BYTES);
  expect(`"${await md5("whole")}"`).toBe(etag);
  expect(await mostBytes()).toBeLessThan(LIMIT_BYTES);
});

test("one byte more is refused before any is read", async () => {
  const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket: "mybucket", Key: "beyond" }));
  const sent = request(url, { method: "PUT", headers: { "content-length": SIZE_BYTES + 1, expect: "100-continue" } });
  sent.flushHeaders();
  let continued = false;
  sent.on("continue", () => {
    continued = true;
  });
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  expect([response.statusCode, continued]).toEqual([400, false]);
  sent.destroy();
});

test("5 GiB in five parts, none of them copied", async () => {
  const upload = { Bucket: "mybucket", Key: "parts" };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
  const Parts = [];
  for (const PartNumber of [1, 2, 3, 4, 5]) {
    const url = await getSignedUrl(s3, new UploadPartCommand({ ...upload, UploadId, PartNumber }));
    Parts.push({ PartNumber, ETag: await put(url, bytes(GIBIBYTE), GIBIBYTE) });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
  const head = await s3.send(new HeadObjectCommand(upload));
  expect(head).toMatchObject({ ContentLength: SIZE_BYTES, ETag: expect.stringMatching(/^"[0-9a-f]{32}-5"$/) });
  const Range = `bytes=${GIBIBYTE - 1}-${GIBIBYTE + 7}`;
  const { Body } = await s3.send(new GetObjectCommand({ ...upload, Range }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(Buffer.alloc(9));
  const Objects = [{ Key: "parts" }, { Key: "whole" }];
  await s3.send(new DeleteObjectsCommand({ Bucket: "mybucket", Delete: { Objects } }));
  expect(await mostBytes()).toBeLessThan(LIMIT_BYTES);
});
