// What do 100,000 instances cost? The same credentials GET with one instance and with a template of 100,000, of which 1,000 read,
// each from an address of its own; and the first read of a set, for which the credentials are made.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "./client.ts";
import { getCredentials, putToken, ROLES } from "./imds.ts";
import type { WireRequest } from "./load.ts";
import { compare, type Effort, type Outcome } from "./measure.ts";
import { cpuSeconds, residentMebibytes } from "./process-figures.ts";
import { mayfly, type Server, start } from "./servers.ts";

const INSTANCES = 100_000;
const READERS = 1_000;
const FIRST_READS = 10_000;
const CONNECTIONS = 16;

const ONE = "one instance";
const FLEET = "100,000 instances";

const CONFIGURATION = `
roles: {${ROLES.mayfly}: {trust: ec2.amazonaws.com}}
instances: {fleet: {count: ${INSTANCES}, instanceProfile: ${ROLES.mayfly}, sourceAddress: 127.1.0.0}}
`;

/** Linux answers to all of 127.0.0.0/8 and lets a client call from there. */
function addressOf(instance: number): string {
  return `127.${1 + (instance >> 16)}.${(instance >> 8) & 255}.${instance & 255}`;
}

async function readsOf(client: Client, { port }: Server, addresses: readonly string[]): Promise<WireRequest[]> {
  const tokens = await client.ask(
    port,
    addresses.map((address) => putToken(address)),
    CONNECTIONS,
  );
  return addresses.map((address, i) => getCredentials(ROLES.mayfly as string, tokens[i]?.body ?? "", address));
}

/** Every so many, so that neither their order nor their neighbourhood helps. */
const spread = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => addressOf(from + Math.floor((i * INSTANCES) / count)));

export interface FirstReads {
  readonly title: string;
  readonly microsecondsOfCpu: number;
  readonly residentMebibytesBefore: number;
  readonly residentMebibytesAfter: number;
}

async function firstReads(client: Client, server: Server): Promise<FirstReads> {
  // Not those of the readers, which come next.
  const requests = await readsOf(client, server, spread(FIRST_READS, 1));
  const [cpu, resident] = [cpuSeconds(server.pid), residentMebibytes(server.pid)];
  await client.ask(server.port, requests, CONNECTIONS);
  return {
    title: `first read of a set, of ${FIRST_READS.toLocaleString("en")} instances`,
    microsecondsOfCpu: ((cpuSeconds(server.pid) - cpu) / FIRST_READS) * 1e6,
    residentMebibytesBefore: resident,
    residentMebibytesAfter: residentMebibytes(server.pid),
  };
}

/** The set in force changes each hour, so a run that begins just before is not repeated exactly; ten minutes are the most it takes. */
export async function compareFleet(
  client: Client,
  effort: Effort,
): Promise<{ readonly comparisons: Outcome[]; readonly firstReads: FirstReads }> {
  await using servers = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), "mayfly-bench-"));
  servers.defer(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "fleet.yaml");
  writeFileSync(file, CONFIGURATION);
  const single = servers.use(await start(mayfly()));
  const fleet = servers.use(await start(mayfly(file)));
  const first = await firstReads(client, fleet);
  const comparison = {
    title: `credentials GET, ${READERS.toLocaleString("en")} of 100,000 instances read`,
    contenders: [
      { ...single, name: ONE, requests: await readsOf(client, single, ["127.0.0.1"]) },
      { ...fleet, name: FLEET, requests: await readsOf(client, fleet, spread(READERS, 0)) },
    ],
    connections: CONNECTIONS,
    closes: true,
    pairs: [{ of: FLEET, to: ONE, atLeast: 1 / 1.2 }],
  };
  return { comparisons: [await compare(client, comparison, effort)], firstReads: first };
}
