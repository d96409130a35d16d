import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkIdentities, identitiesConfiguration, identitiesShape } from "../../roles/configuration.ts";

const role = { trust: "ec2.amazonaws.com" };
const allowAll = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
const long = (characters: number) => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: `arn:aws:s3:::${"x".repeat(characters)}` },
});

function faults(configuration: unknown): string[] {
  const { error } = identitiesConfiguration.safeParse(configuration);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

test("the configuration of the documentation is good", () => {
  const configuration = {
    account: "123456789012",
    policies: { Mine: allowAll },
    roles: {
      "mybucket-access": {
        trust: "ec2.amazonaws.com",
        path: "/apps/",
        policies: { "mybucket-read-write": allowAll },
        managedPolicies: ["AmazonSSMManagedInstanceCore", "Mine", "arn:aws:iam::123456789012:policy/Mine"],
        tags: { team: "blue" },
      },
      both: { trust: ["ec2.amazonaws.com", "lambda.amazonaws.com", "123456789012"] },
      whole: {
        trustPolicy: { Statement: { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:*" } },
      },
    },
    groups: { Administrators: { managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"] } },
    users: {
      alice: { groups: ["Administrators"], accessKeys: 1 },
      bob: { accessKeys: [{ id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }] },
    },
    instanceProfiles: { legacy: { role: "mybucket-access" }, none: {} },
  };
  expect(faults(configuration)).toEqual([]);
  expect(identitiesConfiguration.parse(configuration)).toEqual(configuration);
});

describe("one clear line for each fault", () => {
  test.each<[unknown, string[]]>([
    [{ account: 123456789012 }, ['account: must be 12 digits in quotes, such as "123456789012"']],
    [{ account: "12345678901" }, ['account: must be 12 digits, such as "123456789012"']],
    [{ role: {} }, [': there is no "role" (did you mean "roles"?)']],
    [{ users: { alice: { group: [] } } }, ['users.alice: there is no "group" (did you mean "groups"?)']],
    [{ users: { "al ice": {} } }, ["users.al ice: a name is 1 to 64 letters, digits and characters of _+=,.@-"]],
    [
      { groups: { ["g".repeat(129)]: {} } },
      [`groups.${"g".repeat(129)}: a name is 1 to 128 letters, digits and characters of _+=,.@-`],
    ],
    [
      { users: { alice: { path: "division" } } },
      ["users.alice.path: must begin and end with a slash, as in /division/"],
    ],
    [{ users: { alice: { tags: { cost: 7 } } } }, ["users.alice.tags.cost: must be a string; put it in quotes"]],
    [{ roles: { r: {} } }, ["roles.r: needs either trust, such as ec2.amazonaws.com, or a trustPolicy"]],
    [
      { roles: { r: { trust: "ec2.amazonaws.con" } } },
      ['roles.r.trust: there is no Service principal "ec2.amazonaws.con"'],
    ],
    [
      { roles: { r: { ...role, policies: { p: { ...allowAll, Statement: [{ Efect: "Allow" }] } } } } },
      ['roles.r.policies.p.Statement.0: a statement has no element "Efect" (did you mean "Effect"?)'],
    ],
    [
      { oidcProviders: { "http://idp.example": {} } },
      ["oidcProviders.http://idp.example: an issuer is an https:// URL, or an http:// one on loopback"],
    ],
    [
      { oidcProviders: { "https://idp.example": { jwks: "keys.json", thumbprints: ["x"] } } },
      [
        "oidcProviders.https://idp.example.thumbprints.0: must be 40 hexadecimal digits",
        "oidcProviders.https://idp.example.jwks: must be an absolute path",
      ],
    ],
    [{ policies: { p: "x" } }, ["policies.p: must be a policy document with Version and Statement"]],
    [
      { roles: { r: { ...role, managedPolicies: ["AmazonSSMManagedInstanceCor"] } } },
      [
        'roles.r.managedPolicies.0: there is no managed policy "AmazonSSMManagedInstanceCor" ' +
          '(did you mean "AmazonSSMManagedInstanceCore"?)',
      ],
    ],
    [
      { groups: { g: { managedPolicies: ["arn:aws:iam::aws:policy/Administrator"] } } },
      ['groups.g.managedPolicies.0: there is no managed policy "arn:aws:iam::aws:policy/Administrator"'],
    ],
    [
      { users: { alice: { groups: ["Admins"] } }, groups: { admin: {} } },
      ['users.alice.groups.0: there is no group "Admins" (did you mean "admin"?)'],
    ],
    [{ users: { alice: { groups: ["x"] } } }, ['users.alice.groups.0: there is no group "x"']],
    [
      { roles: { "mybucket-access": role }, instanceProfiles: { p: { role: "mybucket-acess" } } },
      ['instanceProfiles.p.role: there is no role "mybucket-acess" (did you mean "mybucket-access"?)'],
    ],
    [{ users: { Alice: {}, alice: {} } }, ['users.alice: differs from "Alice" only by case']],
    [{ users: { alice: { accessKeys: 3 } } }, ["users.alice.accessKeys: must not be more than 2"]],
    [
      { users: { alice: { accessKeys: "1" } } },
      ["users.alice.accessKeys: must be how many to make, or a list of {id, secret}"],
    ],
    [
      { users: { alice: { accessKeys: [{ id: "ASIAIOSFODNN7EXAMPLE", secret: "x" }] } } },
      [
        "users.alice.accessKeys.0.id: must be AKIA and 16 capital letters or digits",
        "users.alice.accessKeys.0.secret: must be 40 letters, digits, + or /",
      ],
    ],
  ])("%j", (configuration, expected) => {
    expect(faults(configuration)).toEqual(expected);
  });

  test("a policy is within IAM's limits of size", () => {
    expect(faults({ policies: { p: long(6144 - 95) } })).toEqual([]);
    expect(faults({ policies: { p: long(6145 - 95) } })).toEqual([
      "policies.p: must not be longer than 6144 characters, is 6145",
    ]);
    expect(faults({ users: { alice: { policies: { a: long(1000), b: long(1000) } } } })).toEqual([
      "users.alice.policies: must not be longer than 2048 characters, is 2190",
    ]);
  });

  test("one key belongs to one user", () => {
    const accessKeys = [{ id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }];
    expect(faults({ users: { alice: { accessKeys }, bob: { accessKeys } } })).toEqual([
      'users.bob.accessKeys.0.id: AKIAIOSFODNN7EXAMPLE is a key of "alice" already',
    ]);
  });
});

test("joins a larger configuration, and has a JSON Schema", () => {
  const larger = z.strictObject({ ...identitiesShape, region: z.string() }).superRefine(checkIdentities);
  const { error } = larger.safeParse({ region: "us-east-1", users: { alice: { groups: ["x"] } } });
  expect(error?.issues.map(({ path }) => path.join("."))).toEqual(["users.alice.groups.0"]);
  expect(z.toJSONSchema(larger, { io: "input" })).toMatchObject({
    properties: {
      account: { type: "string", pattern: "^\\d{12}$" },
      users: { propertyNames: { maxLength: 64 }, additionalProperties: { additionalProperties: false } },
    },
  });
});
