// AssumeRole with AWS's own SDK: who may, for how long, with what, and how it is refused.

import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { accountOfAccessKey } from "../../../signing/access-keys.ts";
import {
  ACCOUNT,
  AT,
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

const S3_ALL = policy(allow("s3:*", "arn:aws:s3:::mybucket/*"));
const ADMINISTRATOR = { managedPolicies: ["AdministratorAccess"], accessKeys: 1 };
const plain = (trust: object) => ({ trustPolicy: policy(trust), policies: { s3: S3_ALL } });
const SESSION = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];

const CONFIGURATION = {
  users: {
    alice: { accessKeys: 1 },
    bob: { accessKeys: 1 },
    "by-tag": {
      accessKeys: 1,
      policies: {
        own: policy(
          allow("sts:AssumeRole", "*", {
            StringEquals: { "iam:ResourceTag/team": "red", "aws:ResourceTag/team": "red" },
          }),
        ),
      },
    },
    admin: ADMINISTRATOR,
    outside: { accessKeys: 1, policies: { sts: policy(allow("sts:*", roleArn("*"))) } },
  },
  roles: {
    "team-red": { ...plain(trusting(`arn:aws:iam::${ACCOUNT}:root`)), tags: { team: "red" } },
    "team-blue": { ...plain(trusting(`arn:aws:iam::${ACCOUNT}:root`)), tags: { team: "blue" } },
    reader: { ...plain(trusting(userArn("alice"))), path: "/apps/", maxSessionDuration: 7200 },
    // Trusts the account: a policy of the caller's own must allow it too.
    delegated: plain(trusting(`arn:aws:iam::${ACCOUNT}:root`)),
    instance: { ...plain({ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }) },
    external: plain(
      trusting(userArn("alice"), "sts:AssumeRole", { StringEquals: { "sts:ExternalId": "agreed-upon" } }),
    ),
    named: plain(
      trusting(userArn("alice"), "sts:AssumeRole", { StringLike: { "sts:RoleSessionName": variable("aws:username") } }),
    ),
    "mfa-only": plain(trusting(userArn("alice"), "sts:AssumeRole", { Bool: { "aws:MultiFactorAuthPresent": "true" } })),
    "mfa-needed": {
      trustPolicy: policy(trusting(userArn("alice"))),
      policies: { s3: policy(allow("s3:*", "*", { Bool: { "aws:MultiFactorAuthPresent": "true" } })) },
    },
    tagged: {
      trustPolicy: policy(trusting(userArn("alice"), SESSION)),
      tags: { team: "red", site: "north" },
      policies: {
        tags: policy(
          allow(
            "s3:*",
            `arn:aws:s3:::mybucket/${variable("aws:PrincipalTag/team")}/${variable("aws:PrincipalTag/site")}/*`,
          ),
        ),
        chain: policy(allow(SESSION, roleArn("*"))),
      },
    },
    next: { trustPolicy: policy(trusting(roleArn("tagged"), SESSION)), policies: { s3: S3_ALL } },
    "teams-only": plain(
      trusting(userArn("alice"), SESSION, {
        StringEquals: { "aws:RequestTag/team": "blue" },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
      }),
    ),
    untagged: plain(trusting(userArn("alice"))),
    sourced: {
      trustPolicy: policy(
        trusting(userArn("alice"), SESSION, { StringEquals: { "sts:SourceIdentity": "alice.smith" } }),
      ),
      policies: {
        s3: policy(allow("s3:*", `arn:aws:s3:::mybucket/${variable("aws:SourceIdentity")}/*`)),
        chain: policy(allow(SESSION, roleArn("*"))),
      },
    },
    "after-sourced": {
      trustPolicy: policy(trusting(roleArn("sourced"), SESSION)),
      policies: { s3: policy(allow("s3:*", `arn:aws:s3:::mybucket/${variable("aws:SourceIdentity")}/*`)) },
    },
    self: { trustPolicy: policy(trusting(roleArn("apps/reader"))), policies: {} },
  },
};

let world: StsWorld;
beforeAll(async () => {
  world = await StsWorld.open(CONFIGURATION);
});
beforeEach(() => {
  world.at += HOUR;
});
afterAll(() => world[Symbol.asyncDispose]());

