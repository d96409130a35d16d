// What do faults cost whom they do not concern? The same requests of one instance, with and without every fault there is raised for
// another one.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "./client.ts";
import { getCredentials, putToken, ROLES } from "./imds.ts";
import { compare, type Effort, type Outcome } from "./measure.ts";
import { mayfly, start } from "./servers.ts";
import { prepareMayfly } from "./signed.ts";

const CONNECTIONS = 16;
const WITHOUT = "without faults";
const WITH = "with another instance's faults";
const pairs = [{ of: WITH, to: WITHOUT, atLeast: 0.9 }];

const FAULTS = [
  "swallow",
  "reset-connection",
  "cut-answer",
  "status, status: 503",
  "throttle, requestsPerSecond: 1",
  "truncated-json",
  "stale-credentials",
  "expired-credentials",
  "revoked-tokens",
  "wrong-date, offset: 1h",
  "revoked-credentials",
  "aws-error, error: SlowDown",
];

const configuration = (faults: readonly string[]) => `
roles:
  ${ROLES.mayfly}: {trust: ec2.amazonaws.com, managedPolicies: [AdministratorAccess]}
buckets: [mybucket]
instances:
  one: {instanceProfile: ${ROLES.mayfly}, sourceAddress: 127.0.0.1}
  other: {instanceProfile: ${ROLES.mayfly}, sourceAddress: 127.0.0.2}
faults: [${faults.map((fault) => `{fault: ${fault}, instance: other}`).join(", ")}]
`;

export async function compareFaults(client: Client, effort: Effort): Promise<Outcome[]> {
  await using servers = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "mayfly-bench-"));
  servers.defer(() => rmSync(directory, { recursive: true }));
  const prepared = [];
  for (const [name, faults] of [
    [WITHOUT, []],
    [WITH, FAULTS],
  ] as const) {
    const file = join(directory, `${faults.length}.yaml`);
    writeFileSync(file, configuration(faults));
    const server = { ...servers.use(await start(mayfly(file))), name };
    const signed = await prepareMayfly(client, server.port, server.secondPort);
    const [token] = await client.ask(server.port, [putToken()]);
    prepared.push({ server, signed, read: getCredentials(ROLES.mayfly as string, token?.body ?? "") });
  }
  const imds = {
    title: "credentials GET, with faults for another instance",
    contenders: prepared.map(({ server, read }) => ({ ...server, requests: [read] })),
    connections: CONNECTIONS,
    closes: true,
    pairs,
  };
  const aws = {
    ...imds,
    title: "signed S3 GET of 1 KB, with faults for another instance",
    contenders: prepared.map(({ server, signed }) => ({ ...server, port: server.secondPort, requests: [signed.get] })),
    closes: false,
  };
  return [await compare(client, imds, effort), await compare(client, aws, effort)];
}
