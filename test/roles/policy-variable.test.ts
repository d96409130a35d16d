// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like that

import { describe, expect, test } from "vitest";
import { contextOf, decideWith } from "./world.ts";

const context = contextOf({
  "aws:username": "alice",
  "aws:PrincipalTag/team": "blue",
  "aws:PrincipalTag/cost center": "7",
  "test:stars": "a*b",
  "test:arn": "arn:aws:ec2:us-east-1:123456789012:instance/i-1",
  "test:many": ["x", "y"],
  "test:none": [],
});

function allowedOn(resource: string, asked: string, version = "2012-10-17"): boolean {
  const document = { Version: version, Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: resource } };
  return decideWith([document], "s3:GetObject", asked, context).outcome === "allowed";
}

function conditionHolds(operator: string, policyValue: string, requestValue: string, version = "2012-10-17"): boolean {
  const Condition = { [operator]: { "test:value": policyValue } };
  const document = { Version: version, Statement: { Effect: "Allow", Action: "*", Resource: "*", Condition } };
  const asked = new Map([...context, ["test:value", [requestValue]]]);
  return decideWith([document], "s3:GetObject", "*", asked).outcome === "allowed";
}

describe("variables in a resource", () => {
  test.each([
    ["${aws:username}", "alice", true],
    ["${AWS:UserName}", "alice", true],
    ["${aws:username}", "bob", false],
    ["home/${aws:username}/*", "home/alice/x", true],
    ["${aws:PrincipalTag/team}-${aws:username}", "blue-alice", true],
    ["${aws:PrincipalTag/cost center}", "7", true],
    ["${aws:PrincipalTag/none}", "", false],
    ["x${aws:PrincipalTag/none}", "x", false],
    ["${aws:PrincipalTag/none, 'green'}", "green", true],
    ["${aws:PrincipalTag/none,'green'}", "green", true],
    ["${aws:PrincipalTag/team, 'green'}", "blue", true],
    ["${aws:PrincipalTag/none, ''}x", "x", true],
    ["${test:none, 'green'}", "green", true],
    ["${test:many}", "x", false],
    ["${test:many, 'green'}", "green", false],
    ["${*}", "*", true],
    ["${*}", "x", false],
    ["${?}", "?", true],
    ["${?}", "x", false],
    ["${$}{aws:username}", "${aws:username}", true],
    // What is filled in is literal.
    ["${test:stars}", "a*b", true],
    ["${test:stars}", "axb", false],
    ["${unclosed", "${unclosed", true],
  ])("%s against %s is %s", (own, asked, expected) => {
    expect(allowedOn(`arn:aws:s3:::b/${own}`, `arn:aws:s3:::b/${asked}`)).toBe(expected);
  });

  test("are none without a version, which is that of 2008", () => {
    const Resource = "arn:aws:s3:::b/${aws:username}";
    const document = { Statement: { Effect: "Allow", Action: "*", Resource } };
    expect(decideWith([document], "s3:GetObject", Resource, context).outcome).toBe("allowed");
    expect(decideWith([document], "s3:GetObject", "arn:aws:s3:::b/alice", context).outcome).toBe("implicit-deny");
  });

  test("without a value match nothing, so that NotResource speaks of everything", () => {
    const NotResource = "arn:aws:s3:::b/${test:absent}";
    const document = { Version: "2012-10-17", Statement: { Effect: "Deny", Action: "*", NotResource } };
    expect(decideWith([document], "s3:GetObject", "arn:aws:s3:::b/", context).outcome).toBe("explicit-deny");
  });

  test("are none in the version of 2008, and none before the fifth colon", () => {
    expect(allowedOn("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/${aws:username}", "2008-10-17")).toBe(true);
    expect(allowedOn("arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::b/alice", "2008-10-17")).toBe(false);
    expect(allowedOn("arn:aws:s3:::${*}", "arn:aws:s3:::${x}", "2008-10-17")).toBe(true);
    expect(allowedOn("arn:aws:s3:${aws:username}::b", "arn:aws:s3:alice::b")).toBe(false);
  });
});

describe("variables in a condition", () => {
  test.each([
    ["StringEquals", "${aws:username}", "alice", true],
    ["StringEquals", "${aws:username}", "${aws:username}", false],
    ["StringNotEquals", "${aws:username}", "alice", false],
    ["StringEquals", "${test:absent}", "", false],
    ["StringNotEquals", "${test:absent}", "anything", true],
    ["StringEquals", "${test:absent, 'x'}", "x", true],
    ["StringEqualsIgnoreCase", "${aws:username}", "ALICE", true],
    ["StringLike", "${aws:username}/*", "alice/x", true],
    ["StringLike", "${test:stars}", "axb", false],
    ["StringLike", "${test:stars}", "a*b", true],
    ["StringLike", "a${*}", "a*", true],
    ["StringLike", "a${*}", "ab", false],
    ["StringEquals", "a${*}", "a*", true],
    ["Bool", "${test:absent, 'true'}", "true", true],
    ["Bool", "${aws:username}", "alice", false],
    ["ArnEquals", "${test:arn}", "arn:aws:ec2:us-east-1:123456789012:instance/i-1", true],
    ["ArnLike", "arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::alice/x", true],
    ["ArnNotLike", "arn:aws:s3:::${test:absent}", "arn:aws:s3:::alice", true],
  ])("%s %s against %s is %s", (operator, policyValue, requestValue, expected) => {
    expect(conditionHolds(operator, policyValue, requestValue)).toBe(expected);
  });

  test("are none in the version of 2008", () => {
    expect(conditionHolds("StringEquals", "${aws:username}", "${aws:username}", "2008-10-17")).toBe(true);
    expect(conditionHolds("StringLike", "${*}", "${x}", "2008-10-17")).toBe(true);
  });
});
