// boto3 asks a real `mayfly up` for every operation of IAM, and does what Terraform does: nothing of an answer is lost on it, and nothing
// that its model demands is missing.

import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { iamOperations } from "../../aws-api/iam/operations.ts";
import { mayfly, type Up, up } from "../cli/running.ts";
import { describeWith } from "../requires.ts";
import { AWS_CLI_1, awsCli1, boto3, PYTHON, ROOT } from "./software.ts";

type Asked = readonly [operation: string, members: object, kept?: Readonly<Record<string, string>>];

interface Answered {
  readonly operation: string;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly lost?: readonly string[];
  readonly missing?: readonly string[];
  readonly error?: readonly [code: string, status: number, message: string];
}

const arn = (resource: string) => `arn:aws:iam::123456789012:${resource}`;
const policy = (Action: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const Tags = [{ Key: "team", Value: "red" }];
const TagKeys = ["team"];

const user = { UserName: "una" };
const group = { GroupName: "una-group" };
const role = { RoleName: "una-role" };
const profile = { InstanceProfileName: "una-profile" };
const own = { PolicyArn: arn("policy/una-policy") };
const inline = { PolicyName: "inline" };
const provider = { OpenIDConnectProviderArn: arn("oidc-provider/idp.example.com") };
const boundary = { PermissionsBoundary: own.PolicyArn };

const holder = (title: string, name: object): Asked[] => [
  [`Put${title}Policy`, { ...name, ...inline, PolicyDocument: policy("s3:*") }],
  [`Get${title}Policy`, { ...name, ...inline }],
  [`List${title}Policies`, name],
  [`Attach${title}Policy`, { ...name, ...own }],
  [`ListAttached${title}Policies`, name],
];
const bare = (title: string, name: object): Asked[] => [
  [`Delete${title}Policy`, { ...name, ...inline }],
  [`Detach${title}Policy`, { ...name, ...own }],
];
const tagging = (title: string, name: object): Asked[] => [
  [`Tag${title}`, { ...name, Tags }],
  [`List${title}Tags`, name],
  [`Untag${title}`, { ...name, TagKeys }],
];

const EVERY: readonly Asked[] = [
  ["CreatePolicy", { PolicyName: "una-policy", PolicyDocument: policy("s3:*"), Description: "all of S3", Tags }],
  ["GetPolicy", own],
  ["ListPolicies", { Scope: "All", MaxItems: 1000 }],
  ["CreatePolicyVersion", { ...own, PolicyDocument: policy("s3:Get*") }],
  ["GetPolicyVersion", { ...own, VersionId: "v2" }],
  ["ListPolicyVersions", own],
  ["SetDefaultPolicyVersion", { ...own, VersionId: "v2" }],
  ["DeletePolicyVersion", { ...own, VersionId: "v1" }],
  ...tagging("Policy", own),
  ["CreateUser", { ...user, Tags, ...boundary }],
  ["GetUser", user],
  ["GetUser", {}],
  ["ListUsers", { PathPrefix: "/" }],
  ...tagging("User", user),
  ...holder("User", user),
  ["CreateAccessKey", user, { KEY: "AccessKey.AccessKeyId" }],
  ["ListAccessKeys", user],
  ["GetAccessKeyLastUsed", { AccessKeyId: "$KEY" }],
  ["UpdateAccessKey", { ...user, AccessKeyId: "$KEY", Status: "Inactive" }],
  ["ListSSHPublicKeys", user],
  ["ListServiceSpecificCredentials", user],
  ["ListSigningCertificates", user],
  ["CreateGroup", { ...group, Path: "/groups/" }],
  ["AddUserToGroup", { ...group, ...user }],
  ["GetGroup", group],
  ["ListGroups", {}],
  ["ListGroupsForUser", user],
  ...holder("Group", group),
  ["CreateRole", { ...role, AssumeRolePolicyDocument: TRUST, Description: "a role", Tags, ...boundary }],
  ["GetRole", role],
  ["ListRoles", {}],
  ["UpdateRole", { ...role, MaxSessionDuration: 7200 }],
  ["UpdateRoleDescription", { ...role, Description: "another" }],
  ["UpdateAssumeRolePolicy", { ...role, PolicyDocument: TRUST }],
  ...tagging("Role", role),
  ...holder("Role", role),
  ["CreateInstanceProfile", { ...profile, Tags }],
  ["AddRoleToInstanceProfile", { ...profile, ...role }],
  ["GetInstanceProfile", profile],
  ["ListInstanceProfiles", {}],
  ["ListInstanceProfilesForRole", role],
  ...tagging("InstanceProfile", profile),
  ["ListEntitiesForPolicy", own],
  ["ListPoliciesGrantingServiceAccess", { Arn: arn("user/una"), ServiceNamespaces: ["s3", "ec2"] }],
  ["CreateServiceLinkedRole", { AWSServiceName: "ecs.amazonaws.com" }],
  ["GetAccountAuthorizationDetails", {}],
  ["DeleteServiceLinkedRole", { RoleName: "AWSServiceRoleForECS" }, { TASK: "DeletionTaskId" }],
  ["GetServiceLinkedRoleDeletionStatus", { DeletionTaskId: "$TASK" }],
  ["CreateOpenIDConnectProvider", { Url: "https://idp.example.com", ClientIDList: ["app"], Tags }],
  ["GetOpenIDConnectProvider", provider],
  ["ListOpenIDConnectProviders", {}],
  ["AddClientIDToOpenIDConnectProvider", { ...provider, ClientID: "other" }],
  ["RemoveClientIDFromOpenIDConnectProvider", { ...provider, ClientID: "app" }],
  ["UpdateOpenIDConnectProviderThumbprint", { ...provider, ThumbprintList: ["a".repeat(40)] }],
  ...tagging("OpenIDConnectProvider", provider),
  ["DeleteOpenIDConnectProvider", provider],
  ["CreateAccountAlias", { AccountAlias: "una-account" }],
  ["ListAccountAliases", {}],
  ["DeleteAccountAlias", { AccountAlias: "una-account" }],
  ["GetAccountSummary", {}],
  ["GenerateCredentialReport", {}],
  ["GetCredentialReport", {}],
  ["ListServerCertificates", {}],
  ["ListSAMLProviders", {}],
  ["RemoveRoleFromInstanceProfile", { ...profile, ...role }],
  ["DeleteInstanceProfile", profile],
  ...bare("Role", role),
  ["DeleteRolePermissionsBoundary", role],
  ["PutRolePermissionsBoundary", { ...role, PermissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
  ["DeleteRole", role],
  ["RemoveUserFromGroup", { ...group, ...user }],
  ...bare("Group", group),
  ["UpdateGroup", { ...group, NewGroupName: "una-team" }],
  ["DeleteGroup", { GroupName: "una-team" }],
  ["DeleteAccessKey", { ...user, AccessKeyId: "$KEY" }],
  ...bare("User", user),
  ["DeleteUserPermissionsBoundary", user],
  ["PutUserPermissionsBoundary", { ...user, PermissionsBoundary: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
  ["UpdateUser", { ...user, NewUserName: "unna" }],
  ["DeleteUser", { UserName: "unna" }],
  ["DeletePolicy", own],
];

/** What hashicorp/aws 5.100.0 asks IAM for at apply, with its reads, and at destroy. */
const TERRAFORM: readonly Asked[] = [
  ["CreatePolicy", { PolicyName: "una-policy", PolicyDocument: policy("s3:*") }],
  ["GetPolicy", own],
  ["GetPolicyVersion", { ...own, VersionId: "v1" }],
  ["CreateRole", { ...role, AssumeRolePolicyDocument: TRUST }],
  ["GetRole", role],
  ["ListRolePolicies", role],
  ["ListAttachedRolePolicies", role],
  ["PutRolePolicy", { ...role, ...inline, PolicyDocument: policy("s3:*") }],
  ["GetRolePolicy", { ...role, ...inline }],
  ["AttachRolePolicy", { ...role, ...own }],
  ["ListAttachedRolePolicies", role],
  ["CreateInstanceProfile", profile],
  ["GetInstanceProfile", profile],
  ["AddRoleToInstanceProfile", { ...profile, ...role }],
  ["GetInstanceProfile", profile],
  ["CreateGroup", group],
  ["GetGroup", group],
  ["AttachGroupPolicy", { ...group, ...own }],
  ["ListAttachedGroupPolicies", group],
  ["CreateUser", user],
  ["GetUser", user],
  ["AddUserToGroup", { ...group, ...user }],
  ["ListGroupsForUser", user],
  ["CreateAccessKey", user, { KEY: "AccessKey.AccessKeyId" }],
  ["ListAccessKeys", user],
  ["CreateLoginProfile", { ...user, Password: "Correct-horse-7" }],
  ["GetLoginProfile", user],
  ["DeleteLoginProfile", user],
  ["DeleteAccessKey", { ...user, AccessKeyId: "$KEY" }],
  ["RemoveUserFromGroup", { ...group, ...user }],
  ["DetachGroupPolicy", { ...group, ...own }],
  ["DeleteGroup", group],
  ["ListAttachedUserPolicies", user],
  ["ListUserPolicies", user],
  ["ListMFADevices", user],
  ["ListVirtualMFADevices", { AssignmentStatus: "Assigned" }],
  ["ListSSHPublicKeys", user],
  ["ListServiceSpecificCredentials", user],
  ["ListSigningCertificates", user],
  ["DeleteUser", user],
  ["RemoveRoleFromInstanceProfile", { ...profile, ...role }],
  ["DeleteInstanceProfile", profile],
  ["DetachRolePolicy", { ...role, ...own }],
  ["DeleteRolePolicy", { ...role, ...inline }],
  ["ListInstanceProfilesForRole", role],
  ["DeleteRole", role],
  ["ListPolicyVersions", own],
  ["DeletePolicy", own],
];

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
