// The README's first minute, with a real `mayfly up` and the AWS CLI, in a shell of a user who has a profile of his own.

import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mayfly, type Up, up } from "../cli/running.ts";
import { describeWith } from "../requires.ts";
import { AWS_CLI_1, awsCli1, curl, ROOT } from "./software.ts";

const OWN = {
  PATH: `${dirname(AWS_CLI_1)}${delimiter}${process.env.PATH}`,
  AWS_PROFILE: "my-own",
  AWS_ACCESS_KEY_ID: "AKIAMYOWN",
  HTTP_PROXY: "http://127.0.0.1:9",
};
const inOrder = (...steps: RegExp[]) => new RegExp(steps.map(({ source }) => source).join("[^]*"), "m");
const IDENTITY = /"Arn": "arn:aws:sts::123456789012:assumed-role\/mybucket-access\/i-[0-9a-f]{17}"/;
const REFUSED =
  /\(AccessDenied\).*"arn:aws:s3:::otherbucket" because no identity-based policy allows the s3:ListBucket action/;

describeWith([awsCli1, curl], "the first minute", () => {
  let running: Up;
  beforeAll(async () => {
    running = await up();
  });
  afterAll(async () => {
    expect(await running.end("SIGTERM")).toEqual([0, null]);
  });

  test("mayfly exec runs the AWS CLI as if on the instance", async () => {
    const aws = (...words: string[]) =>
      mayfly(["exec", "--control", running.urls.control, "--", "aws", ...words], { env: OWN, input: "an item\n" });
    expect(await aws("sts", "get-caller-identity")).toMatchObject({
      status: 0,
      output: expect.stringMatching(IDENTITY),
      errors: "",
    });
    expect(await aws("s3", "cp", "-", "s3://mybucket/item")).toMatchObject({ status: 0, errors: "" });
    expect((await aws("s3", "ls", "mybucket")).output).toMatch(/ 8 item\n$/);
    expect(await aws("s3", "rm", "s3://mybucket/item")).toMatchObject({ status: 0, errors: "" });
    const { status, errors } = await aws("s3", "ls", "otherbucket");
    expect(status).not.toBe(0);
    expect(errors).toMatch(REFUSED);
  });

  test("goes as the README says", () => {
    const env = { ...process.env, ...OWN, MAYFLY_CONTROL: running.urls.control };
    const { stdout, stderr } = spawnSync("bash", ["test/clients/first-minute.sh"], {
      cwd: ROOT,
      env,
      encoding: "utf8",
    });
    const listed = /^\S+ \S+ +\d+ now$/;
    const moved = /^\S+ running$/;
    expect(stdout).toMatch(inOrder(IDENTITY, listed, moved, listed, /^delete: s3:\/\/mybucket\/now$/));
    const expired = /\(ExpiredToken\) when calling the ListObjectsV2 operation: The provided token has expired\./;
    expect(stderr).toMatch(inOrder(REFUSED, expired));
    expect(stderr.match(/An error occurred/g)).toHaveLength(2);
  });
});
