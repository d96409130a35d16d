// Which examples do the documents show? Each block below a `<!-- cut from FILE#REGION -->` is that region of a file that the tests run,
// and what stands between `<!-- printed: TABLE -->` and `<!-- end -->` is printed by the code itself.
// Started as a program it brings the documents up to date; test/documentation.test.ts holds that they are.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TABLES as EXERCISE_TABLES } from "./exercise-tables.ts";
import { TABLES as FAULT_TABLES } from "./fault-tables.ts";
import { TABLES as IAM_TABLES } from "./iam-tables.ts";
import { TABLES as REFRESH_TABLES } from "./refresh-tables.ts";

const root = join(import.meta.dirname, "..");
export const DOCUMENTS = [
  "README.md",
  "docs/containers.md",
  "docs/kubernetes.md",
  "docs/network.md",
  "docs/faults.md",
  "docs/exercise.md",
  "docs/sources.md",
  "docs/sign-in.md",
  "docs/control.md",
  "docs/explain.md",
  "docs/iam.md",
  "docs/sts.md",
  "docs/s3.md",
  "docs/ec2.md",
  "docs/exercise-reports.md",
  "docs/testing.md",
] as const;

const TABLES: Readonly<Record<string, () => string>> = {
  ...EXERCISE_TABLES,
  ...FAULT_TABLES,
  ...IAM_TABLES,
  ...REFRESH_TABLES,
};

const CUT = /(<!-- cut from (\S+)#(\S+) -->\n```\w+\n)[\s\S]*?(^```$)/gm;

const PRINTED = /(<!-- printed: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The lines between `#region NAME` and `#endregion`. Error when there is no such region. */
function regionOf(file: string, name: string): string {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const from = lines.findIndex((line) => line.endsWith(`#region ${name}`));
  const to = lines.findIndex((line, i) => i > from && line.endsWith("#endregion"));
  if (from === -1 || to === -1) throw new Error(`${file} has no region ${name}`);
  const region = lines.slice(from + 1, to);
  const indent = Math.min(...region.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return region.map((line) => `${line.slice(indent)}\n`).join("");
}

/** The document as it should be. */
export function withExamples(document: string): string {
  const text = readFileSync(join(root, document), "utf8");
  return text
    .replace(CUT, (_, head: string, file: string, name: string, tail: string) => head + regionOf(file, name) + tail)
    .replace(PRINTED, (_, head: string, name: string, tail: string) => `${head}\n${TABLES[name]?.()}\n\n${tail}`);
}

if (import.meta.main) {
  for (const document of DOCUMENTS) writeFileSync(join(root, document), withExamples(document));
}
