// Does a bucket's policy hold? Real requests through the front door, decided by all policies together.

import {
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { ACCOUNT, ALICE, type Credentials, IDLE, identities, ROLE } from "../world.ts";
import { type ServedS3, serveS3 } from "./served.ts";

const BUCKET = { Bucket: "mybucket" };
const ARN = "arn:aws:s3:::mybucket";
const USER = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const ROLE_ARN = identities.roles.get("mybucket-access")?.arn;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/mybucket-access/i-0123456789abcdef0`;

const allow = (Principal: unknown, Action: string | string[] = "s3:GetObject", more: object = {}) => ({
  ...{ Effect: "Allow", Principal, Action, Resource: `${ARN}/*` },
  ...more,
});
const deny = (Principal: unknown, more: object = {}) => ({ ...allow(Principal), Effect: "Deny", ...more });

/** A bucket with that policy, which is public where nothing is blocked, and an object with a tag. */
async function bucketWith(...Statement: object[]): Promise<ServedS3> {
  const served = await serveS3();
  const admin = served.client(ALICE);
  const PublicAccessBlockConfiguration = { BlockPublicAcls: true };
  await admin.send(new PutPublicAccessBlockCommand({ ...BUCKET, PublicAccessBlockConfiguration }));
  await admin.send(new PutObjectCommand({ ...BUCKET, Key: "key", Body: "text", Tagging: "team=blue" }));
  await admin.send(
    new PutBucketPolicyCommand({ ...BUCKET, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }),
  );
  return served;
}

/** What a reader of `key` is told: the text, or the refusal. */
async function read(served: ServedS3, who: Credentials | "nobody", Key = "key"): Promise<string> {
  if (who === "nobody") {
    const reply = await fetch(`${served.endpoint}/mybucket/${Key}`);
    const text = await reply.text();
    return reply.ok ? text : (/<Message>(.*)<\/Message>/.exec(text)?.[1] ?? text);
  }
  const sent = served.client(who).send(new GetObjectCommand({ ...BUCKET, Key }));
  return sent.then(
    ({ Body }) => Body?.transformToString() ?? "",
    (error: Error) => error.message,
  );
}

const IMPLICIT =
  /^User: .* is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::mybucket\/key" because no identity-based policy allows the s3:GetObject action$/;
const EXPLICIT =
  /^User: .* on resource: "arn:aws:s3:::mybucket\/key" with an explicit deny in a resource-based policy$/;
const SILENT = /^Access Denied$/;
const ALLOWED = /^text$/;
const when = (operator: string, key: string, value: string) => ({ Condition: { [operator]: { [key]: value } } });

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
describe("reading an object", () => {
  test.each<[who: string, credentials: Credentials | "nobody", expected: RegExp, ...statements: object[]]>([
    ["a user whom it names", IDLE, ALLOWED, allow({ AWS: USER("idle") })],
    ["a user whom it does not name", IDLE, IMPLICIT, allow({ AWS: USER("alice") })],
    ["a user whom it names for something else", IDLE, IMPLICIT, allow({ AWS: USER("idle") }, "s3:PutObject")],
    ["a user of the account that it names", IDLE, IMPLICIT, allow({ AWS: ACCOUNT })],
    ["a user, where it names all", IDLE, ALLOWED, allow("*")],
    ["an administrator whom it denies", ALICE, EXPLICIT, deny({ AWS: USER("alice") })],
    ["an administrator, where it denies all", ALICE, EXPLICIT, deny("*")],
    [
      "an administrator, where it denies all others",
      ALICE,
      ALLOWED,
      { ...deny(undefined), NotPrincipal: { AWS: USER("alice") } },
    ],
    [
      "a role, where it denies all others",
      ROLE,
      EXPLICIT,
      { ...deny(undefined), NotPrincipal: { AWS: USER("alice") } },
    ],
    ["a role that it denies", ROLE, EXPLICIT, deny({ AWS: ROLE_ARN })],
    ["a session that it denies", ROLE, EXPLICIT, deny({ AWS: SESSION })],
    ["a session of another name", ROLE, ALLOWED, deny({ AWS: `${SESSION.slice(0, -1)}1` })],
    ["nobody, where it names all", "nobody", ALLOWED, allow("*")],
    ["nobody, where it names all of AWS", "nobody", ALLOWED, allow({ AWS: "*" })],
    ["nobody, where it names a user", "nobody", SILENT, allow({ AWS: USER("idle") })],
    ["nobody, where it allows and denies", "nobody", SILENT, allow("*"), deny("*")],
    [
      "nobody, from this address",
      "nobody",
      ALLOWED,
      allow("*", "s3:GetObject", when("IpAddress", "aws:SourceIp", "127.0.0.0/8")),
    ],
    [
      "nobody, from another address",
      "nobody",
      SILENT,
      allow("*", "s3:GetObject", when("IpAddress", "aws:SourceIp", "192.0.2.0/24")),
    ],
    ["nobody, without TLS", "nobody", SILENT, allow("*", "s3:GetObject", when("Bool", "aws:SecureTransport", "true"))],
    [
      "a user, an object with that tag",
      IDLE,
      ALLOWED,
      allow({ AWS: USER("idle") }, "s3:GetObject", when("StringEquals", "s3:ExistingObjectTag/team", "blue")),
    ],
    [
      "a user, an object with another tag",
      IDLE,
      IMPLICIT,
      allow({ AWS: USER("idle") }, "s3:GetObject", when("StringEquals", "s3:ExistingObjectTag/team", "red")),
    ],
  ])("%s", async (_, who, expected, ...statements) => {
    await using served = await bucketWith(...statements);
    expect(await read(served, who)).toMatch(expected);
  });

  test("that is missing: 404 for those alone whom it lets list the bucket", async () => {
    const list = allow({ AWS: USER("idle") }, "s3:ListBucket", { Resource: ARN });
    await using blind = await bucketWith(allow("*"));
    expect(await read(blind, "nobody", "none")).toMatch(SILENT);
    expect(await read(blind, IDLE, "none")).toMatch(/perform: s3:ListBucket/);
    await using seeing = await bucketWith(allow("*"), list);
    expect(await read(seeing, IDLE, "none")).toBe("The specified key does not exist.");
    expect(await read(seeing, "nobody", "none")).toMatch(SILENT);
  });

  test("a public policy lets no stranger in where public buckets are restricted", async () => {
    await using served = await bucketWith(allow("*"));
    expect(await read(served, "nobody")).toMatch(ALLOWED);
    const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true };
    await served.client(ALICE).send(new PutPublicAccessBlockCommand({ ...BUCKET, PublicAccessBlockConfiguration }));
    expect(await read(served, "nobody")).toMatch(SILENT);
    expect(await read(served, IDLE)).toMatch(ALLOWED);
  });

  test("only from links on one's own site", async () => {
    const linked = when("StringLike", "aws:Referer", "https://www.example.com/*");
    await using served = await bucketWith(allow("*", "s3:GetObject", linked));
    const statusFrom = async (headers: Record<string, string>) =>
      (await fetch(`${served.endpoint}/mybucket/key`, { headers })).status;
    expect(await statusFrom({ referer: "https://www.example.com/page" })).toBe(200);
    expect(await statusFrom({ referer: "https://elsewhere.example.com/page" })).toBe(403);
    expect(await statusFrom({})).toBe(403);
  });

  test("a policy that is not public does, though they are", async () => {
    const narrow = when("IpAddress", "aws:SourceIp", "127.0.0.0/8");
    await using served = await bucketWith(allow("*", "s3:GetObject", narrow));
    const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true, BlockPublicPolicy: true };
    await served.client(ALICE).send(new PutPublicAccessBlockCommand({ ...BUCKET, PublicAccessBlockConfiguration }));
    expect(await read(served, "nobody")).toMatch(ALLOWED);
  });
});

