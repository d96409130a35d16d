// Sessions of users with AWS's own SDK: GetSessionToken, GetFederationToken, and what each kind of session is refused.

import { IAMClient, ListUsersCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
  GetSessionTokenCommand,
  type GetSessionTokenCommandInput,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  ACCOUNT,
  allow,
  HOUR,
  type Keys,
  keysOf,
  MFA_SERIAL,
  mfaCode,
  policy,
  refusal,
  roleArn,
  StsWorld,
  trusting,
  userArn,
  variable,
} from "./world.ts";

const BUCKET = "arn:aws:s3:::mybucket/*";
const NEEDS_MFA = {
  Bool: { "aws:MultiFactorAuthPresent": "true" },
  NumericLessThan: { "aws:MultiFactorAuthAge": "3600" },
};

let world: StsWorld;
beforeAll(async () => {
  world = await StsWorld.open({
    users: {
      alice: { managedPolicies: ["AdministratorAccess"], accessKeys: 1 },
      plain: { accessKeys: 1, policies: { s3: policy(allow("s3:*", BUCKET)) } },
      federator: {
        accessKeys: 1,
        policies: {
          s3: policy(allow("s3:*", BUCKET)),
          sts: policy(
            allow(["sts:GetFederationToken", "sts:TagSession"], `arn:aws:sts::${ACCOUNT}:federated-user/temp-*`),
          ),
        },
      },
    },
    groups: {},
    roles: {
      open: {
        trustPolicy: policy(trusting([userArn("alice"), userArn("plain")])),
        policies: { all: policy(allow("*")) },
      },
    },
  });
});
beforeEach(() => {
  world.at += HOUR;
});
afterAll(() => world[Symbol.asyncDispose]());

const sessionToken = (keys: Keys, more: GetSessionTokenCommandInput = {}) =>
  world.sts(keys).send(new GetSessionTokenCommand(more));
const federate = (keys: Keys, more: Partial<GetFederationTokenCommandInput> = {}) =>
  world.sts(keys).send(new GetFederationTokenCommand({ Name: "temp-bob", ...more }));
const withCode = () => ({ SerialNumber: MFA_SERIAL, TokenCode: mfaCode(world.at) });
const roleKeys = async () => {
  const asked = new AssumeRoleCommand({ RoleArn: roleArn("open"), RoleSessionName: "session" });
  return keysOf((await world.sts(world.of("plain")).send(asked)).Credentials);
};
const iam = (credentials: Keys) =>
  new IAMClient({ endpoint: world.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });

