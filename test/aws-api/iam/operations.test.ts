// Every operation, asked by AWS's own SDK: what each answer has, and what it leaves out, as it was recorded of AWS
// (localstack/localstack, tests/aws/services/iam, 2026).

import type { AccessKey } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { iamOperations } from "../../../aws-api/iam/operations.ts";
import { ADMIN, AT, allow, answer, arn, DATE, type IamWorld, refusal, startIam, trust } from "./world.ts";

let world: IamWorld;
beforeAll(async () => {
  world = await startIam();
});
afterAll(() => world.close());

const iam = () => world.admin;
const TAGS = [
  { Key: "Environment", Value: "Test" },
  { Key: "Team", Value: "" },
];
const COMPLETE = { IsTruncated: false };
const boundary = (name: string) => ({
  PermissionsBoundaryType: "Policy",
  PermissionsBoundaryArn: arn(`policy/${name}`),
});

describe("users", () => {
  const UserName = "ursula";
  const shown = {
    Path: "/staff/",
    UserName,
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    Arn: arn(`user/staff/${UserName}`),
    CreateDate: DATE,
  };

  test("are created, got, listed without their tags, and deleted", async () => {
    const created = await iam().createUser({ UserName, Path: "/staff/", Tags: TAGS });
    expect(answer(created)).toEqual({ User: { ...shown, Tags: TAGS } });
    expect(answer(await iam().getUser({ UserName }))).toEqual({ User: { ...shown, Tags: TAGS } });
    expect(answer(await iam().listUsers({ PathPrefix: "/sta" }))).toEqual({ Users: [shown], ...COMPLETE });
    expect(answer(await iam().listUserTags({ UserName }))).toEqual({ Tags: TAGS, ...COMPLETE });
    await iam().deleteUser({ UserName });
    expect(answer(await iam().listUsers({ PathPrefix: "/sta" }))).toEqual({ Users: [], ...COMPLETE });
  });

  test("who asks for nobody is told of himself", async () => {
    expect((await iam().getUser({})).User?.UserName).toBe("admin");
  });

  test("get and lose tags, whose keys are the same in any case, and boundaries", async () => {
    await iam().createUser({ UserName });
    await iam().tagUser({ UserName, Tags: [...TAGS, { Key: "a", Value: "1" }] });
    await iam().tagUser({ UserName, Tags: [{ Key: "TEAM", Value: "red" }] });
    await iam().untagUser({ UserName, TagKeys: ["environment", "never"] });
    const Tags = [
      { Key: "a", Value: "1" },
      { Key: "TEAM", Value: "red" },
    ];
    expect((await iam().listUserTags({ UserName })).Tags).toEqual(Tags);
    await iam().createPolicy({ PolicyName: "limit", PolicyDocument: allow("s3:*") });
    await iam().putUserPermissionsBoundary({ UserName, PermissionsBoundary: arn("policy/limit") });
    const { User } = await iam().getUser({ UserName });
    expect(User?.PermissionsBoundary).toEqual(boundary("limit"));
    expect((await iam().getPolicy({ PolicyArn: arn("policy/limit") })).Policy).toMatchObject({
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 1,
    });
    await iam().deleteUserPermissionsBoundary({ UserName });
    expect((await iam().getUser({ UserName })).User?.PermissionsBoundary).toBeUndefined();
    await iam().deleteUser({ UserName });
    await iam().deletePolicy({ PolicyArn: arn("policy/limit") });
  });

  test("have keys, whose secret is told once, and a last use", async () => {
    await iam().createUser({ UserName });
    const { AccessKey } = await iam().createAccessKey({ UserName });
    expect(AccessKey).toEqual({
      UserName,
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      Status: "Active",
      SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
      CreateDate: DATE,
    });
    const { SecretAccessKey, ...listed } = AccessKey as AccessKey;
    const { AccessKeyId = "" } = listed;
    expect(answer(await iam().listAccessKeys({ UserName }))).toEqual({ AccessKeyMetadata: [listed], ...COMPLETE });
    const unused = await iam().getAccessKeyLastUsed({ AccessKeyId });
    expect(answer(unused)).toEqual({ UserName, AccessKeyLastUsed: { ServiceName: "N/A", Region: "N/A" } });
    const own = world.as({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey ?? "" });
    await expect(own.getUser({})).rejects.toThrow("is not authorized to perform: iam:GetUser");
    expect((await iam().getAccessKeyLastUsed({ AccessKeyId })).AccessKeyLastUsed).toEqual({
      LastUsedDate: DATE,
      ServiceName: "iam",
      Region: "us-east-1",
    });
    await iam().updateAccessKey({ UserName, AccessKeyId, Status: "Inactive" });
    expect((await iam().listAccessKeys({ UserName })).AccessKeyMetadata).toEqual([{ ...listed, Status: "Inactive" }]);
    await expect(own.getUser({})).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    await iam().deleteAccessKey({ UserName, AccessKeyId });
    const next = await iam().createAccessKey({ UserName });
    expect(next.AccessKey?.AccessKeyId).not.toBe(AccessKeyId);
    await iam().deleteAccessKey({ UserName, AccessKeyId: next.AccessKey?.AccessKeyId });
    await iam().deleteUser({ UserName });
  });

  test("have none of the credentials that there are not", async () => {
    await iam().createUser({ UserName });
    expect(answer(await iam().listSSHPublicKeys({ UserName }))).toEqual({ SSHPublicKeys: [], ...COMPLETE });
    const specific = await iam().listServiceSpecificCredentials({ UserName });
    expect(answer(specific)).toEqual({ ServiceSpecificCredentials: [], ...COMPLETE });
    expect(answer(await iam().listSigningCertificates({ UserName }))).toEqual({ Certificates: [], ...COMPLETE });
    const server = await iam().listServerCertificates({});
    expect(answer(server)).toEqual({ ServerCertificateMetadataList: [], ...COMPLETE });
    expect(answer(await iam().listSAMLProviders({}))).toEqual({ SAMLProviderList: [] });
    await iam().deleteUser({ UserName });
  });
});

