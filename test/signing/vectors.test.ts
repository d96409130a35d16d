// AWS's own vectors: each signed request is read and verified, and what we calculated on the way is what AWS wrote down.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../entropy/hash.ts";
import { readSignature } from "../../signing/read-signature.ts";
import { normalizedUri, verbatimUri } from "../../signing/request-target.ts";
import type { Signature4, SignedRequest } from "../../signing/signature.ts";
import { verifySignature } from "../../signing/verify-signature.ts";

type Suite = Readonly<Record<string, Readonly<Record<string, string>>>>;

const suite = (file: string): Suite =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../vectors/signatures", file), "utf8"));

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SIGNED_AT = Date.parse("2015-08-30T12:36:00Z");
const INSTANTS = { at: SIGNED_AT, realAt: SIGNED_AT };

interface ParsedRequest extends SignedRequest {
  readonly body: string;
}

/** A request file as node:http would hand it over: characters are bytes, folded lines are one header. */
function parseRequest(file: string): ParsedRequest {
  const [head, ...body] = Buffer.from(file).toString("latin1").replaceAll("\r", "").split("\n\n");
  const [start, ...lines] = (head as string).replaceAll(/\n[ \t]+/g, "\n ").split(/\n(?! )/);
  const [, method, target] = /^(\S+) (.*) HTTP\/1.1$/.exec(start as string) as unknown as [string, string, string];
  const rawHeaders = lines.filter(Boolean).flatMap((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1)];
  });
  return { method, target, rawHeaders, body: body.join("\n\n") };
}

/** What verification says to the right secret and to a wrong one; the latter shows what was calculated. */
function verify(signedRequest: string, normalize: boolean) {
  const request = parseRequest(signedRequest);
  const read = readSignature(request, INSTANTS);
  if (!read || "fault" in read) throw new Error(`read as ${JSON.stringify(read)}`);
  const { canonical } = read as Signature4;
  // The suite's "service" stands for both kinds of services.
  const uri = normalize ? canonical.uri : verbatimUri(request.target.split("?")[0] as string);
  const signature = { ...(read as Signature4), canonical: { ...canonical, uri } };
  const bodyHash = sha256Hex(Buffer.from(request.body, "latin1"));
  return {
    signature,
    genuine: verifySignature(signature, SECRET, { bodyHash }),
    calculated: verifySignature(signature, `${SECRET}x`, { bodyHash }) as {
      canonicalRequest: string;
      stringToSign: string;
    },
  };
}

describe("aws-signing-test-suite", () => {
  const cases = suite("aws-signing-test-suite.json");
  const whole = Object.entries(cases).filter(([, files]) => files["context.json"]);

  test("has its 38 cases, and two older ones about paths", () => {
    expect(whole).toHaveLength(38);
    expect(Object.keys(cases)).toHaveLength(40);
  });

  for (const [name, files] of whole) {
    const { normalize, credentials, omit_session_token: omitsToken } = JSON.parse(files["context.json"] as string);
    test.each(["header", "query"])(`${name} signed in the %s`, (carriedBy) => {
      const file = (what: string) => files[`${carriedBy}-${what}.txt`] as string;
      const { signature, genuine, calculated } = verify(file("signed-request"), normalize);
      // A token that was added to the query after signing is only left out where it does not verify otherwise.
      if (!omitsToken || carriedBy === "header") {
        expect(calculated.canonicalRequest).toBe(Buffer.from(file("canonical-request")).toString("latin1"));
        expect(calculated.stringToSign).toBe(file("string-to-sign"));
      }
      expect(signature.signature).toBe(file("signature"));
      expect(signature.carriedBy).toBe(carriedBy);
      expect(signature.sessionToken).toBe(credentials.token);
      expect(genuine).toBeUndefined();
    });
  }

  // Their dates and keys do not belong together; the paths do.
  test.each(["double-encode-path", "double-url-encode"])("%s", (name) => {
    const [request, canonical] = ["request.txt", "header-canonical-request.txt"].map(
      (file) => cases[name]?.[file] ?? "",
    );
    expect(normalizedUri(parseRequest(request as string).target)).toBe(canonical?.split("\n")[1]);
  });
});

describe("the suite in botocore", () => {
  const cases = Object.entries(suite("aws4-testsuite.json")).flatMap(([name, files]) => {
    const file = (end: string) => Object.entries(files).find(([each]) => each.endsWith(end))?.[1] ?? "";
    if (!file(".sreq")) return [];
    // The signed request of get-vanilla-with-session-token has halves of its signature exchanged; .authz is what botocore tests by.
    const request = file(".sreq").replace(/(?<=\nAuthorization: ).*/, file(".authz"));
    return [{ name, request, canonical: file(".creq"), toSign: file(".sts") }];
  });

  test("has its 34 cases", () => {
    expect(cases).toHaveLength(34);
  });

  test.each(cases)("$name", ({ request, canonical, toSign }) => {
    const { genuine, calculated } = verify(request, true);
    expect(calculated.canonicalRequest).toBe(Buffer.from(canonical).toString("latin1"));
    expect(calculated.stringToSign).toBe(toSign);
    expect(genuine).toBeUndefined();
  });
});
