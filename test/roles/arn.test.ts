import { describe, expect, test } from "vitest";
import {
  arnComponents,
  assumedRoleArn,
  entityArn,
  formatArn,
  parseArn,
  partitionOf,
  rootArn,
} from "../../roles/arn.ts";
import { arnTest } from "../../roles/arn-pattern.ts";
import { uniqueId } from "../../roles/unique-id.ts";
import { parsePattern } from "../../roles/wildcard.ts";

const place = { partition: "aws", accountId: "123456789012" };

describe("ARNs", () => {
  test("are read and written", () => {
    const arn = { ...place, service: "sns", region: "eu-west-1", resource: "topic:with:colons" };
    expect(formatArn(arn)).toBe("arn:aws:sns:eu-west-1:123456789012:topic:with:colons");
    expect(parseArn(formatArn(arn))).toEqual(arn);
  });

  test.each(["", "arn", "arn:aws:s3", "arn:aws:s3:::", "arn::s3:::b", "arn:aws::::b", "xrn:aws:s3:::b"])(
    "%j is none",
    (text) => {
      expect(parseArn(text)).toBeUndefined();
    },
  );

  test("have six components, the last with all further colons", () => {
    expect(arnComponents("arn:aws:s3:::b:c:d")).toEqual(["arn", "aws", "s3", "", "", "b:c:d"]);
    expect(arnComponents("arn:aws:s3::")).toBeUndefined();
  });

  test("of entities have their paths, those of sessions do not", () => {
    expect(entityArn(place, "user", "/division/", "bob")).toBe("arn:aws:iam::123456789012:user/division/bob");
    expect(entityArn(place, "instance-profile", "/", "p")).toBe("arn:aws:iam::123456789012:instance-profile/p");
    expect(assumedRoleArn(place, "r", "i-1")).toBe("arn:aws:sts::123456789012:assumed-role/r/i-1");
    expect(rootArn({ ...place, partition: "aws-cn" })).toBe("arn:aws-cn:iam::123456789012:root");
  });

  test.each([
    ["us-east-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["eu-central-1", "aws"],
  ])("the partition of %s is %s", (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
  });
});

describe("ARN patterns", () => {
  test.each([
    ["arn:aws:s3:::mybucket", "arn:aws:s3:::mybucket", true],
    ["arn:aws:s3:::mybucket", "arn:aws:s3:::MyBucket", false],
    ["arn:aws:s3:::mybucket", "arn:aws:s3:::mybucket/key", false],
    ["arn:aws:s3:::mybucket/*", "arn:aws:s3:::mybucket/a/b:c", true],
    ["arn:aws:s3:::mybucket/*", "arn:aws:s3:::mybucket", false],
    ["arn:aws:s3:::my?ucket", "arn:aws:s3:::mybucket", true],
    ["arn:*:iam::*:role/x", "arn:aws-cn:iam::123456789012:role/x", true],
    ["arn:aws:sqs:*:queue", "arn:aws:sqs:us-east-1:123456789012:queue", false],
    ["arn:aws:iam::12*:user/x", "arn:aws:iam::123456789012:user/x", true],
    ["arn:aws:iam::12*:user/x", "arn:aws:iam::223456789012:user/x", false],
    // A wildcard in one of the first components stays there.
    ["arn:aws:s*:::b", "arn:aws:sns:us-east-1:1:b", false],
    ["arn:aws:ec2:us-east-1:*", "arn:aws:ec2:us-east-1:123456789012:instance/i-1", true],
    ["arn:aws:ec2:us-east-1:*", "arn:aws:ec2:us-east-2:123456789012:instance/i-1", false],
    ["arn:aws:ec2*", "arn:aws:ec2:us-east-2:123456789012:instance/i-1", true],
    ["arn:aws:ec2", "arn:aws:ec2:us-east-2:123456789012:instance/i-1", false],
    ["*", "arn:aws:ec2:us-east-2:123456789012:instance/i-1", true],
    ["arn:aws:logs:*:*:log-group:/a:*", "arn:aws:logs:us-east-1:1:log-group:/a:stream:s", true],
  ])("%s against %s is %s", (pattern, arn, expected) => {
    expect(arnTest(parsePattern(pattern))(arnComponents(arn) ?? [])).toBe(expected);
  });
});

test("unique ids have 21 characters and belong to kind, account and name", () => {
  const id = uniqueId("123456789012", "role", "mybucket-access");
  expect(id).toMatch(/^AROA[A-Z2-7]{17}$/);
  expect(uniqueId("123456789012", "role", "mybucket-access")).toBe(id);
  const others = [
    uniqueId("123456789013", "role", "mybucket-access"),
    uniqueId("123456789012", "role", "mybucket-acces"),
    uniqueId("123456789012", "user", "mybucket-access"),
    uniqueId("123456789012", "group", "mybucket-access"),
    uniqueId("123456789012", "policy", "mybucket-access"),
    uniqueId("123456789012", "instance-profile", "mybucket-access"),
  ];
  expect(new Set([id, ...others].map((each) => each.slice(4))).size).toBe(7);
  expect(others.slice(2).map((each) => each.slice(0, 4))).toEqual(["AIDA", "AGPA", "ANPA", "AIPA"]);
});
