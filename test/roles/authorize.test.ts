import { describe, expect, test } from "vitest";
import { authorize, layersFor } from "../../roles/authorize.ts";
import type { Identities, Principal } from "../../roles/model.ts";
import { ANONYMOUS, principalOfRoot } from "../../roles/principal.ts";
import { decideWith, rolePrincipal, userPrincipal, world } from "./world.ts";

const allow = (Action: string, Resource = "*", more = {}) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource, ...more }],
});
const deny = (Action: string, Resource = "*") => ({
  Version: "2012-10-17",
  Statement: [
    { Sid: "Other", Effect: "Allow", Action: "sns:*", Resource },
    { Sid: "Never", Effect: "Deny", Action, Resource },
  ],
});

const identities = world({
  policies: { OwnDeny: deny("s3:DeleteObject"), OwnAllow: allow("sqs:*") },
  roles: {
    "mybucket-access": {
      path: "/apps/",
      trust: "ec2.amazonaws.com",
      policies: { "mybucket-read-write": allow("s3:*", "arn:aws:s3:::mybucket/*") },
      managedPolicies: ["OwnDeny", "AmazonSSMManagedInstanceCore"],
    },
    empty: { trust: "ec2.amazonaws.com" },
  },
  groups: {
    Administrators: { managedPolicies: ["AdministratorAccess"] },
    Readers: { policies: { read: allow("s3:Get*", "*", { Sid: "Reading" }) } },
  },
  users: {
    alice: { groups: ["Administrators"] },
    bob: { groups: ["Readers"], policies: { own: allow("s3:PutObject") }, managedPolicies: ["OwnAllow", "OwnDeny"] },
    carol: {},
  },
});

const ask = (principal: Principal, action: string, resource: string, world: Identities = identities) =>
  authorize({ identities: world, principal, action, resource, context: new Map() });

