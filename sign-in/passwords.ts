// May this become somebody's password, and what is kept of it then? AWS's texts as two other implementers give them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html

import type { Entropy } from "../entropy/entropy.ts";
import { REMEMBERED_PASSWORDS } from "../roles/limits.ts";
import type { Identities, LoginProfile } from "../roles/model.ts";
import { settingsOf, takesPassword } from "../roles/password-policy.ts";
import { hashPassword, isPassword, SALT_BYTES } from "../signing/password-hash.ts";

/** With a salt of its own. */
export const newPasswordHash = (password: string, entropy: Pick<Entropy, "bytes">): Promise<string> =>
  hashPassword(password, entropy.bytes(SALT_BYTES));

/** Why the account does not take the password; undefined where it does. */
export function policyFault(identities: Identities, password: string): string | undefined {
  return takesPassword(identities, password) ? undefined : "Password does not conform to the account password policy.";
}

/** The same where the user chooses it, who may be kept from using a former one again: that takes a slow hash for each. */
export async function changeFault(
  identities: Identities,
  { passwordHash, previousPasswordHashes }: LoginProfile,
  password: string,
): Promise<string | undefined> {
  const fault = policyFault(identities, password);
  if (fault !== undefined) return fault;
  const prevented = settingsOf(identities).passwordPolicy?.passwordReusePrevention ?? 0;
  for (const former of [passwordHash, ...previousPasswordHashes].slice(0, prevented)) {
    if (!(await isPassword(password, former))) continue;
    return "Policy constraint violation with password reuse prevention during password change.";
  }
  return undefined;
}

/** The profile once its password is another one. */
export const withPassword = (profile: LoginProfile, passwordHash: string, at: number): LoginProfile => ({
  ...profile,
  passwordHash,
  passwordSetAt: at,
  passwordResetRequired: false,
  previousPasswordHashes: [profile.passwordHash, ...profile.previousPasswordHashes].slice(0, REMEMBERED_PASSWORDS),
});
