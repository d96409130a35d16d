// Who may do what with whom? What a denial names, and the condition keys of IAM's own actions.

import type { IAM } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allow, arn, type IamWorld, refusal, startIam, trust } from "./world.ts";

let world: IamWorld;
let idle: IAM;
const OWN = arn("policy/data/own");

beforeAll(async () => {
  world = await startIam({
    roles: {
      "mybucket-access": { trust: "ec2.amazonaws.com", tags: { team: "red" } },
      other: { trust: "ec2.amazonaws.com" },
    },
    groups: { staff: { path: "/all/" } },
    instanceProfiles: { empty: {} },
    users: { red: { tags: { team: "red" } }, blue: { tags: { team: "blue" } }, bounded: {} },
  });
  await world.admin.createPolicy({ PolicyName: "own", Path: "/data/", PolicyDocument: allow("s3:*") });
  await world.admin.putUserPermissionsBoundary({ UserName: "bounded", PermissionsBoundary: OWN });
  idle = await world.userWith("idle", allow("s3:ListAllMyBuckets"));
});
afterAll(() => world.close());

/** As AWS words it, recorded in many logs. */
const DENIALS: readonly (readonly [action: string, resource: string, call: () => Promise<unknown>])[] = [
  ["CreateUser", arn("user/staff/new"), () => idle.createUser({ UserName: "new", Path: "/staff/" })],
  ["GetUser", "user idle", () => idle.getUser({})],
  ["GetUser", "user nobody", () => idle.getUser({ UserName: "nobody" })],
  ["ListUsers", arn("user/"), () => idle.listUsers({})],
  ["ListUsers", arn("user/staff/"), () => idle.listUsers({ PathPrefix: "/staff/" })],
  ["CreateAccessKey", "user red", () => idle.createAccessKey({ UserName: "red" })],
  ["GetGroup", "group staff", () => idle.getGroup({ GroupName: "staff" })],
  ["GetRole", "role mybucket-access", () => idle.getRole({ RoleName: "mybucket-access" })],
  ["CreateRole", arn("role/new"), () => idle.createRole({ RoleName: "new", AssumeRolePolicyDocument: trust() })],
  ["AttachRolePolicy", "role other", () => idle.attachRolePolicy({ RoleName: "other", PolicyArn: OWN })],
  ["CreatePolicy", "policy new", () => idle.createPolicy({ PolicyName: "new", PolicyDocument: allow("s3:*") })],
  ["GetPolicy", `policy ${OWN}`, () => idle.getPolicy({ PolicyArn: OWN })],
  ["ListPolicies", "policy path /", () => idle.listPolicies({})],
  [
    "CreateInstanceProfile",
    arn("instance-profile/new"),
    () => idle.createInstanceProfile({ InstanceProfileName: "new" }),
  ],
  [
    "AddRoleToInstanceProfile",
    "instance profile empty",
    () => idle.addRoleToInstanceProfile({ InstanceProfileName: "empty", RoleName: "other" }),
  ],
  [
    "CreateOpenIDConnectProvider",
    arn("oidc-provider/idp.example.com"),
    () => idle.createOpenIDConnectProvider({ Url: "https://idp.example.com" }),
  ],
  ["GetAccountSummary", "*", () => idle.getAccountSummary({})],
  ["ListAccountAliases", "*", () => idle.listAccountAliases({})],
];

test.each(DENIALS)("a denial of iam:%s names %s", async (action, resource, call) => {
  const message =
    `User: ${arn("user/idle")} is not authorized to perform: iam:${action} on resource: ${resource} ` +
    `because no identity-based policy allows the iam:${action} action`;
  expect(await refusal(call())).toEqual(["AccessDenied", 403, message]);
});

const DENIED = ["AccessDenied", 403, expect.stringContaining("is not authorized to perform: iam:")];
let made = 0;
const withPolicy = (policy: string) => world.userWith(`subject${made++}`, policy);

