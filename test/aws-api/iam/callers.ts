// Who calls IAM in these tests: users of a simulation with AWS's own SDK, on a clock that moves when told.

import { IAMClient } from "@aws-sdk/client-iam";
import { expect } from "vitest";
import { type Simulation, simulate, type WrittenConfiguration } from "../../../index.ts";
import { AT } from "../world.ts";

export { AT };

export const allow = (...Action: string[]) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource: "*" }],
});

export const simulated = (configuration: WrittenConfiguration): Promise<Simulation> =>
  simulate({ startAt: AT, speed: 0, configuration });

/** A client with the access key of that user. */
export async function iamOf(simulation: Simulation, user: string): Promise<IAMClient> {
  const { variables } = await simulation.environment({ user });
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = variables;
  const credentials = { accessKeyId, secretAccessKey };
  return new IAMClient({ endpoint: simulation.urls.aws, region: "us-east-1", credentials, maxAttempts: 1 });
}

/** What a refusal says. */
export const refusal = (name: string, status: number, message: string | RegExp) => ({
  name: expect.stringMatching(new RegExp(`^${name}(Exception)?$`)),
  message: typeof message === "string" ? message : expect.stringMatching(message),
  $metadata: { httpStatusCode: status },
});
