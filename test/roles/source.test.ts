import { expect, test } from "vitest";
import { type CredentialSource, credentialSource } from "../../roles/source.ts";

const roleArn = "arn:aws:iam::111122223333:role/real";

test.each<CredentialSource>([
  { credentialProcess: "aws-vault export --format=json dev" },
  { file: "/run/secrets/keys.json" },
  { file: "~/.aws/credentials", profile: "dev" },
  { assumeRole: { roleArn } },
  { assumeRole: { roleArn: "arn:minio:iam:::role/any", endpoint: "http://minio:9000", region: "eu-west-1" } },
  { assumeRole: { roleArn, externalId: "a:b/c", sessionName: "me@here", durationSeconds: 900, profile: "dev" } },
  { assumeRole: { roleArn, endpoint: "https://sts.example/path", credentialsFile: "/keys" } },
])("%j is a source", (source) => {
  expect(credentialSource.parse(source)).toEqual(source);
});

const one = "needs one of assumeRole, credentialProcess, file";
const path = "must be an absolute path, or one that begins with ~/";

test.each([
  [{}, one],
  [{ file: "/keys", credentialProcess: "keys" }, one],
  [{ credentialProcess: "keys", profile: "dev" }, "has a profile only beside file"],
  [{ file: "keys.json" }, path],
  [{ assumeRole: { roleArn, credentialsFile: "keys" } }, path],
  [{ assumeRole: { roleArn: "real" } }, "must be the ARN of a role, of at least 20 characters"],
  [{ assumeRole: { roleArn, endpoint: "minio:9000" } }, "must be a URL such as http://127.0.0.1:4566, without a user"],
  [
    { assumeRole: { roleArn, endpoint: "http://a:b@minio" } },
    "must be a URL such as http://127.0.0.1:4566, without a user",
  ],
  [{ assumeRole: { roleArn, region: "here" } }, "must be a region such as us-east-1"],
  [{ assumeRole: { roleArn, sessionName: "a b" } }, "must be 2 to 64 letters, digits and characters of _+=,.@-"],
  [{ assumeRole: { roleArn, externalId: "?" } }, "must be 2 to 1224 letters, digits and characters of _+=,.@:/-"],
  [{ assumeRole: { roleArn, role: "x" } }, 'there is no "role"'],
  [{ assumeRole: { roleArn, secretAccessKey: "x" } }, 'there is no "secretAccessKey"'],
])("%j is none", (source, message) => {
  const messages = credentialSource.safeParse(source).error?.issues.map((issue) => issue.message);
  expect(messages?.map((text) => text.replace(/ \(did you.*/, ""))).toEqual([message]);
});
