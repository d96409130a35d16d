// What an instance sees of its role, to the byte.

import { describe, expect, test } from "vitest";
import { createImds } from "../../imds/imds.ts";
import {
  headersOf,
  IDENTITIES,
  NOW,
  requestOf,
  signIdentity,
  standInRotator,
  UNTRUSTED_MESSAGE,
  worldOf,
} from "./parts.ts";

const IAM = "/latest/meta-data/iam/";
const world = worldOf({ instanceProfile: "mybucket-access", metadataOptions: { httpTokens: "optional" } });
const { get, ask } = world;

const documentOf = (digit: string) => `{
  "Code" : "Success",
  "LastUpdated" : "2026-09-26T11:04:25Z",
  "Type" : "AWS-HMAC",
  "AccessKeyId" : "ASIA${digit.repeat(16)}",
  "SecretAccessKey" : "${digit.repeat(40)}",
  "Token" : "IQoJ${digit.repeat(400)}",
  "Expiration" : "2026-09-26T17:03:58Z"
}`;

describe("with a profile", () => {
  test.each([
    ["", "info\nsecurity-credentials/"],
    ["security-credentials/", "mybucket-role"],
    ["security-credentials", "mybucket-role"],
    [
      "info",
      `{
  "Code" : "Success",
  "LastUpdated" : "2026-09-26T11:03:58Z",
  "InstanceProfileArn" : "arn:aws:iam::123456789012:instance-profile/mybucket-access",
  "InstanceProfileId" : "AIPAMYBUCKETACCESSAAA"
}`,
    ],
    ["security-credentials/mybucket-role", documentOf("2")],
    ["security-credentials/mybucket-role/", documentOf("2")],
  ])("%s", (path, body) => {
    const reply = get(IAM + path);
    expect([reply.status, reply.body]).toEqual([200, body]);
    expect(headersOf(reply)).toContain("Content-Type: text/plain");
  });

  test.each([
    "security-credentials/other",
    "security-credentials/mybucket-access",
    "security-credentials/mybucket-role/x",
  ])("%s is not there", (path) => {
    expect(get(IAM + path).status).toBe(404);
  });

  test("the paths that SDKs tried in 2025 for the account id are not there", () => {
    expect(get(`${IAM}security-credentials-extended/`).status).toBe(404);
    expect(get(`${IAM}security-credentials-extended/mybucket-role`).status).toBe(404);
  });

  test("readers of IMDSv1 get other credentials than those of IMDSv2", () => {
    const reply = ask("GET", `${IAM}security-credentials/mybucket-role`);
    expect(reply.body).toBe(documentOf("1"));
    expect(reply.facts).toEqual({
      instanceId: world.instance.instanceId,
      imdsVersion: 1,
      metadataVersion: "latest",
      accessKeyId: `ASIA${"1".repeat(16)}`,
      keyIssuedAt: expect.any(Number),
      keyExpiresAt: expect.any(Number),
    });
  });

  test("no secret is in what the request log is told", () => {
    const { facts } = get(`${IAM}security-credentials/mybucket-role`);
    expect(facts).toMatchObject({ imdsVersion: 2, accessKeyId: `ASIA${"2".repeat(16)}` });
    expect(JSON.stringify(facts)).not.toMatch(/2{40}/);
  });
});

test.each([["role-less"], [undefined]])("with the profile %s nothing of iam/ is there", (instanceProfile) => {
  const without = worldOf(instanceProfile === undefined ? {} : { instanceProfile });
  for (const path of ["", "info", "security-credentials/", "security-credentials/mybucket-role"]) {
    expect(without.get(IAM + path).status).toBe(404);
  }
  expect(without.get("/latest/meta-data/").body).not.toMatch(/^iam\/$/m);
});

describe("with a role that does not trust EC2", () => {
  const untrusted = worldOf({ instanceProfile: "untrusted" });

  test("the profile and the role are shown all the same", () => {
    expect(untrusted.get(IAM).body).toBe("info\nsecurity-credentials/");
    expect(untrusted.get(`${IAM}info`).body).toContain('"Code" : "Success"');
    expect(untrusted.get(`${IAM}security-credentials/`).body).toBe("untrusted-role");
  });

  test("the profile is dated by the last try", () => {
    expect(untrusted.get(`${IAM}info`).body).toContain('"LastUpdated" : "2026-09-26T11:04:01Z"');
  });

  test("the role's document says why, with 200", () => {
    const reply = untrusted.get(`${IAM}security-credentials/untrusted-role`);
    expect(reply.status).toBe(200);
    expect(reply.body).toBe(`{
  "Code" : "AssumeRoleUnauthorizedAccess",
  "Message" : "${UNTRUSTED_MESSAGE}",
  "LastUpdated" : "2026-09-26T11:04:01Z"
}`);
    expect(reply.facts).toMatchObject({ errorCode: "AssumeRoleUnauthorizedAccess", reason: UNTRUSTED_MESSAGE });
  });
});

test("HEAD tells the length of the credentials", () => {
  const reply = ask("HEAD", `${IAM}security-credentials/mybucket-role`);
  expect(headersOf(reply)).toContain(`Content-Length: ${documentOf("1").length}`);
  expect(reply.body).toBe("");
});

test("a rotator that has to make the credentials first is waited for", async () => {
  const { instance } = world;
  const parts = { findInstance: () => instance, identities: () => IDENTITIES, tokens: world.tokens, signIdentity };
  const handler = createImds({ ...parts, rotator: standInRotator(true) });
  const pending = handler(requestOf("GET", `${IAM}security-credentials/mybucket-role`, [], NOW));
  expect(pending).toBeInstanceOf(Promise);
  expect((await pending).body).toBe(documentOf("1"));
});

test("Last-Modified is the second in which the profile was attached, or the credentials were issued", () => {
  const { association } = world.instance;
  if (!association) throw new Error("a profile was configured");
  const later = worldOf({}, { association: { ...association, associatedAt: NOW - 60_000 } });
  expect(headersOf(later.get(IAM))).toContain("Last-Modified: Sat, 26 Sep 2026 11:12:58 GMT");
  expect(headersOf(later.get("/latest/meta-data/ami-id"))).toContain("Last-Modified: Sat, 26 Sep 2026 11:12:58 GMT");
  const issued = later.get(`${IAM}security-credentials/mybucket-role`);
  expect(headersOf(issued)).toContain("Last-Modified: Sat, 26 Sep 2026 11:03:58 GMT");
});
