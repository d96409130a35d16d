// Which passwords does the account take, and for how long?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html

import type { AccountSettings, Identities, LoginProfile, PasswordPolicy } from "./model.ts";

/** What UpdateAccountPasswordPolicy sets where it is not told otherwise. */
export const LEAST_POLICY: PasswordPolicy = {
  minimumPasswordLength: 6,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercaseCharacters: false,
  requireLowercaseCharacters: false,
  allowUsersToChangePassword: false,
};

const DEFAULT_LENGTH = 8;
const DEFAULT_KINDS = 3;
const DAY_MILLISECONDS = 86_400_000;

const KINDS = {
  requireUppercaseCharacters: /[A-Z]/,
  requireLowercaseCharacters: /[a-z]/,
  requireNumbers: /[0-9]/,
  requireSymbols: /[!@#$%^&*()_+\-=[\]{}|']/,
} as const;

type Kind = keyof typeof KINDS;
const kindsOf = (password: string) => (Object.keys(KINDS) as Kind[]).filter((kind) => KINDS[kind].test(password));

/** Whether a policy of the account's own takes the password. */
export function conformsTo(policy: PasswordPolicy, password: string): boolean {
  const found = kindsOf(password);
  const missing = (Object.keys(KINDS) as Kind[]).some((kind) => policy[kind] && !found.includes(kind));
  return password.length >= policy.minimumPasswordLength && !missing;
}

export const settingsOf = ({ settings }: Pick<Identities, "settings">): AccountSettings =>
  settings.get("account") ?? {};

/** Whether the account takes the password: by its own policy, else by AWS's default. */
export function takesPassword(identities: Pick<Identities, "settings" | "accountId">, password: string): boolean {
  const { passwordPolicy, alias } = settingsOf(identities);
  if (passwordPolicy) return conformsTo(passwordPolicy, password);
  const isAccount = password === identities.accountId || password === alias;
  return password.length >= DEFAULT_LENGTH && kindsOf(password).length >= DEFAULT_KINDS && !isAccount;
}

/** Epoch milliseconds; undefined where passwords do not expire. */
export function passwordExpiresAt(profile: LoginProfile, policy: PasswordPolicy | undefined): number | undefined {
  const { maxPasswordAge } = policy ?? {};
  return maxPasswordAge === undefined ? undefined : profile.passwordSetAt + maxPasswordAge * DAY_MILLISECONDS;
}