describe("GetSessionToken", () => {
  test("gives the user's own session for twelve hours, whatever its policies say of STS", async () => {
    const { Credentials } = await sessionToken(world.of("plain"));
    expect(Credentials?.Expiration).toEqual(new Date(world.at + 12 * HOUR));
    const keys = keysOf(Credentials);
    expect(keys.accessKeyId).toMatch(/^ASIA/);
    const { id } = world.identities.users.get("plain") ?? {};
    expect(await world.sts(keys).send(new GetCallerIdentityCommand({}))).toMatchObject({
      ...{ UserId: id, Account: ACCOUNT, Arn: userArn("plain") },
    });
    expect(await world.put(keys, "k")).toBe("ok");
    world.at += 12 * HOUR;
    expect(await world.put(keys, "k")).toBe("ExpiredToken");
    const short = await sessionToken(world.of("plain"), { DurationSeconds: 900 });
    expect(short.Credentials?.Expiration).toEqual(new Date(world.at + 900_000));
  });

  test("with a code opens what wants one, for as long as that is new", async () => {
    const alice = world.identities.users.get("alice");
    if (!alice) throw new Error("alice is there");
    const inlinePolicies = [
      {
        name: "mfa",
        document: JSON.stringify(
          policy(
            {
              ...allow("s3:*", BUCKET),
              Effect: "Deny",
              Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
            },
            allow("s3:PutObject", "arn:aws:s3:::mybucket/fresh", NEEDS_MFA),
          ),
        ),
      },
    ];
    world.change({ section: "users", name: "alice", entity: { ...alice, inlinePolicies, attachedPolicies: [] } });
    expect(await world.put(world.of("alice"), "fresh")).toBe("AccessDenied");
    expect(await world.put(keysOf((await sessionToken(world.of("alice"))).Credentials), "fresh")).toBe("AccessDenied");
    const keys = keysOf((await sessionToken(world.of("alice"), withCode())).Credentials);
    expect(await world.put(keys, "fresh")).toBe("ok");
    world.at += HOUR;
    expect(await world.put(keys, "fresh")).toBe("AccessDenied");
    world.change({ section: "users", name: "alice", entity: alice });
  });

  test("follows a user to another name, and ends with it", async () => {
    const keys = keysOf((await sessionToken(world.of("plain"))).Credentials);
    const plain = world.identities.users.get("plain");
    if (!plain) throw new Error("plain is there");
    const renamed = { ...plain, name: "renamed", arn: userArn("renamed") };
    world.change(
      { section: "users", name: "plain", entity: null },
      { section: "users", name: "renamed", entity: renamed },
    );
    expect(await world.whoami(keys)).toBe(userArn("renamed"));
    world.change({ section: "users", name: "renamed", entity: null });
    expect((await refusal(world.whoami(keys)))[0]).toBe("InvalidClientTokenId");
    world.change({ section: "users", name: "plain", entity: plain });
  });

  test("hands the code on to the role that its session assumes", async () => {
    const role = world.identities.roles.get("open");
    if (!role) throw new Error("the role is there");
    const inlinePolicies = [{ name: "mfa", document: JSON.stringify(policy(allow("s3:*", BUCKET, NEEDS_MFA))) }];
    world.change({ section: "roles", name: "open", entity: { ...role, inlinePolicies } });
    const assumed = async (keys: Keys) => {
      const asked = new AssumeRoleCommand({ RoleArn: roleArn("open"), RoleSessionName: "session" });
      return keysOf((await world.sts(keys).send(asked)).Credentials);
    };
    const proven = keysOf((await sessionToken(world.of("alice"), withCode())).Credentials);
    const unproven = keysOf((await sessionToken(world.of("alice"))).Credentials);
    expect([await world.put(await assumed(proven), "k"), await world.put(await assumed(unproven), "k")]).toEqual([
      "ok",
      "AccessDenied",
    ]);
    world.change({ section: "roles", name: "open", entity: role });
  });
});

describe("GetFederationToken", () => {
  const Policy = JSON.stringify(policy(allow("s3:*", `arn:aws:s3:::mybucket/${variable("aws:PrincipalTag/team")}/*`)));

  test("gives somebody what the user and the policy both allow", async () => {
    const Tags = [{ Key: "team", Value: "blue" }];
    const { Credentials, ...answer } = await federate(world.of("federator"), { Policy, Tags });
    expect(answer).toMatchObject({
      FederatedUser: {
        FederatedUserId: `${ACCOUNT}:temp-bob`,
        Arn: `arn:aws:sts::${ACCOUNT}:federated-user/temp-bob`,
      },
      PackedPolicySize: expect.any(Number),
    });
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    const keys = keysOf(Credentials);
    expect(await world.sts(keys).send(new GetCallerIdentityCommand({}))).toMatchObject({
      ...{ UserId: `${ACCOUNT}:temp-bob`, Arn: `arn:aws:sts::${ACCOUNT}:federated-user/temp-bob` },
    });
    expect([await world.put(keys, "blue/k"), await world.put(keys, "red/k")]).toEqual(["ok", "AccessDenied"]);
    const federator = world.identities.users.get("federator");
    if (!federator) throw new Error("federator is there");
    world.change({ section: "users", name: "federator", entity: { ...federator, inlinePolicies: [] } });
    expect(await world.put(keys, "blue/k")).toBe("AccessDenied");
    world.change({ section: "users", name: "federator", entity: null });
    expect((await refusal(world.whoami(keys)))[0]).toBe("InvalidClientTokenId");
    world.change({ section: "users", name: "federator", entity: federator });
  });

  test("without a policy gives nothing but a name", async () => {
    const { Credentials, PackedPolicySize } = await federate(world.of("federator"));
    expect(PackedPolicySize).toBe(0);
    expect(await world.put(keysOf(Credentials), "k")).toBe("AccessDenied");
    expect(await world.whoami(keysOf(Credentials))).toBe(`arn:aws:sts::${ACCOUNT}:federated-user/temp-bob`);
  });

  test("wants sts:GetFederationToken on that name", async () => {
    expect(await refusal(federate(world.of("federator"), { Name: "lasting" }))).toEqual([
      "AccessDenied",
      403,
      `User: ${userArn("federator")} is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::${ACCOUNT}:federated-user/lasting because no identity-based policy allows the sts:GetFederationToken action`,
    ]);
  });
});

