import { expect, test } from "vitest";
import type { IdentityChange } from "../../roles/events.ts";
import type { Role, User } from "../../roles/model.ts";
import { emptyWorld, foldWorld, type World } from "../../world.ts";

const configuration = {
  ...{ account: "123456789012", region: "us-east-1" },
  users: { alice: {} },
  roles: { demo: { trust: "ec2.amazonaws.com" } },
};

function begun(): World {
  const world = emptyWorld();
  foldWorld(world, { type: "world.created", at: 0, masterKey: Buffer.alloc(32, 1).toString("base64") });
  foldWorld(world, { type: "configuration.loaded", at: 1000, configuration } as Parameters<typeof foldWorld>[1]);
  return world;
}

test("the history of the account keeps what instances are given, however much else is changed", () => {
  const world = begun();
  const role = world.identities?.roles.get("demo") as Role;
  const alice = world.identities?.users.get("alice") as User;
  const change = (at: number, made: IdentityChange) =>
    foldWorld(world, { type: "identities.changed", at, changes: [made] });
  change(2000, { section: "roles", name: "demo", entity: { ...role, description: "other" } });
  for (let at = 3000; at < 4000; at++) {
    change(at, { section: "users", name: "alice", entity: { ...alice, tags: [{ key: "at", value: String(at) }] } });
  }
  expect(world.identitiesHistory.map(({ from }) => from)).toEqual([1000, 2000]);
  expect(world.identitiesHistory.map(({ value }) => value.roles.get("demo")?.description)).toEqual([
    undefined,
    "other",
  ]);
  expect(world.identitiesHistory.at(-1)?.value).toBe(world.identities);
});
