// Which table in docs/iam.md does the code itself print? The operations that are served, by what they are about.

import { iamFamilies } from "../aws-api/iam/operations.ts";

const row = ([family, operations]: readonly [string, object]) =>
  `| ${family} | ${Object.keys(operations)
    .map((name) => `\`${name}\``)
    .join(", ")} |`;

function operations(): string {
  return ["| about | operations |", "|---|---|", ...Object.entries(iamFamilies).map(row)].join("\n");
}

export const TABLES: Readonly<Record<string, () => string>> = { iamOperations: operations };
