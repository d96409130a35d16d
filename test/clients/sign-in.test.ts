// Signing in to the demo world from a shell, as docs/sign-in.md says, with a real `mayfly up` and the AWS CLI; and what boto3 sees.

import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mayfly, type Up, up } from "../cli/running.ts";
import { describeWith } from "../requires.ts";
import { AWS_CLI_1, awsCli1, boto3, PYTHON, ROOT } from "./software.ts";

/** Members that the SDK for JavaScript of the tests does not know yet. */
const SESSION_LENGTH = `
import boto3
iam = boto3.client("iam")
iam.create_user(UserName="bob")
iam.create_login_profile(UserName="bob", Password="Correct-horse-1", MaxSigninSessionDuration=7200)
print(iam.get_login_profile(UserName="bob")["LoginProfile"]["MaxSigninSessionDuration"])
iam.update_login_profile(UserName="bob", ResetMaxSigninSessionDuration=True)
print("MaxSigninSessionDuration" in iam.get_login_profile(UserName="bob")["LoginProfile"])
try:
    iam.update_login_profile(UserName="bob", ResetMaxSigninSessionDuration=True, MaxSigninSessionDuration=3600)
except iam.exceptions.InvalidInputException:
    print("refused")
iam.update_login_profile(UserName="bob", MaxSigninSessionDuration=3600)
`;

describeWith([awsCli1, boto3], "signing in from a shell", () => {
  let running: Up;
  beforeAll(async () => {
    running = await up();
  });
  afterAll(async () => {
    expect(await running.end("SIGTERM")).toEqual([0, null]);
  });
  const env = (more: Record<string, string> = {}) => ({
    ...process.env,
    ...{ PATH: `${dirname(AWS_CLI_1)}${delimiter}${process.env.PATH}`, MAYFLY_CONTROL: running.urls.control },
    ...more,
  });

  test("goes as the document says", () => {
    const { stdout, stderr } = spawnSync("bash", ["test/clients/sign-in.sh"], {
      ...{ cwd: ROOT, env: env({ AWS_PROFILE: "my-own" }), encoding: "utf8" },
    });
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /"Arn": "arn:aws:iam::123456789012:user\/alice"[\s\S]*"SerialNumber": "arn:aws:iam::123456789012:mfa\/alice"/,
    );
  });

  test.each<[string, string[], Record<string, string>, RegExp]>([
    [
      "no code",
      ["sign-in", "alice", "--password", "Mayfly-demo-1"],
      {},
      /^mayfly: the user has an MFA device: give its code with --mfa-code$/m,
    ],
    [
      "a wrong password",
      ["sign-in", "alice"],
      { MAYFLY_PASSWORD: "x" },
      /^mayfly: Your authentication information is incorrect. Please try again.$/m,
    ],
    ["no password", ["sign-in", "alice"], {}, /required option '--password <password>' not specified/],
    ["nobody's code", ["mfa-code", "nobody"], {}, /^mayfly: there is no MFA device of "nobody"; there is alice$/m],
  ])("says in one line that there is %s", async (_, words, variables, line) => {
    const { status, errors } = await mayfly(words, { env: env(variables) });
    expect([status !== 0, errors]).toEqual([true, expect.stringMatching(line)]);
  });

  test("lasts as long as the login profile says", async () => {
    const asked = ["exec", "--user", "alice", "--", PYTHON, "-c", SESSION_LENGTH];
    expect(await mayfly(asked, { env: env() })).toMatchObject({
      status: 0,
      output: "7200\nFalse\nrefused\n",
      errors: "",
    });
    const { output } = await mayfly(["sign-in", "bob", "--json"], { env: env({ MAYFLY_PASSWORD: "Correct-horse-1" }) });
    expect(JSON.parse(output).AWS_SESSION_TOKEN).toMatch(/^IQoJ/);
    await mayfly(["advance", "61m"], { env: env() });
    const { stderr } = spawnSync(AWS_CLI_1, ["sts", "get-caller-identity"], {
      ...{ env: env(JSON.parse(output)), encoding: "utf8" },
    });
    expect(stderr).toContain("ExpiredToken");
  });
});
