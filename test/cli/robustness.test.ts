// A whole Mayfly under whatever comes in at its three doors: no crash, no wrong 200, no word of complaint, bounded memory.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Dice, dice } from "../../entropy/dice.ts";
import { seededEntropy } from "../../entropy/random.ts";
import { ask, imdsToken, roleCredentials } from "../simulation/client.ts";
import { type Up, up } from "./running.ts";

const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
const MEBIBYTE = 1024; // in KiB, as the system tells it

let running: Up;
beforeAll(async () => {
  running = await up();
});
afterAll(async () => {
  let said = "";
  running.complaint().then((line) => {
    said = line;
  });
  expect(await running.end("SIGTERM")).toEqual([0, null]);
  expect(said).toBe("");
});

/** Resident, in KiB. */
function memory(): number {
  const { pid } = running.child;
  if (process.platform !== "linux") return Number(spawnSync("ps", ["-o", "rss=", "-p", String(pid)]).stdout);
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

/** What comes back until the connection ends, in whatever way. */
function send(url: string, bytes: Buffer | string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.setEncoding("latin1").on("data", (piece: string) => {
      text += piece;
    });
    socket.on("error", () => {}).on("close", () => resolve(text));
  });
}

/** So many at a time until all are done. */
async function atOnce(lanes: number, count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

const text = ({ integer }: Dice, length: number) =>
  String.fromCharCode(...Array.from({ length: integer(length) }, () => integer(256)));
const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "BREW", "get"];
const PATHS = [
  "/latest/meta-data/",
  "/latest/meta-data/iam/security-credentials/mybucket-access",
  "/latest/dynamic/instance-identity/document",
  "/latest/user-data",
  "/mybucket/key",
  "/mybucket?list-type=2",
  "/?Action=GetCallerIdentity&Version=2011-06-15",
];

/** Too short, too long, changed or foreign: never one that opens anything. */
function wrongSignature(throws: Dice, keys: { AccessKeyId: string; Token: string }): string {
  const hex = seededEntropy(throws.integer(2 ** 32))
    .bytes(32)
    .toString("hex");
  const key = throws.pick([keys.AccessKeyId, "AKIAIOSFODNN7EXAMPLE", text(throws, 20).replace(/[\r\n]/g, "")]);
  const scope = throws.pick(["20261124/us-east-1/s3/aws4_request", "20261124/us-east-1/sts/aws4_request", "//", ""]);
  return [
    `Authorization: AWS4-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=host;x-amz-date, Signature=${hex.slice(throws.integer(3))}`,
    `X-Amz-Date: ${throws.pick(["20261124T120000Z", "19700101T000000Z", "yesterday"])}`,
    `X-Amz-Security-Token: ${throws.pick([keys.Token, keys.Token.slice(1), "x"])}`,
  ].join("\r\n");
}

function randomRequest(throws: Dice, token: string, keys: { AccessKeyId: string; Token: string }): string {
  const path = throws.pick(PATHS);
  const at = throws.integer(path.length + 1);
  const target = throws.chance(0.5) ? path : `${path.slice(0, at)}${text(throws, 4)}${path.slice(at)}`;
  const changed = throws.integer(token.length);
  const wrongToken = `${token.slice(0, changed)}${token[changed] === "A" ? "B" : "A"}${token.slice(changed + 1)}`;
  const headers = [
    "Host: 127.0.0.1",
    ...(throws.chance(0.5) ? [`X-aws-ec2-metadata-token: ${wrongToken}`] : []),
    ...(throws.chance(0.7) ? [wrongSignature(throws, keys)] : []),
    ...(throws.chance(0.2) ? [`${text(throws, 10)}: ${text(throws, 30)}`] : []),
    "Connection: close",
  ];
  return `${throws.pick(METHODS)} ${target} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`;
}

test("64 parallel loops of token PUTs and credential GETs, all answered", async () => {
  const { imds } = running.urls;
  const { AccessKeyId } = await roleCredentials(imds);
  const before = memory();
  await atOnce(64, 3_200, async () => expect((await roleCredentials(imds)).AccessKeyId).toBe(AccessKeyId));
  expect(memory() - before).toBeLessThan(200 * MEBIBYTE);
});

test(`10,000 random request lines and signatures at each side: no wrong 200, MAYFLY_TEST_SEED=${seed}`, async () => {
  const { imds, aws } = running.urls;
  const [token, keys] = [await imdsToken(imds), await roleCredentials(imds)];
  const throws = dice(`${seed}/lines`);
  const before = memory();
  const statuses = new Map<string, number>();
  await atOnce(32, 20_000, async (i) => {
    const request = randomRequest(throws, token, keys);
    const answer = await send(i % 2 ? imds : aws, request);
    const status = answer.slice(9, 12);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    // Only a preflight needs neither token nor signature: it opens nothing.
    if (/^HTTP\/1.1 2/.test(answer) && !request.startsWith("OPTIONS")) expect(answer).toBe(JSON.stringify(request));
  });
  expect(Number(statuses.get("401"))).toBeGreaterThan(1000);
  expect(Number(statuses.get("403"))).toBeGreaterThan(1000);
  expect(memory() - before).toBeLessThan(200 * MEBIBYTE);
  expect(await roleCredentials(imds)).toEqual(keys);
}, 120_000);

test(`garbage at all three doors, MAYFLY_TEST_SEED=${seed}`, async () => {
  const throws = dice(`${seed}/garbage`);
  for (const url of [running.urls.imds, running.urls.aws, running.urls.control]) {
    await atOnce(16, 500, async () => {
      const answer = await send(url, seededEntropy(throws.integer(2 ** 32)).bytes(1 + throws.integer(3_000)));
      expect(answer).toMatch(/^$|^HTTP\/1.1 400 /);
    });
  }
  expect(await ask(`${running.urls.control}/ready`)).toMatchObject({ status: 200 });
  expect((await ask(`${running.urls.aws}/mybucket`)).status).toBe(403);
  expect(await imdsToken(running.urls.imds)).toHaveLength(56);
});
