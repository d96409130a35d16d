// Does docs/sts.md tell of the operations that there are?

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stsService } from "../../../aws-api/sts/operations.ts";
import { identities, masterKey, rotator, unusedIam } from "../world.ts";

test("docs/sts.md has a line for each operation, and none for others", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/sts.md"), "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  const told = rows.flatMap((row) => Array.from(row.split("|")[1]?.matchAll(/`(\w+)`/g) ?? [], ([, name]) => name));
  const served = stsService({ iam: unusedIam, identities: () => identities, masterKey, rotator });
  expect(told.sort()).toEqual(Object.keys(served).sort());
});
