// Who is this instance, and what proves it? The identity document and its signatures, as captured of a document of 474 bytes.

import { verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createImds } from "../../imds/imds.ts";
import { VERSIONS } from "../../imds/tree/versions.ts";
import { identityCertificatePem } from "../../signing/identity-keys.ts";
import { readSignedData } from "../signing/read-signed-data.ts";
import { headersOf, IDENTITIES, requestOf, standInRotator, worldOf } from "./parts.ts";

const BASE = "/latest/dynamic/instance-identity/";
// As the captured one has, so that its document is as long.
const world = worldOf({ instanceType: "t3.nano", privateIpAddress: "10.237.0.16" });
const document = String(world.get(`${BASE}document`).body);

const read = async (path: string, { handler, token } = world, method = "GET") =>
  handler(requestOf(method, path, ["X-aws-ec2-metadata-token", token(300)]));
const bodyOf = async (path: string) => String((await read(path)).body);

test("the directory lists the document and its signatures, with and without a slash", async () => {
  expect(await bodyOf(BASE)).toBe("document\npkcs7\nrsa2048\nsignature");
  expect(await bodyOf(BASE.slice(0, -1))).toBe("document\npkcs7\nrsa2048\nsignature");
});

test("to list them costs no signature", async () => {
  const asked: string[] = [];
  const handler = createImds({
    findInstance: () => world.instance,
    rotator: standInRotator(),
    identities: () => IDENTITIES,
    tokens: world.tokens,
    signIdentity: async (kind) => {
      asked.push(kind);
      return kind;
    },
  });
  for (const path of ["/latest/", "/latest/dynamic/", BASE, `${BASE}document`]) await read(path, { ...world, handler });
  expect(asked).toEqual([]);
  expect((await read(`${BASE}pkcs7`, { ...world, handler })).body).toBe("pkcs7");
  expect(asked).toEqual(["pkcs7"]);
});

describe("each signature has the length of EC2's", () => {
  test.each([
    ["signature", 174],
    ["pkcs7", 1167],
    ["rsa2048", 1487],
  ])("%s: %i bytes", async (name, length) => {
    expect(document).toHaveLength(474);
    const reply = await read(`${BASE}${name}`);
    expect(reply.status).toBe(200);
    expect(headersOf(reply)).toEqual(expect.arrayContaining([`Content-Length: ${length}`, "Content-Type: text/plain"]));
    expect(reply.body).toHaveLength(length);
    const head = await read(`${BASE}${name}/`, world, "HEAD");
    expect([headersOf(head), head.body]).toEqual([headersOf(reply), ""]);
  });
});

test("each proves the document of this instance, and not that of another one", async () => {
  const other = String(worldOf({}, { instanceId: "i-0123456789abcdef0" }).get(`${BASE}document`).body);
  const signature = Buffer.from(await bodyOf(`${BASE}signature`), "base64");
  expect(verify("sha256", Buffer.from(document), identityCertificatePem("rsa"), signature)).toBe(true);
  expect(verify("sha256", Buffer.from(other), identityCertificatePem("rsa"), signature)).toBe(false);
  const pkcs7 = readSignedData(await bodyOf(`${BASE}pkcs7`), identityCertificatePem("dsa"), "sha1");
  const rsa2048 = readSignedData(await bodyOf(`${BASE}rsa2048`), identityCertificatePem("rsa2048"), "sha256");
  expect(pkcs7).toMatchObject({ content: document, genuine: true });
  expect(rsa2048).toMatchObject({ content: document, genuine: true });
});

test.each(VERSIONS)("version %s has them from 2009-04-04 on", async (version) => {
  const known = version === "latest" || (version !== "1.0" && version >= "2009-04-04");
  for (const name of ["document", "pkcs7", "rsa2048", "signature"]) {
    expect((await read(`/${version}/dynamic/instance-identity/${name}`)).status).toBe(known ? 200 : 404);
  }
});
