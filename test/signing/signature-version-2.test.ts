// S3's old query signatures, by the example of AWS's own page and by hand.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html, "Query string request authentication alternative"

import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readSignature } from "../../signing/read-signature.ts";
import type { Signature2, SignedRequest } from "../../signing/signature.ts";
import { verifySignature } from "../../signing/verify-signature.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const EXPIRES = 1_175_139_620;
const INSTANTS = { at: (EXPIRES - 60) * 1000, realAt: (EXPIRES - 60) * 1000 };

const SIGNED = `AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=${EXPIRES}`;
const puppy = (query: string): SignedRequest => ({
  method: "GET",
  target: `/photos/puppy.jpg?${query}`,
  rawHeaders: ["Host", "johnsmith.s3.amazonaws.com"],
});

test("AWS's example is genuine", () => {
  const signature = readSignature(puppy(SIGNED), INSTANTS) as Signature2;
  expect(signature).toMatchObject({
    version: "AWS2",
    carriedBy: "query",
    service: "s3",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    signature: "NpgCjnDzrM+WFzoENXmpNDUsSn8=",
    expiresAt: EXPIRES * 1000,
  });
  expect(verifySignature(signature, SECRET, { hostBucket: "johnsmith" })).toBeUndefined();
  expect(verifySignature(signature, SECRET)).toEqual({
    fault: "signature-mismatch",
    service: "s3",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    stringToSign: "GET\n\n\n1175139620\n/photos/puppy.jpg",
    signature: "NpgCjnDzrM+WFzoENXmpNDUsSn8=",
  });
});

test("so is the example of its first edition", () => {
  // Amazon S3 Developer Guide (API Version 2006-03-01), "Query String Request Authentication Alternative"
  const signed = "AWSAccessKeyId=44CF9590006BF252F707&Expires=1141889120&Signature=vjbyPxybdZaNmGa%2ByT272YEAiv4%3D";
  const request = { method: "GET", target: `/nelson?${signed}`, rawHeaders: ["Host", "quotes.s3.amazonaws.com"] };
  const read = readSignature(request, { at: 0, realAt: 0 }) as Signature2;
  expect(verifySignature(read, "OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV", { hostBucket: "quotes" })).toBeUndefined();
});

test.each([
  ["path style, encoded as sent", "GET", "/b/a%20b", "", [], "GET\n\n\n1175139620\n/b/a%20b"],
  ["a bucket's path, with a slash that was not sent", "GET", "/b", "acl&", [], "GET\n\n\n1175139620\n/b/?acl"],
  ["a bucket's path, with a slash that was sent", "GET", "/b/", "", [], "GET\n\n\n1175139620\n/b/"],
  [
    "signed parameters, sorted, decoded",
    "GET",
    "/b/k",
    "versionId=1%2F2&x=1&acl&uploads=&",
    [],
    "GET\n\n\n1175139620\n/b/k?acl&uploads=&versionId=1/2",
  ],
  [
    "headers, sorted and joined",
    "PUT",
    "/b/k",
    "",
    ["X-Amz-Meta-B", " 2  b\t", "x-amz-acl", "private", "X-AMZ-META-B", "3", "Range", "x"],
    "PUT\n\n\n1175139620\nx-amz-acl:private\nx-amz-meta-b:2  b,3\n/b/k",
  ],
  [
    "standard headers",
    "PUT",
    "/b/k",
    "",
    ["Content-MD5", "abc==", "Content-Type", "text/plain"],
    "PUT\nabc==\ntext/plain\n1175139620\n/b/k",
  ],
  [
    "headers that were moved into the URL",
    "PUT",
    "/b/k",
    "x-amz-security-token=%20t%2F%3D&content-type=text%2Fplain&",
    [],
    "PUT\n\ntext/plain\n1175139620\nx-amz-security-token:t/=\n/b/k",
  ],
])("signs %s", (_, method, path, query, headers, stringToSign) => {
  const signature = createHmac("sha1", SECRET).update(stringToSign).digest("base64");
  const signed = `${query}AWSAccessKeyId=AKIDEXAMPLE&Expires=${EXPIRES}&Signature=${encodeURIComponent(signature)}`;
  const request = { method, target: `${path}?${signed}`, rawHeaders: ["Host", "localhost", ...headers] };
  const read = readSignature(request, INSTANTS) as Signature2;
  expect(verifySignature(read, `${SECRET}x`)).toMatchObject({ fault: "signature-mismatch", stringToSign });
  expect(verifySignature(read, SECRET)).toBeUndefined();
  expect(read.sessionToken).toBe(query.includes("token") ? "t/=" : undefined);
});

describe("faults", () => {
  const known = { service: "s3", accessKeyId: "AKIAIOSFODNN7EXAMPLE" };
  test.each([
    ["Signature=x", { missing: ["Expires", "AWSAccessKeyId"] }],
    ["AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE", { missing: ["Signature", "Expires"], ...known }],
  ])("%s", (query, fault) => {
    expect(readSignature(puppy(query), INSTANTS)).toEqual({
      fault: "missing-parts",
      version: "AWS2",
      carriedBy: "query",
      service: "s3",
      ...fault,
    });
  });

  test.each([
    ["", "not-a-number"],
    ["-1", "not-a-number"],
    ["soon", "not-a-number"],
    ["11751396200000", "too-long"],
  ])("Expires=%s", (expires, reason) => {
    expect(readSignature(puppy(SIGNED.replace(String(EXPIRES), expires)), INSTANTS)).toEqual({
      fault: "invalid-expires",
      version: "AWS2",
      reason,
      expires,
      ...known,
    });
  });

  test("after its end", () => {
    const after = { at: (EXPIRES + 1) * 1000, realAt: (EXPIRES + 1) * 1000 };
    expect(readSignature(puppy(SIGNED), after)).toMatchObject({
      fault: "presigned-expired",
      limitAt: EXPIRES * 1000,
      judgedAt: after.at,
      ...known,
    });
  });

  test("a bad escape comes first", () => {
    expect(readSignature(puppy("Signature=%zz"), INSTANTS)).toMatchObject({ fault: "malformed-query" });
  });
});
