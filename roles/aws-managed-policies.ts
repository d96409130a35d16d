// What do AWS's own managed policies say? All of them in their current versions, read when the first one is asked for.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html

import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import type { ManagedPolicy, PolicyDocument } from "./model.ts";
import { uniqueId } from "./unique-id.ts";

/** A line of the file, which scripts/build-managed-policies.ts makes. */
interface PublishedPolicy {
  readonly arn: string;
  readonly version: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly document: PolicyDocument;
}

const LINE_START = '{"arn":"';
const ARN = /^arn:[a-z-]+:iam::aws:policy(\/(?:.+\/)?)([^/]+)$/;

const arnOf = (line: string) => line.slice(LINE_START.length, line.indexOf('"', LINE_START.length));

let linesByName: ReadonlyMap<string, string> | undefined;
const policies = new Map<string, ManagedPolicy>();

/** Finding a line costs a look at its beginning; parsing all 1594 would cost three times the decompression (16 ms). */
function lines(): ReadonlyMap<string, string> {
  if (linesByName) return linesByName;
  // Beside package.json, whether this runs from its source or compiled from dist.
  const root = dirname(findPackageJSON("..", import.meta.url) as string);
  const text = brotliDecompressSync(readFileSync(join(root, "data", "aws-managed-policies.json.br"))).toString();
  const named = text.split("\n").map((line) => {
    const arn = arnOf(line);
    return [arn.slice(arn.lastIndexOf("/") + 1), line] as const;
  });
  linesByName = new Map(named);
  return linesByName;
}

function read(line: string): ManagedPolicy {
  const published = JSON.parse(line) as PublishedPolicy;
  const { arn, version: versionId } = published;
  const [, path = "", name = ""] = ARN.exec(arn) ?? [];
  const [createdAt, updatedAt] = [Date.parse(published.createdAt), Date.parse(published.updatedAt)];
  // As AWS writes them.
  const document = JSON.stringify(published.document, undefined, 4);
  return {
    ...{ name, path, arn, id: uniqueId("aws", "policy", name), createdAt, updatedAt, tags: [] },
    ...{ versions: [{ versionId, document, createdAt: updatedAt }], defaultVersionId: versionId, versionsMade: 1 },
  };
}

/** The names of all of them. */
export const awsManagedPolicyNames = (): Iterable<string> => lines().keys();

/** Their ARNs, as they are in the partition `aws`. */
export const awsManagedPolicyArns = (): Iterable<string> => lines().values().map(arnOf);

/** By its name, which needs no path: `AdministratorAccess`. Always the same object. Undefined when AWS has none. */
export function awsManagedPolicy(name: string): ManagedPolicy | undefined {
  const known = policies.get(name);
  if (known) return known;
  const line = lines().get(name);
  if (!line) return undefined;
  const policy = read(line);
  policies.set(name, policy);
  return policy;
}

/** By its ARN, in any partition; undefined also when the path is not the policy's. */
export function awsManagedPolicyByArn(arn: string): ManagedPolicy | undefined {
  const [, path, name] = ARN.exec(arn) ?? [];
  const policy = name ? awsManagedPolicy(name) : undefined;
  return policy?.path === path ? policy : undefined;
}
