// With what does the configuration let users sign in? Passwords, MFA devices and what the account wants of passwords.

import { type AccountPlace, mfaDeviceArn } from "./arn.ts";
import type { IdentitiesConfiguration } from "./configuration.ts";
import type { AccountSettings, LoginProfile, MfaDevice } from "./model.ts";
import { LEAST_POLICY } from "./password-policy.ts";

type Users = NonNullable<IdentitiesConfiguration["users"]>;

/**
 * INVARIANT: before a configuration becomes an event, the hash has taken the place of each password, and each MFA device has its seed.
 * So a fold is quick, and no journal holds a password.
 */
export function configuredLoginProfile({ password, passwordResetRequired }: Users[string], at: number) {
  if (password === undefined) return undefined;
  const profile: LoginProfile = {
    createdAt: at,
    passwordHash: password,
    passwordSetAt: at,
    passwordResetRequired: passwordResetRequired ?? false,
    previousPasswordHashes: [],
  };
  return profile;
}

/** What is said of MFA devices, by their ARNs. */
export function writtenMfaDevices(users: Users = {}, place: AccountPlace) {
  const written = Object.entries(users).flatMap(([userName, { mfa }]) =>
    typeof mfa === "object" ? [[mfaDeviceArn(place, "/", userName), { userName, ...mfa }] as const] : [],
  );
  return new Map(written);
}

/** A device that belongs to its user already, with a clock that is right. */
export const configuredMfaDevice = (
  arn: string,
  { userName, seed }: { readonly userName: string; readonly seed: string },
  at: number,
): MfaDevice => ({
  ...{ name: userName, path: "/", arn, createdAt: at, tags: [], seed },
  enabled: { userName, at, driftSteps: 0, lastStep: 0 },
});

/** What is said of the account itself: nothing where no key of it is there. */
export function writtenSettings({ passwordPolicy }: IdentitiesConfiguration): ReadonlyMap<string, AccountSettings> {
  if (!passwordPolicy) return new Map();
  return new Map([["account", { passwordPolicy: { ...LEAST_POLICY, ...passwordPolicy } }]]);
}
