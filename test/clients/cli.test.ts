// The AWS CLI, v1 and v2: each command is a new process that finds its role anew.

import { afterAll, beforeAll, expect, test } from "vitest";
import { pause } from "../../clock/real-time.ts";
import { type Simulation, simulate } from "../../index.ts";
import { describeWith, type Need } from "../requires.ts";
import { type CLIS, ended, runCli, startCli } from "./client.ts";
import { awsCli1, awsCli2 } from "./software.ts";

const MEBIBYTE = 1024 * 1024;
const FOUND: readonly [keyof typeof CLIS, Need][] = [
  ["AWS CLI v1", awsCli1],
  ["AWS CLI v2 of Debian", awsCli2],
];

for (const [name, need] of FOUND) {
  describeWith([need], name, () => {
    let simulation: Simulation;
    beforeAll(async () => {
      simulation = await simulate();
    });
    afterAll(() => simulation.close());

    /** The command's output; it must end well. */
    const succeed = async (...words: string[]) => {
      const { status, output, errors } = await runCli(name, simulation, words);
      expect([status, errors]).toEqual([0, ""]);
      return output;
    };

    test("finds its role, and writes, lists, reads and removes an item", async () => {
      const identity = JSON.parse(await succeed("sts", "get-caller-identity"));
      expect(identity.Arn).toMatch(/^arn:aws:sts::123456789012:assumed-role\/mybucket-access\/i-[0-9a-f]{17}$/);
      await succeed("s3", "cp", "-", "s3://mybucket/folder/item");
      expect(await succeed("s3", "ls", "s3://mybucket")).toMatch(/PRE folder\//);
      expect(await succeed("s3", "ls", "s3://mybucket/folder/")).toMatch(/ 8 item\n$/);
      expect(await succeed("s3", "cp", "s3://mybucket/folder/item", "-")).toBe("an item\n");
      expect(await succeed("s3", "rm", "s3://mybucket/folder/item")).toContain("delete: s3://mybucket/folder/item");
      expect((await runCli(name, simulation, ["s3", "ls", "s3://mybucket/folder/"])).output).toBe("");
    });

    test("is refused elsewhere in AWS's words", async () => {
      const { status, errors } = await runCli(name, simulation, ["s3", "ls", "s3://otherbucket"]);
      expect(status).not.toBe(0);
      expect(errors).toMatch(
        /An error occurred \(AccessDenied\) when calling the ListObjectsV2 operation: User: arn:aws:sts::\S+ is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::otherbucket" because no identity-based policy allows the s3:ListBucket action/,
      );
    });

    test("an upload held open across a renewal goes through, and new processes use the new keys", async () => {
      const keys = new Set<string | undefined>();
      const uploading = await startCli(name, simulation, ["s3", "cp", "-", "s3://mybucket/held"]);
      uploading.stdin.write(Buffer.alloc(9 * MEBIBYTE, 1));
      while ((await simulation.requests({ action: "s3:UploadPart", status: 200 })).total === 0) await pause(50);
      for (let renewal = 0; renewal < 3; renewal++) {
        await simulation.clock.advance("1h");
        await succeed("sts", "get-caller-identity");
        keys.add((await simulation.requests({ action: "sts:GetCallerIdentity", limit: 1 })).requests[0]?.accessKeyId);
      }
      expect(keys.size).toBe(3);
      uploading.stdin.end(Buffer.alloc(MEBIBYTE, 2));
      expect(await ended(uploading)).toMatchObject({ status: 0 });
      expect(await succeed("s3", "ls", "s3://mybucket/held")).toContain(String(10 * MEBIBYTE));
    });

    test("kept keys are refused in AWS's words once they have expired", async () => {
      const token = await imds(simulation, "PUT", "/latest/api/token", {
        "x-aws-ec2-metadata-token-ttl-seconds": "60",
      });
      const role = "/latest/meta-data/iam/security-credentials/mybucket-access";
      const kept = JSON.parse(await imds(simulation, "GET", role, { "x-aws-ec2-metadata-token": token }));
      await simulation.clock.advance("7h");
      const variables = {
        AWS_ACCESS_KEY_ID: kept.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: kept.SecretAccessKey,
        AWS_SESSION_TOKEN: kept.Token,
      };
      const identity = await runCli(name, simulation, ["sts", "get-caller-identity"], variables);
      expect(identity.errors).toContain(
        "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired",
      );
      const bucket = await runCli(name, simulation, ["s3", "ls", "s3://mybucket"], variables);
      expect(bucket.errors).toContain(
        "An error occurred (ExpiredToken) when calling the ListObjectsV2 operation: The provided token has expired.",
      );
    });
  });
}

async function imds(
  { urls }: Simulation,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<string> {
  return (await fetch(urls.imds + path, { method, headers })).text();
}
