// Why a request was refused, or another one would be: from code, over the control API, and by the command.

import { GetObjectCommand, ListBucketsCommand, type S3ServiceException } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Controls, connect, type Simulation, simulate } from "../../index.ts";
import { mayfly } from "../cli/running.ts";
import { roleCredentials, s3Client } from "./client.ts";

const AT = Date.parse("2026-11-24T00:00:00Z");
const ROLE = "arn:aws:iam::123456789012:role/mybucket-access";
const SECRET = "arn:aws:s3:::mybucket/secret";

let simulation: Simulation;
let requestId: string;
beforeAll(async () => {
  simulation = await simulate({
    speed: 0,
    startAt: AT,
    configuration: {
      roles: {
        "mybucket-access": {
          trust: "ec2.amazonaws.com",
          policies: {
            own: {
              Version: "2012-10-17",
              Statement: [
                { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::mybucket/*" },
                {
                  Sid: "Fresh",
                  Effect: "Deny",
                  Action: "s3:GetObject",
                  Resource: SECRET,
                  Condition: { DateLessThan: { "aws:TokenIssueTime": "2026-11-25T00:00:00Z" } },
                },
              ],
            },
          },
        },
      },
      buckets: ["mybucket"],
      instances: { demo: { instanceProfile: "mybucket-access" } },
    },
  });
  const client = s3Client(simulation, await roleCredentials(simulation.urls.imds));
  const refused = client.send(new GetObjectCommand({ Bucket: "mybucket", Key: "secret" }));
  requestId = await refused.then(
    () => "allowed",
    ({ $metadata }: S3ServiceException) => $metadata.requestId ?? "",
  );
  await client.send(new ListBucketsCommand({})).catch(() => {});
});
afterAll(() => simulation.close());

const sides: readonly (readonly [string, () => Controls])[] = [
  ["from code", () => simulation],
  ["over the control API", () => connect({ url: simulation.urls.control })],
];

describe.each(sides)("%s", (_, controls) => {
  const denied = {
    request: { sequence: 3, action: "s3:GetObject", status: 403 },
    explanations: [
      {
        outcome: "explicit-deny",
        refusedBy: "identity",
        action: "s3:GetObject",
        resource: SECRET,
        policies: [
          {
            says: "deny",
            statements: [
              { effect: "Allow", counts: true },
              { sid: "Fresh", counts: true, conditions: [{ had: ["2026-11-24T00:00:00Z"], holds: true }] },
            ],
          },
        ],
        context: { "s3:authtype": ["REST-HEADER"], "ec2:roledelivery": ["2.0"], "aws:sourceip": ["127.0.0.1"] },
      },
    ],
  };

  test("a request by its number, or by the id that the client was told", async () => {
    expect(await controls().explain({ request: 3 })).toMatchObject(denied);
    expect(await controls().explain({ request: requestId })).toMatchObject(denied);
  });

  test("the last that was refused, and one of which no policy was asked", async () => {
    expect(await controls().explain()).toMatchObject({ request: { sequence: 4 } });
    expect(await controls().explain({ request: 1 })).toMatchObject({ request: { face: "imds" }, explanations: [] });
  });

  test("one that might be", async () => {
    const ask = async (context: Record<string, string>) => {
      const question = { principal: ROLE, action: "s3:GetObject", resource: SECRET, context };
      return (await controls().explain(question)).explanations.map(({ outcome }) => outcome);
    };
    expect(await ask({})).toEqual(["explicit-deny"]);
    expect(await ask({ "aws:TokenIssueTime": "2026-11-26T00:00:00Z" })).toEqual(["allowed"]);
    const trusting = { principal: ROLE, action: "sts:AssumeRole", resource: ROLE };
    expect(await controls().explain(trusting)).toMatchObject({ explanations: [{ refusedBy: "trust" }] });
    const absent = { ...trusting, resource: `${ROLE}-of-nobody` };
    expect(await controls().explain(absent)).toMatchObject({ explanations: [{ refusedBy: "trust" }] });
  });

  test.each([
    [{ request: 99 }, "there is no request 99 in the log; it has 1 to 4"],
    [{ request: "nonesuch" }, 'no request has the id "nonesuch" among those that the log keeps'],
    [{ principal: ROLE }, "needs both a principal and an action"],
    [{ request: 3, action: "s3:GetObject" }, "give a request, or a principal and an action"],
    [
      { principal: "arn:aws:iam::123456789012:user/nobody", action: "s3:GetObject" },
      'there is no user, role or session "arn:aws:iam::123456789012:user/nobody" in the account',
    ],
  ])("%j makes no sense", async (query, message) => {
    await expect(controls().explain(query)).rejects.toThrow(message);
  });
});

test("what an operation asks on its way is explained too: a missing key is denied to who may not list", async () => {
  await using other = await simulate({ speed: 0, startAt: AT });
  await other.configure({
    roles: {
      "mybucket-access": {
        trust: "ec2.amazonaws.com",
        policies: {
          own: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*" } },
        },
      },
    },
    buckets: ["mybucket"],
    instances: { demo: { instanceProfile: "mybucket-access" } },
  });
  const client = s3Client(other, await roleCredentials(other.urls.imds));
  await client.send(new GetObjectCommand({ Bucket: "mybucket", Key: "absent" })).catch(() => {});
  const { explanations } = await other.explain();
  expect(explanations.map(({ action, outcome }) => [action, outcome])).toEqual([
    ["s3:GetObject", "allowed"],
    ["s3:ListBucket", "implicit-deny"],
  ]);
});

test("a role that is not there trusts nobody, and that is told too", async () => {
  await using other = await simulate({ speed: 0, startAt: AT });
  const { variables } = await other.environment({ user: "alice" });
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = variables;
  const sts = new STSClient({
    region: "us-east-1",
    endpoint: other.urls.aws,
    credentials: { accessKeyId, secretAccessKey },
  });
  const RoleArn = `${ROLE}-of-nobody`;
  await expect(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "alice" }))).rejects.toThrow(
    /^User: arn:aws:iam::123456789012:user\/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role\/mybucket-access-of-nobody$/,
  );
  expect((await other.explain()).explanations).toMatchObject([{ resource: RoleArn, refusedBy: "trust" }]);
});

test("what was decided stays so when the account is another one", async () => {
  await using other = await simulate({ speed: 0, startAt: AT });
  const client = s3Client(other, await roleCredentials(other.urls.imds));
  await client.send(new ListBucketsCommand({})).catch(() => {});
  const before = await other.explain({ request: 3 });
  await other.configure({ account: "210987654321", instances: { demo: {} } });
  expect(await other.explain({ request: 3 })).toEqual(before);
  expect(before.explanations).toMatchObject([{ principal: expect.stringContaining("assumed-role/mybucket-access") }]);
});

test("what might be asked of a bucket is decided by its policy, too, as it counts for who asks", async () => {
  const statement = { Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::website/*" };
  const policy = (Effect: string) => ({ Version: "2012-10-17", Statement: [{ ...statement, Effect }] });
  const website = { policy: policy("Allow"), publicAccessBlock: false };
  await using other = await simulate({ configuration: { users: { alice: {} }, buckets: { website } } });
  const outcomes = async (resource: string) => {
    const asked = ["anonymous", "arn:aws:iam::123456789012:user/alice"].map((principal) =>
      other.explain({ principal, action: "s3:GetObject", resource }),
    );
    return (await Promise.all(asked)).map(({ explanations }) => explanations[0]?.outcome);
  };
  expect(await outcomes("arn:aws:s3:::website/index.html")).toEqual(["allowed", "allowed"]);
  expect(await outcomes("arn:aws:s3:::websites/index.html")).toEqual(["implicit-deny", "implicit-deny"]);
  await other.configure({ users: { alice: {} }, buckets: { website: { ...website, policy: policy("Deny") } } });
  expect(await outcomes("arn:aws:s3:::website/index.html")).toEqual(["explicit-deny", "explicit-deny"]);
});

describe("mayfly explain", () => {
  const run = (...words: string[]) => mayfly(["explain", ...words, "--control", simulation.urls.control]);

  test("tells people, line by line", async () => {
    const { status, output, errors } = await run("3");
    expect([status, errors]).toEqual([0, ""]);
    expect(output.split("\n")).toEqual([
      expect.stringMatching(/^#3 2026-11-24T00:00:00\S+ aws {2}403 GET \/mybucket\/secret/),
      expect.stringMatching(
        /^explicit-deny: arn:aws:sts::123456789012:assumed-role\/mybucket-access\/i-\S+ s3:GetObject arn:aws:s3:::mybucket\/secret$/,
      ),
      "  with an explicit deny in an identity-based policy",
      "  identity: deny",
      "    Allow counts: own of role mybucket-access, statement 0",
      "    Deny counts: own of role mybucket-access, statement 1 (Fresh)",
      "",
    ]);
  });

  test("takes a question with its context, and answers in JSON", async () => {
    const question = ["--principal", ROLE, "--action", "s3:GetObject", "--resource", SECRET];
    const text = await run(...question, "--context", "aws:TokenIssueTime=2026-11-26T00:00:00Z");
    expect(text.output).toContain(
      [
        "    Deny counts not: own of role mybucket-access, statement 1 (Fresh): its condition does not hold",
        '      DateLessThan aws:TokenIssueTime "2026-11-25T00:00:00Z": it is "2026-11-26T00:00:00Z"',
      ].join("\n"),
    );
    const json = await run(...question, "--context", "a:b=1", "--context", "a:b=2=3", "--json");
    expect(JSON.parse(json.output)).toMatchObject({ explanations: [{ context: { "a:b": ["1", "2=3"] } }] });
  });

  test.each([
    [["99"], 1, /^mayfly: there is no request 99 in the log/],
    [["--context", "x"], 2, /give KEY=VALUE/],
    [["--principal", ROLE], 1, /^mayfly: needs both a principal and an action/],
  ])("%j ends with status %i", async (words, status, errors) => {
    expect(await run(...words)).toEqual({ status, output: "", errors: expect.stringMatching(errors) });
  });
});