describe("groups", () => {
  const GroupName = "gardeners";
  const shown = {
    Path: "/",
    GroupName,
    GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
    Arn: arn(`group/${GroupName}`),
    CreateDate: DATE,
  };

  test("are created, got with their members, renamed, and deleted", async () => {
    expect(answer(await iam().createGroup({ GroupName }))).toEqual({ Group: shown });
    expect((await iam().listGroups({})).Groups).toEqual([shown]);
    await iam().createUser({ UserName: "gus" });
    await iam().addUserToGroup({ GroupName, UserName: "gus" });
    await iam().addUserToGroup({ GroupName, UserName: "gus" });
    const Users = [expect.objectContaining({ UserName: "gus" })];
    expect(answer(await iam().getGroup({ GroupName }))).toEqual({ Group: shown, Users, ...COMPLETE });
    expect((await iam().listGroupsForUser({ UserName: "gus" })).Groups).toEqual([shown]);
    await iam().updateGroup({ GroupName, NewGroupName: "growers", NewPath: "/new/" });
    const Group = { ...shown, Path: "/new/", GroupName: "growers", Arn: arn("group/new/growers") };
    expect((await iam().listGroupsForUser({ UserName: "gus" })).Groups).toEqual([Group]);
    await iam().removeUserFromGroup({ GroupName: "growers", UserName: "gus" });
    await iam().removeUserFromGroup({ GroupName: "growers", UserName: "gus" });
    expect(answer(await iam().getGroup({ GroupName: "growers" }))).toEqual({ Group, Users: [], ...COMPLETE });
    await iam().deleteGroup({ GroupName: "growers" });
    await iam().deleteUser({ UserName: "gus" });
    expect(answer(await iam().listGroups({}))).toEqual({ Groups: [], ...COMPLETE });
  });
});

