// Which rows have the tables of docs/testing.md? Printed from the rules themselves.

import { REFRESH_RULES, type RefreshRule } from "../credential-rotator/refresh-rules.ts";

const spoken = (seconds: number) => (seconds % 60 === 0 && seconds >= 60 ? `${seconds / 60} min` : `${seconds} s`);

function refreshing(): string {
  const rows = Object.entries<RefreshRule>(REFRESH_RULES).map(
    ([name, { client, rule, source, lifetimeSeconds, withinSeconds, due }]) =>
      `| \`${name}\` | ${client} | ${rule} | ${spoken(lifetimeSeconds)}; ${spoken(withinSeconds)} | ${due ? "yes" : "no"} | ${source} |`,
  );
  return [
    "| name | client | when it asks | lives served, and it asks again within | moved clock | read in |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

export const TABLES = { refreshing };
