// Is the hop limit the TTL of real packets? Unmodified curl and boto3 at one, two and three hops from an instance that allows one, two
// and three, by IPv4 and IPv6: who is too far gets no token, as on EC2, and can read all the same.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { boto3, curl, PYTHON, ROOT } from "../clients/software.ts";
import { describeWith, program } from "../requires.ts";
import { namespaces } from "./isolated.ts";
import { PLACES, type Place, RoutedNetwork } from "./routed-network.ts";

const LIMITS = [1, 2, 3];
const DISTANCES = PLACES.slice(1);
const FAMILIES = {
  IPv4: { url: "http://169.254.169.254", variables: {} },
  IPv6: { url: "http://[fd00:ec2::254]", variables: { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "ipv6" } },
} as const;
type Family = keyof typeof FAMILIES;

const FIND_ROLE = `
import boto3
found = boto3.Session().get_credentials()
print(found and (found.method, found.access_key[:4]))
`;
const TIMED_OUT = 28; // curl's exit status

describeWith([program("nsenter", "--version"), namespaces, curl, boto3], "the hop limit", () => {
  const scratch = mkdtempSync(join(tmpdir(), "mayfly-hops-"));
  let network: RoutedNetwork;
  let mayfly: ChildProcess | undefined;

  beforeAll(async () => {
    network = await RoutedNetwork.create();
  });
  afterAll(async () => {
    await end();
    await network?.[Symbol.asyncDispose]();
    rmSync(scratch, { recursive: true });
  });

  /** Mayfly on the instance, at both addresses. */
  async function start(metadataOptions: Readonly<Record<string, unknown>>): Promise<void> {
    const file = join(scratch, "mayfly.yaml");
    const roles = { "mybucket-access": { trust: "ec2.amazonaws.com" } };
    const demo = {
      instanceProfile: "mybucket-access",
      metadataOptions: { httpProtocolIpv6: "enabled", ...metadataOptions },
    };
    writeFileSync(file, JSON.stringify({ roles, instances: { demo } }));
    const words = ["up", "--json", "--config", file, "--imds", "[::]:80", "--aws", "127.0.0.1:0"];
    mayfly = network.start("instance", [process.execPath, join(ROOT, "bin/mayfly.js"), ...words]);
    await once(createInterface(mayfly.stdout as NodeJS.ReadableStream), "line");
  }

  async function end(): Promise<void> {
    if (mayfly === undefined || mayfly.exitCode !== null) return;
    const ended = once(mayfly, "exit");
    mayfly.kill("SIGTERM");
    await ended;
  }

  const fetchBy = (place: Place, ...words: string[]) =>
    network.run(place, ["curl", "--silent", "--max-time", "1.5", ...words]);
  const askToken = (place: Place, family: Family) =>
    fetchBy(
      place,
      "-X",
      "PUT",
      "-H",
      "X-aws-ec2-metadata-token-ttl-seconds: 60",
      `${FAMILIES[family].url}/latest/api/token`,
    );
  const readRole = (place: Place, family: Family, ...headers: string[]) =>
    fetchBy(place, ...headers, `${FAMILIES[family].url}/latest/meta-data/iam/security-credentials/`).stdout;
  const roleOfBoto3 = (place: Place, family: Family) =>
    network.run(place, [PYTHON, "-c", FIND_ROLE], FAMILIES[family].variables).stdout.trim();

  const rows = new Map<number, string[]>();

  test.each(LIMITS)("%i", async (limit) => {
    await start({ httpPutResponseHopLimit: limit });
    const token = askToken("instance", "IPv4").stdout;
    const cells = DISTANCES.map((place, index) => {
      const seen = (Object.keys(FAMILIES) as Family[]).map((family) => {
        const { status, stdout } = askToken(place, family);
        expect([place, family, readRole(place, family, "-H", `X-aws-ec2-metadata-token: ${token}`)]).toEqual([
          place,
          family,
          "mybucket-access",
        ]);
        const gets = status === 0 && stdout.length === 56;
        if (!gets) expect([status, stdout]).toEqual([TIMED_OUT, ""]);
        expect([place, family, roleOfBoto3(place, family)]).toEqual([
          place,
          family,
          gets ? "('iam-role', 'ASIA')" : "None",
        ]);
        return gets;
      });
      const passes = index + 1 <= limit;
      expect([limit, place, ...seen]).toEqual([limit, place, passes, passes]);
      return passes ? "token" : "times out";
    });
    rows.set(limit, cells);
    await end();
  });

  test("with optional tokens boto3 falls back to IMDSv1 behind a router, as on EC2", async () => {
    await start({ httpPutResponseHopLimit: 1, httpTokens: "optional" });
    expect(readRole("two", "IPv4")).toBe("mybucket-access");
    expect(roleOfBoto3("two", "IPv4")).toBe("('iam-role', 'ASIA')");
    await end();
  });

  test("the table in the documentation is what was seen", () => {
    const table = [
      "| hop limit | client at 1 hop | at 2 hops (one router) | at 3 hops (two routers) |",
      "|---|---|---|---|",
      ...LIMITS.map((limit) => `| ${limit} | ${rows.get(limit)?.join(" | ")} |`),
    ].join("\n");
    process.stdout.write(`${table}\n`);
    expect(readFileSync(join(ROOT, "docs/network.md"), "utf8")).toContain(table);
  });
});