describe("resources and condition keys", () => {
  test("policies speak of an entity by its ARN, path and all", async () => {
    const iam = await withPolicy(allow("iam:GetGroup", arn("group/all/*")));
    expect((await iam.getGroup({ GroupName: "staff" })).Group?.Path).toBe("/all/");
    expect(await refusal(iam.getGroup({ GroupName: "nobody" }))).toEqual(DENIED);
  });

  test("aws:ResourceTag and iam:ResourceTag are tags of whom the call is about", async () => {
    for (const key of ["aws:ResourceTag/team", "iam:ResourceTag/team"]) {
      const iam = await withPolicy(allow("iam:GetUser", "*", { StringEquals: { [key]: "red" } }));
      expect((await iam.getUser({ UserName: "red" })).User?.UserName).toBe("red");
      expect(await refusal(iam.getUser({ UserName: "blue" }))).toEqual(DENIED);
    }
  });

  test("aws:RequestTag and aws:TagKeys are tags that the call brings, or takes away", async () => {
    const iam = await withPolicy(
      allow(["iam:CreateUser", "iam:TagUser", "iam:UntagUser"], "*", {
        "ForAllValues:StringEquals": { "aws:TagKeys": ["team", "stage"] },
        StringEqualsIfExists: { "aws:RequestTag/team": "red" },
      }),
    );
    const tagged = (UserName: string, Key: string, Value: string) =>
      iam.createUser({ UserName, Tags: [{ Key, Value }] });
    await tagged("tagged", "team", "red");
    expect(await refusal(tagged("other", "team", "blue"))).toEqual(DENIED);
    expect(await refusal(tagged("other", "owner", "me"))).toEqual(DENIED);
    await iam.untagUser({ UserName: "tagged", TagKeys: ["team"] });
    expect(await refusal(iam.untagUser({ UserName: "tagged", TagKeys: ["owner"] }))).toEqual(DENIED);
  });

  test("iam:PolicyARN is the policy to attach", async () => {
    const iam = await withPolicy(allow("iam:AttachUserPolicy", "*", { ArnEquals: { "iam:PolicyARN": OWN } }));
    await iam.attachUserPolicy({ UserName: "red", PolicyArn: OWN });
    const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    expect(await refusal(iam.attachUserPolicy({ UserName: "red", PolicyArn: admin }))).toEqual(DENIED);
  });

  test("a policy of another partition's name is none, so that nobody gets around those who name it", async () => {
    const iam = await withPolicy(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "iam:*", Resource: "*" },
          {
            Effect: "Deny",
            Action: "iam:AttachUserPolicy",
            Resource: "*",
            Condition: { ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" } },
          },
        ],
      }),
    );
    for (const PolicyArn of [
      "arn:aws-cn:iam::aws:policy/AdministratorAccess",
      OWN.replace("iam::", "iam:us-east-1:"),
      OWN.replace("arn:aws:", "arn:aws-us-gov:"),
    ]) {
      const refused = ["ValidationError", 400, `ARN ${PolicyArn} is not valid.`];
      expect(await refusal(iam.attachUserPolicy({ UserName: "blue", PolicyArn }))).toEqual(refused);
      expect(await refusal(iam.getPolicy({ PolicyArn }))).toEqual(refused);
    }
    const foreign = { UserName: "blue", PermissionsBoundary: "arn:aws-cn:iam::aws:policy/ReadOnlyAccess" };
    expect((await refusal(iam.putUserPermissionsBoundary(foreign)))[0]).toBe("InvalidInputException");
  });

  test("whoever renames must be allowed what it is then, too", async () => {
    await world.admin.createUser({ UserName: "robert", Path: "/staff/" });
    const iam = await withPolicy(
      allow(["iam:UpdateUser", "iam:UpdateGroup"], [arn("user/staff/*"), arn("group/all/*")]),
    );
    for (const wanted of [{ NewPath: "/admin/" }, { NewUserName: "red2", NewPath: "/" }]) {
      expect(await refusal(iam.updateUser({ UserName: "robert", ...wanted }))).toEqual(DENIED);
    }
    expect(await refusal(iam.updateGroup({ GroupName: "staff", NewPath: "/admin/" }))).toEqual(DENIED);
    await iam.updateUser({ UserName: "robert", NewUserName: "bob" });
    await iam.updateGroup({ GroupName: "staff", NewGroupName: "people" });
    await iam.updateGroup({ GroupName: "people", NewGroupName: "staff" });
  });

  const TAGGED: readonly (readonly [
    title: string,
    create: (iam: IAM, Tags: { Key: string; Value: string }[]) => Promise<unknown>,
  ])[] = [
    ["User", (iam, Tags) => iam.createUser({ UserName: "tagged-1", Tags })],
    ["Role", (iam, Tags) => iam.createRole({ RoleName: "tagged-1", AssumeRolePolicyDocument: trust(), Tags })],
    ["Policy", (iam, Tags) => iam.createPolicy({ PolicyName: "tagged-1", PolicyDocument: allow("s3:*"), Tags })],
    ["InstanceProfile", (iam, Tags) => iam.createInstanceProfile({ InstanceProfileName: "tagged-1", Tags })],
    [
      "OpenIDConnectProvider",
      (iam, Tags) => iam.createOpenIDConnectProvider({ Url: "https://tagged-1.example", Tags }),
    ],
    ["VirtualMFADevice", (iam, Tags) => iam.createVirtualMFADevice({ VirtualMFADeviceName: "tagged-1", Tags })],
  ];

  test.each(TAGGED)("whoever creates a %s with tags must be allowed to tag it", async (title, create) => {
    const tags = [{ Key: "team", Value: "red" }];
    const action = title === "VirtualMFADevice" ? "iam:TagMFADevice" : `iam:Tag${title}`;
    const iam = await withPolicy(allow(`iam:Create${title}`));
    const [code, status, message] = await refusal(create(iam, tags));
    expect([code, status]).toEqual(["AccessDenied", 403]);
    expect(message).toContain(`is not authorized to perform: ${action} on resource: `);
    await create(
      await withPolicy(allow([`iam:Create${title}`, action], "*", { StringEquals: { "aws:RequestTag/team": "red" } })),
      tags,
    );
  });

  test("iam:PermissionsBoundary is the boundary that the call brings, or that its user has", async () => {
    const iam = await withPolicy(
      allow(["iam:CreateUser", "iam:PutUserPolicy"], "*", { StringEquals: { "iam:PermissionsBoundary": OWN } }),
    );
    await iam.createUser({ UserName: "limited", PermissionsBoundary: OWN });
    expect(await refusal(iam.createUser({ UserName: "free" }))).toEqual(DENIED);
    const policy = { PolicyName: "p", PolicyDocument: allow("s3:*") };
    await iam.putUserPolicy({ UserName: "bounded", ...policy });
    expect(await refusal(iam.putUserPolicy({ UserName: "blue", ...policy }))).toEqual(DENIED);
  });

  test("whoever puts a role into a profile must be allowed to pass it to EC2", async () => {
    const passing = (Resource: string, service: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "iam:AddRoleToInstanceProfile", Resource: "*" },
          {
            Effect: "Allow",
            Action: "iam:PassRole",
            Resource,
            Condition: { StringEquals: { "iam:PassedToService": service } },
          },
        ],
      });
    const add = (iam: IAM) => iam.addRoleToInstanceProfile({ InstanceProfileName: "empty", RoleName: "other" });
    const strangers = [
      await withPolicy(passing(arn("role/mybucket-access"), "ec2.amazonaws.com")),
      await withPolicy(passing(arn("role/*"), "lambda.amazonaws.com")),
    ];
    for (const stranger of strangers) {
      const [code, status, message] = await refusal(add(stranger));
      expect([code, status]).toEqual(["AccessDenied", 403]);
      expect(message).toContain(`iam:PassRole on resource: ${arn("role/other")}`);
    }
    await add(await withPolicy(passing(arn("role/other"), "ec2.amazonaws.com")));
  });
});

