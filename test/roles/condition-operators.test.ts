// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like that

// One truth table for all operators: the policy's value, the request's value, and whether they match. A negated operator
// must say the opposite of each row, `IfExists` the same, and both quantifiers the same for a single value.

import { describe, expect, test, vi } from "vitest";
import { parseConditions } from "../../roles/condition.ts";
import { CONDITION_OPERATORS } from "../../roles/condition-operators.ts";
import type { MalformedPolicy } from "../../roles/malformed-policy.ts";
import { contextOf } from "./world.ts";

function holds(operator: string, policyValue: unknown, requestValue?: string | string[]): boolean {
  const context = contextOf(requestValue === undefined ? {} : { "Test:Key": requestValue });
  const conditions = parseConditions({ [operator]: { "test:key": policyValue } }, true, []);
  return conditions.every((condition) => condition.holds(context));
}

type Row = readonly [operators: string, policyValue: unknown, requestValue: string, expected: boolean];

const NEGATIONS: Readonly<Record<string, string>> = {
  StringEquals: "StringNotEquals",
  StringEqualsIgnoreCase: "StringNotEqualsIgnoreCase",
  StringLike: "StringNotLike",
  NumericEquals: "NumericNotEquals",
  DateEquals: "DateNotEquals",
  IpAddress: "NotIpAddress",
  ArnEquals: "ArnNotEquals",
  ArnLike: "ArnNotLike",
};

