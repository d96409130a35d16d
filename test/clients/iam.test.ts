// boto3 asks a real `mayfly up` for every operation of IAM, and does what Terraform does: nothing of an answer is lost on it, and nothing
// that its model demands is missing.

import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { iamOperations } from "../../aws-api/iam/operations.ts";
import { mayfly, type Up, up } from "../cli/running.ts";
import { describeWith } from "../requires.ts";
import type { Asked } from "./calls/asked.ts";
import { EVERY, policy, TERRAFORM, TRUST } from "./calls/iam.ts";
import { AWS_CLI_1, awsCli1, boto3, PYTHON, ROOT } from "./software.ts";

interface Answered {
  readonly operation: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly lost?: readonly string[];
  readonly missing?: readonly string[];
  readonly error?: readonly [code: string, status: number, message: string];
}

describeWith([boto3], "IAM for boto3", () => {
  let running: Up;
  beforeAll(async () => {
    running = await up();
  });
  afterAll(async () => {
    expect(await running.end("SIGTERM")).toEqual([0, null]);
  });

  /** By alice, who is an administrator; what is not served is left out. */
  async function ask(calls: readonly Asked[]): Promise<Answered[]> {
    const program = [PYTHON, join(import.meta.dirname, "iam-client.py")];
    const words = ["exec", "--control", running.urls.control, "--user", "alice", "--", ...program];
    const served = calls.filter(([operation]) => Object.hasOwn(iamOperations, operation));
    const { status, output, errors } = await mayfly(words, { input: JSON.stringify(served) });
    expect([status, errors]).toEqual([0, ""]);
    return output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  const troubled = (answers: readonly Answered[]) =>
    answers.filter(({ error, lost = [], missing = [] }) => error || lost.length > 0 || missing.length > 0);

  test("every operation is understood, whole", async () => {
    const answers = await ask(EVERY);
    expect(troubled(answers)).toEqual([]);
    const asked = new Set(answers.map(({ operation }) => operation));
    const elsewhere = /LoginProfile|Password|MFADevice|Simulate|GetContextKeys/;
    const unasked = Object.keys(iamOperations).filter((name) => !asked.has(name) && !elsewhere.test(name));
    expect(unasked).toEqual([]);
    const answerTo = (name: string) => answers.find(({ operation }) => operation === name)?.value;
    // What boto3 makes of them: documents are objects, maps are maps.
    expect(answerTo("GetRole")).toMatchObject({ Role: { AssumeRolePolicyDocument: JSON.parse(TRUST) } });
    expect(answerTo("GetUserPolicy")).toMatchObject({ PolicyDocument: JSON.parse(policy("s3:*")) });
    expect(answerTo("GetAccountSummary")).toMatchObject({ SummaryMap: { UsersQuota: 5000 } });
    expect(answerTo("ListPolicies")).toMatchObject({ IsTruncated: true, Marker: expect.any(String) });
  });

  test("what Terraform does goes through, to the end", async () => {
    expect(troubled(await ask(TERRAFORM))).toEqual([]);
  });
});

describeWith([awsCli1], "IAM for the AWS CLI", () => {
  test("goes as docs/iam.md says", async () => {
    await using running = await up();
    const path = `${dirname(AWS_CLI_1)}${delimiter}${process.env.PATH}`;
    const env = { ...process.env, PATH: path, MAYFLY_CONTROL: running.urls.control };
    const shell = spawnSync("bash", ["test/clients/iam.sh"], { cwd: ROOT, env, encoding: "utf8" });
    expect(shell.stdout).toContain('"Arn": "arn:aws:iam::123456789012:role/reader"');
    expect(shell.stdout).toContain('"PolicyName": "AmazonS3ReadOnlyAccess"');
    expect(shell.stderr.match(/An error occurred .*/g)).toEqual([
      "An error occurred (DeleteConflict) when calling the DeleteRole operation: Cannot delete entity, must detach all policies first.",
      expect.stringMatching(/\(AccessDenied\) when calling the ListObjectsV2 operation: User: \S+ is not authorized/),
    ]);
  });
});
