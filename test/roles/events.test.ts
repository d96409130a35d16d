import { expect, test } from "vitest";
import { bindPrincipals, shownDocument, unknownPrincipals } from "../../roles/bound-principals.ts";
import { foldIdentities, foldIdentityChanges, type IdentityChange } from "../../roles/events.ts";
import type { Identities, User } from "../../roles/model.ts";
import { AT, accessKeyFor } from "./world.ts";

type Users = Record<string, { path?: string; accessKeys?: number }>;

const configure = (before: Identities | undefined, users: Users, type: "configuration.loaded" | "world.reset") =>
  foldIdentities(before, { type, at: AT, configuration: { region: "us-east-1", users } }, accessKeyFor);
const loaded = (users: Users, before?: Identities) => configure(before, users, "configuration.loaded");

const userOf = (identities: Identities, name: string) => identities.users.get(name) as User;
const put = (entity: User): IdentityChange => ({ section: "users", name: entity.name, entity });
const gone = (name: string): IdentityChange => ({ section: "users", name, entity: null });
const pathsOf = ({ users }: Identities) => Array.from(users.values(), ({ name, path }) => `${path}${name}`);

const first = loaded({ alice: { accessKeys: 1 }, bob: {}, carol: {} });
/** By the API alice is moved, bob deleted, dave made. */
const changed = foldIdentityChanges(first, [
  put({ ...userOf(first, "alice"), path: "/api/" }),
  gone("bob"),
  put({ ...userOf(first, "carol"), name: "dave", id: "AIDADAVE" }),
]);

test("changes of the API hold at once, and others share what is not changed", () => {
  expect(pathsOf(changed)).toEqual(["/api/alice", "/carol", "/dave"]);
  expect(pathsOf(first)).toEqual(["/alice", "/bob", "/carol"]);
  expect(changed.roles).toBe(first.roles);
  expect(changed.accessKeyOwners).toEqual(first.accessKeyOwners);
  expect(foldIdentityChanges(changed, [gone("alice")]).accessKeyOwners.size).toBe(0);
});

test("keys follow their users, also to another name, and a change of nothing else makes nothing anew", () => {
  const alice = userOf(first, "alice");
  const [key] = alice.accessKeys;
  const moved = foldIdentityChanges(first, [gone("alice"), put({ ...alice, name: "alicia" })]);
  expect([...moved.accessKeyOwners]).toEqual([[key?.accessKeyId, "alicia"]]);
  const tagged = foldIdentityChanges(first, [put({ ...alice, tags: [{ key: "a", value: "1" }] })]);
  expect([tagged.accessKeyOwners === first.accessKeyOwners, tagged.deleted === first.deleted]).toEqual([true, true]);
  const again = foldIdentityChanges(first, [gone("bob"), put(userOf(first, "bob"))]);
  expect([...again.deleted]).toEqual([]);
  expect([...foldIdentityChanges(changed, [gone("dave")]).deleted]).toEqual([
    ["user/bob", 1],
    ["user/dave", 1],
  ]);
});

test("a configuration that is read again changes only what it says otherwise than before", () => {
  const same = { alice: { accessKeys: 1 }, bob: {} };
  expect(pathsOf(loaded({ ...same, carol: {} }, changed))).toEqual(["/api/alice", "/carol", "/dave"]);
  expect(pathsOf(loaded({ ...same, carol: { path: "/new/" } }, changed))).toEqual([
    "/api/alice",
    "/dave",
    "/new/carol",
  ]);
  expect(pathsOf(loaded(same, changed))).toEqual(["/api/alice", "/dave"]);
  expect(pathsOf(loaded({ ...same, bob: { path: "/back/" } }, changed))).toEqual(["/api/alice", "/dave", "/back/bob"]);
});

test("a reset makes all as the configuration says", () => {
  const users = { alice: { accessKeys: 1 }, bob: {}, carol: {} };
  expect(pathsOf(configure(changed, users, "world.reset"))).toEqual(["/alice", "/bob", "/carol"]);
});

test("whoever comes after someone of the same name is somebody else", () => {
  const back = configure(changed, { alice: {}, bob: {} }, "world.reset");
  expect(userOf(back, "alice").id).toBe(userOf(first, "alice").id);
  expect(userOf(back, "bob").id).not.toBe(userOf(first, "bob").id);
  const renamed = foldIdentityChanges(foldIdentityChanges(first, [gone("alice")]), [
    gone("bob"),
    put({ ...userOf(first, "bob"), name: "alice" }),
  ]);
  const again = configure(renamed, { alice: {}, bob: {} }, "world.reset");
  const ids = [userOf(first, "alice"), userOf(first, "bob"), userOf(again, "alice"), userOf(again, "bob")].map(
    ({ id }) => id,
  );
  expect(new Set(ids).size).toBe(4);
});

test("a policy means those whom it names when it is put", () => {
  const arn = userOf(first, "bob").arn;
  const document = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { AWS: [arn, "*"] }, Action: "*" }] });
  const bound = bindPrincipals(document, first);
  expect(bound.principalIds).toEqual({ [arn]: userOf(first, "bob").id });
  expect(shownDocument(bound, first)).toBe(document);
  expect(shownDocument(bound, changed)).toBe(document.replace(arn, userOf(first, "bob").id));
  const renamed = foldIdentityChanges(changed, [put({ ...userOf(first, "bob"), name: "rob", arn: `${arn}/rob` })]);
  expect(shownDocument(bound, renamed)).toBe(document.replace(arn, `${arn}/rob`));
  expect([unknownPrincipals(document, first), unknownPrincipals(document, changed)]).toEqual([[], [arn]]);
});