const TABLE: readonly Row[] = [
  ["StringEquals", "a", "a", true],
  ["StringEquals", "a", "A", false],
  ["StringEquals", "a*", "abc", false],
  ["StringEquals", "a*", "a*", true],
  ["StringEquals", "", "", true],
  ["StringEquals", ["x", "a"], "a", true],
  ["StringEquals", ["x", "y"], "a", false],
  ["StringEquals", [], "a", false],
  ["StringEquals", 12, "12", true],
  ["StringEquals", true, "true", true],
  ["StringEqualsIgnoreCase", "ALICE", "alice", true],
  ["StringEqualsIgnoreCase", "alice", "ALICE", true],
  ["StringEqualsIgnoreCase", "alice", "alic", false],
  ["StringEqualsIgnoreCase", "al*", "alice", false],
  ["StringLike", "a*", "abc", true],
  ["StringLike", "a*", "Abc", false],
  ["StringLike", "a?c", "abc", true],
  ["StringLike", "a?c", "ac", false],
  ["StringLike", ["b*", "*c"], "abc", true],
  ["StringLike", "", "", true],
  ["StringLike", "*", "", true],
  ["NumericEquals", "10", "10", true],
  ["NumericEquals", "10", "10.0", true],
  ["NumericEquals", 10, "1e1", true],
  ["NumericEquals", "10", "11", false],
  ["NumericEquals", "10", "ten", false],
  ["NumericEquals", "0", "", false],
  ["NumericLessThan", "10", "9", true],
  ["NumericLessThan", "10", "10", false],
  ["NumericLessThan", "2.0", "1.0", true],
  ["NumericLessThan", "2.0", "2.0", false],
  ["NumericLessThan", "10", "-11", true],
  ["NumericLessThanEquals", "10", "10", true],
  ["NumericLessThanEquals", "10", "10.1", false],
  ["NumericGreaterThan", "10", "9", false],
  ["NumericGreaterThan", "9", "10", true],
  ["NumericGreaterThan", "9", "9", false],
  ["NumericGreaterThanEquals", "10", "10", true],
  ["NumericGreaterThanEquals", "10", "9.9", false],
  ["DateEquals", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", true],
  ["DateEquals", "2026-11-24T01:00:00+01:00", "2026-11-24T00:00:00Z", true],
  ["DateEquals", "2026-11-24", "2026-11-24T00:00:00Z", true],
  ["DateEquals", "2026-11-24T00:00:00", "2026-11-24T00:00:00Z", true],
  ["DateEquals", "2026-11-24T00:00Z", "2026-11-24t00:00:00.000z", true],
  ["DateEquals", "2026-11", "2026-11-01T00:00:00Z", true],
  ["DateEquals", "2026", "2026-01-01T00:00:00Z", true],
  ["DateEquals", "1795478400", "2026-11-24T00:00:00Z", true],
  ["DateEquals", 1795478400, "1795478400", true],
  ["DateEquals", "2026-11-24T00:00:00Z", "2026-11-24T00:00:01Z", false],
  ["DateEquals", "2026-11-24T00:00:00Z", "yesterday", false],
  ["DateLessThan", "2026-11-24T00:00:00Z", "2026-11-23T23:59:59Z", true],
  ["DateLessThan", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", false],
  ["DateLessThanEquals", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", true],
  ["DateLessThanEquals", "2026-11-24T00:00:00Z", "2026-11-24T00:00:01Z", false],
  ["DateGreaterThan", "2026-11-24T00:00:00Z", "2026-11-24T00:00:01Z", true],
  ["DateGreaterThan", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", false],
  ["DateGreaterThanEquals", "2026-11-24T00:00:00Z", "2026-11-24T00:00:00Z", true],
  ["DateGreaterThanEquals", "2026-11-24T00:00:00Z", "2026-11-23T00:00:00Z", false],
  ["Bool", "true", "true", true],
  ["Bool", true, "TRUE", true],
  ["Bool", "False", "false", true],
  ["Bool", "true", "false", false],
  ["Bool", ["true", "false"], "false", true],
  ["BinaryEquals", "QmluYXJ5", "QmluYXJ5", true],
  ["BinaryEquals", "QmluYXJ5", "qmluYXJ5", false],
  ["BinaryEquals", "${aws:username}", "${aws:username}", true],
  ["IpAddress", "10.0.0.0/8", "10.255.0.1", true],
  ["IpAddress", "10.0.0.0/8", "11.0.0.1", false],
  ["IpAddress", "10.1.2.3/8", "10.255.0.1", true],
  ["IpAddress", "192.0.2.7", "192.0.2.7", true],
  ["IpAddress", "192.0.2.7", "192.0.2.8", false],
  ["IpAddress", "0.0.0.0/0", "203.0.113.9", true],
  ["IpAddress", "10.0.0.0/8", "::ffff:10.0.0.1", true],
  ["IpAddress", "::ffff:10.0.0.0/104", "10.0.0.1", true],
  ["IpAddress", "::ffff:10.0.0.1", "10.0.0.1", true],
  ["IpAddress", "2001:db8::/32", "2001:db8:1::1", true],
  ["IpAddress", "2001:db8::/32", "2001:db9::1", false],
  ["IpAddress", "2001:DB8:0::1", "2001:db8::1", true],
  ["IpAddress", "::/0", "10.0.0.1", false],
  ["IpAddress", "0.0.0.0/0", "2001:db8::1", false],
  ["IpAddress", "10.0.0.0/8", "not an address", false],
  ["IpAddress", ["192.0.2.0/24", "10.0.0.0/8"], "10.0.0.1", true],
  ["ArnEquals ArnLike", "arn:aws:iam::123456789012:role/r", "arn:aws:iam::123456789012:role/r", true],
  ["ArnEquals ArnLike", "arn:aws:iam::*:role/*", "arn:aws:iam::123456789012:role/path/r", true],
  ["ArnEquals ArnLike", "arn:aws:iam::*:role/r", "arn:aws:sts::123456789012:role/r", false],
  ["ArnEquals ArnLike", "arn:aws:iam::*:role/R", "arn:aws:iam::123456789012:role/r", false],
  ["ArnEquals ArnLike", "arn:aws:*:role/r", "arn:aws:iam::123456789012:role/r", false],
  ["ArnEquals ArnLike", "*", "arn:aws:iam::123456789012:role/r", true],
  ["ArnEquals ArnLike", "*", "no ARN", false],
];

describe("the truth table", () => {
  const rows = TABLE.flatMap(([operators, ...row]) =>
    operators.split(" ").map((operator) => [operator, ...row] as const),
  );

  test.each(rows)("%s %j against %j is %s", (operator, policyValue, requestValue, expected) => {
    expect(holds(operator, policyValue, requestValue)).toBe(expected);
    expect(holds(`${operator}IfExists`, policyValue, requestValue)).toBe(expected);
    expect(holds(`ForAnyValue:${operator}`, policyValue, requestValue)).toBe(expected);
    expect(holds(`ForAllValues:${operator}`, policyValue, requestValue)).toBe(expected);
    const negation = NEGATIONS[operator];
    if (!negation) return;
    expect(holds(negation, policyValue, requestValue)).toBe(!expected);
    expect(holds(`${negation}IfExists`, policyValue, requestValue)).toBe(!expected);
    expect(holds(`ForAnyValue:${negation}`, policyValue, requestValue)).toBe(!expected);
    expect(holds(`ForAllValues:${negation}`, policyValue, requestValue)).toBe(!expected);
  });

  test("reads a date without a zone as UTC wherever the machine stands", () => {
    vi.stubEnv("TZ", "America/New_York");
    expect(new Date("2026-11-24T00:00:00").getTimezoneOffset()).toBe(300);
    expect(holds("DateEquals", "2026-11-24T00:00:00", "2026-11-24T00:00:00Z")).toBe(true);
    vi.unstubAllEnvs();
  });

  test("has a match and a mismatch for every operator", () => {
    const seen = new Set(rows.map(([operator, , , expected]) => `${operator} ${expected}`));
    const positive = [...CONDITION_OPERATORS].filter(([, { negated }]) => !negated).map(([name]) => name);
    for (const name of positive) expect([...seen]).toEqual(expect.arrayContaining([`${name} true`, `${name} false`]));
    const negative = [...CONDITION_OPERATORS].filter(([, { negated }]) => negated).map(([name]) => name);
    expect(negative.sort()).toEqual(Object.values(NEGATIONS).sort());
  });
});

/** A value of the policy that each type takes. */
const sample = (operator: string) =>
  /Numeric/.test(operator) ? "1" : /Date/.test(operator) ? "2026" : /Ip/.test(operator) ? "10.0.0.1" : "true";

describe("a missing key", () => {
  test.each([...CONDITION_OPERATORS])("under %s", (operator, { negated = false }) => {
    const value = sample(operator);
    for (const missing of [undefined, []]) {
      expect(holds(operator, value, missing)).toBe(negated);
      expect(holds(`${operator}IfExists`, value, missing)).toBe(true);
      expect(holds(`ForAllValues:${operator}`, value, missing)).toBe(true);
      expect(holds(`ForAnyValue:${operator}`, value, missing)).toBe(false);
      expect(holds(`ForAllValues:${operator}IfExists`, value, missing)).toBe(true);
      expect(holds(`ForAnyValue:${operator}IfExists`, value, missing)).toBe(true);
    }
  });

  test.each([
    ["true", undefined, true],
    ["true", [], true],
    ["true", "x", false],
    [true, undefined, true],
    ["false", undefined, false],
    ["False", "x", true],
    [false, "", true],
    [["true", "false"], "x", true],
  ])("Null %j against %j is %s", (policyValue, requestValue, expected) => {
    expect(holds("Null", policyValue, requestValue)).toBe(expected);
  });
});

describe("several values of the request", () => {
  const subset = ["a", "b"];
  const overlap = ["b", "z"];
  const apart = ["y", "z"];
  test.each([
    ["ForAllValues:StringEquals", true, false, false],
    ["ForAnyValue:StringEquals", true, true, false],
    ["ForAllValues:StringNotEquals", false, false, true],
    ["ForAnyValue:StringNotEquals", false, true, true],
    ["ForAllValues:StringLike", true, false, false],
    ["ForAnyValue:StringNotLike", false, true, true],
    // Without a quantifier: one that matches is enough, and a negated operator wants none.
    ["StringEquals", true, true, false],
    ["StringNotEquals", false, false, true],
  ])("%s of a, b, c: all of them %s, some %s, none %s", (operator, all, some, none) => {
    const values = ["a", "b", "c"];
    expect(holds(operator, values, subset)).toBe(all);
    expect(holds(operator, values, overlap)).toBe(some);
    expect(holds(operator, values, apart)).toBe(none);
  });
});

describe("what is refused", () => {
  const refusal = (condition: unknown) => {
    try {
      parseConditions(condition, true, []);
    } catch (error) {
      const { message, detail } = error as MalformedPolicy;
      return `${message} | ${detail}`;
    }
    return "nothing";
  };

  test.each([
    [
      { StringEqual: { "a:b": "c" } },
      /^Syntax errors in policy\. \| .*"StringEqual" \(did you mean "StringEquals"\?\)/,
    ],
    [{ stringEquals: { "a:b": "c" } }, /did you mean "StringEquals"/],
    [{ "ForSomeValues:StringEquals": { "a:b": "c" } }, /no condition operator/],
    [{ constructor: { "a:b": "c" } }, /no condition operator "constructor"/],
    [{ IfExists: { "a:b": "c" } }, /no condition operator "IfExists"/],
    [{ "": { "a:b": "c" } }, /no condition operator ""/],
    [{ NullIfExists: { "a:b": "true" } }, /Null takes neither/],
    [{ "ForAnyValue:Null": { "a:b": "true" } }, /Null takes neither/],
    [{ Null: { "a:b": "yes" } }, /must be true or false, not "yes"/],
    [{ Bool: { "a:b": "yes" } }, /must be true or false, not "yes"/],
    [{ NumericEquals: { "a:b": "ten" } }, /must be a number, not "ten"/],
    [{ NumericEquals: { "a:b": "" } }, /must be a number/],
    [{ DateLessThan: { "a:b": "2026-13-01" } }, /must be a date/],
    [{ DateLessThan: { "a:b": "2026-02-30" } }, /must be a date/],
    [{ DateLessThan: { "a:b": "24 Nov 2026" } }, /must be a date/],
    [{ IpAddress: { "a:b": "10.0.0.0/33" } }, /must be an IP address/],
    [{ IpAddress: { "a:b": "10.1" } }, /must be an IP address/],
    [{ IpAddress: { "a:b": "${aws:SourceIp}" } }, /must be an IP address/],
    [{ StringEquals: { username: "x" } }, /^Actions\/Conditions must be prefaced by a vendor.* \| .*aws:username/],
    [{ StringEquals: { "a:b": null } }, /must be a string, a number or a boolean/],
    [{ StringEquals: { "a:b": [["c"]] } }, /must be a string, a number or a boolean/],
    [{ StringEquals: "x" }, /mapping of condition keys/],
    [["StringEquals"], /mapping of operators/],
  ])("%j", (condition, expected) => {
    expect(refusal(condition)).toMatch(expected);
  });
});