describe("roles", () => {
  const RoleName = "mybucket-access";
  const bare = {
    Path: "/app/",
    RoleName,
    RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    Arn: arn(`role/app/${RoleName}`),
    CreateDate: DATE,
    AssumeRolePolicyDocument: encodeURIComponent(trust()),
  };

  test("are shown in four ways", async () => {
    const Description = "reads a bucket";
    const made = await iam().createRole({
      ...{ RoleName, Path: "/app/", Description, Tags: TAGS },
      AssumeRolePolicyDocument: trust(),
      MaxSessionDuration: 7200,
    });
    expect(answer(made)).toEqual({ Role: { ...bare, Tags: TAGS } });
    const listed = { ...bare, Description, MaxSessionDuration: 7200 };
    expect((await iam().getRole({ RoleName })).Role).toEqual({ ...listed, Tags: TAGS, RoleLastUsed: {} });
    expect(answer(await iam().listRoles({}))).toEqual({ Roles: [listed], ...COMPLETE });
    const described = await iam().updateRoleDescription({ RoleName, Description: "another" });
    expect(answer(described)).toEqual({ Role: { ...bare, Description: "another" } });
    expect(answer(await iam().updateRole({ RoleName }))).toEqual({});
    await iam().updateRole({ RoleName, MaxSessionDuration: 3600 });
    expect((await iam().getRole({ RoleName })).Role).toMatchObject({
      Description: "another",
      MaxSessionDuration: 3600,
    });
  });

  test("get tags, a boundary, and another trust policy", async () => {
    await iam().tagRole({ RoleName, Tags: [{ Key: "x", Value: "y" }] });
    await iam().untagRole({ RoleName, TagKeys: ["Team"] });
    const Tags = [TAGS[0], { Key: "x", Value: "y" }];
    expect(answer(await iam().listRoleTags({ RoleName }))).toEqual({ Tags, ...COMPLETE });
    const PermissionsBoundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    await iam().putRolePermissionsBoundary({ RoleName, PermissionsBoundary });
    expect((await iam().getRole({ RoleName })).Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
      PermissionsBoundary,
    );
    await iam().deleteRolePermissionsBoundary({ RoleName });
    const text = `${trust({ AWS: arn("root") })}\n`;
    await iam().updateAssumeRolePolicy({ RoleName, PolicyDocument: text });
    const { Role } = await iam().getRole({ RoleName });
    expect(Role?.PermissionsBoundary).toBeUndefined();
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(text);
    await iam().deleteRole({ RoleName });
    expect(answer(await iam().listRoles({}))).toEqual({ Roles: [], ...COMPLETE });
  });

  test("of services are made and deleted by their own operations", async () => {
    const { Role } = await iam().createServiceLinkedRole({ AWSServiceName: "autoscaling.amazonaws.com" });
    const linked = "AWSServiceRoleForAutoScaling";
    expect(Role).toMatchObject({
      Arn: arn(`role/aws-service-role/autoscaling.amazonaws.com/${linked}`),
      AssumeRolePolicyDocument: encodeURIComponent(trust({ Service: "autoscaling.amazonaws.com" })),
    });
    expect((await iam().listAttachedRolePolicies({ RoleName: linked })).AttachedPolicies).toEqual([
      {
        PolicyName: "AutoScalingServiceRolePolicy",
        PolicyArn: "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy",
      },
    ]);
    const { DeletionTaskId } = await iam().deleteServiceLinkedRole({ RoleName: linked });
    expect(DeletionTaskId).toMatch(
      /^task\/aws-service-role\/autoscaling.amazonaws.com\/AWSServiceRoleForAutoScaling\/[0-9a-f-]{36}$/,
    );
    expect(answer(await iam().getServiceLinkedRoleDeletionStatus({ DeletionTaskId }))).toEqual({
      Status: "SUCCEEDED",
    });
  });
});

/** The same of users, groups and roles. */
const HOLDERS = ["User", "Group", "Role"] as const;
type Holder = (typeof HOLDERS)[number];
type Calls = Record<string, (input: Record<string, unknown>) => Promise<Record<string, unknown>>>;

async function withHolder(holder: Holder, use: (call: (name: string, input?: object) => Promise<object>) => unknown) {
  const calls = iam() as unknown as Calls;
  const name = { [`${holder}Name`]: "holder" };
  const call = async (operation: string, input: object = {}) =>
    answer((await calls[operation]?.call(iam(), { ...name, ...input })) ?? {});
  await call(`create${holder}`, { AssumeRolePolicyDocument: trust() });
  await use(call);
  await call(`delete${holder}`);
}

