// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like that

// IAM's policy simulator, asked by AWS's own SDK over a socket.

import {
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  IAMClient,
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Simulation, simulate } from "../../../index.ts";

const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const allow = (Action: string | string[], more = {}) => ({ Effect: "Allow", Action, Resource: "*", ...more });
const text = (...Statement: object[]) => JSON.stringify(policy(...Statement));

const ACCOUNT = "arn:aws:iam::123456789012";
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const KEY = "arn:aws:s3:::b/k";
let simulation: Simulation;
let client: IAMClient;

const clientOf = (accessKeyId: string) =>
  new IAMClient({
    endpoint: simulation.urls.aws,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey: SECRET },
    maxAttempts: 1,
  });

beforeAll(async () => {
  simulation = await simulate({
    configuration: {
      policies: { NoDeletes: policy({ Effect: "Deny", Action: "s3:Delete*", Resource: "*" }) },
      groups: { Readers: { policies: { read: policy(allow("s3:Get*")) } } },
      users: {
        alice: {
          managedPolicies: ["AdministratorAccess"],
          accessKeys: [{ id: "AKIAALICEALICEALICE1", secret: SECRET }],
        },
        bob: {
          groups: ["Readers"],
          managedPolicies: ["NoDeletes"],
          policies: {
            own: policy(
              allow("s3:PutObject", { Condition: { StringEquals: { "aws:PrincipalTag/Team": "blue" } } }),
              allow("s3:ListBucket", { Resource: "arn:aws:s3:::${aws:username}" }),
            ),
          },
          accessKeys: [{ id: "AKIABOBBOBBOBBOBBOB1", secret: SECRET }],
        },
      },
      roles: { app: { trust: "ec2.amazonaws.com", policies: { own: policy(allow("sqs:*")) } } },
    },
  });
  client = clientOf("AKIAALICEALICEALICE1");
});
afterAll(() => simulation.close());

const custom = async (input: Partial<SimulateCustomPolicyCommandInput>) =>
  client.send(new SimulateCustomPolicyCommand({ PolicyInputList: [], ActionNames: ["s3:GetObject"], ...input }));
const only = async (input: Partial<SimulateCustomPolicyCommandInput>) => (await custom(input)).EvaluationResults?.[0];
const principal = async (PolicySourceArn: string, ActionNames: string[], more = {}) =>
  (await client.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames, ...more }))).EvaluationResults;

