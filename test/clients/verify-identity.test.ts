// Does the real openssl accept what Mayfly signs, by the commands that AWS documents, and refuse what is changed?

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCertificateAuthority } from "../../signing/certificate-authority.ts";
import { mayfly, type Up, up } from "../cli/running.ts";
import { describeWith } from "../requires.ts";
import { imdsToken } from "../simulation/client.ts";
import { curl, openssl } from "./software.ts";

const scratch = mkdtempSync(join(tmpdir(), "mayfly-identity-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A new folder below the scratch one. */
function folderOf(name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function run(folder: string, name: string, words: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(name, words, { cwd: folder, env: { ...process.env, ...env } });
  return { status, output: stdout.toString(), errors: stderr.toString() };
}

describeWith([openssl, curl], "the identity document of a running Mayfly", () => {
  let running: Up;
  let document: string;
  beforeAll(async () => {
    running = await up();
    const headers = { "x-aws-ec2-metadata-token": await imdsToken(running.urls.imds) };
    document = await (
      await fetch(`${running.urls.imds}/latest/dynamic/instance-identity/document`, { headers })
    ).text();
  });
  afterAll(() => running.end("SIGTERM"));

  /** Verifies one of them in a folder of its own, as AWS documents it. */
  async function verified(kind: string) {
    const folder = folderOf(kind);
    const out = join(folder, "certificates");
    const { errors } = await mayfly(["certificates", "--control", running.urls.control, "--out", out]);
    expect(errors).toBe("");
    const script = join(import.meta.dirname, "verify-identity.sh");
    return { folder, ...run(folder, "bash", [script, kind], { IMDS: running.urls.imds }) };
  }

  test("signature", async () => {
    const { folder, status, output } = await verified("signature");
    expect([status, output]).toEqual([0, "Verified OK\n"]);
    expect(readFileSync(join(folder, "document"), "utf8")).toBe(document);
    writeFileSync(join(folder, "changed"), document.replace("123456789012", "123456789013"));
    const refused = run(folder, "openssl", ["dgst", "-sha256", "-verify", "key", "-signature", "signature", "changed"]);
    expect([refused.status, refused.output]).toEqual([1, "Verification failure\n"]);
  });

  test.each(["pkcs7", "rsa2048"])("%s", async (kind) => {
    const { folder, status, output, errors } = await verified(kind);
    expect([status, output]).toEqual([0, document]);
    expect(errors).toMatch(/Verification successful/);

    const packed = readFileSync(join(folder, kind), "utf8").replaceAll(/-.*-|\n/g, "");
    const bytes = Buffer.from(packed, "base64");
    bytes.write("123456789013", bytes.indexOf("123456789012"));
    const lines = bytes.toString("base64").match(/.{1,76}/g) ?? [];
    writeFileSync(join(folder, "changed"), ["-----BEGIN PKCS7-----", ...lines, "-----END PKCS7-----", ""].join("\n"));
    const words = ["smime", "-verify", "-in", "changed", "-inform", "PEM", "-certfile", "certificate", "-noverify"];
    const refused = run(folder, "openssl", words);
    expect(refused.status).not.toBe(0);
    expect(refused.errors).toMatch(/Verification failure/);
  });
});

describeWith([openssl], "the certificate authority of a run", () => {
  const authority = createCertificateAuthority();
  const folder = folderOf("authority");
  const names = ["sts.us-east-1.amazonaws.com", "*.s3.amazonaws.com", "169.254.169.254", "fd00:ec2::254"];
  const verify = (...words: string[]) =>
    run(folder, "openssl", ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem", ...words]);

  beforeAll(() => {
    writeFileSync(join(folder, "ca.pem"), authority.certificatePem);
    names.forEach((name, i) => {
      writeFileSync(join(folder, `${i}.pem`), authority.issue(name).certificatePem);
    });
  });

  test.each(names.map((name, i) => [name, `${i}.pem`]))("openssl accepts its certificate of %s", (_name, file) => {
    expect(verify(file)).toMatchObject({ status: 0, output: `${file}: OK\n` });
  });

  test.each(["2000-01-02", "2099-12-30"])("also when the clock says %s", (day) => {
    expect(verify("-attime", String(Date.parse(day) / 1000), "0.pem")).toMatchObject({ status: 0 });
  });

  test("and none that another one made", () => {
    const stranger = createCertificateAuthority().issue("sts.us-east-1.amazonaws.com");
    writeFileSync(join(folder, "stranger.pem"), stranger.certificatePem);
    expect(verify("stranger.pem").status).not.toBe(0);
    expect(verify("-verify_hostname", "sts.us-west-2.amazonaws.com", "0.pem").status).not.toBe(0);
  });
});