describe("writing", () => {
  const put = (served: ServedS3, who: Credentials, more: object = {}) =>
    served
      .client(who)
      .send(new PutObjectCommand({ ...BUCKET, Key: "new", Body: "new", ...more }))
      .then(
        () => "written",
        (error: Error) => error.message,
      );

  test("with tags takes the setting of tags, and may be asked for some", async () => {
    const idle = { AWS: USER("idle") };
    const tagged = when("StringEquals", "s3:RequestObjectTag/team", "blue");
    await using untagged = await bucketWith(allow(idle, "s3:PutObject"));
    expect(await put(untagged, IDLE)).toBe("written");
    expect(await put(untagged, IDLE, { Tagging: "team=blue" })).toMatch(/perform: s3:PutObjectTagging/);
    await using served = await bucketWith(allow(idle, ["s3:PutObject", "s3:PutObjectTagging"], tagged));
    expect(await put(served, IDLE, { Tagging: "team=blue" })).toBe("written");
    expect(await put(served, IDLE, { Tagging: "team=red" })).toMatch(/perform: s3:PutObject on/);
    expect(await put(served, IDLE)).toMatch(/perform: s3:PutObject on/);
  });

  test("without a condition is denied where conditional writes are enforced", async () => {
    await using served = await bucketWith(
      deny("*", { Action: "s3:PutObject", Condition: { Null: { "s3:if-none-match": "true" } } }),
    );
    expect(await put(served, ALICE)).toMatch(/explicit deny in a resource-based policy/);
    expect(await put(served, ALICE, { IfNoneMatch: "*" })).toBe("written");
  });
});
