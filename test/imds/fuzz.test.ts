// 10,000 random requests: none throws, and none reads anything without the right path and a valid token.

import { describe, expect, test } from "vitest";
import { type Dice, dice } from "../../entropy/dice.ts";
import { VERSIONS } from "../../imds/tree/versions.ts";
import { NOW, requestOf, type World, worldOf } from "./parts.ts";

const CONFIGURATION = {
  instanceProfile: "mybucket-access",
  keyName: "demo",
  publicIpAddress: "203.0.113.25",
  userData: "#!/bin/sh\n",
  tags: { suite: "a" },
} as const;
const world = (httpTokens: "required" | "optional") =>
  worldOf({ ...CONFIGURATION, metadataOptions: { httpTokens, instanceMetadataTags: "enabled" } });
const worlds = { required: world("required"), optional: world("optional") };

/** All paths that the listings lead to, without a slash at the end. */
function crawl({ get }: World): string[] {
  const found: string[] = [];
  const look = (path: string, isDirectory: boolean) => {
    found.push(path);
    if (!isDirectory) return;
    for (const entry of String(get(`${path}/`).body).split("\n")) {
      const name = entry === "0=demo" ? "0" : entry.replace(/\/$/, "");
      const isVersion = path === "";
      const isTop = VERSIONS.some((version) => path === `/${version}`) && entry !== "user-data";
      look(`${path}/${name}`, isVersion || isTop || name !== entry);
    }
  };
  look("", true);
  return found;
}

const known = crawl(worlds.required);

/** Another reading of RFC 3986 §5.2.4 than the handler's own. */
function canonical(target: string): string | undefined {
  try {
    let path = decodeURIComponent(target.replace(/\?.*$/s, "").replace(/^http:\/\/[^/]*/i, ""));
    if (!path.startsWith("/") && !/^http:/i.test(target)) return undefined;
    path = `${path}/`.replace(/\/+/g, "/");
    for (let before = ""; before !== path; ) {
      before = path;
      path = path.replace(/^\/\.\.(?=\/)|\/\.(?=\/)|\/(?!\.\.?\/)[^/]+\/\.\.(?=\/)/, "");
    }
    return path.replace(/\/$/, "");
  } catch {
    return undefined;
  }
}

const METHODS = [
  "GET",
  "GET",
  "GET",
  "GET",
  "HEAD",
  "PUT",
  "PUT",
  "PUT",
  "POST",
  "DELETE",
  "OPTIONS",
  "PATCH",
  "BREW",
  "get",
  "",
];

function randomText({ integer }: Dice, length: number): string {
  return String.fromCharCode(...Array.from({ length }, () => integer(256)));
}

/** Ways to write a path that change it or not. */
const CHANGES: readonly ((path: string, throws: Dice) => string)[] = [
  (path) => path,
  (path) => path,
  (path) => `${path}/`,
  (path) => path.replaceAll("/", "//"),
  (path) => `${path}?${path}`,
  (path) => `${path}/..`,
  (path) => `/./..${path}/.`,
  (path) => `http://169.254.169.254${path}`,
  (path) => path.toUpperCase(),
  (path) => path.slice(1),
  (path, { integer }) => path.slice(0, integer(path.length + 1)),
  (path, throws) => `${path}/${randomText(throws, 3)}`,
  (path, throws) => {
    const at = throws.integer(path.length + 1);
    return path.slice(0, at) + randomText(throws, 1) + path.slice(at + 1);
  },
  (path, { integer }) => {
    const at = integer(path.length + 1);
    const code = path.charCodeAt(at) || 0x2f;
    return `${path.slice(0, at)}%${code.toString(16).padStart(2, "0")}${path.slice(at + 1)}`;
  },
  (path, { integer }) => {
    const at = integer(path.length + 1);
    return `${path.slice(0, at)}%${path.slice(at)}`;
  },
  (_path, throws) => randomText(throws, throws.integer(40)),
];

function randomTarget(throws: Dice): string {
  const path = throws.chance(0.2) ? "/latest/api/token" : throws.pick(known);
  return throws.pick(CHANGES)(throws.chance(0.2) ? throws.pick(CHANGES)(path, throws) : path, throws);
}

type Sent = { readonly headers: string[]; readonly token: "none" | "valid" | "bad" };

function randomHeaders(throws: Dice, { token }: World): Sent {
  const valid = token(300);
  const cut = throws.integer(55);
  const tokens = [
    valid.slice(0, cut),
    valid.slice(0, cut) + valid.slice(cut + 1),
    token(0),
    "",
    randomText(throws, 56),
  ];
  const kind = throws.pick(["none", "valid", "valid", "bad"] as const);
  const headers = kind === "none" ? [] : ["x-aws-EC2-metadata-token", kind === "valid" ? valid : throws.pick(tokens)];
  if (throws.chance(0.5)) {
    const ttls = ["0", "60", "21600", "21601", "-1", "", randomText(throws, 3)];
    headers.push("X-AWS-ec2-Metadata-Token-TTL-Seconds", throws.pick(ttls));
  }
  if (throws.chance(0.1)) headers.push("X-Forwarded-For", randomText(throws, 5));
  if (throws.chance(0.1)) headers.push("Expect", "100-continue");
  if (throws.chance(0.1)) headers.push(randomText(throws, 8), randomText(throws, 8));
  return { headers, token: kind };
}

const STATUSES = [200, 400, 401, 403, 404, 405, 417];

describe.each([["required"], ["optional"]] as const)("HttpTokens=%s", (httpTokens) => {
  test.each([1, 2, 3, 4, 5])("1,000 requests from the seed %i", async (seed) => {
    const throws = dice(`${seed}/${httpTokens}`);
    const asked = worlds[httpTokens];
    const seen = { read: 0, minted: 0, refused: 0 };
    for (let i = 0; i < 1000; i++) {
      const [method, target] = [throws.pick(METHODS), randomTarget(throws)];
      const { headers, token } = randomHeaders(throws, asked);
      const reply = await asked.handler(requestOf(method, target, headers, NOW));
      const shown = `${method} ${JSON.stringify(target)} ${JSON.stringify(headers)} is ${reply.status}`;
      expect(STATUSES, shown).toContain(reply.status);
      if (reply.status !== 200) seen.refused++;
      else if (method === "OPTIONS") expect(reply.body, shown).toBe("");
      else if (canonical(target) === "/latest/api/token") {
        expect([method, String(reply.body).length], shown).toEqual(["PUT", 56]);
        seen.minted++;
      } else {
        expect(["GET", "HEAD"], shown).toContain(method);
        expect(httpTokens === "optional" ? ["none", "valid"] : ["valid"], shown).toContain(token);
        expect(known, shown).toContain(canonical(target));
        seen.read++;
      }
    }
    // A generator that hits nothing would prove nothing.
    expect(seen.read).toBeGreaterThan(30);
    expect(seen.minted).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(300);
  });
});
