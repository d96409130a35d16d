// AWS's own policy for users who manage their credentials themselves, with the AWS CLI: without MFA they can do no more than set it up.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulation, simulate } from "../../index.ts";
import { describeWith, type Need } from "../requires.ts";
import { type CLIS, runCli } from "./client.ts";
import { awsCli1, awsCli2 } from "./software.ts";

const FOUND: readonly [keyof typeof CLIS, Need][] = [
  ["AWS CLI v1", awsCli1],
  ["AWS CLI v2 of Debian", awsCli2],
];
const ARN = "arn:aws:iam::123456789012:mfa/alice";
const OWN = `arn:aws:iam::*:user/$\{aws:username}`;

const SELF_MANAGEMENT = {
  Version: "2012-10-17",
  Statement: [
    { Sid: "AllowViewAccountInfo", Effect: "Allow", Action: "iam:ListVirtualMFADevices", Resource: "*" },
    {
      Sid: "AllowManageOwnVirtualMFADevice",
      Effect: "Allow",
      Action: "iam:CreateVirtualMFADevice",
      Resource: "arn:aws:iam::*:mfa/*",
    },
    {
      Sid: "AllowManageOwnUserMFA",
      Effect: "Allow",
      Action: ["iam:DeactivateMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice"],
      Resource: OWN,
    },
    {
      Sid: "DenyAllExceptListedIfNoMFA",
      Effect: "Deny",
      NotAction: [
        "iam:CreateVirtualMFADevice",
        "iam:EnableMFADevice",
        "iam:GetMFADevice",
        "iam:ListMFADevices",
        "iam:ListVirtualMFADevices",
        "iam:ResyncMFADevice",
        "sts:GetSessionToken",
      ],
      Resource: "*",
      Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
    },
  ],
};

for (const [name, need] of FOUND) {
  describeWith([need], name, () => {
    let simulation: Simulation;
    const directory = mkdtempSync(join(tmpdir(), "mayfly-"));
    beforeAll(async () => {
      const own = { policies: { SelfManagement: SELF_MANAGEMENT }, managedPolicies: ["AmazonS3FullAccess"] };
      const alice = { ...own, accessKeys: 1, password: "Correct-horse-1" };
      simulation = await simulate({ configuration: { users: { alice }, buckets: ["mybucket"] } });
    });
    afterAll(async () => {
      rmSync(directory, { recursive: true });
      await simulation.close();
    });

    const run = (words: string[], variables: Readonly<Record<string, string>> = {}) =>
      runCli(name, simulation, words, variables, { user: "alice" });
    const succeed = async (words: string[], variables?: Readonly<Record<string, string>>) => {
      const { status, output, errors } = await run(words, variables);
      expect([status, errors]).toEqual([0, ""]);
      return output;
    };
    const refused = async (variables?: Readonly<Record<string, string>>) => {
      const { status, errors } = await run(["s3", "ls", "s3://mybucket"], variables);
      expect(status).not.toBe(0);
      expect(errors).toMatch(
        /is not authorized to perform: s3:ListBucket .* with an explicit deny in an identity-based policy/,
      );
    };
    const session = async (...words: string[]) => {
      const { Credentials } = JSON.parse(await succeed(["sts", "get-session-token", ...words]));
      return {
        AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
        AWS_SESSION_TOKEN: Credentials.SessionToken,
      };
    };

    test("refuses all else until a device is set up and its code is given", async () => {
      await refused();
      const seed = join(directory, "seed");
      const create = ["iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "alice", "--outfile", seed];
      const created = JSON.parse(await succeed([...create, "--bootstrap-method", "Base32StringSeed"]));
      expect(created.VirtualMFADevice.SerialNumber).toBe(ARN);
      expect(readFileSync(seed, "utf8")).toMatch(/^[A-Z2-7]{64}$/);
      const { code, next } = await simulation.mfaCode(ARN);
      const codes = ["--authentication-code1", code, "--authentication-code2", next];
      await succeed(["iam", "enable-mfa-device", "--user-name", "alice", "--serial-number", ARN, ...codes]);
      const { MFADevices } = JSON.parse(await succeed(["iam", "list-mfa-devices"]));
      expect(MFADevices).toMatchObject([{ UserName: "alice", SerialNumber: ARN }]);

      await refused();
      await refused(await session());
      await simulation.clock.advance("2m");
      const given = ["--serial-number", ARN, "--token-code", (await simulation.mfaCode("alice")).code];
      await succeed(["s3", "ls", "s3://mybucket"], await session(...given));
      expect((await run(["sts", "get-session-token", ...given])).errors).toContain(
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
      );
    });

    test("takes a session of the console with MFA as one", async () => {
      const mfaCode = (await simulation.mfaCode("alice")).code;
      const report = await simulation.signIn({ userName: "alice", password: "Correct-horse-1", mfaCode });
      if (report.step !== "signed-in") throw new Error(report.step);
      await succeed(["s3", "ls", "s3://mybucket"], report.environment.variables);
    });

    test("the QR code is a picture", async () => {
      const picture = join(directory, "qr.png");
      const create = ["iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "other", "--outfile", picture];
      await succeed([...create, "--bootstrap-method", "QRCodePNG"]);
      expect(readFileSync(picture).toString("latin1", 1, 4)).toBe("PNG");
    });
  });
}
