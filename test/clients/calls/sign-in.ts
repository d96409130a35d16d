// What are clients to ask of IAM about passwords, MFA devices and simulations?

import { stepAt, totp } from "../../../signing/totp.ts";
import type { Asked, Computed, Kept } from "./asked.ts";
import { policy } from "./iam.ts";

const user = { UserName: "una" };
const device = { SerialNumber: "$SERIAL" };
const password = (word: string) => ({ ...user, Password: `Correct-${word}-7` });

/** Two codes in a row, the second of them so many steps from now. */
const codes = ({ SEED = "" }: Kept, at: number, steps: number) => {
  const seed = Buffer.from(SEED, "base64").toString();
  const [AuthenticationCode1, AuthenticationCode2] = [steps - 1, steps].map((step) => totp(seed, stepAt(at) + step));
  return { ...user, ...device, AuthenticationCode1, AuthenticationCode2 };
};

/** In an order in which each has what it needs. */
export const SIGN_IN: readonly (Asked | Computed)[] = [
  ["CreateUser", user],
  ["CreateLoginProfile", { ...password("horse"), PasswordResetRequired: true }],
  ["GetLoginProfile", user],
  ["UpdateLoginProfile", password("battery")],
  ["DeleteLoginProfile", user],
  ["ChangePassword", { OldPassword: "Correct-horse-7", NewPassword: "Correct-staple-7" }],
  ["UpdateAccountPasswordPolicy", { MinimumPasswordLength: 12, MaxPasswordAge: 90, RequireSymbols: true }],
  ["GetAccountPasswordPolicy", {}],
  ["DeleteAccountPasswordPolicy", {}],
  [
    "CreateVirtualMFADevice",
    { VirtualMFADeviceName: "phone", Tags: [{ Key: "team", Value: "" }] },
    { SERIAL: "VirtualMFADevice.SerialNumber", SEED: "VirtualMFADevice.Base32StringSeed" },
  ],
  ["EnableMFADevice", (kept, at) => codes(kept, at, 0)],
  ["ListMFADevices", user],
  ["ListVirtualMFADevices", { AssignmentStatus: "Any" }],
  ["GetMFADevice", { ...user, ...device }],
  ["ResyncMFADevice", (kept, at) => codes(kept, at, 2)],
  ["TagMFADevice", { ...device, Tags: [{ Key: "colour", Value: "red" }] }],
  ["ListMFADeviceTags", device],
  ["UntagMFADevice", { ...device, TagKeys: ["colour"] }],
  ["DeactivateMFADevice", { ...user, ...device }],
  ["DeleteVirtualMFADevice", device],
  ["DeleteUser", user],
  [
    "SimulatePrincipalPolicy",
    {
      PolicySourceArn: "arn:aws:iam::123456789012:user/alice",
      ...{ ActionNames: ["s3:GetObject", "ec2:RunInstances"], ResourceArns: ["arn:aws:s3:::mybucket/key", "*"] },
    },
  ],
  ["SimulateCustomPolicy", { PolicyInputList: [policy("s3:*")], ActionNames: ["s3:GetObject", "sqs:SendMessage"] }],
  ["GetContextKeysForPrincipalPolicy", { PolicySourceArn: "arn:aws:iam::123456789012:user/alice" }],
  ["GetContextKeysForCustomPolicy", { PolicyInputList: [policy("s3:*")] }],
];
