// What does boto3 make of S3 beyond the everyday: copies, tags, policies, listings of versions, presigned URLs of both signature versions?

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { programEnvironment } from "../../cli/exec.ts";
import { type Simulation, simulate } from "../../index.ts";
import { describeWith } from "../requires.ts";
import { boto3, PYTHON } from "./software.ts";

type Json = Readonly<Record<string, unknown>>;
interface Answer {
  readonly value?: Json;
  readonly error?: Json;
}
type Ask = (call: string, given?: Json) => Promise<Answer>;

const MEBIBYTE = 1024 * 1024;
const BUCKET = { Bucket: "mybucket" };
const object = (Key: string) => ({ ...BUCKET, Key });
const statement = (Principal: unknown) => ({
  ...{ Effect: "Allow", Principal, Action: "s3:GetObject" },
  Resource: "arn:aws:s3:::mybucket/*",
});

describeWith([boto3], "boto3", () => {
  let simulation: Simulation;
  let ask: Ask;
  let end = async () => {};

  beforeAll(async () => {
    const configuration = {
      users: { admin: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 } },
      buckets: ["mybucket", "otherbucket"],
    };
    simulation = await simulate({ configuration });
    const env = programEnvironment(process.env, await simulation.environment({ user: "admin" }));
    const child = spawn(PYTHON, [join(import.meta.dirname, "s3-calls.py")], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    ask = async (call, given = {}) => {
      child.stdin.write(`${JSON.stringify({ call, given })}\n`);
      const line = await lines.next();
      if (line.done) throw new Error("boto3 has ended");
      return JSON.parse(line.value);
    };
    end = async () => {
      child.stdin.end();
      await once(child, "exit");
    };
  });
  afterAll(async () => {
    await end();
    await simulation.close();
  });

  /** The answer of a call that must go well. */
  const done = async (call: string, given?: Json) => {
    const { value, error } = await ask(call, given);
    expect([call, error]).toEqual([call, undefined]);
    return value as Json;
  };

  test("copies an object with what was said of it, and only as it should be", async () => {
    const said = { Metadata: { colour: "blue" }, ContentType: "text/plain", Tagging: "team=blue" };
    const { ETag } = await done("put_object", { ...object("a b+ü"), Body: "text", ...said });
    const copy = { Bucket: "otherbucket", Key: "copy", CopySource: object("a b+ü") };
    expect(await done("copy_object", { ...copy, CopySourceIfMatch: ETag })).toMatchObject({
      CopyObjectResult: { ETag },
    });
    expect(await done("get_object", { Bucket: "otherbucket", Key: "copy" })).toMatchObject({
      ...{ Body: "text", TagCount: 1, Metadata: { colour: "blue" }, ContentType: "text/plain" },
    });
    expect((await ask("copy_object", { ...copy, CopySourceIfNoneMatch: ETag })).error).toMatchObject({ status: 412 });
    expect((await ask("copy_object", { ...copy, IfNoneMatch: "*" })).error).toMatchObject({
      code: "PreconditionFailed",
    });
    const itself = { ...copy, CopySource: { Bucket: "otherbucket", Key: "copy" } };
    expect((await ask("copy_object", itself)).error).toMatchObject({ code: "InvalidRequest", status: 400 });
    await done("copy_object", { ...itself, MetadataDirective: "REPLACE", Metadata: { colour: "red" } });
    expect(await done("head_object", { Bucket: "otherbucket", Key: "copy" })).toMatchObject({
      Metadata: { colour: "red" },
    });
    expect((await ask("copy_object", { ...copy, CopySource: object("none") })).error).toMatchObject({
      code: "NoSuchKey",
    });
  });

  test("copies a large object in parts, its tags too", async () => {
    await done("managed_upload", { key: "large", size: 12 * MEBIBYTE, Tagging: "team=blue" });
    await done("managed_copy", { source: "large", key: "large copy" });
    const { requests } = await simulation.requests({ action: "s3:UploadPartCopy", status: 200 });
    expect(requests).toHaveLength(3);
    const head = await done("head_object", object("large copy"));
    expect(head).toMatchObject({ ContentLength: 12 * MEBIBYTE, ETag: expect.stringMatching(/-3"$/) });
    const attributes = { ...object("large copy"), ObjectAttributes: ["ObjectParts", "ObjectSize", "Checksum"] };
    expect(await done("get_object_attributes", attributes)).toMatchObject({
      ...{ ObjectSize: 12 * MEBIBYTE, ObjectParts: { TotalPartsCount: 3 } },
    });
  });

  test("tags a bucket and an object", async () => {
    const Tagging = { TagSet: [{ Key: "team", Value: "blue & red" }] };
    const allowed = { TagSet: [{ Key: "team", Value: "blue" }] };
    expect((await ask("put_bucket_tagging", { ...BUCKET, Tagging })).error).toMatchObject({ code: "InvalidTag" });
    expect((await ask("get_bucket_tagging", BUCKET)).error).toMatchObject({ code: "NoSuchTagSet", status: 404 });
    await done("put_bucket_tagging", { ...BUCKET, Tagging: allowed });
    expect(await done("get_bucket_tagging", BUCKET)).toMatchObject(allowed);
    await done("delete_bucket_tagging", BUCKET);
    await done("put_object", { ...object("tagged"), Body: "" });
    await done("put_object_tagging", { ...object("tagged"), Tagging: allowed });
    expect(await done("get_object_tagging", object("tagged"))).toMatchObject(allowed);
    await done("delete_object_tagging", object("tagged"));
    expect(await done("get_object_tagging", object("tagged"))).toMatchObject({ TagSet: [] });
  });

  test("opens a bucket to everybody once that is not blocked, and closes it", async () => {
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement("*")] });
    const url = `${simulation.urls.aws}/mybucket/open`;
    await done("put_object", { ...object("open"), Body: "open" });
    expect((await ask("put_bucket_policy", { ...BUCKET, Policy })).error).toMatchObject({
      ...{ code: "AccessDenied", status: 403 },
      message: expect.stringContaining("blocked by the BlockPublicPolicy block public access setting."),
    });
    await done("delete_public_access_block", BUCKET);
    await done("put_bucket_policy", { ...BUCKET, Policy });
    expect(await done("get_bucket_policy", BUCKET)).toMatchObject({ Policy });
    expect(await done("get_bucket_policy_status", BUCKET)).toMatchObject({ PolicyStatus: { IsPublic: true } });
    expect(await (await fetch(url)).text()).toBe("open");
    await done("delete_bucket_policy", BUCKET);
    expect((await fetch(url)).status).toBe(403);
    expect((await ask("get_bucket_policy", BUCKET)).error).toMatchObject({ code: "NoSuchBucketPolicy", status: 404 });
    expect((await ask("put_bucket_policy", { ...BUCKET, Policy: "{}" })).error).toMatchObject({
      ...{ code: "MalformedPolicy", status: 400, message: "Missing required field Statement" },
    });
  });

  test("empties a bucket by its versions", async () => {
    await done("put_object", { Bucket: "otherbucket", Key: "a<b>", Body: "" });
    const { Versions } = await done("list_object_versions", { Bucket: "otherbucket" });
    const Objects = (Versions as Json[]).map(({ Key, VersionId }) => ({ Key, VersionId }));
    expect(Objects).toContainEqual({ Key: "a<b>", VersionId: "null" });
    expect(await done("delete_objects", { Bucket: "otherbucket", Delete: { Objects } })).toMatchObject({
      Deleted: Objects,
    });
    await done("delete_bucket", { Bucket: "otherbucket" });
  });

  test.each(["s3", "s3v4"])("presigns with %s", async (version) => {
    await done("put_object", { ...object("signed"), Body: "text" });
    await done("put_object_tagging", { ...object("signed"), Tagging: { TagSet: [{ Key: "a", Value: "b" }] } });
    const presigned = async (method: string, more: Json = object("signed")) =>
      String((await ask("presign", { version, method, ...more })).value);
    const text = async (url: string) => (await fetch(url)).text();
    expect(await text(await presigned("get_object_tagging"))).toContain("<Tag><Key>a</Key><Value>b</Value></Tag>");
    expect(await text(await presigned("get_object_acl"))).toContain('xsi:type="CanonicalUser"');
    expect(await text(await presigned("list_object_versions", BUCKET))).toContain("<VersionId>null</VersionId>");
    expect(await text(await presigned("get_bucket_versioning", BUCKET))).toContain("<VersioningConfiguration ");
    expect((await fetch((await presigned("get_object_tagging")).replace("tagging", "acl"))).status).toBe(403);
  });

  // With the older signature boto3 puts the header that makes it a copy into the query, where it does not count.
  test("presigns a copy", async () => {
    await done("put_object", { ...object("signed"), Body: "text" });
    const headers = { "x-amz-copy-source": "mybucket/signed" };
    const given = { version: "s3v4", method: "copy_object", ...object("copied"), CopySource: "mybucket/signed" };
    const copied = await fetch(String((await ask("presign", given)).value), { method: "PUT", headers });
    expect([copied.status, await copied.text()]).toEqual([200, expect.stringContaining("<CopyObjectResult ")]);
    expect(await done("get_object", object("copied"))).toMatchObject({ Body: "text" });
  });

  // What Terraform's aws_s3_bucket reads at each refresh.
  test.each([
    ["get_bucket_accelerate_configuration", undefined],
    ["get_bucket_acl", undefined],
    ["get_bucket_cors", "NoSuchCORSConfiguration"],
    ["get_bucket_encryption", undefined],
    ["get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"],
    ["get_bucket_logging", undefined],
    ["get_bucket_notification_configuration", undefined],
    ["get_bucket_ownership_controls", undefined],
    ["get_bucket_replication", "ReplicationConfigurationNotFoundError"],
    ["get_bucket_request_payment", undefined],
    ["get_bucket_versioning", undefined],
    ["get_bucket_website", "NoSuchWebsiteConfiguration"],
    ["get_object_lock_configuration", "ObjectLockConfigurationNotFoundError"],
  ])("%s: %s", async (call, code) => {
    expect((await ask(call, BUCKET)).error?.code).toBe(code);
  });
});
