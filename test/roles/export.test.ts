import { expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { bindPrincipals } from "../../roles/bound-principals.ts";
import { identitiesConfiguration } from "../../roles/configuration.ts";
import { foldIdentityChanges } from "../../roles/events.ts";
import { identitiesConfigurationOf } from "../../roles/export.ts";
import { identitiesFrom } from "../../roles/identities.ts";
import type { Identities, ManagedPolicy, Role, User } from "../../roles/model.ts";
import { AT, accessKeyFor, world } from "./world.ts";

const SEED = process.env.MAYFLY_TEST_SEED ?? String(process.pid);

/** What is the same in another world: all but how it came to be. */
const essence = ({ configured, deleted, ...identities }: Identities) => ({
  ...identities,
  users: Array.from(identities.users.values(), ({ accessKeysMade, ...user }) => user),
});

const imported = (exported: unknown) =>
  identitiesFrom(
    { ...identitiesConfiguration.parse(JSON.parse(JSON.stringify(exported))), region: "us-east-1" },
    { at: AT + 1_000_000, accessKeyFor },
  );

const before = world({
  policies: { Own: { Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } } },
  roles: { plain: { trust: "ec2.amazonaws.com", managedPolicies: ["Own"] }, bare: { trust: "ec2.amazonaws.com" } },
  groups: { Readers: { managedPolicies: ["ReadOnlyAccess"] } },
  users: { alice: { groups: ["Readers"], accessKeys: 1 } },
  oidcProviders: {
    "https://idp.example/tenant": {
      clientIds: ["app"],
      thumbprints: ["a".repeat(40)],
      jwks: "/jwks.json",
      tags: { a: "1" },
    },
    "http://127.0.0.1:8080": { jwks: { keys: [{ kty: "EC" }] } },
  },
});
const of = <Entity>(map: ReadonlyMap<string, Entity>, name: string) => map.get(name) as Entity;
const alice = of(before.users, "alice");
const plain = of(before.roles, "plain");
const own = of(before.managedPolicies, "Own");

const spaced = '{ "Version": "2012-10-17",\n  "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } }';
const trusting = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: alice.arn }, Action: "sts:AssumeRole" }],
});
const moved: Role = {
  ...plain,
  ...{ name: "moved", path: "/apps/", arn: "arn:aws:iam::123456789012:role/apps/moved", id: "AROAMOVEDMOVEDMOVED22" },
  ...{ description: "by the API", maxSessionDurationSeconds: 7200, tags: [{ key: "a", value: "1" }] },
  ...{ inlinePolicies: [{ name: "spaced", document: spaced }], trustPolicy: bindPrincipals(trusting, before) },
  permissionsBoundary: "arn:aws:iam::123456789012:policy/division/Other",
};
const other: ManagedPolicy = {
  ...own,
  ...{ name: "Other", path: "/division/", arn: "arn:aws:iam::123456789012:policy/division/Other" },
  ...{
    id: "ANPAOTHEROTHEROTHER22",
    description: "several",
    updatedAt: AT + 2,
    versionsMade: 4,
    defaultVersionId: "v2",
  },
  versions: ["v2", "v4"].map((versionId, index) => ({ versionId, document: spaced, createdAt: AT + index * 2 })),
};
const bob: User = {
  ...alice,
  ...{ name: "bob", arn: "arn:aws:iam::123456789012:user/bob", id: "AIDABOBBOBBOBBOBBOB22", groups: [] },
  accessKeys: [
    { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x".repeat(40), active: false, createdAt: AT + 5 },
  ],
  attachedPolicies: [other.arn],
};
const live = foldIdentityChanges(before, [
  { section: "roles", name: "moved", entity: moved },
  { section: "managedPolicies", name: "Other", entity: other },
  { section: "users", name: "bob", entity: bob },
  { section: "instanceProfiles", name: "bare", entity: null },
]);

test("what is written is read as the same account", () => {
  const again = imported(identitiesConfigurationOf(live));
  expect(essence(again)).toEqual(essence(live));
  expect(identitiesConfigurationOf(again)).toEqual(identitiesConfigurationOf(live));
});

test("a trusted user who is gone is written by the id", () => {
  const gone = foldIdentityChanges(live, [{ section: "users", name: "alice", entity: null }]);
  const again = imported(identitiesConfigurationOf(gone));
  expect(of(again.roles, "moved").trustPolicy).toEqual({
    document: trusting.replace(alice.arn, alice.id),
    principalIds: {},
  });
});

test(`accounts of any entities, MAYFLY_TEST_SEED=${SEED}`, () => {
  const throws = dice(`${SEED}/export`);
  for (let round = 0; round < 50; round++) {
    const changes = Array.from({ length: 20 }, () => {
      const name = throws.pick(["bob", "carol", "toString", "constructor", "a=b@c"]);
      const arn = `arn:aws:iam::123456789012:user/x/${name}`;
      const inlinePolicies = throws.chance(0.5) ? [{ name: "constructor", document: spaced }] : [];
      const id = `AIDA${throws.pick("ABCDEFGH".split("")).repeat(17)}`;
      const user = { ...alice, name, arn, id, path: "/x/", inlinePolicies, accessKeys: [] };
      return { section: "users", name, entity: throws.chance(0.7) ? user : null } as const;
    });
    const account = foldIdentityChanges(live, changes);
    expect(essence(imported(identitiesConfigurationOf(account)))).toEqual(essence(account));
  }
});