describe("SimulatePrincipalPolicy", () => {
  test("decides each action by the policies of the user and their groups, and says which and where", async () => {
    const actions = ["s3:GetObject", "s3:DeleteObject", "ec2:RunInstances", "s3:PutObject"];
    expect(await principal(`${ACCOUNT}:user/bob`, actions)).toEqual([
      {
        EvalActionName: "s3:GetObject",
        EvalResourceName: "*",
        EvalDecision: "allowed",
        MatchedStatements: [
          {
            SourcePolicyId: "group_Readers_read",
            SourcePolicyType: "IAM Policy",
            StartPosition: { Line: 1, Column: 38 },
            EndPosition: { Line: 1, Column: 90 },
          },
        ],
        MissingContextValues: [],
      },
      {
        EvalActionName: "s3:DeleteObject",
        EvalResourceName: "*",
        EvalDecision: "explicitDeny",
        MatchedStatements: [expect.objectContaining({ SourcePolicyId: "NoDeletes" })],
        MissingContextValues: [],
      },
      {
        EvalActionName: "ec2:RunInstances",
        EvalResourceName: "*",
        EvalDecision: "implicitDeny",
        MatchedStatements: [],
        MissingContextValues: [],
      },
      {
        EvalActionName: "s3:PutObject",
        EvalResourceName: "*",
        EvalDecision: "implicitDeny",
        MatchedStatements: [],
        MissingContextValues: ["aws:PrincipalTag/Team"],
      },
    ]);
  });

  test("takes context, resources, and policies of a role or a group", async () => {
    const ContextEntries = [
      { ContextKeyName: "aws:principaltag/team", ContextKeyValues: ["blue"], ContextKeyType: "string" },
      { ContextKeyName: "aws:username", ContextKeyValues: ["bob"], ContextKeyType: "string" },
    ];
    const own = await principal(`${ACCOUNT}:user/bob`, ["s3:PutObject", "s3:ListBucket"], {
      ContextEntries,
      ResourceArns: ["arn:aws:s3:::bob", "arn:aws:s3:::eve"],
    });
    expect(own).toMatchObject([
      {
        EvalDecision: "allowed",
        ResourceSpecificResults: [{ EvalResourceDecision: "allowed" }, { EvalResourceDecision: "allowed" }],
      },
      {
        EvalDecision: "implicitDeny",
        ResourceSpecificResults: [
          {
            EvalResourceName: "arn:aws:s3:::bob",
            EvalResourceDecision: "allowed",
            MatchedStatements: [{ SourcePolicyId: "user_bob_own" }],
          },
          { EvalResourceName: "arn:aws:s3:::eve", EvalResourceDecision: "implicitDeny", MatchedStatements: [] },
        ],
      },
    ]);
    const decisions = async (arn: string) =>
      (await principal(`${ACCOUNT}:${arn}`, ["s3:GetObject", "sqs:SendMessage"]))?.map((one) => one.EvalDecision);
    expect(await decisions("role/app")).toEqual(["implicitDeny", "allowed"]);
    expect(await decisions("group/Readers")).toEqual(["allowed", "implicitDeny"]);
  });

  test("adds policies, leaves some out, and limits all by a boundary", async () => {
    const ask = async (more: object) =>
      (await principal(`${ACCOUNT}:user/bob`, ["s3:DeleteObject", "s3:GetObject"], more))?.map(
        (one) => one.EvalDecision,
      );
    const PolicyInputList = [text(allow("s3:*"))];
    const PolicyExclusionList = [{ PolicyType: "user-managed", PolicyArn: `${ACCOUNT}:policy/NoDeletes` }];
    expect(await ask({ PolicyInputList })).toEqual(["explicitDeny", "allowed"]);
    expect(await ask({ PolicyExclusionList })).toEqual(["implicitDeny", "allowed"]);
    expect(await ask({ PolicyInputList, PolicyExclusionList })).toEqual(["allowed", "allowed"]);
    const inline = { PolicyName: "read", AttachmentType: "group", AttachmentName: "Readers" };
    expect(await ask({ PolicyExclusionList: [{ PolicyType: "inline", InlinePolicyIdentifier: inline }] })).toEqual([
      "explicitDeny",
      "implicitDeny",
    ]);
    const PermissionsBoundaryPolicyInputList = [text(allow("s3:DeleteObject"))];
    expect(await ask({ PolicyInputList, PolicyExclusionList, PermissionsBoundaryPolicyInputList })).toEqual([
      "allowed",
      "implicitDeny",
    ]);
  });

  test("comes in pages", async () => {
    const ActionNames = Array.from({ length: 12 }, (_, index) => `s3:Get${index}`);
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const input = { PolicySourceArn: `${ACCOUNT}:user/bob`, ActionNames, MaxItems: 5, ...(Marker && { Marker }) };
      const answer = await client.send(new SimulatePrincipalPolicyCommand(input));
      seen.push(...(answer.EvaluationResults ?? []).map((one) => one.EvalActionName));
      expect(answer.IsTruncated).toBe(answer.Marker !== undefined);
      Marker = answer.Marker;
    } while (Marker !== undefined);
    expect(seen).toEqual(ActionNames);
  });

  test.each([
    [`${ACCOUNT}:user/nobody`, "NoSuchEntityException", "The user with name nobody cannot be found."],
    [`${ACCOUNT}:role/nobody`, "NoSuchEntityException", "The role with name nobody cannot be found."],
    ["arn:aws:s3:::not-an-entity", "InvalidInputException", /Invalid Entity Arn/],
  ])("of %s is refused", async (arn, name, message) => {
    await expect(principal(arn, ["s3:GetObject"])).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  test("takes its own permission", async () => {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: `${ACCOUNT}:user/alice`,
      ActionNames: ["s3:GetObject"],
    });
    await expect(clientOf("AKIABOBBOBBOBBOBBOB1").send(command)).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: ${ACCOUNT}:user/bob is not authorized to perform: iam:SimulatePrincipalPolicy on resource: ${ACCOUNT}:user/alice because no identity-based policy allows the iam:SimulatePrincipalPolicy action`,
    });
  });
});

describe("SimulateCustomPolicy", () => {
  test("numbers the policies that it is given", async () => {
    const denying = text({ Effect: "Deny", Action: "s3:*", Resource: KEY });
    const PolicyInputList = [text(allow("s3:*")), denying];
    expect(await only({ PolicyInputList })).toMatchObject({
      EvalDecision: "allowed",
      MatchedStatements: [
        { SourcePolicyId: "PolicyInputList.1", SourcePolicyType: "IAM Policy", StartPosition: { Line: 1, Column: 38 } },
      ],
    });
    expect(await only({ PolicyInputList, ResourceArns: [KEY] })).toMatchObject({
      EvalResourceName: KEY,
      EvalDecision: "explicitDeny",
      MatchedStatements: [{ SourcePolicyId: "PolicyInputList.2" }],
      ResourceSpecificResults: [{ EvalResourceName: KEY, EvalResourceDecision: "explicitDeny" }],
    });
  });

  test("tells what a boundary allows", async () => {
    const ask = async (action: string) =>
      (await only({
        PolicyInputList: [text(allow("s3:*"))],
        PermissionsBoundaryPolicyInputList: [text(allow(action))],
      })) ?? {};
    expect(await ask("s3:Get*")).toMatchObject({
      EvalDecision: "allowed",
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
    expect(await ask("s3:Put*")).toMatchObject({
      EvalDecision: "implicitDeny",
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
  });

  describe("with the policy of a resource", () => {
    const granting = (AWS: string) =>
      text({ Effect: "Allow", Principal: { AWS }, Action: "s3:GetObject", Resource: "*" });
    const CallerArn = `${ACCOUNT}:user/bob`;
    const nothing = [text(allow("sns:*"))];
    const reading = [text(allow("s3:*"))];
    const OTHER = "arn:aws:iam::999999999999:root";

    test.each([
      [nothing, CallerArn, undefined, "allowed", undefined],
      [nothing, `${ACCOUNT}:root`, undefined, "implicitDeny", undefined],
      [reading, `${ACCOUNT}:root`, undefined, "allowed", undefined],
      [reading, CallerArn, OTHER, "allowed", { "IAM Policy": "allowed", "Resource Policy": "allowed" }],
      [reading, `${ACCOUNT}:root`, OTHER, "allowed", { "IAM Policy": "allowed", "Resource Policy": "allowed" }],
      [nothing, CallerArn, OTHER, "implicitDeny", { "IAM Policy": "implicitDeny", "Resource Policy": "allowed" }],
      [reading, OTHER, OTHER, "implicitDeny", { "IAM Policy": "allowed", "Resource Policy": "implicitDeny" }],
    ])("%s, which names %s, of %s: %s", async (PolicyInputList, named, ResourceOwner, decision, details) => {
      const input = { PolicyInputList, ResourcePolicy: granting(named), CallerArn, ResourceArns: [KEY] };
      const result = await only({ ...input, ...(ResourceOwner && { ResourceOwner }) });
      expect([result?.EvalDecision, result?.EvalDecisionDetails]).toEqual([decision, details]);
    });

    test("needs a user as its caller", async () => {
      const input = { PolicyInputList: reading, ResourcePolicy: granting(CallerArn) };
      await expect(custom(input)).rejects.toMatchObject({ name: "InvalidInputException" });
      await expect(custom({ ...input, CallerArn: `${ACCOUNT}:role/app` })).rejects.toMatchObject({
        name: "InvalidInputException",
      });
    });
  });

  test("refuses what is no policy", async () => {
    await expect(custom({ PolicyInputList: ["{}"] })).rejects.toMatchObject({
      name: "InvalidInputException",
      message: "Syntax errors in policy.",
    });
  });
});

test("the context keys that policies ask for", async () => {
  const PolicyInputList = [
    text(
      allow("s3:*", {
        Resource: "arn:aws:s3:::${aws:username}",
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      }),
    ),
    text(
      allow("s3:*", {
        Condition: { StringLike: { "s3:prefix": ["${aws:UserName}/*", "${aws:PrincipalTag/team, 'x'}"] } },
      }),
    ),
  ];
  const given = await client.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList }));
  expect(given.ContextKeyNames).toEqual(["aws:SecureTransport", "aws:username", "s3:prefix", "aws:PrincipalTag/team"]);
  const own = await client.send(
    new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: `${ACCOUNT}:user/bob`, PolicyInputList }),
  );
  expect(own.ContextKeyNames).toEqual(["aws:PrincipalTag/Team", "aws:username", "aws:SecureTransport", "s3:prefix"]);
});