test("a boundary that is put limits from then on, until it is taken away", async () => {
  const iam = await withPolicy(allow(["iam:GetUser", "iam:ListUsers"]));
  const { User } = await iam.getUser({});
  const UserName = User?.UserName ?? "";
  await world.admin.putUserPermissionsBoundary({ UserName, PermissionsBoundary: OWN });
  expect((await refusal(iam.getUser({})))[2]).toContain(
    "because no permissions boundary allows the iam:GetUser action",
  );
  await world.admin.deleteUserPermissionsBoundary({ UserName });
  expect((await iam.getUser({})).User?.PermissionsBoundary).toBeUndefined();
});

test("another version of a policy is in force at once", async () => {
  const PolicyArn = arn("policy/changing");
  await world.admin.createPolicy({ PolicyName: "changing", PolicyDocument: allow("iam:ListUsers") });
  const iam = await withPolicy(allow("s3:ListAllMyBuckets"));
  const UserName = `subject${made - 1}`;
  await world.admin.attachUserPolicy({ UserName, PolicyArn });
  expect((await iam.listUsers({})).Users?.length).toBeGreaterThan(0);
  await world.admin.createPolicyVersion({ PolicyArn, PolicyDocument: allow("iam:ListRoles"), SetAsDefault: true });
  expect(await refusal(iam.listUsers({}))).toEqual(DENIED);
  expect((await iam.listRoles({})).Roles?.length).toBeGreaterThan(0);
});

test("users may be let rotate keys of their own", async () => {
  const iam = await withPolicy(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    allow(["iam:CreateAccessKey", "iam:ListAccessKeys"], arn("user/${aws:username}")),
  );
  const { AccessKey } = await iam.createAccessKey({});
  expect((await iam.listAccessKeys({})).AccessKeyMetadata?.map((key) => key.AccessKeyId)).toContain(
    AccessKey?.AccessKeyId,
  );
  expect(await refusal(iam.createAccessKey({ UserName: "red" }))).toEqual(DENIED);
});
