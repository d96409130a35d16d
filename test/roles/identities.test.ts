import { describe, expect, test } from "vitest";
import { foldIdentities } from "../../roles/events.ts";
import { identitiesFrom } from "../../roles/identities.ts";
import { principalOfRoleSession, principalOfRoot, principalOfUser } from "../../roles/principal.ts";
import { AT, accessKeyFor, world } from "./world.ts";

const configuration = {
  account: "210987654321",
  region: "us-east-1",
  policies: { Mine: { Statement: { Effect: "Allow" as const, Action: "*", Resource: "*" } } },
  roles: {
    "mybucket-access": {
      trust: "ec2.amazonaws.com",
      path: "/apps/",
      policies: { inline: { Statement: { Effect: "Allow" as const, Action: "*", Resource: "*" } } },
      managedPolicies: ["Mine", "AmazonEC2RoleforSSM", "arn:aws:iam::210987654321:policy/Mine"],
      tags: { team: "blue" },
    },
    second: { trust: "ec2.amazonaws.com" },
  },
  groups: { Administrators: { managedPolicies: ["AdministratorAccess"] } },
  users: {
    alice: { groups: ["Administrators"], accessKeys: 2, path: "/staff/" },
    bob: { accessKeys: [{ id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }] },
  },
  instanceProfiles: {
    legacy: { role: "mybucket-access" },
    second: { path: "/old/", role: "mybucket-access" },
    bare: {},
  },
};
const options = { at: AT, accessKeyFor };

describe("the identities of a configuration", () => {
  const identities = identitiesFrom(configuration, options);

  test("are whole entities", () => {
    expect(identities).toMatchObject({ accountId: "210987654321", partition: "aws" });
    expect(identities.roles.get("mybucket-access")).toEqual({
      name: "mybucket-access",
      path: "/apps/",
      arn: "arn:aws:iam::210987654321:role/apps/mybucket-access",
      id: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      createdAt: AT,
      inlinePolicies: [
        { name: "inline", document: JSON.stringify(configuration.roles["mybucket-access"].policies.inline) },
      ],
      attachedPolicies: [
        "arn:aws:iam::210987654321:policy/Mine",
        "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM",
      ],
      trustPolicy: {
        document:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},' +
          '"Action":"sts:AssumeRole"}]}',
        principalIds: {},
      },
      maxSessionDurationSeconds: 3600,
      tags: [{ key: "team", value: "blue" }],
    });
    expect(identities.users.get("alice")).toMatchObject({
      arn: "arn:aws:iam::210987654321:user/staff/alice",
      groups: ["Administrators"],
      tags: [],
    });
    expect(identities.managedPolicies.get("Mine")).toMatchObject({
      arn: "arn:aws:iam::210987654321:policy/Mine",
      versions: [{ versionId: "v1", document: JSON.stringify(configuration.policies.Mine), createdAt: AT }],
      defaultVersionId: "v1",
    });
  });

  test("have the keys that are given, or as many as are wanted", () => {
    const alice = identities.users.get("alice")?.id ?? "";
    expect(identities.users.get("alice")?.accessKeys).toEqual([
      { ...accessKeyFor(alice, 0), active: true, createdAt: AT },
      { ...accessKeyFor(alice, 1), active: true, createdAt: AT },
    ]);
    expect(identities.users.get("bob")?.accessKeys).toEqual([
      {
        accessKeyId: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        active: true,
        createdAt: AT,
      },
    ]);
    expect(Object.fromEntries(identities.accessKeyOwners)).toEqual({
      [accessKeyFor(alice, 0).accessKeyId]: "alice",
      [accessKeyFor(alice, 1).accessKeyId]: "alice",
      AKIAIOSFODNN7EXAMPLE: "bob",
    });
  });

  test("have an instance profile for each role, unless told otherwise", () => {
    const profiles = [...identities.instanceProfiles.values()].map(({ arn, roleName }) => [
      arn.split(":").at(-1),
      roleName,
    ]);
    expect(profiles).toEqual([
      ["instance-profile/mybucket-access", "mybucket-access"],
      ["instance-profile/old/second", "mybucket-access"],
      ["instance-profile/legacy", "mybucket-access"],
      ["instance-profile/bare", undefined],
    ]);
  });

  test("are the same each time, and of the partition", () => {
    expect(identitiesFrom(configuration, options)).toEqual(identities);
    const china = identitiesFrom({ ...configuration, region: "cn-north-1" }, options);
    expect(china.groups.get("Administrators")).toMatchObject({
      arn: "arn:aws-cn:iam::210987654321:group/Administrators",
      attachedPolicies: ["arn:aws-cn:iam::aws:policy/AdministratorAccess"],
    });
  });

  test("are of the usual account where none is given", () => {
    expect(world({}).accountId).toBe("123456789012");
  });
});

test("a configuration that is read again keeps the date of what stays", () => {
  const loaded = (at: number, users: Record<string, { path?: string }>) =>
    ({ type: "configuration.loaded", at, configuration: { region: "us-gov-west-1", users } }) as const;
  const before = foldIdentities(undefined, loaded(AT, { alice: {}, bob: {} }), accessKeyFor);
  const after = foldIdentities(before, loaded(AT + 5000, { alice: { path: "/x/" }, carol: {} }), accessKeyFor);
  expect(after.partition).toBe("aws-us-gov");
  expect([...after.users.values()].map(({ name, createdAt }) => [name, createdAt - AT])).toEqual([
    ["alice", 0],
    ["carol", 5000],
  ]);
});

describe("principals", () => {
  const identities = identitiesFrom(configuration, options);

  test("of users and of root", () => {
    expect(principalOfUser(identities, "alice")).toEqual({
      kind: "user",
      accountId: "210987654321",
      arn: "arn:aws:iam::210987654321:user/staff/alice",
      userId: identities.users.get("alice")?.id,
      userName: "alice",
    });
    expect(principalOfUser(identities, "nobody")).toBeUndefined();
    expect(principalOfRoot(identities)).toEqual({
      kind: "root",
      accountId: "210987654321",
      arn: "arn:aws:iam::210987654321:root",
      userId: "210987654321",
    });
  });

  test("of a role's session, from its claims alone", () => {
    const claims = {
      accountId: "210987654321",
      roleName: "mybucket-access",
      roleId: "AROAAAAAAAAAAAAAAAAAA",
      roleArn: "arn:aws-cn:iam::210987654321:role/apps/mybucket-access",
      sessionName: "i-0123456789abcdef0",
    };
    expect(principalOfRoleSession(claims)).toEqual({
      kind: "assumed-role",
      accountId: "210987654321",
      arn: "arn:aws-cn:sts::210987654321:assumed-role/mybucket-access/i-0123456789abcdef0",
      userId: "AROAAAAAAAAAAAAAAAAAA:i-0123456789abcdef0",
      roleName: "mybucket-access",
      roleArn: claims.roleArn,
    });
  });
});
