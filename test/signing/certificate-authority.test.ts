// Do TLS clients accept what the certificate authority of a run makes, and nothing that another one made?

import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { describe, expect, test } from "vitest";
import { createCertificateAuthority } from "../../signing/certificate-authority.ts";

const authority = createCertificateAuthority();
const root = new X509Certificate(authority.certificatePem);
const LONGEST_LABEL = "b".repeat(63);

const day = (written: string) => new Date(written).toISOString().slice(0, 10);

test("it says of itself that it is one, from 2000 to 2100", () => {
  expect(root.ca).toBe(true);
  expect(root.subject).toContain("Mayfly simulation");
  expect(root.verify(root.publicKey)).toBe(true);
  expect([day(root.validFrom), day(root.validTo)]).toEqual(["2000-01-01", "2100-01-01"]);
});

describe("the certificate of a name", () => {
  test.each([
    ["sts.us-east-1.amazonaws.com", "DNS:sts.us-east-1.amazonaws.com"],
    ["*.s3.us-east-1.amazonaws.com", "DNS:*.s3.us-east-1.amazonaws.com"],
    [`${LONGEST_LABEL}.s3.us-east-1.amazonaws.com`, `DNS:${LONGEST_LABEL}.s3.us-east-1.amazonaws.com`],
    ["STS.amazonaws.com", "DNS:sts.amazonaws.com"],
    ["localhost", "DNS:localhost"],
    ["169.254.169.254", "IP Address:169.254.169.254"],
    ["fd00:ec2::254", "IP Address:FD00:EC2:0:0:0:0:0:254"],
  ])("%s", (name, alternative) => {
    const { certificatePem, privateKeyPem } = authority.issue(name);
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.subjectAltName).toBe(alternative);
    expect(certificate.checkIssued(root)).toBe(true);
    expect(certificate.verify(root.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(privateKeyPem))).toBe(true);
    expect(certificate.ca).toBe(false);
    expect([day(certificate.validFrom), day(certificate.validTo)]).toEqual(["2000-01-01", "2100-01-01"]);
  });

  test("is made once, however the name is written", () => {
    expect(authority.issue("S3.amazonaws.com")).toBe(authority.issue("s3.amazonaws.com"));
    expect(authority.issue("s3.amazonaws.com")).not.toEqual(authority.issue("sts.amazonaws.com"));
  });

  test.each([
    "",
    "two words",
    "a..b",
    "*",
    "a.*.b",
    "ünicode.example",
    "[::1]",
    `${"a".repeat(64)}.com`,
    "a.".repeat(127),
  ])("cannot be had for %j", (name) => {
    expect(() => authority.issue(name)).toThrow(RangeError);
  });
});

test("each run has its own, whatever another one is called", () => {
  const other = createCertificateAuthority();
  expect(new X509Certificate(other.issue("localhost").certificatePem).verify(root.publicKey)).toBe(false);
});

/** What a client that trusts `ca` says of a server with this certificate. */
async function handshake(ca: string, { certificatePem, privateKeyPem }: ReturnType<typeof authority.issue>) {
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, (socket) => socket.end());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = connect({
    port: (server.address() as AddressInfo).port,
    host: "127.0.0.1",
    ca,
    servername: "sts.mayfly.test",
  });
  try {
    await once(socket, "secureConnect");
    return socket.authorized;
  } catch (problem) {
    return (problem as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
    server.close();
  }
}

test("a TLS client that trusts it accepts a server of that name, and of no other name or authority", async () => {
  const { certificatePem } = authority;
  expect(await handshake(certificatePem, authority.issue("sts.mayfly.test"))).toBe(true);
  expect(await handshake(certificatePem, authority.issue("*.mayfly.test"))).toBe(true);
  expect(await handshake(certificatePem, authority.issue("s3.mayfly.test"))).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  const stranger = createCertificateAuthority().issue("sts.mayfly.test");
  expect(await handshake(certificatePem, stranger)).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
});
