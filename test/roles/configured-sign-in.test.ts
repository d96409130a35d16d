// Passwords, MFA devices and the password policy of a configuration: what is said, what is refused, what stays when it is read again.

import { describe, expect, test } from "vitest";
import { identitiesConfiguration } from "../../roles/configuration.ts";
import { foldIdentities, foldIdentityChanges } from "../../roles/events.ts";
import { identitiesConfigurationOf } from "../../roles/export.ts";
import type { Identities, LoginProfile, MfaDevice, User } from "../../roles/model.ts";
import { passwordExpiresAt } from "../../roles/password-policy.ts";
import { AT, accessKeyFor } from "./world.ts";

const SEED = "JBSWY3DPEHPK3PXP";
const ARN = "arn:aws:iam::123456789012:mfa/alice";

describe("one clear line for each fault", () => {
  test.each<[object, string]>([
    [{ users: { a: { password: 7 } } }, "users.a.password: must be a string; put it in quotes"],
    [{ users: { a: { password: "" } } }, "users.a.password: must be 1 to 128 characters of Latin-1"],
    [{ users: { a: { password: "€uro" } } }, "users.a.password: must be 1 to 128 characters of Latin-1"],
    [
      { users: { a: { passwordResetRequired: true } } },
      "users.a.passwordResetRequired: there is no password to be reset",
    ],
    [
      { passwordPolicy: { requireSymbols: true }, users: { a: { password: "secret" } } },
      "users.a.password: does not conform to passwordPolicy",
    ],
  ])("%j", (configuration, fault) => {
    const { error } = identitiesConfiguration.safeParse(configuration);
    expect(error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([fault]);
  });

  test.each([false, { seed: "abc" }, { seed: "jbswy3dpehpk3pxp" }, {}])("mfa: %j is none", (mfa) => {
    expect(identitiesConfiguration.safeParse({ users: { a: { mfa } } }).success).toBe(false);
  });
});

const loaded = (configuration: object, before?: Identities, type = "configuration.loaded" as const) =>
  foldIdentities(before, { type, at: AT, configuration: { region: "us-east-1", ...configuration } }, accessKeyFor);
const configuration = {
  users: { alice: { password: "$scrypt$hash", mfa: { seed: SEED } } },
  passwordPolicy: { maxPasswordAge: 90 },
};
const first = loaded(configuration);
const alice = first.users.get("alice") as User;
const device = first.mfaDevices.get(ARN) as MfaDevice;

test("a user has its password, which is hashed by then, and its device", () => {
  expect(alice.loginProfile).toEqual({
    ...{ createdAt: AT, passwordSetAt: AT, passwordHash: "$scrypt$hash", previousPasswordHashes: [] },
    passwordResetRequired: false,
  });
  expect(device).toEqual({
    ...{ name: "alice", path: "/", arn: ARN, createdAt: AT, tags: [], seed: SEED },
    enabled: { userName: "alice", at: AT, driftSteps: 0, lastStep: 0 },
  });
  expect(first.settings.get("account")?.passwordPolicy).toMatchObject({
    ...{ minimumPasswordLength: 6, requireSymbols: false, maxPasswordAge: 90 },
  });
});

test("what the API has made of them stays when the same is read again, and not when something else is said, or all is reset", () => {
  const changed = foldIdentityChanges(first, [
    {
      section: "users",
      name: "alice",
      entity: { ...alice, loginProfile: { ...(alice.loginProfile as LoginProfile), passwordHash: "$new" } },
    },
    { section: "mfaDevices", name: ARN, entity: null },
    { section: "settings", name: "account", entity: { alias: "mayfly" } },
  ]);
  const seen = ({ users, mfaDevices, settings }: Identities) => [
    users.get("alice")?.loginProfile?.passwordHash,
    mfaDevices.size,
    settings.get("account")?.alias,
    settings.get("account")?.passwordPolicy?.maxPasswordAge,
  ];
  expect(seen(loaded(configuration, changed))).toEqual(["$new", 0, "mayfly", undefined]);
  const other = { users: { alice: { password: "$other", mfa: { seed: "A".repeat(16) } } } };
  expect(seen(loaded({ ...other, passwordPolicy: { maxPasswordAge: 30 } }, changed))).toEqual([
    "$other",
    1,
    "mayfly",
    30,
  ]);
  const reset = foldIdentities(
    changed,
    { type: "world.reset", at: AT, configuration: { region: "us-east-1", ...configuration } },
    accessKeyFor,
  );
  expect(seen(reset)).toEqual(["$scrypt$hash", 1, undefined, 90]);
});

test("passwords expire in days, where they do", () => {
  const profile = alice.loginProfile as LoginProfile;
  expect(passwordExpiresAt(profile, first.settings.get("account")?.passwordPolicy)).toBe(AT + 90 * 86_400_000);
  expect(passwordExpiresAt(profile, undefined)).toBeUndefined();
});

test("what the export writes of them is read as the same", () => {
  const phone = { ...device, name: "phone", path: "/a/", arn: "arn:aws:iam::123456789012:mfa/a/phone" };
  const loginProfile = { ...(alice.loginProfile as LoginProfile), passwordResetRequired: true };
  const live = foldIdentityChanges(first, [
    { section: "mfaDevices", name: phone.arn, entity: phone },
    { section: "users", name: "alice", entity: { ...alice, loginProfile } },
  ]);
  const exported = identitiesConfiguration.parse(identitiesConfigurationOf(live));
  const again = loaded(exported);
  expect([again.mfaDevices, again.settings]).toEqual([live.mfaDevices, live.settings]);
  expect(again.users.get("alice")?.loginProfile).toEqual(loginProfile);
});
