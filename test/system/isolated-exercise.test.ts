// Is a program exercised in a network of its own, too, with no setting of AWS and at AWS's own names?

import { join } from "node:path";
import { expect, test } from "vitest";
import { exercise } from "../../index.ts";
import { boto3, movableClock, PYTHON } from "../clients/software.ts";
import { describeWith } from "../requires.ts";
import { namespaces } from "./isolated.ts";

const SERVICES = join(import.meta.dirname, "../clients/services.py");

describeWith([namespaces, boto3, movableClock], "an exercise of an isolated program", () => {
  test("boto3 goes through two rotations, and is told where it is by its network alone", async () => {
    const environment = { AWS_DEFAULT_REGION: "us-east-1" };
    const program = { command: PYTHON, arguments: [SERVICES, "steady"], environment, isolated: true } as const;
    const report = await exercise({ programs: [{ ...program, stdio: "ignore" }], rotations: 2 });
    const { verdict, observation } = report.programs[0] ?? {};
    expect(verdict?.checks.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(verdict?.rotations).toHaveLength(2);
    expect(observation?.ending).toEqual({ kind: "asked", exitCode: 143, wasKilled: false });
    expect(report.passed).toBe(true);
  });

  test("an outage of the metadata service strikes it as well", async () => {
    const program = { command: PYTHON, arguments: [SERVICES, "steady"], isolated: true, stdio: "ignore" } as const;
    const report = await exercise({ programs: [program], scenario: "imds-outage" });
    const { verdict, observation } = report.programs[0] ?? {};
    expect(observation?.requests.some(({ purpose, status }) => purpose === "token" && status === 0)).toBe(true);
    expect(verdict?.checks.find(({ name }) => name === "recovery")?.outcome).toBe("passed");
  });
});
