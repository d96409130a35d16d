// Whom do TLS clients of a run trust? A certificate authority of its own, which makes the certificate of a name when somebody
// asks for that name.

import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import {
  authorityKeyIdentifier,
  basicConstraints,
  certificatePem,
  DIGITAL_SIGNATURE,
  ipAddressBytes,
  keyUsage,
  type Name,
  SIGN_CERTIFICATES,
  serverAuthentication,
  subjectAlternativeName,
  subjectKeyIdentifier,
} from "./certificate.ts";

export interface ServerCertificate {
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly privateKeyPem: string;
}

export interface CertificateAuthority {
  /** What a client has to trust. */
  readonly certificatePem: string;
  /** The certificate of a server with this DNS name (`*.` may begin it) or IP address. RangeError when it is neither. */
  issue(name: string): ServerCertificate;
}

const AUTHORITY: Name = { O: "Mayfly simulation", CN: "Certificate authority of one run, for tests only" };
/** The same for all, because a common name has 64 characters at most (RFC 5280 appendix A.1), and many a bucket's has more. */
const SERVER: Name = { O: "Mayfly simulation", CN: "A simulated endpoint" };

const KEPT = 1000;

/**
 * A new one. Its key is random, whatever the seed of the simulation, and only in this process: somebody who has told a machine to
 * trust it must not have to fear that another one can make certificates in its name.
 */
export function createCertificateAuthority(): CertificateAuthority {
  const authority = newKeys();
  const issuer = { issuer: AUTHORITY, signingKey: authority.privateKey, algorithm: "ecdsaWithSha256" } as const;
  const certificate = certificatePem({
    ...issuer,
    serialNumber: newSerialNumber(),
    subject: AUTHORITY,
    publicKey: authority.publicKey,
    extensions: [
      basicConstraints(true),
      keyUsage(SIGN_CERTIFICATES),
      subjectKeyIdentifier(authority.publicKey),
      authorityKeyIdentifier(authority.publicKey),
    ],
  });
  const kept = new LRUCache<string, ServerCertificate>({ max: KEPT });
  const issueNew = (name: string): ServerCertificate => {
    const server = newKeys();
    return {
      certificatePem: certificatePem({
        ...issuer,
        serialNumber: newSerialNumber(),
        subject: SERVER,
        publicKey: server.publicKey,
        extensions: [
          subjectAlternativeName(name),
          basicConstraints(false),
          keyUsage(DIGITAL_SIGNATURE),
          serverAuthentication(),
          subjectKeyIdentifier(server.publicKey),
          authorityKeyIdentifier(authority.publicKey),
        ],
      }),
      privateKeyPem: server.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    };
  };
  return {
    certificatePem: certificate,
    issue(written) {
      const name = checked(written);
      const made = kept.get(name) ?? issueNew(name);
      kept.set(name, made);
      return made;
    },
  };
}

const newKeys = (): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync("ec", { namedCurve: "prime256v1" });

/** At most 20 bytes and positive: RFC 5280 §4.1.2.2. */
const newSerialNumber = () => Buffer.concat([Buffer.of(1), randomBytes(15)]);

/** Labels as host names have them, and with the `_` that some have; the first may be `*`. RFC 1035 §2.3.4 has the sizes. */
const DNS_NAME = /^(?=.{1,253}$)(?:\*\.)?[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;

function checked(name: string): string {
  const lower = name.toLowerCase();
  if (ipAddressBytes(lower) || DNS_NAME.test(lower)) return lower;
  throw new RangeError(`${JSON.stringify(name)} is neither a DNS name nor an IP address`);
}
