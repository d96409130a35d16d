import { describe, expect, test } from "vitest";
import { bindPrincipals } from "../../roles/bound-principals.ts";
import { type Explanation, explain } from "../../roles/explain.ts";
import type { Principal } from "../../roles/model.ts";
import { ANONYMOUS, principalOfArn, principalOfRoot } from "../../roles/principal.ts";
import { contextOf, rolePrincipal, userPrincipal, world } from "./world.ts";

const policy = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const identities = world({
  policies: { NoDeletes: policy({ Effect: "Deny", Action: "s3:Delete*", Resource: "*" }) },
  groups: { Readers: { policies: { read: policy({ Effect: "Allow", Action: "s3:Get*", Resource: "*" }) } } },
  users: { bob: { path: "/staff/", groups: ["Readers"], managedPolicies: ["NoDeletes"] } },
  roles: {
    app: {
      path: "/apps/",
      trust: "ec2.amazonaws.com",
      policies: {
        own: policy(
          {
            Sid: "Ours",
            Effect: "Allow",
            Action: "s3:*",
            Resource: "arn:aws:s3:::b/*",
            Condition: {
              StringEquals: { "aws:PrincipalTag/Team": ["blue", "red"], "aws:RequestedRegion": "us-east-1" },
            },
          },
          { Effect: "Allow", Action: "sqs:*", Resource: "*" },
        ),
      },
    },
  },
});
const bob = userPrincipal(identities, "bob");
const app = rolePrincipal(identities, "app");

const why = (principal: Principal, action: string, resource: string, keys = {}, more = {}): Explanation =>
  explain({ identities, principal, action, resource, context: contextOf(keys), ...more });

describe("an explanation", () => {
  test("of an allowed request names what allows it, and where that stands", () => {
    const { outcome, reason, policies, ...asked } = why(bob, "s3:GetObject", "arn:aws:s3:::b/k");
    expect([outcome, reason]).toEqual(["allowed", "allowed by policies of type identity"]);
    expect(asked).toEqual({
      principal: "arn:aws:iam::123456789012:user/staff/bob",
      action: "s3:GetObject",
      resource: "arn:aws:s3:::b/k",
      context: {},
    });
    expect(policies).toEqual([
      {
        policyType: "identity",
        says: "allow",
        statements: [
          {
            policy: "read",
            holder: "group Readers",
            index: 0,
            effect: "Allow",
            counts: true,
            mismatches: [],
            conditions: [],
          },
        ],
      },
    ]);
  });

  test("of an explicit deny names the policy", () => {
    expect(why(bob, "s3:DeleteObject", "*")).toMatchObject({
      outcome: "explicit-deny",
      refusedBy: "identity",
      reason: "with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/NoDeletes",
      policies: [{ says: "deny", statements: [{ policy: "NoDeletes", effect: "Deny", counts: true }] }],
    });
  });

  test("of an implicit deny says what did not fit, with the values of the request", () => {
    const { reason, policies } = why(app, "s3:GetObject", "arn:aws:s3:::other/k", {
      "aws:RequestedRegion": "eu-west-1",
    });
    expect(reason).toBe("because no identity-based policy allows the s3:GetObject action");
    expect(policies).toEqual([
      {
        policyType: "identity",
        says: "nothing",
        statements: [
          {
            policy: "own",
            holder: "role app",
            sid: "Ours",
            index: 0,
            effect: "Allow",
            counts: false,
            mismatches: ["resource", "condition"],
            conditions: [
              { operator: "StringEquals", key: "aws:PrincipalTag/Team", wanted: ["blue", "red"], holds: false },
              {
                operator: "StringEquals",
                key: "aws:RequestedRegion",
                wanted: ["us-east-1"],
                had: ["eu-west-1"],
                holds: false,
              },
            ],
          },
        ],
      },
    ]);
    const keys = { "aws:RequestedRegion": "us-east-1", "aws:PrincipalTag/team": "red" };
    expect(why(app, "s3:GetObject", "arn:aws:s3:::b/k", keys).outcome).toBe("allowed");
  });

  test("of a resource's policy says whom it means", () => {
    const { arn } = identities.roles.get("app") ?? { arn: "" };
    const document = policy({ Effect: "Allow", Principal: { AWS: arn }, Action: "s3:GetObject", Resource: "*" });
    const resourcePolicy = bindPrincipals(JSON.stringify(document), identities);
    const ask = (principal: Principal) => why(principal, "s3:GetObject", "arn:aws:s3:::x/k", {}, { resourcePolicy });
    expect(ask(app)).toMatchObject({
      outcome: "allowed",
      reason: "allowed by policies of type resource",
      policies: [
        { policyType: "resource", says: "allow" },
        { policyType: "identity", says: "nothing" },
      ],
    });
    expect(ask(ANONYMOUS)).toMatchObject({
      principal: "anonymous",
      reason: "because no identity-based policy allows the s3:GetObject action, and nobody has signed",
      policies: [{ says: "nothing", statements: [{ mismatches: ["principal"] }] }, { statements: [] }],
    });
  });

  test("of a trust policy uses the words that STS leaves out; of root it is short", () => {
    const resourcePolicy = identities.roles.get("app")?.trustPolicy;
    const { reason, refusedBy } = why(bob, "sts:AssumeRole", "*", {}, { resourcePolicy, resourcePolicyKind: "trust" });
    expect([refusedBy, reason]).toEqual(["trust", "because no role trust policy allows the sts:AssumeRole action"]);
    expect(why(principalOfRoot(identities), "s3:GetObject", "*").reason).toBe("the root user may do everything");
  });
});

test.each([
  ["arn:aws:iam::123456789012:user/staff/bob", "user"],
  ["arn:aws:iam::123456789012:user/bob", undefined],
  ["arn:aws:iam::123456789012:role/apps/app", "assumed-role"],
  ["arn:aws:sts::123456789012:assumed-role/app/i-0123456789abcdef0", "assumed-role"],
  ["arn:aws:sts::999999999999:assumed-role/app/x", undefined],
  ["arn:aws:sts::123456789012:assumed-role/other/x", undefined],
  ["arn:aws:iam::123456789012:root", "root"],
  ["anonymous", "anonymous"],
  ["bob", undefined],
])("the principal of %s is %s", (arn, kind) => {
  const principal = principalOfArn(identities, arn);
  expect(principal?.kind).toBe(kind);
  if (principal && "arn" in principal && arn.includes(":sts:")) expect(principal.arn).toBe(arn);
});