describe.each(HOLDERS)("policies of a %s", (holder) => {
  test("inline: the text stays as it was put", async () => {
    await withHolder(holder, async (call) => {
      const PolicyDocument = `{ "Version" : "2012-10-17",\n"Statement":{"Effect":"Allow","Action":"s3:List*","Resource":"arn:aws:s3:::é/*"}}`;
      const PolicyName = "lists (a)".replace(/[ ()]/g, "_");
      expect(await call(`put${holder}Policy`, { PolicyName, PolicyDocument })).toEqual({});
      expect(await call(`get${holder}Policy`, { PolicyName })).toEqual({
        [`${holder}Name`]: "holder",
        PolicyName,
        PolicyDocument: encodeURIComponent(PolicyDocument).replace(
          /[!'()*]/g,
          (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
        ),
      });
      await call(`put${holder}Policy`, { PolicyName: "another", PolicyDocument: allow("s3:*") });
      const both = { PolicyNames: ["another", PolicyName], ...COMPLETE };
      expect(await call(`list${holder}Policies`)).toEqual(both);
      for (const each of both.PolicyNames) await call(`delete${holder}Policy`, { PolicyName: each });
      expect(await call(`list${holder}Policies`)).toEqual({ PolicyNames: [], ...COMPLETE });
    });
  });

  test("attached: each once, and found by path", async () => {
    await withHolder(holder, async (call) => {
      const PolicyArn = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess";
      await call(`attach${holder}Policy`, { PolicyArn });
      await call(`attach${holder}Policy`, { PolicyArn });
      const AttachedPolicies = [{ PolicyName: "ViewOnlyAccess", PolicyArn }];
      const list = (PathPrefix: string) => call(`listAttached${holder}Policies`, { PathPrefix });
      expect(await list("/job-function/")).toEqual({ AttachedPolicies, ...COMPLETE });
      expect(await list("/other/")).toEqual({ AttachedPolicies: [], ...COMPLETE });
      await call(`detach${holder}Policy`, { PolicyArn });
      expect(await list("/")).toEqual({ AttachedPolicies: [], ...COMPLETE });
    });
  });
});

describe("managed policies", () => {
  const PolicyName = "reader";
  const PolicyArn = arn(`policy/data/${PolicyName}`);
  const shown = {
    PolicyName,
    PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
    Arn: PolicyArn,
    Path: "/data/",
    DefaultVersionId: "v1",
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: DATE,
    UpdateDate: DATE,
  };
  const first = allow("s3:GetObject");
  const second = allow("s3:*");

  test("are created, got and listed, each with members of its own", async () => {
    const Description = "reads";
    const made = await iam().createPolicy({ PolicyName, Path: "/data/", PolicyDocument: first, Description });
    expect(answer(made)).toEqual({ Policy: shown });
    expect(answer(await iam().getPolicy({ PolicyArn }))).toEqual({ Policy: { ...shown, Description, Tags: [] } });
    expect(answer(await iam().listPolicies({ Scope: "Local" }))).toEqual({ Policies: [shown], ...COMPLETE });
    await iam().tagPolicy({ PolicyArn, Tags: TAGS });
    await iam().untagPolicy({ PolicyArn, TagKeys: ["Team"] });
    expect((await iam().listPolicyTags({ PolicyArn })).Tags).toEqual([TAGS[0]]);
  });

  test("have versions, newest first, and one in force", async () => {
    const { PolicyVersion } = await iam().createPolicyVersion({ PolicyArn, PolicyDocument: second });
    expect(PolicyVersion).toEqual({ VersionId: "v2", IsDefaultVersion: false, CreateDate: DATE });
    await iam().setDefaultPolicyVersion({ PolicyArn, VersionId: "v2" });
    expect((await iam().getPolicyVersion({ PolicyArn, VersionId: "v2" })).PolicyVersion).toEqual({
      Document: encodeURIComponent(second).replaceAll("*", "%2A"),
      VersionId: "v2",
      IsDefaultVersion: true,
      CreateDate: DATE,
    });
    const versions = async () =>
      (await iam().listPolicyVersions({ PolicyArn })).Versions?.map((each) => [each.VersionId, each.IsDefaultVersion]);
    expect(await versions()).toEqual([
      ["v2", true],
      ["v1", false],
    ]);
    await iam().deletePolicyVersion({ PolicyArn, VersionId: "v1" });
    const third = await iam().createPolicyVersion({ PolicyArn, PolicyDocument: first, SetAsDefault: true });
    expect(third.PolicyVersion).toMatchObject({ VersionId: "v3", IsDefaultVersion: true });
    expect(await versions()).toEqual([
      ["v3", true],
      ["v2", false],
    ]);
    await iam().deletePolicyVersion({ PolicyArn, VersionId: "v2" });
  });

  test("tell whom they concern and what they grant", async () => {
    await iam().createUser({ UserName: "rita", PermissionsBoundary: PolicyArn });
    await iam().createGroup({ GroupName: "readers" });
    await iam().createRole({ RoleName: "reading", AssumeRolePolicyDocument: trust() });
    await iam().addUserToGroup({ GroupName: "readers", UserName: "rita" });
    await iam().attachGroupPolicy({ GroupName: "readers", PolicyArn });
    await iam().attachRolePolicy({ RoleName: "reading", PolicyArn });
    await iam().putUserPolicy({ UserName: "rita", PolicyName: "own", PolicyDocument: allow("ec2:Describe*") });
    const id = expect.any(String);
    const PolicyUsers = [{ UserName: "rita", UserId: id }];
    const PolicyGroups = [{ GroupName: "readers", GroupId: id }];
    const PolicyRoles = [{ RoleName: "reading", RoleId: id }];
    const none = { PolicyUsers: [], PolicyGroups: [], PolicyRoles: [], ...COMPLETE };
    const entities = async (input: object) => answer(await iam().listEntitiesForPolicy({ PolicyArn, ...input }));
    expect(await entities({})).toEqual({ PolicyUsers, PolicyGroups, PolicyRoles, ...COMPLETE });
    expect(await entities({ EntityFilter: "Role" })).toEqual({ ...none, PolicyRoles });
    expect(await entities({ PolicyUsageFilter: "PermissionsBoundary" })).toEqual({ ...none, PolicyUsers });
    expect(await entities({ PolicyUsageFilter: "PermissionsPolicy" })).toEqual({ ...none, PolicyGroups, PolicyRoles });
    const attached = await iam().listPolicies({ OnlyAttached: true, Scope: "Local" });
    expect(attached.Policies).toMatchObject([{ AttachmentCount: 2, PermissionsBoundaryUsageCount: 1 }]);
    const granting = await iam().listPoliciesGrantingServiceAccess({
      Arn: arn("user/rita"),
      ServiceNamespaces: ["s3", "ec2", "sqs"],
    });
    expect(answer(granting)).toEqual({
      ...COMPLETE,
      PoliciesGrantingServiceAccess: [
        { ServiceNamespace: "s3", Policies: [{ PolicyName, PolicyType: "MANAGED", PolicyArn }] },
        {
          ServiceNamespace: "ec2",
          Policies: [{ PolicyName: "own", PolicyType: "INLINE", EntityType: "USER", EntityName: "rita" }],
        },
        { ServiceNamespace: "sqs", Policies: [] },
      ],
    });
  });

  test("of AWS are there, all 1594 of them", async () => {
    const { Policies, IsTruncated } = await iam().listPolicies({ Scope: "AWS", MaxItems: 2 });
    expect([Policies?.length, IsTruncated]).toEqual([2, true]);
    const found = await iam().listPolicies({ Scope: "AWS", PathPrefix: "/job-function/" });
    expect(found.Policies?.map((each) => each.PolicyName)).toContain("ViewOnlyAccess");
    const { Policy } = await iam().getPolicy({ PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
    expect(Policy).toMatchObject({ PolicyName: "ReadOnlyAccess", Path: "/", AttachmentCount: 0, IsAttachable: true });
  });
});

describe("the account", () => {
  test("is told of whole, in one answer", async () => {
    const details = answer(await iam().getAccountAuthorizationDetails({}));
    expect(details).toMatchObject(COMPLETE);
    expect(details.UserDetailList?.find(({ UserName }) => UserName === "rita")).toEqual({
      Path: "/",
      UserName: "rita",
      UserId: expect.any(String),
      Arn: arn("user/rita"),
      CreateDate: DATE,
      UserPolicyList: [
        { PolicyName: "own", PolicyDocument: encodeURIComponent(allow("ec2:Describe*")).replaceAll("*", "%2A") },
      ],
      GroupList: ["readers"],
      AttachedManagedPolicies: [],
      PermissionsBoundary: {
        PermissionsBoundaryType: "Policy",
        PermissionsBoundaryArn: arn("policy/data/reader"),
      },
      Tags: [],
    });
    const PolicyArn = arn("policy/data/reader");
    const AttachedManagedPolicies = [{ PolicyName: "reader", PolicyArn }];
    expect(details.GroupDetailList).toMatchObject([{ GroupPolicyList: [], AttachedManagedPolicies }]);
    expect(details.RoleDetailList).toMatchObject([
      { InstanceProfileList: [], RolePolicyList: [], AttachedManagedPolicies, Tags: [], RoleLastUsed: {} },
    ]);
    expect(details.Policies?.map(({ Arn, PolicyVersionList }) => [Arn, PolicyVersionList?.length])).toEqual([
      [PolicyArn, 1],
      ["arn:aws:iam::aws:policy/AdministratorAccess", 1],
    ]);
    const roles = await iam().getAccountAuthorizationDetails({ Filter: ["Role"] });
    expect([roles.UserDetailList, roles.RoleDetailList?.length]).toEqual([[], 1]);
  });

  test("counts what it has", async () => {
    const { SummaryMap } = await iam().getAccountSummary({});
    expect(Object.keys(SummaryMap ?? {})).toHaveLength(34);
    expect(SummaryMap).toMatchObject({
      ...{ Users: 2, Groups: 1, Roles: 1, Policies: 1, PolicyVersionsInUse: 1, UsersQuota: 5000 },
      ...{ AssumeRolePolicySizeQuota: 2048, GroupsPerUserQuota: 10, AccessKeysPerUserQuota: 2 },
    });
  });

  test("has an alias, one at a time", async () => {
    await iam().createAccountAlias({ AccountAlias: "first" });
    await iam().createAccountAlias({ AccountAlias: "second" });
    expect(answer(await iam().listAccountAliases({}))).toEqual({ AccountAliases: ["second"], ...COMPLETE });
    await iam().deleteAccountAlias({ AccountAlias: "second" });
    expect(answer(await iam().listAccountAliases({}))).toEqual({ AccountAliases: [], ...COMPLETE });
  });

  test("reports its credentials", async () => {
    await expect(iam().getCredentialReport({})).rejects.toMatchObject({
      Code: "ReportNotPresent",
      $metadata: { httpStatusCode: 410 },
    });
    expect((await iam().generateCredentialReport({})).State).toBe("STARTED");
    expect(answer(await iam().generateCredentialReport({}))).toEqual({ State: "COMPLETE" });
    const report = await iam().getCredentialReport({});
    expect([report.ReportFormat, report.GeneratedTime]).toEqual(["text/csv", DATE]);
    const [head, ...rows] = Buffer.from(report.Content ?? [])
      .toString()
      .split("\n")
      .map((row) => row.split(","));
    expect(head).toEqual([
      ...["user", "arn", "user_creation_time", "password_enabled", "password_last_used", "password_last_changed"],
      ...["password_next_rotation", "mfa_active", "access_key_1_active", "access_key_1_last_rotated"],
      ...["access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service"],
      ...["access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date"],
      ...["access_key_2_last_used_region", "access_key_2_last_used_service", "cert_1_active", "cert_1_last_rotated"],
      ...["cert_2_active", "cert_2_last_rotated"],
    ]);
    expect(rows.map(([user]) => user)).toEqual(["<root_account>", "admin", "rita"]);
    const now = "2026-11-24T12:00:00+00:00";
    expect(rows[1]).toEqual([
      ...["admin", arn("user/admin"), now, "false", "N/A", "N/A", "N/A", "false"],
      ...["true", now, now, "us-east-1", "iam", "false", "N/A", "N/A", "N/A", "N/A"],
      ...["false", "N/A", "false", "N/A"],
    ]);
    world.at += 4 * 3_600_000;
    // A client that has not set its clock by the server's.
    const late = refusal(world.as(ADMIN).getCredentialReport({}));
    expect((await late.finally(() => (world.at = AT))).slice(0, 2)).toEqual([expect.stringMatching("Expired"), 410]);
  });

  test("reports users whose names have commas as RFC 4180 has it", async () => {
    await iam().createUser({ UserName: "a,b" });
    world.at += 4 * 3_600_000;
    const later = world.as(ADMIN);
    await later.generateCredentialReport({});
    const { Content } = await later.getCredentialReport({});
    world.at = AT;
    await iam().deleteUser({ UserName: "a,b" });
    expect(Buffer.from(Content ?? []).toString()).toContain(`\n"a,b","${arn("user/a,b")}",2026-`);
  });
});

describe("instance profiles", () => {
  test("carry a role, and are shown with it", async () => {
    const InstanceProfileName = "web";
    const shown = {
      Path: "/",
      InstanceProfileName,
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
      Arn: arn(`instance-profile/${InstanceProfileName}`),
      CreateDate: DATE,
      Roles: [],
    };
    const made = await iam().createInstanceProfile({ InstanceProfileName });
    expect(answer(made)).toEqual({ InstanceProfile: shown });
    await iam().tagInstanceProfile({ InstanceProfileName, Tags: TAGS });
    await iam().untagInstanceProfile({ InstanceProfileName, TagKeys: ["Environment"] });
    expect((await iam().listInstanceProfileTags({ InstanceProfileName })).Tags).toEqual([TAGS[1]]);
    await iam().addRoleToInstanceProfile({ InstanceProfileName, RoleName: "reading" });
    const Roles = [
      {
        Path: "/",
        RoleName: "reading",
        RoleId: expect.any(String),
        Arn: arn("role/reading"),
        CreateDate: DATE,
        AssumeRolePolicyDocument: encodeURIComponent(trust()),
      },
    ];
    const got = await iam().getInstanceProfile({ InstanceProfileName });
    expect(answer(got)).toEqual({ InstanceProfile: { ...shown, Roles, Tags: [TAGS[1]] } });
    const InstanceProfiles = [{ ...shown, Roles }];
    expect(answer(await iam().listInstanceProfiles({}))).toEqual({ InstanceProfiles, ...COMPLETE });
    const ofRole = await iam().listInstanceProfilesForRole({ RoleName: "reading" });
    expect(answer(ofRole)).toEqual({ InstanceProfiles, ...COMPLETE });
    await iam().removeRoleFromInstanceProfile({ InstanceProfileName, RoleName: "reading" });
    await iam().deleteInstanceProfile({ InstanceProfileName });
    expect(answer(await iam().listInstanceProfiles({}))).toEqual({ InstanceProfiles: [], ...COMPLETE });
  });
});

describe("OpenID Connect providers", () => {
  test("are made, changed and deleted", async () => {
    const OpenIDConnectProviderArn = arn("oidc-provider/idp.example.com/tenant");
    const made = await iam().createOpenIDConnectProvider({
      Url: "https://idp.example.com/tenant",
      ClientIDList: ["one"],
      Tags: TAGS,
    });
    expect(answer(made)).toEqual({ OpenIDConnectProviderArn, Tags: TAGS });
    const ClientID = "two";
    await iam().addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });
    await iam().addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });
    await iam().removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID: "one" });
    const ThumbprintList = ["a".repeat(40)];
    await iam().updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn, ThumbprintList });
    await iam().tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags: [{ Key: "team", Value: "x" }] });
    await iam().untagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys: ["Team", "Environment"] });
    const Tags = [{ Key: "team", Value: "x" }];
    expect((await iam().listOpenIDConnectProviderTags({ OpenIDConnectProviderArn })).Tags).toEqual(Tags);
    expect(answer(await iam().getOpenIDConnectProvider({ OpenIDConnectProviderArn }))).toEqual({
      Url: "idp.example.com/tenant",
      ClientIDList: [ClientID],
      ThumbprintList,
      CreateDate: DATE,
      Tags,
    });
    expect(answer(await iam().listOpenIDConnectProviders({}))).toEqual({
      OpenIDConnectProviderList: [{ Arn: OpenIDConnectProviderArn }],
    });
    await iam().deleteOpenIDConnectProvider({ OpenIDConnectProviderArn });
    expect((await iam().listOpenIDConnectProviders({})).OpenIDConnectProviderList).toEqual([]);
  });
});

test("every operation that is here was asked; others are shown where they belong", async () => {
  await iam().updateUser({ UserName: "rita", NewUserName: "rosa" });
  const elsewhere = /LoginProfile|Password|MFADevice|Simulate|GetContextKeys/;
  const own = Object.keys(iamOperations).filter((name) => !elsewhere.test(name));
  expect([...world.asked].sort()).toEqual(own.sort());
});
