// Long lists come in pages: each item once, in order, whatever the size of the pages.

import { paginateListPolicies, paginateListUsers } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foldIdentityChanges } from "../../../roles/events.ts";
import { allow, type IamWorld, startIam } from "./world.ts";

const COUNT = 250;
let world: IamWorld;

beforeAll(async () => {
  const users = Object.fromEntries(
    Array.from({ length: COUNT - 1 }, (_, index) => [
      `${index % 2 ? "User" : "user"}${index}`,
      { path: index < 120 ? "/a/" : "/b/" },
    ]),
  );
  world = await startIam({ users });
});
afterAll(() => world.close());

async function pagesOf(pageSize: number | undefined, PathPrefix = "/") {
  const pages: string[][] = [];
  const settings = { client: world.admin, ...(pageSize && { pageSize }) };
  for await (const { Users = [], IsTruncated, Marker } of paginateListUsers(settings, { PathPrefix })) {
    expect(IsTruncated).toBe(Marker !== undefined);
    pages.push(Users.map(({ UserName = "" }) => UserName));
  }
  return pages;
}

test.each([
  [undefined, [100, 100, 50]],
  [250, [250]],
  [249, [249, 1]],
  [1000, [250]],
])("250 users in pages of %s", async (size, lengths) => {
  const pages = await pagesOf(size);
  expect(pages.map(({ length }) => length)).toEqual(lengths);
  const names = pages.flat();
  expect(new Set(names).size).toBe(COUNT);
  expect(names).toEqual(names.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
});

test("only those below a path", async () => {
  expect((await pagesOf(50, "/a/")).map(({ length }) => length)).toEqual([50, 50, 20]);
});

test("what is added or deleted between two pages disturbs no other", async () => {
  const { Users = [], Marker } = await world.admin.listUsers({ MaxItems: 10 });
  const last = Users.at(-1)?.UserName ?? "";
  await world.admin.deleteUser({ UserName: last });
  await world.admin.createUser({ UserName: "aaa" });
  const rest = await world.admin.listUsers({ Marker, MaxItems: 1000 });
  const names = [...Users, ...(rest.Users ?? [])].map(({ UserName }) => UserName);
  expect([names.length, new Set(names).size, names.includes("aaa")]).toEqual([COUNT, COUNT, false]);
});

test("all policies of AWS and the account's own", async () => {
  await world.admin.createPolicy({ PolicyName: "ReadOnlyAccess", PolicyDocument: allow("s3:*") });
  const arns: string[] = [];
  for await (const { Policies = [] } of paginateListPolicies({ client: world.admin, pageSize: 1000 }, {})) {
    arns.push(...Policies.map(({ Arn = "" }) => Arn));
  }
  expect([arns.length, new Set(arns).size]).toEqual([1595, 1595]);
});

test("the events are all there is: folded again they give the same account", async () => {
  const fresh = await startIam({});
  const { identities } = fresh;
  const before = identities();
  await fresh.admin.createUser({ UserName: "once", Tags: [{ Key: "a", Value: "b" }] });
  await fresh.admin.createAccessKey({ UserName: "once" });
  await fresh.admin.updateUser({ UserName: "once", NewUserName: "then" });
  const again = JSON.parse(JSON.stringify(fresh.events)) as typeof fresh.events;
  expect(again.reduce((state, { changes }) => foldIdentityChanges(state, changes), before)).toEqual(identities());
  await fresh.close();
});
