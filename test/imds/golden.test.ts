// Every captured request, replayed over a socket.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { InstanceConfiguration } from "../../instances/configuration.ts";
import { header } from "../../network/message.ts";
import { NOW } from "./parts.ts";
import { type RawAnswer, type Served, send, serve } from "./socket.ts";

/** The only length that is said in words is the one of the user data. */
type Expected = string | { readonly pattern: string } | { readonly equals: "length of the raw user data" };

interface GoldenCase {
  readonly name: string;
  readonly source: string;
  readonly needs: {
    readonly httpTokens: "required" | "optional";
    readonly profile: boolean | string;
    readonly key: boolean | "any";
    readonly tags: boolean | "any";
    readonly publicIp: boolean | "any";
    readonly userData?: boolean;
    readonly tagSet?: Readonly<Record<string, string>>;
  };
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly token: "valid" | "none" | "garbage" | "ttl0" | "expired";
  };
  readonly response: {
    readonly status: number;
    readonly version?: string;
    readonly headers: Readonly<Record<string, Expected>>;
    readonly absentHeaders?: readonly string[];
    readonly headerOrder?: readonly string[];
    readonly body?: string;
    readonly bodyPattern?: string;
    readonly bodyLength?: number;
    readonly bodyEquals?: string;
  };
}

const cases: readonly GoldenCase[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "../vectors/imds/imds.json"), "utf8"),
);

const SUITE = "value of tag suite";
const USER_DATA = "#!/bin/sh\necho Grüße\n";

function configurationOf({ needs }: GoldenCase): InstanceConfiguration {
  const profile = typeof needs.profile === "string" && needs.profile !== "any" ? "untrusted" : "mybucket-access";
  return {
    instanceType: "t3.nano",
    ...(needs.profile !== false && { instanceProfile: profile }),
    ...(needs.key !== false && { keyName: "stackd-key" }),
    ...(needs.publicIp === true && { publicIpAddress: "203.0.113.25" }),
    ...(needs.userData && { userData: USER_DATA }),
    tags: Object.fromEntries(
      Object.entries(needs.tagSet ?? { suite: "" }).map(([key, value]) => [key, key === "suite" ? SUITE : value]),
    ),
    metadataOptions: {
      httpTokens: needs.httpTokens,
      instanceMetadataTags: needs.tags === false ? "disabled" : "enabled",
    },
  };
}

const served = new Map<string, Served>();

afterAll(async () => {
  for (const server of served.values()) await server.close();
});

async function serverFor(golden: GoldenCase): Promise<Served> {
  const key = JSON.stringify(golden.needs);
  const server = served.get(key) ?? (await serve(configurationOf(golden)));
  served.set(key, server);
  return server;
}

async function replay({ request }: GoldenCase, server: Served, fill: (text: string) => string): Promise<RawAnswer> {
  const headers = Object.entries(request.headers);
  const seconds = { valid: 300, ttl0: 0, expired: 0 }[request.token as string];
  const token = seconds === undefined ? "garbage" : server.token(seconds);
  if (request.token !== "none") headers.push(["X-aws-ec2-metadata-token", token]);
  server.setNow(request.token === "expired" ? NOW + 1000 : NOW);
  return send(server.port, request.method, fill(request.path), headers);
}

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What of the answer differs from the captured one; nothing where they agree. */
function differences({ response }: GoldenCase, answer: RawAnswer, fill: (text: string) => string): string[] {
  const found: string[] = [];
  const same = (what: string, got: unknown, wanted: unknown) => {
    if (got !== wanted) found.push(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
  };
  const matches = (what: string, got: string | undefined, pattern: string) => {
    if (got === undefined || !new RegExp(pattern).test(got)) found.push(`${what}: ${got} does not match ${pattern}`);
  };
  const value = (name: string) => header(answer.rawHeaders, name.toLowerCase());
  const body = answer.body.toString("utf8");
  same("status", answer.status, response.status);
  if (response.version !== undefined) same("version", answer.version, response.version);
  for (const [name, wanted] of Object.entries(response.headers)) {
    if (typeof wanted === "string") same(name, value(name), wanted);
    else if ("pattern" in wanted) matches(name, value(name), wanted.pattern);
    else same(name, value(name), String(Buffer.byteLength(USER_DATA)));
  }
  for (const name of response.absentHeaders ?? []) same(name, value(name), undefined);
  if (response.headerOrder) {
    const names = answer.rawHeaders.filter(
      (_, i) => i % 2 === 0 && response.headerOrder?.includes(answer.rawHeaders[i] ?? ""),
    );
    same("order of headers", names.join(", "), response.headerOrder.join(", "));
  }
  if (response.body !== undefined) same("body", body, response.body);
  if (response.bodyPattern !== undefined) matches("body", body, fill(response.bodyPattern));
  if (response.bodyLength !== undefined) same("length of the body", answer.body.length, response.bodyLength);
  if (response.bodyEquals !== undefined)
    same("body", body, response.bodyEquals === "userData" ? USER_DATA : response.bodyEquals);
  return found;
}

async function judge(golden: GoldenCase): Promise<string[]> {
  const server = await serverFor(golden);
  const names: Readonly<Record<string, string>> = {
    "{mac}": server.instance.networkInterfaces[0].macAddress,
    "{role}": server.roleName,
    "{keyName}": server.instance.keyName ?? "",
  };
  const filler = (write: (text: string) => string) => (text: string) =>
    text.replace(/\{(mac|role|keyName)\}/g, (placeholder) => write(names[placeholder] ?? ""));
  const answer = await replay(golden, server, filler(String));
  return differences(golden, answer, filler(quoted));
}

describe("captured requests", () => {
  test.each(cases)("$name", async (golden) => {
    expect(await judge(golden)).toEqual([]);
  });
});

test("there are 266 of them", () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(266);
});
