// Which tables in docs/exercise.md does the code itself print? The shipped scenarios, as their files say them.

import { shippedScenarios } from "../exercise-scenarios.ts";
import { table } from "./fault-tables.ts";

const scenarios = await shippedScenarios();

const written = (limit: number) => (Number.isFinite(limit) ? limit : "any");

export const TABLES: Readonly<Record<string, () => string>> = {
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
