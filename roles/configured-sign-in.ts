// With what does the configuration let users sign in? Passwords, MFA devices and what the account wants of passwords.

import { type AccountPlace, mfaDeviceArn } from "./arn.ts";
import type { IdentitiesConfiguration } from "./configuration.ts";
import type { AccountSettings, LoginProfile, MfaDevice, User } from "./model.ts";
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
    (typeof mfa === "object" ? [mfa].flat() : []).map(({ seed, name = userName, path = "/" }) => {
      return [mfaDeviceArn(place, path, name), { userName, name, path, seed }] as const;
    }),
  );
  return new Map(written);
}

/** A device that belongs to its user already, with a clock that is right. */
export const configuredMfaDevice = (
  arn: string,
  { userName, ...device }: { readonly userName: string } & Pick<MfaDevice, "name" | "path" | "seed">,
  at: number,
): MfaDevice => ({
  ...device,
  ...{ arn, createdAt: at, tags: [] },
  enabled: { userName, at, driftSteps: 0, lastStep: 0 },
});

/** How a user signs in, as the configuration would say it: with the hash of the password. */
export function writtenSignIn({ name: userName, loginProfile }: User, devices: Iterable<MfaDevice>) {
  const own = Array.from(devices).filter(({ enabled }) => enabled?.userName === userName);
  const mfa = own.map(({ seed, name, path }) => ({
    seed,
    ...(name !== userName && { name }),
    ...(path !== "/" && { path }),
  }));
  return {
    ...(loginProfile && { password: loginProfile.passwordHash }),
    ...(loginProfile?.passwordResetRequired && { passwordResetRequired: true }),
    ...(mfa.length > 0 && { mfa }),
  };
}

/** What is said of the account itself: nothing where no key of it is there. */
export function writtenSettings(configuration: IdentitiesConfiguration): ReadonlyMap<string, AccountSettings> {
  const { passwordPolicy, accountAlias: alias } = configuration;
  if (!passwordPolicy && alias === undefined) return new Map();
  const settings: AccountSettings = {
    ...(passwordPolicy && { passwordPolicy: { ...LEAST_POLICY, ...passwordPolicy } }),
    ...(alias !== undefined && { alias }),
  };
  return new Map([["account", settings]]);
}
