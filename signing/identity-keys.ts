// Which keys sign the identity documents? Three pairs that ship with Mayfly, the same in every run and every region, so that a test
// image can pin their certificates. Everybody has them: they prove nothing outside a simulation.

import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";

/** Named as AWS names the certificates: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/regions-certs.html */
export const IDENTITY_KEYS = ["rsa", "dsa", "rsa2048"] as const;
export type IdentityKey = (typeof IDENTITY_KEYS)[number];

function read(file: string): string {
  // Beside package.json, whether this runs from its source or compiled from dist.
  const root = dirname(findPackageJSON("..", import.meta.url) as string);
  return readFileSync(join(root, "data", "instance-identity", file), "utf8");
}

/** The certificate, PEM. */
export const identityCertificatePem = (key: IdentityKey): string => read(`${key}.pem`);

/** The private key, PKCS #8 in PEM. */
export const identityPrivateKeyPem = (key: IdentityKey): string => read(`${key}.key`);
