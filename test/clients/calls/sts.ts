// What are clients to ask of STS? Every operation once.

import type { Asked, Computed } from "./asked.ts";

const role = (name: string, RoleSessionName: string) => ({
  RoleArn: `arn:aws:iam::123456789012:role/${name}`,
  RoleSessionName,
});
const Tags = [{ Key: "team", Value: "blue" }];

/** WEBIDENTITY is a token of an identity provider, DENIAL the text of a refusal by EC2. */
export const EVERY: readonly (Asked | Computed)[] = [
  ["GetCallerIdentity", {}],
  ["AssumeRole", { ...role("deploy", "release"), Tags, SourceIdentity: "una" }, { KEY: "Credentials.AccessKeyId" }],
  ["AssumeRoleWithWebIdentity", { ...role("pod", "app"), WebIdentityToken: "$WEBIDENTITY" }],
  [
    "AssumeRoot",
    {
      TargetPrincipal: "123456789012",
      TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy" },
    },
  ],
  ["GetSessionToken", { DurationSeconds: 900 }],
  ["GetFederationToken", { Name: "bob", Tags, PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }] }],
  ["GetAccessKeyInfo", { AccessKeyId: "$KEY" }],
  ["DecodeAuthorizationMessage", ({ DENIAL = "" }) => ({ EncodedMessage: DENIAL.split(": ").at(-1) })],
  ["GetWebIdentityToken", { Audience: ["app"], SigningAlgorithm: "ES384" }],
];