type Asked = (keys: Keys) => Promise<unknown>;

const CALLS: Readonly<Record<string, Asked>> = {
  GetCallerIdentity: (keys) => world.whoami(keys),
  AssumeRole: (keys) =>
    world.sts(keys).send(new AssumeRoleCommand({ RoleArn: roleArn("open"), RoleSessionName: "session" })),
  GetSessionToken: (keys) => sessionToken(keys),
  GetFederationToken: (keys) => federate(keys),
  GetAccessKeyInfo: (keys) => world.sts(keys).send(new GetAccessKeyInfoCommand({ AccessKeyId: keys.accessKeyId })),
  DecodeAuthorizationMessage: (keys) =>
    world.sts(keys).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: "x" })),
  ListUsers: (keys) => iam(keys).send(new ListUsersCommand({})),
};

const SESSIONS = {
  "a user with its own key": async () => world.of("alice"),
  "a session of GetSessionToken": async () => keysOf((await sessionToken(world.of("alice"))).Credentials),
  "the same with a code": async () => keysOf((await sessionToken(world.of("alice"), withCode())).Credentials),
  "a session of GetFederationToken": async () =>
    keysOf((await federate(world.of("alice"), { Policy: JSON.stringify(policy(allow("*"))) })).Credentials),
  "a role": roleKeys,
} as const satisfies Readonly<Record<string, () => Promise<Keys>>>;

const refused = (operation: string) => ["AccessDenied", 403, `Cannot call ${operation} with session credentials`];
const UNKNOWN = ["InvalidClientTokenId", 403, "The security token included in the request is invalid."];

describe("what is refused to a session", () => {
  test.each<[keyof typeof SESSIONS, Readonly<Record<string, unknown>>]>([
    ["a user with its own key", {}],
    [
      "a session of GetSessionToken",
      {
        GetSessionToken: refused("GetSessionToken"),
        GetFederationToken: refused("GetFederationToken"),
        GetAccessKeyInfo: refused("GetAccessKeyInfo"),
        DecodeAuthorizationMessage: refused("DecodeAuthorizationMessage"),
        ListUsers: UNKNOWN,
      },
    ],
    [
      "the same with a code",
      {
        GetSessionToken: refused("GetSessionToken"),
        GetFederationToken: refused("GetFederationToken"),
        GetAccessKeyInfo: refused("GetAccessKeyInfo"),
        DecodeAuthorizationMessage: refused("DecodeAuthorizationMessage"),
      },
    ],
    [
      "a session of GetFederationToken",
      {
        AssumeRole: refused("AssumeRole"),
        GetSessionToken: refused("GetSessionToken"),
        GetFederationToken: refused("GetFederationToken"),
        GetAccessKeyInfo: refused("GetAccessKeyInfo"),
        DecodeAuthorizationMessage: refused("DecodeAuthorizationMessage"),
        ListUsers: UNKNOWN,
      },
    ],
    [
      "a role",
      {
        AssumeRole: ["AccessDenied", 403, expect.stringContaining("is not authorized to perform: sts:AssumeRole")],
        GetSessionToken: refused("GetSessionToken"),
        GetFederationToken: refused("GetFederationToken"),
      },
    ],
  ])("%s", async (name, expected) => {
    const keys = await SESSIONS[name]();
    for (const [operation, call] of Object.entries(CALLS)) {
      const told = await refusal(call(keys));
      const otherwise =
        operation === "DecodeAuthorizationMessage"
          ? ["InvalidAuthorizationMessageException", 400, "Message is not valid"]
          : ["Error", undefined, "it was not refused"];
      expect([operation, told]).toEqual([operation, expected[operation] ?? otherwise]);
    }
  });
});
