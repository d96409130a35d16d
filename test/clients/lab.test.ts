// Do behaviours of the laboratory show with the clients that scripts/install-clients.sh installs? boto3, and the AWS SDK for JavaScript v3 of
// this project's own.

import { join } from "node:path";
import { expect, test } from "vitest";
import { readExerciseScenario } from "../../index.ts";
import { BEHAVIOURS, type Behaviour } from "../../lab/behaviours.ts";
import { CLIENTS, type LabClient } from "../../lab/clients.ts";
import { runTogether } from "../../lab/run.ts";
import { describeWith } from "../requires.ts";
import { boto3, movableClock, PYTHON } from "./software.ts";

const LAB = join(import.meta.dirname, "../../lab");
const SHOWN = [
  "botocore-raises-in-the-advisory-window",
  "botocore-extends-fresh-keys",
  "js-v3-default-chain-has-no-static-stability",
  "js-v3-instance-has-no-static-stability",
  "js-v3-smithy-extends-old-keys",
];

/** With our own Python in place of the laboratory's. */
function clientOf({ client: name }: Behaviour): LabClient {
  const client = CLIENTS.find((row) => row.name === name) as LabClient;
  const [program, ...words] = client.command;
  return { ...client, workers: 4, command: [program.includes("/python") ? PYTHON : program, ...words] };
}

describeWith([boto3, movableClock], "the laboratory's behaviours", () => {
  const rows = BEHAVIOURS.filter(({ id }) => SHOWN.includes(id));
  const byScenario = [...Map.groupBy(rows, ({ scenario }) => scenario)];

  test.for(byScenario)("under %s", async ([name, behaviours]) => {
    const scenario = await readExerciseScenario(name.endsWith(".yaml") ? join(LAB, name) : name);
    const programs = behaviours.map((row) => ({
      name: row.id,
      client: clientOf(row),
      ...(row.environment && { environment: row.environment }),
    }));
    const { seen } = await runTogether(scenario, programs, () => {});
    for (const { id, look } of behaviours) {
      const what = seen.get(id);
      if (what === undefined) throw new Error(`${id} was not run`);
      expect([id, look(what)]).toEqual([id, { isReproduced: true, seen: expect.any(String) }]);
    }
  });
});