describe("who may what", () => {
  const bob = userPrincipal(identities, "bob");
  const instance = rolePrincipal(identities, "mybucket-access");

  test.each([
    ["the role's inline policy", instance, "s3:GetObject", "arn:aws:s3:::mybucket/key", "allowed"],
    ["the role, another bucket", instance, "s3:GetObject", "arn:aws:s3:::other/key", "implicit-deny"],
    ["the role's managed policy denies", instance, "s3:DeleteObject", "arn:aws:s3:::mybucket/key", "explicit-deny"],
    ["the role's policy of AWS", instance, "ssm:UpdateInstanceInformation", "*", "allowed"],
    ["a role without policies", rolePrincipal(identities, "empty"), "s3:GetObject", "*", "implicit-deny"],
    ["the user's group", bob, "s3:GetObject", "arn:aws:s3:::b/k", "allowed"],
    ["the user's inline policy", bob, "s3:PutObject", "arn:aws:s3:::b/k", "allowed"],
    ["the user's managed policy", bob, "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:q", "allowed"],
    ["nothing of the user's", bob, "ec2:RunInstances", "*", "implicit-deny"],
    ["an administrator", userPrincipal(identities, "alice"), "ec2:RunInstances", "*", "allowed"],
    ["a user without anything", userPrincipal(identities, "carol"), "s3:GetObject", "*", "implicit-deny"],
    ["root", principalOfRoot(identities), "s3:GetObject", "*", "allowed"],
    ["anonymous", ANONYMOUS, "s3:GetObject", "*", "implicit-deny"],
    ["actions ignore case", bob, "S3:getobject", "arn:aws:s3:::b/k", "allowed"],
  ])("%s", (_, principal, action, resource, outcome) => {
    expect(ask(principal, action, resource).outcome).toBe(outcome);
  });

  test("the statements that decided are named", () => {
    expect(ask(bob, "s3:GetObject", "arn:aws:s3:::b/k")).toMatchObject({
      outcome: "allowed",
      statements: [{ policyType: "identity", policy: { name: "read" }, statement: { sid: "Reading", index: 0 } }],
    });
    expect(ask(bob, "s3:DeleteObject", "arn:aws:s3:::b/k")).toMatchObject({
      outcome: "explicit-deny",
      policyType: "identity",
      statements: [
        {
          policyType: "identity",
          policy: { name: "OwnDeny", arn: "arn:aws:iam::123456789012:policy/OwnDeny" },
          statement: { sid: "Never", index: 1, written: { Effect: "Deny", Action: "s3:DeleteObject" } },
        },
      ],
    });
    expect(ask(userPrincipal(identities, "alice"), "s3:DeleteObject", "*")).toMatchObject({
      statements: [{ policy: { arn: "arn:aws:iam::aws:policy/AdministratorAccess" }, statement: { index: 0 } }],
    });
  });

  test("who was deleted, or made anew under the same name, may nothing", () => {
    const without = { ...identities, roles: new Map(), users: new Map() };
    expect(ask(instance, "s3:GetObject", "arn:aws:s3:::mybucket/key", without).outcome).toBe("implicit-deny");
    expect(ask(bob, "s3:GetObject", "arn:aws:s3:::b/k", without).outcome).toBe("implicit-deny");
    const role = identities.roles.get("mybucket-access");
    if (!role) throw new RangeError("there is no such role");
    const anew = { ...identities, roles: new Map([[role.name, { ...role, id: "AROAAAAAAAAAAAAAAAAAA" }]]) };
    expect(ask(instance, "s3:GetObject", "arn:aws:s3:::mybucket/key", anew).outcome).toBe("implicit-deny");
  });

  test("a user who was made anew is another one", () => {
    const [carol] = world({ users: { carol: { policies: { all: allow("*") } } } }).users.values();
    if (!carol) throw new RangeError("there is no carol");
    const anew = { ...identities, users: new Map([["carol", { ...carol, id: "AIDAAAAAAAAAAAAAAAAAA" }]]) };
    expect(ask(userPrincipal(anew, "carol"), "s3:GetObject", "*", anew).outcome).toBe("allowed");
    expect(ask(userPrincipal(identities, "carol"), "s3:GetObject", "*", anew).outcome).toBe("implicit-deny");
  });

  test("a policy of the account never stands in for AWS's of the same name", () => {
    const both = world({
      policies: { AdministratorAccess: allow("sns:*") },
      users: {
        own: { managedPolicies: ["AdministratorAccess"] },
        aws: { managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
      },
    });
    expect(ask(userPrincipal(both, "own"), "s3:GetObject", "*", both).outcome).toBe("implicit-deny");
    expect(ask(userPrincipal(both, "aws"), "s3:GetObject", "*", both).outcome).toBe("allowed");
  });

  test("what nothing of theirs has changed is not read again", () => {
    const layersIn = (world: Identities) => layersFor({ identities: world, principal: bob });
    expect(layersIn({ ...identities, roles: new Map() })).toBe(layersIn(identities));
    const own = identities.users.get("bob");
    if (!own) throw new RangeError("there is no bob");
    const changed = { ...identities, users: new Map([["bob", { ...own, inlinePolicies: [] }]]) };
    expect(layersIn(changed)).not.toBe(layersIn(identities));
    expect(layersIn({ ...identities, groups: new Map() })).not.toBe(layersIn(identities));
  });

  test("a change of a group or a managed policy counts at once", () => {
    expect(ask(bob, "s3:GetObject", "arn:aws:s3:::b/k").outcome).toBe("allowed");
    expect(ask(bob, "s3:GetObject", "arn:aws:s3:::b/k", { ...identities, groups: new Map() }).outcome).toBe(
      "implicit-deny",
    );
    const freed = { ...identities, managedPolicies: new Map() };
    expect(ask(instance, "s3:DeleteObject", "arn:aws:s3:::mybucket/key", freed).outcome).toBe("allowed");
    expect(ask(bob, "s3:GetObject", "arn:aws:s3:::b/k").outcome).toBe("allowed");
  });
});

describe("one statement", () => {
  const statement = (more: object) => ({ Version: "2012-10-17", Statement: { Effect: "Allow", ...more } });
  test.each([
    [{ Action: "*", Resource: "*" }, "s3:GetObject", "arn:aws:s3:::b/k", true],
    [{ Action: "*:*", Resource: "*" }, "s3:GetObject", "*", true],
    [{ Action: "s3:Get?bject", Resource: "*" }, "s3:GetObject", "*", true],
    [{ Action: ["sns:*", "s3:*"], Resource: "*" }, "s3:GetObject", "*", true],
    [{ NotAction: "s3:*", Resource: "*" }, "s3:GetObject", "*", false],
    [{ NotAction: ["iam:*", "sns:*"], Resource: "*" }, "s3:GetObject", "*", true],
    [{ Action: "s3:*", NotResource: "arn:aws:s3:::secret/*" }, "s3:GetObject", "arn:aws:s3:::b/k", true],
    [{ Action: "s3:*", NotResource: "arn:aws:s3:::secret/*" }, "s3:GetObject", "arn:aws:s3:::secret/k", false],
    [
      { Action: "s3:*", NotResource: ["arn:aws:s3:::b/*", "arn:aws:s3:::c/*"] },
      "s3:GetObject",
      "arn:aws:s3:::b/k",
      false,
    ],
    [{ Action: "s3:*", Resource: ["arn:aws:s3:::a", "arn:aws:s3:::b/*"] }, "s3:GetObject", "arn:aws:s3:::b/k", true],
    // An action without a resource has `*` as its resource, which no ARN in a policy covers.
    [{ Action: "s3:*", Resource: "arn:aws:s3:::*" }, "s3:ListAllMyBuckets", "*", false],
    [{ Action: "s3:*", Resource: "arn:aws:s3:::*" }, "s3:ListAllMyBuckets", "arn:aws:s3:::*", true],
    [{ Action: "s3:*", Resource: "arn:aws:s3:::*" }, "s3:GetObject", "not an ARN", false],
  ])("%j for %s on %s: %s", (more, action, resource, expected) => {
    expect(decideWith([statement(more)], action, resource).outcome === "allowed").toBe(expected);
  });
});
