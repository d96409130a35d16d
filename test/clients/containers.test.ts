// Real clients in containers: they find their role by the endpoints of ECS and of EKS Pod Identity, and go on while time does.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EnvironmentQuery, parseConfiguration, type Simulation, simulate } from "../../index.ts";
import { describeWith, type Need } from "../requires.ts";
import { type CLIS, type PROGRAMS, runCli, startClient } from "./client.ts";
import { awsCli1, awsCli2, boto3, movableClock, ROOT } from "./software.ts";

const file = join(ROOT, "examples/containers/mayfly.yaml");
const configuration = parseConfiguration(readFileSync(file, "utf8"), "mayfly.yaml");
const HOUR = 3600;
const SESSION = /^arn:aws:sts::123456789012:assumed-role\/mybucket-access\//.source;

interface Container {
  readonly where: EnvironmentQuery;
  readonly face: "ecs" | "eks";
  readonly arn: RegExp;
}
const TASK: Container = { where: { task: "web" }, face: "ecs", arn: new RegExp(`${SESSION}[0-9a-f]{32}$`) };
const POD: Container = { where: { pod: "app" }, face: "eks", arn: new RegExp(`${SESSION}eks-blue-app-[0-9a-f-]{36}$`) };

const CLIENTS: readonly [keyof typeof PROGRAMS, readonly Need[]][] = [
  ["boto3", [boto3]],
  ["AWS SDK for JavaScript v3", []],
];

for (const [name, needs] of CLIENTS) {
  for (const { where, face, arn } of [TASK, POD]) {
    describeWith(needs, `${name} by ${face}`, () => {
      test("finds its role, writes and reads its bucket, and asks nobody else for credentials", async () => {
        await using simulation = await simulate({ configuration });
        await using client = await startClient(name, simulation, "machine's", where);
        expect((await client.ask("whoami")).value).toMatch(arn);
        await client.ask("write", "from a container");
        expect(await client.ask("read")).toEqual({ value: "from a container" });
        const { requests } = await simulation.requests();
        const others = requests.filter((request) => request.face !== "aws");
        expect(new Set(others.map((request) => `${request.face} ${request.status}`))).toEqual(new Set([`${face} 200`]));
      });
    });

    describeWith([...needs, movableClock], `${name} by ${face} on a clock that moves with the server's`, () => {
      test("goes on for more than a day, and each of the old keys is refused", async () => {
        await using simulation = await simulate({ configuration });
        await using client = await startClient(name, simulation, "moved", where);
        const keys = [(await client.ask("key")).value];
        for (let leaps = 0; leaps < 4; leaps++) {
          await client.ask("keep");
          await client.leap(7 * HOUR, () => simulation.clock.advance("7h"));
          expect((await client.ask("write", `after ${leaps}`)).error).toBeUndefined();
          expect(await client.ask("read")).toEqual({ value: `after ${leaps}` });
          expect((await client.ask("bucket with kept keys")).error).toMatchObject({ code: "ExpiredToken" });
          keys.push((await client.ask("key")).value);
        }
        expect(new Set(keys).size).toBe(5);
        const { requests } = await simulation.requests({ face });
        expect(requests.every(({ status }) => status === 200)).toBe(true);
      });
    });
  }
}

describeWith([awsCli1], "AWS CLI v1 besides", () => {
  test("a pod whose role does not trust EKS is told so in EKS's words", async () => {
    const roles = { ...configuration.roles, "mybucket-access": { trust: "ec2.amazonaws.com" } };
    await using simulation = await simulate({ configuration: { ...configuration, roles } });
    const { errors } = await runCli("AWS CLI v1", simulation, ["sts", "get-caller-identity"], {}, POD.where);
    expect(errors).toMatch(
      /Received non 200 response 400 from container metadata: \[[0-9a-f-]{36}\]: \(AccessDeniedException\): Unauthorized Exception! EKS does not have permissions to assume the associated role\., fault: client/,
    );
  });
});

// Debian's 2.9 knows no token files: AWS CLI v2 reads them from 2.15 on.
const CLI_CONTAINERS: readonly [keyof typeof CLIS, Need, Container][] = [
  ["AWS CLI v1", awsCli1, TASK],
  ["AWS CLI v1", awsCli1, POD],
  ["AWS CLI v2 of Debian", awsCli2, TASK],
];

for (const [name, need, { where, face, arn }] of CLI_CONTAINERS) {
  describeWith([need], `${name} by ${face}`, () => {
    let simulation: Simulation;
    beforeAll(async () => {
      simulation = await simulate({ configuration });
    });
    afterAll(() => simulation.close());

    const whoami = async () => {
      const { status, output, errors } = await runCli(name, simulation, ["sts", "get-caller-identity"], {}, where);
      expect([status, errors]).toEqual([0, ""]);
      return JSON.parse(output).Arn;
    };

    test("finds its role, and new processes find the new keys", async () => {
      expect(await whoami()).toMatch(arn);
      await simulation.clock.advance("30h");
      expect(await whoami()).toMatch(arn);
      const { requests } = await simulation.requests({ face: "aws", status: 200 });
      expect(new Set(requests.map(({ accessKeyId }) => accessKeyId)).size).toBe(2);
    });
  });
}
