import { describe, expect, test } from "vitest";
import { MalformedPolicy } from "../../roles/malformed-policy.ts";
import type { PolicyDocument } from "../../roles/model.ts";
import { parsePolicy, readNewPolicy, readPolicy } from "../../roles/policy.ts";
import type { PolicyKind } from "../../roles/statement.ts";
import { decideWith } from "./world.ts";

const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const trusting = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
const policy = (...statements: unknown[]): PolicyDocument => ({ Version: "2012-10-17", Statement: statements });
const without = (name: string) => Object.fromEntries(Object.entries(statement).filter(([key]) => key !== name));

function fault(document: unknown, kind: PolicyKind = "identity"): string {
  try {
    parsePolicy(document as PolicyDocument, kind);
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    return [error.message, error.path.join("."), error.detail].join(" | ");
  }
  return "none";
}

describe("a document", () => {
  test("has scalars or lists anywhere", () => {
    const listed = policy({ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::b/*"] });
    const single = { ...listed, Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" } };
    for (const document of [listed, single]) {
      expect(decideWith([document], "s3:GetObject", "arn:aws:s3:::b/k").outcome).toBe("allowed");
    }
  });

  test("is parsed once", () => {
    const text = JSON.stringify(policy(statement));
    expect(readPolicy(text, "identity")).toBe(readPolicy(text, "identity"));
    expect(readPolicy(text, "identity")).not.toBe(readPolicy(text.replace("Allow", "Deny"), "identity"));
    expect(() => readPolicy("{", "identity")).toThrow("This policy contains invalid Json");
  });

  test("may leave its version out, may have an Id, and Sids that are empty", () => {
    expect(
      fault({
        Id: "x",
        Statement: [
          { ...statement, Sid: "" },
          { ...statement, Sid: "" },
        ],
      }),
    ).toBe("none");
  });

  test.each([
    [null, "Syntax errors in policy. |  | must be a mapping"],
    [[], "Syntax errors in policy. |  | must be a mapping"],
    ["{}", "Syntax errors in policy. |  | must be a mapping"],
    [{}, "Syntax errors in policy. |  | needs a Statement"],
    [{ Statement: [] }, "Syntax errors in policy. |  | needs a Statement"],
    [{ Statment: [] }, 'Syntax errors in policy. |  | a policy has no element "Statment" (did you mean "Statement"?)'],
    [
      { Version: "2012-10-18", Statement: statement },
      'Syntax errors in policy. | Version | must be "2012-10-17" or "2008-10-17", not "2012-10-18"',
    ],
    [
      { Version: "__proto__", Statement: statement },
      'Syntax errors in policy. | Version | must be "2012-10-17" or "2008-10-17", not "__proto__"',
    ],
    [{ Id: 1, Statement: statement }, "Syntax errors in policy. | Id | must be a string"],
    [{ Statement: "x" }, "Syntax errors in policy. | Statement | must be a mapping"],
    [
      policy({ ...statement, Sid: "A" }, { ...statement, Sid: "A" }),
      'Statement IDs (SID) in a single policy must be unique. | Statement | the Sid "A" is there twice',
    ],
  ])("%j", (document, expected) => {
    expect(fault(document)).toBe(expected);
  });
});

describe("a statement", () => {
  test.each([
    [
      { ...statement, Actions: "s3:*" },
      'Syntax errors in policy. | Statement.0 | a statement has no element "Actions" (did you mean "Action"?)',
    ],
    [
      { ...statement, Sid: "with space" },
      "Syntax errors in policy. | Statement.0.Sid | must be letters and digits only",
    ],
    [without("Effect"), "Syntax errors in policy. | Statement.0.Effect | must be Allow or Deny, not undefined"],
    [
      { ...statement, Effect: "allow" },
      'The policy failed legacy parsing | Statement.0.Effect | must be Allow or Deny, not "allow"',
    ],
    [without("Action"), "Policy statement must contain actions. | Statement.0 | needs Action or NotAction"],
    [{ ...statement, Action: [] }, "Policy statement must contain actions. | Statement.0 | needs Action or NotAction"],
    [{ ...statement, Action: [1] }, "Syntax errors in policy. | Statement.0.Action | must be strings"],
    [{ ...statement, NotAction: "s3:*" }, "Syntax errors in policy. | Statement.0 | has both Action and NotAction"],
    [
      { ...statement, Action: "GetObject" },
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. | Statement.0.Action | " +
        "an action needs its service in front, as in s3:GetObject",
    ],
    [
      { ...statement, Action: "s3:Get:Object" },
      'Actions/Condition can contain only one colon. | Statement.0.Action | "s3:Get:Object" has more than one colon',
    ],
    [
      { ...statement, Action: "s*:GetObject" },
      'Vendor s* is not valid | Statement.0.Action | "s*" in "s*:GetObject" is no service',
    ],
    [
      { ...statement, Action: "s3:" },
      'Syntax errors in policy. | Statement.0.Action | "s3:" has no action behind the service',
    ],
    [without("Resource"), "Policy statement must contain resources. | Statement.0 | needs Resource or NotResource"],
    [
      { ...statement, Resource: "mybucket" },
      'Resource mybucket must be in ARN format or "*". | Statement.0.Resource | "mybucket" must be an ARN or "*"',
    ],
    [
      { ...statement, Resource: "arn:aws:s3:mybucket" },
      "The policy failed legacy parsing | Statement.0.Resource | " +
        '"arn:aws:s3:mybucket" must have the six parts of an ARN',
    ],
    [
      { ...without("Resource"), NotResource: "arn:aws:iam:us-east-1:123456789012:user/x" },
      "IAM resource arn:aws:iam:us-east-1:123456789012:user/x cannot contain region information. | " +
        'Statement.0.NotResource | "arn:aws:iam:us-east-1:123456789012:user/x" must not name a region',
    ],
    [
      { ...statement, Principal: "*" },
      "Policy document should not specify a principal. | Statement.0 | " +
        "must not have Principal: the policy speaks of whom it is attached to",
    ],
    [
      { ...statement, Condition: { StringEquals: { "aws:x": {} } } },
      "Syntax errors in policy. | Statement.0.Condition.StringEquals.aws:x | " +
        "a condition's value must be a string, a number or a boolean",
    ],
  ])("%j", (written, expected) => {
    expect(fault(policy(written))).toBe(expected);
  });
});

describe("a trust policy", () => {
  test.each([
    [trusting, "none"],
    [
      { ...trusting, Resource: "*" },
      "Has prohibited field Resource | Statement.0 | a trust policy must not have Resource",
    ],
    [
      { Effect: "Allow", Action: "sts:AssumeRole" },
      "Missing required field Principal | Statement.0 | needs a Principal: who is meant?",
    ],
    [
      { ...trusting, Action: ["sts:AssumeRole", "s3:*"] },
      "AssumeRole policy may only specify STS AssumeRole actions. | Statement.0.Action | " +
        '"s3:*" is no action of STS',
    ],
    [{ ...trusting, Action: "STS:*" }, "none"],
    [
      { ...trusting, Principal: { Service: "ec2.amazonaws.con" } },
      'Invalid principal in policy: "SERVICE":"ec2.amazonaws.con" | Statement.0.Principal.Service | ' +
        'there is no Service principal "ec2.amazonaws.con"',
    ],
    [
      { ...trusting, Principal: { AWS: "arn:aws:iam::123456789012:role/*" } },
      'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/*" | Statement.0.Principal.AWS | ' +
        'there is no AWS principal "arn:aws:iam::123456789012:role/*"',
    ],
    [
      { ...trusting, Principal: { service: "ec2.amazonaws.com" } },
      "Syntax errors in policy. | Statement.0.Principal.service | " +
        'there is no type of principal "service" (did you mean "Service"?)',
    ],
    [
      { ...trusting, Principal: { constructor: "ec2.amazonaws.com" } },
      'Syntax errors in policy. | Statement.0.Principal.constructor | there is no type of principal "constructor"',
    ],
    [
      { ...trusting, Principal: "ec2.amazonaws.com" },
      "Syntax errors in policy. | Statement.0.Principal | " +
        'must be "*" or a mapping such as {"Service": "ec2.amazonaws.com"}',
    ],
    [
      { ...trusting, Principal: { AWS: ["123456789012", "arn:aws:iam::1:user/x", "AIDAABCDEFGHIJKLMNOPQ", "*"] } },
      "none",
    ],
  ])("%j", (written, expected) => {
    expect(fault(policy(written), "trust")).toBe(expected);
  });
});

describe("a bucket's policy", () => {
  const granting = { Sid: "Anyone reads", Principal: "*", ...statement };
  test.each([
    [policy(granting), "none"],
    [{ Version: "2008-10-17", Id: "x", Statement: granting }, "none"],
    [{ Version: "2012-10-17" }, "Missing required field Statement"],
    [policy(statement), "Missing required field Principal"],
    [policy({ ...granting, Action: [] }), "Missing required field Action"],
    [policy({ Effect: "Allow", Principal: "*", Action: "s3:*" }), "Missing required field Resource"],
    [policy({ ...granting, Action: "GetObject" }), "Policy has invalid action"],
    [policy({ ...granting, Action: "s*:GetObject" }), "Policy has invalid action"],
    [policy({ ...granting, Resource: "mybucket/*" }), "Policy has invalid resource"],
    [policy({ ...granting, Principal: { AWS: "alice" } }), "Invalid principal in policy"],
    [policy({ ...granting, Effect: "Alow" }), "Invalid policy syntax."],
  ])("%j", (document, expected) => {
    expect(fault(document, "resource").split(" | ")[0]).toBe(expected);
  });

  test("that is no JSON", () => {
    const text = "Policies must be valid JSON and the first byte must be '{'";
    expect(() => readPolicy("x", "resource")).toThrow(text);
  });
});

describe("a new policy of IAM", () => {
  const old = { Version: "2008-10-17", Statement: statement };
  test.each([
    [policy(statement), undefined],
    [old, "Policy document must be version 2012-10-17 or greater."],
    [{ Statement: statement }, "Policy document must be version 2012-10-17 or greater."],
    [{ ...old, Version: "2013-10-17" }, "Syntax errors in policy."],
    [{ ...old, Statement: { ...statement, Effect: "Alow" } }, "Syntax errors in policy."],
    [
      { ...old, Statement: { ...statement, Effect: "allow" } },
      "Policy document must be version 2012-10-17 or greater.",
    ],
    [policy({ ...statement, Effect: "allow" }), "The policy failed legacy parsing"],
  ])("%j", (document, expected) => {
    const read = () => readNewPolicy(JSON.stringify(document));
    if (expected === undefined) expect(read()).toHaveLength(1);
    else expect(read).toThrow(expected);
  });
});
