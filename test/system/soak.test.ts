// Mixed load on 1,000 instances with faults on: no crash, a heap that stays flat, and no answer that belongs to another instance.
// MAYFLY_SOAK_SECONDS says how long; ten minutes are what a release is judged by.

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Urls } from "../../control/controls.ts";
import { type Dice, dice } from "../../entropy/dice.ts";
import { connect } from "../../index.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
const seconds = Number(process.env.MAYFLY_SOAK_SECONDS ?? 30);
const LANES = 24;
const INSTANCES = 1_000;
const MEBIBYTE = 1024 ** 2;

interface Message {
  readonly urls?: Urls;
  readonly heapBytes?: number;
  readonly problem?: string;
}

let server: ChildProcess;
let urls: Urls;
const problems: string[] = [];
const exited = Promise.withResolvers<never>();
exited.promise.catch(() => {});

/** The next message that is no complaint. */
async function hear(): Promise<Message> {
  for (;;) {
    const [message] = (await Promise.race([once(server, "message"), exited.promise])) as [Message];
    if (message.problem === undefined) return message;
  }
}

beforeAll(async () => {
  server = fork(join(import.meta.dirname, "soak-server.ts"), [seed], { execArgv: ["--expose-gc"] });
  server.on("exit", (code, signal) => exited.reject(new Error(`the server ended: ${code ?? signal}`)));
  server.on("message", ({ problem }: Message) => problem && problems.push(problem));
  urls = (await hear()).urls as Urls;
});
afterAll(() => server.disconnect());

async function heapBytes(): Promise<number> {
  server.send("heap");
  return (await hear()).heapBytes as number;
}

/** What an instance of that number asks, from its own address; undefined where no whole answer came. */
function ask(number: number, method: string, path: string, headers: Record<string, string> = {}) {
  const { promise, resolve } = Promise.withResolvers<{ status: number; body: string } | undefined>();
  const localAddress = `127.1.${(number + 1) >> 8}.${(number + 1) & 255}`;
  request(`${urls.imds}${path}`, { method, headers, agent: false, localAddress, timeout: 2_000 }, (response) => {
    let body = "";
    response
      .setEncoding("utf8")
      .on("data", (piece) => {
        body += piece;
      })
      .on("end", () => resolve(response.complete ? { status: response.statusCode ?? 0, body } : undefined))
      .on("error", () => resolve(undefined));
  })
    .on("timeout", function (this: ReturnType<typeof request>) {
      this.destroy();
    })
    .on("error", () => resolve(undefined))
    .end();
  return promise;
}

/** What is known of the instances: whatever one of them shows must never be another's. */
class Owners {
  readonly #owners = new Map<string, number>();

  /** Every instance id and key in the text belongs to this instance, and to no other that was ever seen. */
  check(number: number, text: string): void {
    for (const [found] of text.matchAll(/\bi-[0-9a-f]{17}\b|\bASIA[A-Z2-7]{16}\b/g)) {
      const owner = this.#owners.get(found) ?? number;
      this.#owners.set(found, owner);
      if (owner !== number) throw new Error(`${found} of instance ${owner} was shown to ${number}: ${text}`);
    }
  }
}

const PATHS = [
  "meta-data/instance-id",
  "meta-data/",
  "meta-data/iam/info",
  "meta-data/identity-credentials/ec2/security-credentials/ec2-instance",
  "dynamic/instance-identity/document",
  "dynamic/instance-identity/rsa2048",
  "meta-data/nothing",
];

async function readMetadata(throws: Dice, owners: Owners, number: number, token: string): Promise<void> {
  const headers = { "x-aws-ec2-metadata-token": token };
  const answer = await ask(number, throws.pick(["GET", "GET", "HEAD"]), `/latest/${throws.pick(PATHS)}`, headers);
  if (answer) owners.check(number, answer.body);
  // Another instance's token is refused by everybody else.
  const stolen = await ask((number + 1) % INSTANCES, "GET", "/latest/meta-data/instance-id", headers);
  if (stolen) expect(stolen.status).not.toBe(200);
}

