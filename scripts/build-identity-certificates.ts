// With which keys do simulated instances sign their identity documents? Makes the three pairs in data/instance-identity/, once:
// users pin the certificates, so this refuses to replace them. Run: `node scripts/build-identity-certificates.ts`.
//
// Algorithms, sizes, versions and extensions are those of AWS's certificates for us-east-1 as of September 2026
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/regions-certs.html), and the names have the same lengths, so that what is
// signed has the length of EC2's. The validity is 2000 to 2100, because clocks move here.

import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SignatureAlgorithm } from "../signing/algorithm-identifiers.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificatePem,
  DIGITAL_SIGNATURE,
  keyUsage,
  type Name,
  subjectKeyIdentifier,
} from "../signing/certificate.ts";
import type { IdentityKey } from "../signing/identity-keys.ts";

const folder = join(import.meta.dirname, "..", "data", "instance-identity");
const NAME: Name = { C: "XX", ST: "Simulation State", L: "Nowhere", O: "Mayfly (simulation key)" };

/** The first bit is set, as in AWS's. */
function newSerialNumber(bytes: number): Buffer {
  const number = randomBytes(bytes);
  number[0] = (number[0] as number) | 0x80;
  return number;
}

function write(key: IdentityKey, pair: { publicKey: KeyObject; privateKey: KeyObject }, algorithm: SignatureAlgorithm) {
  const { publicKey, privateKey } = pair;
  const serialNumber = newSerialNumber(8);
  const named = { issuer: NAME, serialNumber };
  const extensions = [
    keyUsage(DIGITAL_SIGNATURE),
    subjectKeyIdentifier(publicKey),
    authorityKeyIdentifier(publicKey, named),
    basicConstraints(true),
  ];
  const certificate = certificatePem({
    ...named,
    subject: NAME,
    publicKey,
    extensions: algorithm === "dsaWithSha1" ? [] : extensions,
    signingKey: privateKey,
    algorithm,
  });
  writeFileSync(join(folder, `${key}.pem`), certificate, { flag: "wx" });
  writeFileSync(join(folder, `${key}.key`), privateKey.export({ type: "pkcs8", format: "pem" }), { flag: "wx" });
}

mkdirSync(folder, { recursive: true });
write("rsa", generateKeyPairSync("rsa", { modulusLength: 1024 }), "sha256WithRsa");
write("dsa", generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }), "dsaWithSha1");
write("rsa2048", generateKeyPairSync("rsa", { modulusLength: 2048 }), "sha256WithRsa");
