import { expect, test } from "vitest";
import { judgeScope } from "../../signing/judge-scope.ts";
import type { Signature2, Signature4 } from "../../signing/signature.ts";

const signature: Signature4 = {
  version: "AWS4-HMAC-SHA256",
  carriedBy: "header",
  accessKeyId: "AKIDEXAMPLE",
  date: "20150830",
  region: "us-east-1",
  service: "sts",
  terminator: "aws4_request",
  signedHeaders: ["host"],
  signature: "0".repeat(64),
  signedAt: Date.UTC(2015, 7, 30, 12, 36),
  timestamp: "20150830T123600Z",
  canonical: { method: "GET", uri: "/", query: "", headers: "host:localhost\n" },
};

const expected = { expectedRegion: "us-east-1", expectedService: "sts", timestamp: "20150830T123600Z" };

test.each([
  ["right", {}, undefined],
  ["another region", { region: "eu-west-1" }, { region: "eu-west-1" }],
  ["another service", { service: "s3" }, { wrongService: "s3" }],
  ["another terminator", { terminator: "aws5" }, { terminator: "aws5" }],
  ["another day", { date: "20150831" }, { date: "20150831" }],
  ["a part of the day", { date: "2015083" }, { date: "2015083" }],
  [
    "nothing right",
    { region: "", service: "", terminator: "", date: "" },
    { region: "", wrongService: "", terminator: "", date: "" },
  ],
])("%s", (_, change, wrong) => {
  const fault = judgeScope({ ...signature, ...change }, "sts", "us-east-1");
  expect(fault).toEqual(
    wrong && {
      fault: "wrong-scope",
      service: { ...signature, ...change }.service,
      accessKeyId: "AKIDEXAMPLE",
      ...expected,
      ...wrong,
    },
  );
});

test("version 2 has no scope", () => {
  const old: Signature2 = {
    version: "AWS2",
    carriedBy: "query",
    accessKeyId: "AKIDEXAMPLE",
    service: "s3",
    signature: "",
    expiresAt: 0,
    canonical: { head: "", resource: "/" },
  };
  expect(judgeScope(old, "s3", "eu-west-1")).toBeUndefined();
});
