// What does a change bring with it? Names that others refer to, principals that are bound by their ids, writers at the same time.

import { afterEach, beforeEach, expect, test } from "vitest";
import { ADMIN, allow, arn, type IamWorld, ROLE_SESSION, refusal, startIam, trust } from "./world.ts";

let world: IamWorld;
beforeEach(async () => {
  world = await startIam({
    roles: {
      "mybucket-access": { path: "/apps/", trust: "ec2.amazonaws.com", managedPolicies: ["IAMReadOnlyAccess"] },
    },
    groups: { staff: { managedPolicies: ["IAMReadOnlyAccess"] } },
    users: { alice: { groups: ["staff"] } },
  });
});
afterEach(() => world.close());

const trustOf = async (RoleName: string) => {
  const { Role } = await world.admin.getRole({ RoleName });
  return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).Statement[0].Principal.AWS;
};

test("a renamed user keeps id, keys, groups and devices, and is somebody else for nobody", async () => {
  const { AccessKey } = await world.admin.createAccessKey({ UserName: "alice" });
  const own = world.as({
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  });
  const before = (await own.getUser({})).User;
  await world.admin.createRole({ RoleName: "r", AssumeRolePolicyDocument: trust({ AWS: arn("user/alice") }) });
  const events = world.events.length;
  await world.admin.updateUser({ UserName: "alice", NewUserName: "alicia", NewPath: "/new/" });
  expect(world.events.length).toBe(events + 1);
  const Arn = arn("user/new/alicia");
  expect((await own.getUser({})).User).toEqual({ ...before, UserName: "alicia", Path: "/new/", Arn });
  expect((await world.admin.getGroup({ GroupName: "staff" })).Users?.map((user) => user.UserName)).toEqual(["alicia"]);
  expect((await own.listAccessKeys({})).AccessKeyMetadata?.[0]?.UserName).toBe("alicia");
  expect(await trustOf("r")).toBe(Arn);
  const namesake = await world.admin.createUser({ UserName: "alice" });
  expect(namesake.User?.UserId).not.toBe(before?.UserId);
  expect(await trustOf("r")).toBe(Arn);
});

test("a name may change its case alone", async () => {
  await world.admin.updateUser({ UserName: "alice", NewUserName: "Alice" });
  expect((await world.admin.getUser({ UserName: "Alice" })).User?.Arn).toBe(arn("user/Alice"));
});

test("a renamed group keeps its members and what they may", async () => {
  await world.admin.createAccessKey({ UserName: "alice" });
  const events = world.events.length;
  await world.admin.updateGroup({ GroupName: "staff", NewGroupName: "team" });
  expect(world.events.length).toBe(events + 1);
  expect(world.identities().users.get("alice")?.groups).toEqual(["team"]);
  expect((await refusal(world.admin.getGroup({ GroupName: "staff" })))[0]).toBe("NoSuchEntityException");
});

test("trust in a user is trust in that one: it is broken when he is gone, and a namesake is not trusted", async () => {
  const first = (await world.admin.createUser({ UserName: "ann" })).User;
  await world.admin.createRole({ RoleName: "r", AssumeRolePolicyDocument: trust({ AWS: first?.Arn ?? "" }) });
  expect(await trustOf("r")).toBe(arn("user/ann"));
  await world.admin.deleteUser({ UserName: "ann" });
  expect(await trustOf("r")).toBe(first?.UserId);
  const second = (await world.admin.createUser({ UserName: "ann" })).User;
  expect(second?.UserId).not.toBe(first?.UserId);
  expect(await trustOf("r")).toBe(first?.UserId);
  const { Role } = await world.admin.getRole({ RoleName: "r" });
  const shown = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
  const again = refusal(world.admin.updateAssumeRolePolicy({ RoleName: "r", PolicyDocument: shown }));
  expect((await again)[2]).toBe(`Invalid principal in policy: "AWS":"${first?.UserId}"`);
  await world.admin.updateAssumeRolePolicy({ RoleName: "r", PolicyDocument: trust({ AWS: arn("user/ann") }) });
  expect(await trustOf("r")).toBe(arn("user/ann"));
  expect(world.identities().roles.get("r")?.trustPolicy.principalIds).toEqual({ [arn("user/ann")]: second?.UserId });
});

test("of two who take the last place one is refused", async () => {
  const twice = await Promise.allSettled([
    world.admin.createUser({ UserName: "new" }),
    world.as(ADMIN).createUser({ UserName: "NEW" }),
  ]);
  expect(twice.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const keys = await Promise.allSettled(
    Array.from({ length: 5 }, () => world.as(ADMIN).createAccessKey({ UserName: "alice" })),
  );
  expect(keys.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect(
    new Set(
      world
        .identities()
        .users.get("alice")
        ?.accessKeys.map((key) => key.accessKeyId),
    ).size,
  ).toBe(2);
});

test("two who put different policies at once lose nothing", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
  const put = (PolicyName: string) =>
    world.admin.putUserPolicy({ UserName: "alice", PolicyName, PolicyDocument: allow("s3:*") });
  await Promise.all(names.map(put));
  expect((await world.admin.listUserPolicies({ UserName: "alice" })).PolicyNames?.length).toBe(20);
});

test("a role is used when its credentials sign, and ends with them", async () => {
  const session = world.as(ROLE_SESSION);
  const { Role } = await session.getRole({ RoleName: "mybucket-access" });
  expect(Role?.RoleLastUsed).toEqual({ LastUsedDate: new Date(world.at), Region: "us-east-1" });
  await world.admin.removeRoleFromInstanceProfile({
    InstanceProfileName: "mybucket-access",
    RoleName: "mybucket-access",
  });
  await world.admin.detachRolePolicy({
    RoleName: "mybucket-access",
    PolicyArn: "arn:aws:iam::aws:policy/IAMReadOnlyAccess",
  });
  expect((await refusal(session.getRole({ RoleName: "mybucket-access" })))[0]).toBe("AccessDenied");
  await world.admin.deleteRole({ RoleName: "mybucket-access" });
  await world.admin.createRole({ RoleName: "mybucket-access", Path: "/apps/", AssumeRolePolicyDocument: trust() });
  expect((await refusal(session.getRole({ RoleName: "mybucket-access" })))[0]).toBe("InvalidClientTokenId");
});
