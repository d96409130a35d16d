// The AWS CLI asks IAM's policy simulator, as the user alice of the demo world.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulation, simulate } from "../../index.ts";
import { describeWith, type Need } from "../requires.ts";
import { type CLIS, runCli } from "./client.ts";
import { awsCli1, awsCli2 } from "./software.ts";

const FOUND: readonly [keyof typeof CLIS, Need][] = [
  ["AWS CLI v1", awsCli1],
  ["AWS CLI v2 of Debian", awsCli2],
];
const ROLE = "arn:aws:iam::123456789012:role/mybucket-access";

for (const [name, need] of FOUND) {
  describeWith([need], name, () => {
    let simulation: Simulation;
    beforeAll(async () => {
      simulation = await simulate();
    });
    afterAll(() => simulation.close());

    const ask = async (...words: string[]) => {
      const { status, output, errors } = await runCli(name, simulation, ["iam", ...words], {}, { user: "alice" });
      expect([status, errors]).toEqual([0, ""]);
      return JSON.parse(output);
    };

    test("simulates what the role may", async () => {
      const resources = ["--resource-arns", "arn:aws:s3:::mybucket/k", "arn:aws:s3:::otherbucket/k"];
      const actions = ["--action-names", "s3:GetObject", "s3:CreateBucket"];
      const { EvaluationResults } = await ask(
        ...["simulate-principal-policy", "--policy-source-arn", ROLE, ...actions, ...resources],
      );
      expect(EvaluationResults).toMatchObject([
        {
          EvalActionName: "s3:GetObject",
          EvalDecision: "implicitDeny",
          ResourceSpecificResults: [
            {
              EvalResourceName: "arn:aws:s3:::mybucket/k",
              EvalResourceDecision: "allowed",
              MatchedStatements: [
                { SourcePolicyId: "role_mybucket-access_mybucket-read-write", StartPosition: { Line: 1 } },
              ],
            },
            { EvalResourceName: "arn:aws:s3:::otherbucket/k", EvalResourceDecision: "implicitDeny" },
          ],
        },
        { EvalActionName: "s3:CreateBucket", EvalDecision: "implicitDeny" },
      ]);
    });

    test("simulates policies that it is given, with context, and finds the keys that they ask for", async () => {
      const document = JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: "*",
          Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
        },
      });
      const given = ["--policy-input-list", document];
      const simulated = async (...more: string[]) =>
        (await ask("simulate-custom-policy", ...given, "--action-names", "s3:GetObject", ...more)).EvaluationResults[0];
      expect(await simulated()).toMatchObject({ EvalDecision: "implicitDeny", MissingContextValues: ["aws:SourceIp"] });
      const entry = "ContextKeyName=aws:SourceIp,ContextKeyValues=10.1.2.3,ContextKeyType=ip";
      expect(await simulated("--context-entries", entry)).toMatchObject({ EvalDecision: "allowed" });
      const { ContextKeyNames } = await ask("get-context-keys-for-custom-policy", ...given);
      expect(ContextKeyNames).toEqual(["aws:SourceIp"]);
    });
  });
}