async function useCredentials(throws: Dice, owners: Owners, number: number, token: string): Promise<void> {
  const headers = { "x-aws-ec2-metadata-token": token };
  const role = await ask(number, "GET", "/latest/meta-data/iam/security-credentials/", headers);
  const answer = await ask(number, "GET", `/latest/meta-data/iam/security-credentials/${role?.body}`, headers);
  if (answer) owners.check(number, answer.body);
  if (answer?.status !== 200 || !answer.body.endsWith("}")) return;
  const keys = JSON.parse(answer.body);
  if (keys.Code !== "Success") return;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken } = keys;
  const settings = {
    region: "us-east-1",
    endpoint: urls.aws,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 2_000, throwOnRequestTimeout: true },
  };
  if (throws.chance(0.5)) {
    const sts = new STSClient(settings);
    const identity = await sts.send(new GetCallerIdentityCommand({})).catch(() => undefined);
    if (identity?.Arn) owners.check(number, identity.Arn);
    sts.destroy();
    return;
  }
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const item = { Bucket: "shared", Key: `item-${number}` };
  const Body = `of ${number} ${"x".repeat(throws.integer(20_000))}`;
  await s3.send(new PutObjectCommand({ ...item, Body })).catch(() => undefined);
  const read = await s3.send(new GetObjectCommand(item)).catch(() => undefined);
  const body = await read?.Body?.transformToString().catch(() => undefined);
  if (body !== undefined) expect(body).toMatch(new RegExp(`^of ${number} x*$`));
  s3.destroy();
}

async function disturb(throws: Dice, number: number): Promise<void> {
  const controls = connect({ url: urls.control });
  const instance = `fleet-${number}`;
  const acts = [
    () => controls.act("stop", { instance }),
    () => controls.act("start", { instance }),
    () => controls.act("associate-profile", { instance, instanceProfile: throws.pick(["first", "second"]) }),
    () => controls.act("set-tags", { instance, tags: { Name: instance } }),
    () => controls.rotate(instance),
  ];
  await throws.pick(acts)();
}

test(
  `${seconds} s of mixed load on ${INSTANCES} instances with faults, MAYFLY_TEST_SEED=${seed}`,
  async () => {
    const owners = new Owners();
    const end = Date.now() + seconds * 1000;
    let work = 0;
    const lane = async (i: number) => {
      const throws = dice(`${seed}/${i}`);
      while (Date.now() < end) {
        work++;
        const number = throws.integer(INSTANCES);
        if (throws.chance(0.02)) await disturb(throws, number);
        const ttl = { "x-aws-ec2-metadata-token-ttl-seconds": "21600" };
        const token = await ask(number, "PUT", "/latest/api/token", ttl);
        if (token?.status !== 200) continue;
        await (throws.chance(0.5) ? readMetadata : useCredentials)(throws, owners, number, token.body);
      }
    };
    const samples: number[] = [];
    const watch = async () => {
      for (let i = 1; i <= 10; i++) {
        await new Promise((resolve) => setTimeout(resolve, seconds * 100));
        samples.push(Math.round((await heapBytes()) / MEBIBYTE));
      }
    };
    await Promise.all([watch(), ...Array.from({ length: LANES }, (_, i) => lane(i))]);
    process.stdout.write(`${work} rounds; heap in MiB: ${samples.join(", ")}\n`);
    expect(problems).toEqual([]);
    expect(work).toBeGreaterThan(seconds * 5);
    // What is kept is bounded by counts: from the middle on it has come to them, or is on its way in a short run.
    const [middle = 0, last = 0] = [samples[4], samples.at(-1)];
    expect(last).toBeLessThan(seconds >= 600 ? middle * 1.1 + 8 : 250);
  },
  (seconds + 60) * 1000,
);