const arnOf = (role: string) => (role === "reader" ? roleArn("apps/reader") : roleArn(role));
const assume = (keys: Keys, role: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  world.sts(keys).send(new AssumeRoleCommand({ RoleArn: arnOf(role), RoleSessionName: "session", ...more }));
const sessionOf = async (keys: Keys, role: string, more: Partial<AssumeRoleCommandInput> = {}) =>
  keysOf((await assume(keys, role, more)).Credentials);
const denied = (who: string, role: string, action = "sts:AssumeRole") => [
  "AccessDenied",
  403,
  `User: ${who} is not authorized to perform: ${action} on resource: ${arnOf(role)}`,
];
const sessionArn = (role: string, name = "session") => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`;

describe("credentials", () => {
  test("are those of the role, for an hour unless asked otherwise, and die then", async () => {
    const answer = await assume(world.of("alice"), "reader");
    const id = world.identities.roles.get("reader")?.id;
    expect(answer).toMatchObject({
      Credentials: {
        AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
        SecretAccessKey: expect.stringMatching(/^.{40}$/),
        SessionToken: expect.stringMatching(/^IQoJ/),
        Expiration: new Date(world.at + HOUR),
      },
      AssumedRoleUser: { AssumedRoleId: `${id}:session`, Arn: sessionArn("reader") },
    });
    expect(answer.PackedPolicySize).toBeUndefined();
    expect(accountOfAccessKey(answer.Credentials?.AccessKeyId ?? "")).toBe(ACCOUNT);
    const keys = keysOf(answer.Credentials);
    expect(await world.sts(keys).send(new GetCallerIdentityCommand({}))).toMatchObject({
      ...{ UserId: `${id}:session`, Account: ACCOUNT, Arn: sessionArn("reader") },
    });
    expect(await world.put(keys, "k")).toBe("ok");
    world.at += HOUR;
    expect(await refusal(world.whoami(keys))).toEqual(["ExpiredToken", 403, expect.any(String)]);
    expect(await world.put(keys, "k")).toBe("ExpiredToken");
  });

  test("are others for two calls of one second", async () => {
    const [one, two] = await Promise.all([assume(world.of("alice"), "reader"), assume(world.of("alice"), "reader")]);
    expect(one.Credentials?.AccessKeyId).not.toBe(two.Credentials?.AccessKeyId);
    expect(one.Credentials?.SessionToken).not.toBe(two.Credentials?.SessionToken);
  });

  test("leave their facts in the request log, and no instance where there is none", async () => {
    const keys = await sessionOf(world.of("alice"), "reader", { RoleSessionName: "i-0123456789abcdef0" });
    expect(world.facts.at(-1)).toMatchObject({ action: "sts:AssumeRole", principal: userArn("alice") });
    await world.whoami(keys);
    const { asked, ...facts } = world.facts.at(-1) ?? {};
    expect(facts).toEqual({
      action: "sts:GetCallerIdentity",
      accessKeyId: keys.accessKeyId,
      principal: sessionArn("reader", "i-0123456789abcdef0"),
      keyIssuedAt: world.at,
      keyExpiresAt: world.at + HOUR,
    });
  });

  test("outlive the key that asked for them, and not the role", async () => {
    const keys = await sessionOf(world.of("bob"), "delegated").catch(() => undefined);
    expect(keys).toBeUndefined();
    const ofAdmin = await sessionOf(world.of("admin"), "delegated");
    const admin = world.identities.users.get("admin");
    const role = world.identities.roles.get("delegated");
    if (!admin || !role) throw new Error("both are there");
    world.change({ section: "users", name: "admin", entity: { ...admin, accessKeys: [] } });
    expect(await world.put(ofAdmin, "k")).toBe("ok");
    world.change({ section: "roles", name: "delegated", entity: null });
    expect(await refusal(world.whoami(ofAdmin))).toEqual([
      "InvalidClientTokenId",
      403,
      "The security token included in the request is invalid.",
    ]);
    world.change(
      { section: "users", name: "admin", entity: admin },
      { section: "roles", name: "delegated", entity: role },
    );
  });

  test("that were tampered with open nothing", async () => {
    const [mine, other] = [await sessionOf(world.of("alice"), "reader"), await sessionOf(world.of("alice"), "reader")];
    const token = mine.sessionToken ?? "";
    const at = token.length - 40;
    const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
    for (const sessionToken of [changed, other.sessionToken ?? ""]) {
      expect(await refusal(world.whoami({ ...mine, sessionToken }))).toEqual([
        "InvalidClientTokenId",
        403,
        "The security token included in the request is invalid",
      ]);
    }
    expect(await refusal(world.whoami({ ...mine, secretAccessKey: other.secretAccessKey }))).toEqual([
      "SignatureDoesNotMatch",
      403,
      expect.any(String),
    ]);
  });
});

describe("trust", () => {
  test.each([
    ["a user that is named needs no policy", "alice", "reader", true],
    ["another one is not trusted", "bob", "reader", false],
    ["not even who may do all", "admin", "reader", false],
    ["nor who may assume every role", "outside", "reader", false],
    ["a trusted account says by its policies who may", "admin", "delegated", true],
    ["among its users", "outside", "delegated", true],
    ["and who has none may not", "alice", "delegated", false],
    ["a role of EC2 works on its instance, not outside", "admin", "instance", false],
    ["what is not there is refused alike", "admin", "nowhere", false],
  ])("%s", async (_, user, role, may) => {
    const asked = assume(world.of(user), role);
    if (may) expect((await asked).AssumedRoleUser?.Arn).toBe(sessionArn(role));
    else expect(await refusal(asked)).toEqual(denied(userArn(user), role));
  });

  test("of a path that is another role's is none", async () => {
    const asked = assume(world.of("alice"), "", { RoleArn: roleArn("reader") });
    expect(await refusal(asked)).toEqual(denied(userArn("alice"), "").with(2, expect.stringContaining(":role/reader")));
  });

  test("may be asked for by the tags of the role", async () => {
    const assumed = (name: string) => assume(world.of("by-tag"), name);
    expect((await assumed("team-red")).AssumedRoleUser?.Arn).toContain("team-red");
    await expect(assumed("team-blue")).rejects.toThrow("is not authorized to perform: sts:AssumeRole");
  });

  test("ends with who had the name", async () => {
    const alice = world.identities.users.get("alice");
    if (!alice) throw new Error("alice is there");
    world.change({ section: "users", name: "alice", entity: { ...alice, id: "AIDAANOTHERALICEXXXXX" } });
    expect(await refusal(assume(world.of("alice"), "reader"))).toEqual(denied(userArn("alice"), "reader"));
    world.change({ section: "users", name: "alice", entity: alice });
  });

  test("may want an external id", async () => {
    const wrong = [{}, { ExternalId: "something-else" }];
    for (const more of wrong) {
      expect(await refusal(assume(world.of("alice"), "external", more))).toEqual(denied(userArn("alice"), "external"));
    }
    expect(await world.whoami(await sessionOf(world.of("alice"), "external", { ExternalId: "agreed-upon" }))).toBe(
      sessionArn("external"),
    );
  });

  test("may want a session to be named after its user", async () => {
    expect(await refusal(assume(world.of("alice"), "named"))).toEqual(denied(userArn("alice"), "named"));
    expect(await sessionOf(world.of("alice"), "named", { RoleSessionName: "alice" })).toBeTruthy();
  });
});

describe("how long", () => {
  test("up to what the role allows, and an hour for who has a role already", async () => {
    const { Credentials } = await assume(world.of("alice"), "reader", { DurationSeconds: 7200 });
    expect(Credentials?.Expiration).toEqual(new Date(world.at + 2 * HOUR));
    const chained = keysOf(Credentials);
    expect((await assume(chained, "self", { DurationSeconds: 3600 })).AssumedRoleUser?.Arn).toBe(sessionArn("self"));
    expect(await refusal(assume(chained, "self", { DurationSeconds: 3601 }))).toEqual([
      "ValidationError",
      400,
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    ]);
    expect(await refusal(assume(world.of("alice"), "reader", { DurationSeconds: 7201 }))).toEqual([
      "ValidationError",
      400,
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    ]);
  });
});

const NOT_MALFORMED = JSON.stringify(policy(allow("s3:GetObject", "arn:aws:s3:::mybucket/public/*")));

describe("session policies", () => {
  test("limit what the role may", async () => {
    const limited = await assume(world.of("alice"), "reader", { Policy: NOT_MALFORMED });
    expect(limited.PackedPolicySize).toBeGreaterThan(0);
    const all = await sessionOf(world.of("alice"), "reader");
    await world.put(all, "public/k");
    await world.put(all, "secret/k");
    const keys = keysOf(limited.Credentials);
    expect(await world.get(keys, "public/k")).toBe("x");
    expect(await world.get(keys, "secret/k")).toBe("AccessDenied");
    expect(await world.put(keys, "public/k")).toBe("AccessDenied");
  });

  test("of the account or of AWS count together with it", async () => {
    const PolicyArns = [{ arn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }];
    const keys = await sessionOf(world.of("alice"), "reader", { PolicyArns });
    expect(await world.get(keys, "secret/k")).toBe("x");
    expect(await world.put(keys, "secret/k")).toBe("AccessDenied");
    const both = await sessionOf(world.of("alice"), "reader", {
      PolicyArns,
      Policy: JSON.stringify(policy(allow("s3:PutObject"))),
    });
    expect([await world.get(both, "secret/k"), await world.put(both, "secret/k")]).toEqual(["x", "ok"]);
    // It gives nothing that the role has not.
    expect(
      await world
        .sts(both)
        .send(new AssumeRoleCommand({ RoleArn: roleArn("self"), RoleSessionName: "s2" }))
        .catch((e) => e.name),
    ).toBe("AccessDenied");
  });
});

const tags = (...pairs: readonly (readonly [string, string])[]) => pairs.map(([Key, Value]) => ({ Key, Value }));

describe("session tags", () => {
  test("come before the role's own, and open what is named after them", async () => {
    const keys = await sessionOf(world.of("alice"), "tagged", { Tags: tags(["Team", "blue"]) });
    expect(await world.put(keys, "blue/north/k")).toBe("ok");
    expect(await world.put(keys, "red/north/k")).toBe("AccessDenied");
    const untagged = await sessionOf(world.of("alice"), "tagged");
    expect(await world.put(untagged, "red/north/k")).toBe("ok");
  });

  test("are seen by the trust policy", async () => {
    const told = await refusal(assume(world.of("alice"), "teams-only", { Tags: tags(["team", "red"]) }));
    expect(told).toEqual(denied(userArn("alice"), "teams-only"));
    const more = { Tags: tags(["team", "blue"], ["x", "y"]) };
    expect((await refusal(assume(world.of("alice"), "teams-only", more)))[0]).toBe("AccessDenied");
    expect(await sessionOf(world.of("alice"), "teams-only", { Tags: tags(["team", "blue"]) })).toBeTruthy();
  });

  test("need sts:TagSession", async () => {
    const told = await refusal(assume(world.of("alice"), "untagged", { Tags: tags(["team", "red"]) }));
    expect(told).toEqual(denied(userArn("alice"), "untagged", "sts:TagSession"));
  });

  test("go on where they are transitive, and cannot be changed then", async () => {
    const first = await sessionOf(world.of("alice"), "tagged", {
      Tags: tags(["team", "blue"], ["site", "south"]),
      TransitiveTagKeys: ["team"],
    });
    const second = await assume(first, "next", { Tags: tags(["level", "2"]) });
    expect(second.PackedPolicySize).toBeGreaterThan(0);
    const next = world.identities.roles.get("next");
    if (!next) throw new Error("next is there");
    const onlyTagged = policy(
      allow(
        "s3:*",
        `arn:aws:s3:::mybucket/${variable("aws:PrincipalTag/team")}/${variable("aws:PrincipalTag/level")}/${variable("aws:PrincipalTag/site, 'none'")}/*`,
      ),
    );
    world.change({
      section: "roles",
      name: "next",
      entity: { ...next, inlinePolicies: [{ name: "tags", document: JSON.stringify(onlyTagged) }] },
    });
    expect(await world.put(keysOf(second.Credentials), "blue/2/none/k")).toBe("ok");
    for (const Key of ["TEAM", "team"]) {
      expect(await refusal(assume(first, "next", { Tags: tags([Key, "red"]) }))).toEqual([
        "InvalidParameterValue",
        400,
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      ]);
    }
  });
});

describe("a source identity", () => {
  test("needs sts:SetSourceIdentity, is seen by policies, and stays along the chain", async () => {
    const alone = await refusal(assume(world.of("alice"), "untagged", { SourceIdentity: "alice.smith" }));
    expect(alone).toEqual(denied(userArn("alice"), "untagged", "sts:SetSourceIdentity"));
    const first = await assume(world.of("alice"), "sourced", { SourceIdentity: "alice.smith" });
    expect(first.SourceIdentity).toBe("alice.smith");
    const keys = keysOf(first.Credentials);
    expect(await world.put(keys, "alice.smith/k")).toBe("ok");
    expect(await world.put(keys, "bob/k")).toBe("AccessDenied");
    const second = await assume(keys, "after-sourced");
    expect(second.SourceIdentity).toBe("alice.smith");
    expect(await world.put(keysOf(second.Credentials), "alice.smith/k")).toBe("ok");
    expect(await refusal(assume(keys, "after-sourced", { SourceIdentity: "bob.jones" }))).toEqual(
      denied(sessionArn("sourced"), "after-sourced", "sts:SetSourceIdentity"),
    );
  });
});

describe("a code of an MFA device", () => {
  const INVALID = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
  const withCode = (steps = 0) => ({ SerialNumber: MFA_SERIAL, TokenCode: mfaCode(world.at, steps) });

  test("opens what wants one, once", async () => {
    expect(await refusal(assume(world.of("alice"), "mfa-only"))).toEqual(denied(userArn("alice"), "mfa-only"));
    expect(await sessionOf(world.of("alice"), "mfa-only", withCode())).toBeTruthy();
    expect(world.events.at(-1)?.changes).toMatchObject([{ section: "mfaDevices", name: MFA_SERIAL }]);
    expect(await refusal(assume(world.of("alice"), "mfa-only", withCode()))).toEqual(["AccessDenied", 403, INVALID]);
  });

  test("is taken once by two that come together", async () => {
    const both = [withCode(), withCode()].map((more) =>
      assume(world.of("alice"), "mfa-only", more).then(
        () => "ok",
        (e) => e.message,
      ),
    );
    expect((await Promise.all(both)).sort()).toEqual([INVALID, "ok"]);
  });

  test("is in the session that it is given for", async () => {
    const [plainly, proven] = [
      await sessionOf(world.of("alice"), "mfa-needed"),
      await sessionOf(world.of("alice"), "mfa-needed", withCode()),
    ];
    expect([await world.put(plainly, "k"), await world.put(proven, "k")]).toEqual(["AccessDenied", "ok"]);
  });

  test.each([
    ["a wrong code", "alice", () => ({ ...withCode(), TokenCode: "000000" }), INVALID],
    ["a late code", "alice", () => withCode(-3), INVALID],
    [
      "a device that is not there",
      "alice",
      () => ({ ...withCode(), SerialNumber: `arn:aws:iam::${ACCOUNT}:mfa/nobody` }),
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    ],
    [
      "somebody else's",
      "admin",
      () => withCode(),
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
    ],
    [
      "a device alone",
      "alice",
      () => ({ SerialNumber: MFA_SERIAL }),
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    ],
  ])("is refused: %s", async (_, user, more, message) => {
    expect(await refusal(assume(world.of(user), "delegated", more()))).toEqual(["AccessDenied", 403, message]);
  });
});

const constraint = (rest: string) => `1 validation error detected: Value ${rest}`;
const packed = expect.stringMatching(/^Packed policy consumes \d+% of allotted space, please use smaller policy\.$/);
const packedTags = expect.stringMatching(/^Packed size of session tags consumes \d{3}% of allotted space\.$/);

describe("refusals", () => {
  test.each<[string, Partial<AssumeRoleCommandInput>, [string, number, unknown]]>([
    [
      "a name with a colon",
      { RoleSessionName: "Session1:2" },
      [
        "ValidationError",
        400,
        constraint(
          "'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
        ),
      ],
    ],
    [
      "a name of one character",
      { RoleSessionName: "s" },
      [
        "ValidationError",
        400,
        constraint(
          "'s' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
        ),
      ],
    ],
    [
      "too short a time",
      { DurationSeconds: 100 },
      [
        "ValidationError",
        400,
        constraint(
          "'100' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
        ),
      ],
    ],
    [
      "too long a time",
      { DurationSeconds: 43_201 },
      [
        "ValidationError",
        400,
        constraint(
          "'43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
        ),
      ],
    ],
    [
      "no ARN of a role",
      { RoleArn: userArn("alice/and/more") },
      ["ValidationError", 400, `${userArn("alice/and/more")} is invalid`],
    ],
    [
      "no ARN at all",
      { RoleArn: "arn:aws:iam:nothing-there" },
      ["ValidationError", 400, "arn:aws:iam:nothing-there is invalid"],
    ],
    [
      "a policy that is no JSON",
      { Policy: "{" },
      ["MalformedPolicyDocument", 400, "This policy contains invalid Json"],
    ],
    [
      "a policy of a resource",
      { Policy: JSON.stringify(policy(trusting("*"))) },
      ["MalformedPolicyDocument", 400, expect.any(String)],
    ],
    [
      "a managed policy that is not there",
      { PolicyArns: [{ arn: `arn:aws:iam::${ACCOUNT}:policy/none` }] },
      ["ValidationError", 400, `arn:aws:iam::${ACCOUNT}:policy/none is invalid`],
    ],
    [
      "eleven managed policies",
      { PolicyArns: Array.from({ length: 11 }, () => ({ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" })) },
      [
        "ValidationError",
        400,
        expect.stringContaining(
          "at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10",
        ),
      ],
    ],
    [
      "too large a policy",
      {
        Policy: JSON.stringify(
          policy(
            allow(
              "s3:GetObject",
              Array.from({ length: 200 }, (_, i) => `arn:aws:s3:::mybucket/${i}`),
            ),
          ),
        ),
      },
      ["PackedPolicyTooLarge", 400, packed],
    ],
    [
      "too large tags",
      {
        RoleArn: roleArn("tagged"),
        Tags: Array.from({ length: 20 }, (_, i) => ({ Key: `key${i}`, Value: "a".repeat(250) })),
      },
      ["PackedPolicyTooLarge", 400, packedTags],
    ],
    [
      "a key twice",
      { RoleArn: roleArn("tagged"), Tags: tags(["team", "a"], ["Team", "b"]) },
      ["InvalidParameterValue", 400, "Duplicate tag keys found. Please note that Tag keys are case insensitive."],
    ],
    [
      "a transitive key that is no tag",
      { RoleArn: roleArn("tagged"), Tags: tags(["team", "a"]), TransitiveTagKeys: ["site"] },
      ["InvalidParameterValue", 400, "The specified transitive tag key must be included in the requested tags."],
    ],
  ])("%s", async (_, more, expected) => {
    expect(await refusal(assume(world.of("alice"), "reader", more))).toEqual(expected);
  });
});

test("the largest of all sessions still fits into its token", async () => {
  const Policy = JSON.stringify(policy(allow("s3:*", `arn:aws:s3:::mybucket/${"ü".repeat(900)}`)));
  const Tags = Array.from({ length: 6 }, (_, i) => ({ Key: `key${i}`, Value: "a".repeat(256) }));
  const keys = await sessionOf(world.of("alice"), "sourced", {
    ...{ Policy, Tags, SourceIdentity: "alice.smith", RoleSessionName: "s".repeat(64) },
  });
  expect(keys.sessionToken?.length).toBeLessThanOrEqual(8192);
  expect(await world.whoami(keys)).toBe(sessionArn("sourced", "s".repeat(64)));
  expect(world.at).toBeGreaterThan(AT);
});
