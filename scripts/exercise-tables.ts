// Which tables in docs/exercise.md does the code itself print? The checks with what they allow, and the shipped scenarios, as their files say
// them.

import { CHECKS } from "../exercise/checks/table.ts";
import { THRESHOLDS, type ThresholdName } from "../exercise/thresholds.ts";
import { shippedScenarios } from "../exercise-scenarios.ts";
import { table } from "./fault-tables.ts";

const scenarios = await shippedScenarios();

const written = (limit: number) => (Number.isFinite(limit) ? limit : "any");

function allowed(name: ThresholdName | undefined): string {
  if (name === undefined) return "";
  const { allows, usual, unit, about } = THRESHOLDS[name];
  return `\`${name}\`, ${allows} ${usual} ${unit}: ${about}`;
}

export const TABLES: Readonly<Record<string, () => string>> = {
  checks: () =>
    table(
      ["check", "passes where", "allowed"],
      CHECKS.map(({ name, about, threshold }) => [`\`${name}\``, about, allowed(threshold)]),
    ),
  scenarios: () =>
    table(
      ["scenario", "what happens, and why it does on EC2", "what a program does that is well made", "allowed besides"],
      scenarios.map(({ name, title, description, source, expected = "", thresholds = {} }) => [
        `\`${name}\``,
        `**${title}.** ${description} ([source](${source}))`,
        expected,
        Object.entries(thresholds)
          .map(([threshold, limit]) => `\`${threshold}: ${written(limit)}\``)
          .join(", "),
      ]),
    ),
};
