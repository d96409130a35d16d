// Forms are read, checked and answered as the model says.

import { describe, expect, test } from "vitest";
import { AwsError } from "../../../aws-api/call.ts";
import { loadModel } from "../../../aws-api/wire/model.ts";
import { parseForm } from "../../../aws-api/wire/percent.ts";
import { compileFormReader } from "../../../aws-api/wire/query-read.ts";
import { compileQueryWriter, queryError } from "../../../aws-api/wire/query-write.ts";
import { compileValidator } from "../../../aws-api/wire/validate.ts";
import { MODEL } from "./model-of-assume-role.ts";

const read = compileFormReader(MODEL, "Request");
const validate = compileValidator(MODEL, "Request");
const form = (text: string) => read(parseForm(text, (why) => new Error(why)));

describe("a form", () => {
  test.each<[string, string, object]>([
    ["text, plus and percent", "RoleArn=a+b%2Bc%C3%A9", { RoleArn: "a b+cé" }],
    ["a number", "DurationSeconds=900", { DurationSeconds: 900 }],
    ["a boolean", "Quiet=true", { Quiet: true }],
    ["a blob", "Seed=AQID", { Seed: Buffer.from([1, 2, 3]) }],
    ["a timestamp", "Since=2026-11-24T00%3A00%3A00Z", { Since: 1_795_478_400_000 }],
    ["a timestamp in epoch seconds", "Since=1795478400", { Since: 1_795_478_400_000 }],
    [
      "a list of structures",
      "Tags.member.1.Key=team&Tags.member.1.Value=&Tags.member.2.Key=b&Tags.member.2.Value=c",
      {
        Tags: [
          { Key: "team", Value: "" },
          { Key: "b", Value: "c" },
        ],
      },
    ],
    [
      "ten entries in order",
      `${[...Array(11).keys()].map((i) => `Tags.member.${i + 1}.Key=k${i}`).join("&")}`,
      {
        Tags: [...Array(11).keys()].map((i) => ({ Key: `k${i}` })),
      },
    ],
    ["a flattened list", "Filter.1=x&Filter.2=y", { Filters: ["x", "y"] }],
    ["an empty list", "Tags=", { Tags: [] }],
    ["a list that ends where a text is none", "Filter.1=x&Filter.2.member=y&Filter.3=z", { Filters: ["x"] }],
    ["a map that ends where a key is none", "Attributes.entry.1.value=1&Attributes.entry.2.key=b", { Attributes: {} }],
    [
      "a map",
      "Attributes.entry.1.key=a&Attributes.entry.1.value=1&Attributes.entry.2.key=b&Attributes.entry.2.value=2",
      { Attributes: { a: 1, b: 2 } },
    ],
    ["the first of two", "RoleArn=a&RoleArn=b", { RoleArn: "a" }],
    ["unknown names, also those that objects have", "constructor=1&__proto__.x=2&Nope=3", {}],
  ])("has %s", (_, text, members) => {
    expect(form(text)).toEqual(members);
  });

  test.each(["DurationSeconds=abc", "DurationSeconds=1.5", "Quiet=constructor", "Since=yesterday"])(
    "%s is malformed input",
    (text) => {
      expect(() => form(text)).toThrow(expect.objectContaining({ code: "MalformedInput", status: 400 }));
    },
  );

  test.each([
    ["a=%", "Incomplete trailing escape % sequence"],
    ["a=%4", "Incomplete trailing escape % sequence"],
    ["a=%zz", "Illegal hex character in escape % pattern: %zz"],
    ["a=b%4xc", "Illegal hex character in escape % pattern: %4x"],
    ["a=%ff%20", "Illegal hex character in escape % pattern: %ff%20"],
  ])("%s is refused", (text, why) => {
    expect(() => form(text)).toThrow(why);
  });
});

const VALID = { RoleArn: "arn:aws:iam::123456789012:role/r", RoleSessionName: "session" };
const ARN_PATTERN = "[\\u0020-\\u007E\\u10000-\\u10FFFF]+";

