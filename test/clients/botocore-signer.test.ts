// Another live signer against us: botocore's, all five that boto3 and the AWS CLI (v1) sign with.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSignature } from "../../signing/read-signature.ts";
import { verifySignature } from "../../signing/verify-signature.ts";
import { describeWith } from "../requires.ts";
import { boto3, PYTHON } from "./software.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const ROUNDS = 1000;
const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);

interface Signed {
  readonly signer: string;
  readonly token: string | null;
  readonly bodyHash: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
}

describeWith([boto3], "botocore", () => {
  test(`${ROUNDS} requests, MAYFLY_TEST_SEED=${seed}`, verifyAll);
});

function verifyAll() {
  const script = join(import.meta.dirname, "botocore-signer.py");
  const run = spawnSync(PYTHON, [script, seed, String(ROUNDS)], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  expect(run.stderr).toBe("");
  const lines = run.stdout.trim().split("\n");
  expect(lines).toHaveLength(ROUNDS);
  const now = Date.now();
  for (const line of lines) {
    const { signer, token, bodyHash, method, target, headers }: Signed = JSON.parse(line);
    const read = readSignature({ method, target, rawHeaders: headers.flat() }, { at: now, realAt: now });
    if (!read || "fault" in read) throw new Error(`${line} is read as ${JSON.stringify(read)}`);
    expect(read).toMatchObject({
      service: signer.startsWith("SigV4") ? "sts" : "s3",
      version: signer === "HmacV1QueryAuth" ? "AWS2" : "AWS4-HMAC-SHA256",
      carriedBy: signer.includes("Query") ? "query" : "header",
    });
    expect(read.sessionToken, line).toBe(token ?? undefined);
    expect(verifySignature(read, SECRET, { bodyHash }), line).toBeUndefined();
    expect(verifySignature(read, `${SECRET}x`, { bodyHash })).toMatchObject({ fault: "signature-mismatch" });
  }
}
