import { describe, expect, test } from "vitest";
import type { Role } from "../../roles/model.ts";
import { trustPolicyFor, trusts } from "../../roles/trust.ts";
import { contextOf, world } from "./world.ts";

const [role] = world({ roles: { r: { trust: "ec2.amazonaws.com" } } }).roles.values() as unknown as [Role];
const EC2 = "ec2.amazonaws.com";

const policy = (Statement: unknown) => ({
  document: JSON.stringify({ Version: "2012-10-17", Statement }),
  principalIds: {},
});

function admits(statements: unknown, servicePrincipal = EC2, keys = {}): boolean {
  return trusts({ ...role, trustPolicy: policy(statements) }, servicePrincipal, contextOf(keys));
}

const allow = (Principal: unknown, more = {}) => ({ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...more });
const deny = (Principal: unknown, more = {}) => ({ ...allow(Principal, more), Effect: "Deny" });

describe("whom a role trusts", () => {
  test.each([
    ["the service", allow({ Service: EC2 }), true],
    ["the service in capitals", allow({ Service: "EC2.amazonaws.com" }), true],
    ["the service under China's name", allow({ Service: "ec2.amazonaws.com.cn" }), true],
    ["the service among others", allow({ Service: ["lambda.amazonaws.com", EC2], AWS: "123456789012" }), true],
    ["another service", allow({ Service: "lambda.amazonaws.com" }), false],
    ["an account", allow({ AWS: "123456789012" }), false],
    ["everyone", allow("*"), true],
    ["everyone as AWS", allow({ AWS: "*" }), true],
    ["every service", allow({ Service: "*" }), true],
    ["all but another service", { ...allow(undefined), NotPrincipal: { Service: "lambda.amazonaws.com" } }, true],
    ["all but the service", { ...allow(undefined), NotPrincipal: { Service: EC2 } }, false],
    ["every action of STS", allow({ Service: EC2 }, { Action: "sts:*" }), true],
    ["another action", allow({ Service: EC2 }, { Action: "sts:AssumeRoleWithWebIdentity" }), false],
    ["allowed and denied", [allow({ Service: EC2 }), deny("*")], false],
    ["denied first", [deny({ Service: EC2 }), allow({ Service: EC2 })], false],
    ["allowed and another denied", [allow({ Service: EC2 }), deny({ Service: "lambda.amazonaws.com" })], true],
    ["denied only", deny({ Service: "lambda.amazonaws.com" }), false],
  ])("%s", (_, statements, expected) => {
    const written = [statements].flat().map((each) => JSON.parse(JSON.stringify(each)));
    expect(admits(written)).toBe(expected);
  });

  test("session tags take a permission of their own", () => {
    const trustPolicy = (Action: unknown) => policy([{ ...allow({ Service: EC2 }), Action }]);
    const tags = (Action: unknown) =>
      trusts({ ...role, trustPolicy: trustPolicy(Action) }, EC2, contextOf({}), "sts:TagSession");
    expect([tags("sts:AssumeRole"), tags("sts:TagSession"), tags(["sts:AssumeRole", "sts:TagSession"])]).toEqual([
      false,
      true,
      true,
    ]);
  });

  test("conditions hold or do not", () => {
    const conditional = allow(
      { Service: EC2 },
      { Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } },
    );
    expect(admits(conditional, EC2, { "aws:SourceAccount": "123456789012" })).toBe(true);
    expect(admits(conditional, EC2, { "aws:SourceAccount": "210987654321" })).toBe(false);
    expect(admits(conditional)).toBe(false);
  });
});

test("the short form makes a whole document", () => {
  const PODS = "pods.eks.amazonaws.com";
  expect(trustPolicyFor([EC2, PODS, "123456789012", "arn:aws:iam::123456789012:user/bob", "*"])).toEqual({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: EC2 }, Action: "sts:AssumeRole" },
      { Effect: "Allow", Principal: { Service: PODS }, Action: ["sts:AssumeRole", "sts:TagSession"] },
      { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sts:AssumeRole" },
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:user/bob" }, Action: "sts:AssumeRole" },
      { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" },
    ],
  });
});