describe("validation", () => {
  test.each<[string, object, string]>([
    [
      "a pattern",
      { RoleSessionName: "Session1:2" },
      "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ],
    [
      "a length above",
      { RoleSessionName: "x".repeat(65) },
      `1 validation error detected: Value '${"x".repeat(65)}' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      "a length below",
      { RoleSessionName: "x" },
      "1 validation error detected: Value 'x' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    [
      "a value below",
      { DurationSeconds: 100 },
      "1 validation error detected: Value '100' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      "a value above",
      { DurationSeconds: 43201 },
      "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
    ],
    [
      "a missing member",
      { RoleArn: undefined },
      "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
    ],
    [
      "an enum",
      { Status: "Off" },
      "1 validation error detected: Value 'Off' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]",
    ],
    [
      "a secret",
      { Password: "hush" },
      "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 8",
    ],
    [
      "an entry of a list",
      {
        Tags: [
          { Key: "a", Value: "" },
          { Key: "", Value: "b" },
        ],
      },
      "2 validation errors detected: Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+; Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      "several",
      { RoleArn: "é".repeat(20), RoleSessionName: "x" },
      `2 validation errors detected: Value '${"é".repeat(20)}' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: ${ARN_PATTERN}; Value 'x' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2`,
    ],
    [
      "a list too long",
      { Tags: [1, 2, 3, 4].map((n) => ({ Key: `k${n}`, Value: "v" })) },
      '1 validation error detected: Value \'[{"Key":"k1","Value":"v"}, {"Key":"k2","Value":"v"}, {"Key":"k3","Value":"v"}, {"Key":"k4","Value":"v"}]\' at \'tags\' failed to satisfy constraint: Member must have length less than or equal to 3',
    ],
  ])("finds %s", (_, members, message) => {
    expect(() => validate({ ...VALID, ...members })).toThrow(
      expect.objectContaining({ code: "ValidationError", status: 400, message }),
    );
  });

  test("tells of texts in a list at once what each must be", () => {
    const constraint =
      "Member must satisfy constraint: [Member must have length less than or equal to 20, Member must have length greater than or equal to 1]";
    expect(() => validate({ ...VALID, TagKeys: ["x", ""] })).toThrow(
      `1 validation error detected: Value '[x, ]' at 'tagKeys' failed to satisfy constraint: ${constraint}`,
    );
  });

  test("passes what keeps the limits, letters of all scripts in tags too", () => {
    validate({ ...VALID, DurationSeconds: 900, Tags: [{ Key: "équipe", Value: "日本" }], Status: "Active" });
  });

  test("a character beyond the first plane counts as one that the pattern admits", () => {
    validate({ ...VALID, RoleArn: `${VALID.RoleArn}/😀` });
  });

  test("every pattern of the models that we ship is a pattern here too", () => {
    for (const service of ["sts", "iam"] as const) {
      const model = loadModel(service);
      for (const name of Object.keys(model.shapes)) compileValidator(model, name);
    }
  });
});

describe("an answer", () => {
  test("is written by the model, escaped, with instants in whole seconds", () => {
    const write = compileQueryWriter(MODEL, "AssumeRole");
    const output = {
      Credentials: { AccessKeyId: "<&>\"'\r\u0001é", Expiration: 1_795_478_400_999 },
      Tags: [{ Key: "a", Value: "b" }],
      Filters: ["x", "y"],
      Seed: Buffer.from("hi"),
      IsTruncated: false,
      Attributes: { "<a>": 1, b: 2 },
    };
    expect(write(output, "id-1")).toBe(
      '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>' +
        "<Credentials><AccessKeyId>&lt;&amp;&gt;&quot;'&#xd;&#x1;é</AccessKeyId>" +
        "<Expiration>2026-11-24T00:00:00Z</Expiration></Credentials>" +
        "<Tags><member><Key>a</Key><Value>b</Value></member></Tags><Filter>x</Filter><Filter>y</Filter>" +
        "<Seed>aGk=</Seed><IsTruncated>false</IsTruncated><Attributes><entry><key>&lt;a&gt;</key><value>1</value></entry>" +
        "<entry><key>b</key><value>2</value></entry></Attributes></AssumeRoleResult>" +
        "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></AssumeRoleResponse>",
    );
  });

  test("without output has only its metadata", () => {
    expect(compileQueryWriter(MODEL, "DeleteUser")({}, "id-2")).toBe(
      '<DeleteUserResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
        "<ResponseMetadata><RequestId>id-2</RequestId></ResponseMetadata></DeleteUserResponse>",
    );
  });

  test.each([
    [
      new AwsError("AccessDenied", 403, "a < b"),
      "<Type>Sender</Type><Code>AccessDenied</Code><Message>a &lt; b</Message>",
    ],
    [
      new AwsError("InternalFailure", 500, "oh"),
      "<Type>Receiver</Type><Code>InternalFailure</Code><Message>oh</Message>",
    ],
    [new AwsError("SignatureDoesNotMatch", 403, ""), "<Type>Sender</Type><Code>SignatureDoesNotMatch</Code>"],
  ])("of an error is the envelope: %s", (error, inside) => {
    expect(queryError("urn:x", error, "id-3")).toBe(
      `<ErrorResponse xmlns="urn:x"><Error>${inside}</Error><RequestId>id-3</RequestId></ErrorResponse>`,
    );
  });
});
