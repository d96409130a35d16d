// What does the journal keep of the secrets of a configuration? Of a password its hash; and the seeds of MFA devices that have none
// follow from the key of the world.

import type { Configuration } from "./configuration.ts";
import { base32 } from "./entropy/base32.ts";
import { deriveBytes } from "./entropy/derive.ts";
import type { SecretKey } from "./entropy/hash.ts";
import { hashPassword, isPasswordHash, SALT_BYTES } from "./signing/password-hash.ts";

type Users = NonNullable<Configuration["users"]>;

export const SEED_BYTES = 40;

/**
 * The configuration as it becomes an event. In one world the same always becomes the same, so that it can be compared with what is in
 * force; the salts follow from the key of the world, too.
 */
export async function withSafeSecrets(configuration: Configuration, masterKey: SecretKey): Promise<Configuration> {
  const { users, account } = configuration;
  if (!users) return configuration;
  const safe = async ([name, user]: [string, Users[string]]): Promise<[string, Users[string]]> => {
    const salt = () => deriveBytes(masterKey, SALT_BYTES, "password", account, name);
    const hash = (password: string) => (isPasswordHash(password) ? password : hashPassword(password, salt()));
    const seed = () => base32(deriveBytes(masterKey, SEED_BYTES, "MFA device", account, name));
    return [
      name,
      {
        ...user,
        ...(user.password !== undefined && { password: await hash(user.password) }),
        ...(user.mfa === true && { mfa: { seed: seed() } }),
      },
    ];
  };
  return { ...configuration, users: Object.fromEntries(await Promise.all(Object.entries(users).map(safe))) };
}
