// Every reason to refuse, in STS's words. Texts and order are those that were observed on AWS by the authors of
// https://github.com/dacut/scratchstack-aws-signature ("AWS Auth Error Ordering").

import { describe, expect, test } from "vitest";
import { header } from "../../network/message.ts";
import { authorization, handle, headers, MINUTE, refusalOf, target } from "./refusal.ts";
import {
  ALICE,
  AT,
  type Draft,
  form,
  frontDoor,
  httpRequest,
  IDLE,
  identities,
  identitiesWithNewRole,
  ROLE,
  signed,
  text,
} from "./world.ts";

const PRESIGNED = { service: "sts", target: "/?Action=GetCallerIdentity", presigned: true } as const;
const SCOPE = "20261124/us-east-1";
const NO_MATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and " +
  "signing method. Consult the service documentation for details.";

describe("STS", () => {
  test.each<[string, Draft, number, string | undefined, string | undefined]>([
    ["a bad escape in the path", form(target(() => "/%zz")), 400, undefined, undefined],
    ["a path that is not absolute", form(target(() => "sts")), 400, undefined, undefined],
    ["a path above the root", form(target(() => "/../..")), 400, undefined, undefined],
    [
      "an incomplete escape",
      form(target(() => "/?a=%4")),
      400,
      "MalformedQueryString",
      "Incomplete trailing escape % sequence",
    ],
    [
      "an illegal escape",
      form(target(() => "/?a=%zz")),
      400,
      "MalformedQueryString",
      "Illegal hex character in escape % pattern: %zz",
    ],
    [
      "a form with an illegal escape",
      form({ body: "Action=%zz" }),
      400,
      "MalformedQueryString",
      "Illegal hex character in escape % pattern: %zz",
    ],
    [
      "two mechanisms",
      form(target(() => "/?X-Amz-Algorithm=AWS4-HMAC-SHA256")),
      403,
      "SignatureDoesNotMatch",
      undefined,
    ],
    [
      "no signature",
      form(headers({ authorization: undefined })),
      403,
      "MissingAuthenticationToken",
      "Request is missing Authentication Token",
    ],
    [
      "another algorithm in the query",
      { ...PRESIGNED, ...target((sent) => sent.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5")) },
      403,
      "MissingAuthenticationToken",
      "Request is missing Authentication Token",
    ],
    [
      "another algorithm in the header",
      form(authorization((sent) => sent.replace("AWS4-HMAC-SHA256", "AWS5"))),
      400,
      "IncompleteSignature",
      "Unsupported AWS 'algorithm': 'AWS5'.",
    ],
    [
      "version 4a",
      form(authorization((sent) => sent.replace("HMAC", "ECDSA-P256"))),
      400,
      "IncompleteSignature",
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.",
    ],
    [
      "no equal-sign",
      form(authorization(() => "AWS4-HMAC-SHA256 Credential")),
      400,
      "IncompleteSignature",
      "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential'",
    ],
    [
      "no signature in the header",
      form(authorization((sent) => sent.replace(/, Signature=.*/, ""))),
      400,
      "IncompleteSignature",
      "Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256",
    ],
    [
      "nothing in the header",
      form({ tamper: (sent) => ({ ...sent, headers: { host: "sts.test", authorization: "AWS4-HMAC-SHA256 a=b" } }) }),
      400,
      "IncompleteSignature",
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
        "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a " +
        "'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
    ],
    [
      "parts missing in the query",
      { ...PRESIGNED, ...target((sent) => sent.replace(/X-Amz-(Date|Signature)=/g, "$1=")) },
      400,
      "IncompleteSignature",
      "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    ],
    [
      "a host that is not signed",
      form(authorization((sent) => sent.replace("host;", ""))),
      403,
      "SignatureDoesNotMatch",
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      "a date that is none",
      form(headers({ "x-amz-date": "today" })),
      400,
      "IncompleteSignature",
      "Date must be in ISO-8601 'basic format'. Got 'today'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      "a date too early",
      form({ signedAt: AT - 15 * MINUTE - 1000 }),
      403,
      "SignatureDoesNotMatch",
      "Signature expired: 20261124T114459Z is now earlier than 20261124T114500Z (20261124T120000Z - 15 min.)",
    ],
    [
      "a date too late",
      form({ signedAt: AT + 15 * MINUTE + 1000 }),
      403,
      "SignatureDoesNotMatch",
      "Signature not yet current: 20261124T121501Z is still later than 20261124T121500Z (20261124T120000Z + 15 min.)",
    ],
    [
      "a scope of other form",
      form(authorization((sent) => sent.replace(`${SCOPE}/`, "20261124/"))),
      400,
      "IncompleteSignature",
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${ROLE.accessKeyId}/20261124/sts/aws4_request'`,
    ],
    [
      "another region",
      form({ region: "eu-west-1" }),
      403,
      "SignatureDoesNotMatch",
      "Credential should be scoped to a valid region, not 'eu-west-1'.",
    ],
    [
      "another terminator and date",
      form(authorization((sent) => sent.replace("20261124", "20261123").replace("aws4_request", "aws3_request"))),
      403,
      "SignatureDoesNotMatch",
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws3_request'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261123' != '20261124', from '20261124T120000Z'.",
    ],
    [
      "a tampered token",
      form({ credentials: { ...ROLE, sessionToken: "other" } }),
      403,
      "InvalidClientTokenId",
      "The security token included in the request is invalid",
    ],
    [
      "another key's token",
      form({ credentials: { ...ROLE, accessKeyId: "ASIAANOTHERANOTHER12" } }),
      403,
      "InvalidClientTokenId",
      "The security token included in the request is invalid",
    ],
    [
      "a long-term key with a token",
      form({ credentials: { ...ALICE, sessionToken: ROLE.sessionToken as string } }),
      403,
      "InvalidClientTokenId",
      "The security token included in the request is invalid",
    ],
    [
      "an expired session",
      form({ at: AT + 60 * MINUTE }),
      403,
      "ExpiredToken",
      "The security token included in the request is expired",
    ],
    [
      "an expired session, even with a bad signature",
      form({ at: AT + 60 * MINUTE, credentials: { ...ROLE, secretAccessKey: "x" } }),
      403,
      "ExpiredToken",
      "The security token included in the request is expired",
    ],
    [
      "an unknown key",
      form({ credentials: { accessKeyId: "AKIANOBODYNOBODYNOB1", secretAccessKey: "x" } }),
      403,
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
    ],
    [
      "a temporary key without its token",
      form({ credentials: { accessKeyId: ROLE.accessKeyId, secretAccessKey: ROLE.secretAccessKey } }),
      403,
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
    ],
    [
      "a wrong secret",
      form({ credentials: { ...ROLE, secretAccessKey: "x" } }),
      403,
      "SignatureDoesNotMatch",
      NO_MATCH,
    ],
    [
      "a changed form",
      form({ tamper: (sent) => ({ ...sent, body: `${sent.body}&x=y` }) }),
      403,
      "SignatureDoesNotMatch",
      NO_MATCH,
    ],
    [
      "an unknown action",
      form({ body: "Action=GetDelegatedAccessToken&Version=2011-06-15" }),
      400,
      "InvalidAction",
      "Could not find operation GetDelegatedAccessToken for version 2011-06-15",
    ],
    [
      "an action that JavaScript knows",
      form({ body: "Action=constructor" }),
      400,
      "InvalidAction",
      "Could not find operation constructor for version NO_VERSION_SPECIFIED",
    ],
    ["no action", form({ body: "Version=2011-06-15" }), 400, "MissingAction", "Missing Action"],
    [
      "a form too large",
      form({ body: `Action=GetCallerIdentity&x=${"y".repeat(1 << 20)}` }),
      413,
      "RequestEntityTooLarge",
      "The request is larger than 1048576 bytes",
    ],
    [
      "a service that is not there",
      { service: "sns", method: "POST", target: "/", headers: { "content-type": "application/x-www-form-urlencoded" } },
      400,
      "InvalidAction",
      "Mayfly does not serve sns",
    ],
    [
      "a service of XML that is not there",
      { service: "route53", target: "/2013-04-01/hostedzone" },
      400,
      "InvalidAction",
      "Mayfly does not serve route53",
    ],
  ])("refuses %s", async (_, draft, status, code, message) => {
    const refusal = await refusalOf(await signed(draft));
    expect(refusal).toEqual({ status, code, message, fields: {} });
  });

  test.each([
    ["dynamodb", { method: "POST", headers: { "content-type": "application/x-amz-json-1.0" } }],
    ["lambda", { method: "GET", target: "/2015-03-31/functions/" }],
  ])("tells clients of JSON in JSON that %s is not there", async (service, draft) => {
    const reply = await handle(await signed({ service, target: "/", ...draft }));
    expect([reply.status, JSON.parse(await text(reply))]).toEqual([
      400,
      { __type: "UnknownOperationException", message: `Mayfly does not serve ${service}` },
    ]);
    expect(header(reply.rawHeaders, "x-amzn-errortype")).toBe("UnknownOperationException");
    expect(reply.facts?.errorCode).toBe("UnknownOperationException");
  });

  test("sends a browser to the documentation", async () => {
    const request = httpRequest({ method: "GET", target: "/", headers: { host: "sts.amazonaws.com" }, body: "" });
    const reply = await handle(request);
    expect([reply.status, reply.body, header(reply.rawHeaders, "location")]).toEqual([
      302,
      "",
      "https://aws.amazon.com/iam",
    ]);
  });

  test("a session ends at its very instant", async () => {
    const before = await handle(await signed(form({ at: AT + 60 * MINUTE - 1, signedAt: AT + 60 * MINUTE - 1000 })));
    expect(before.status).toBe(200);
  });

  test("a session of a role that was made anew is nobody's", async () => {
    const door = frontDoor({ identities: () => identitiesWithNewRole });
    expect(await refusalOf(await signed(form()), door)).toMatchObject({ status: 403, code: "InvalidClientTokenId" });
    expect(await refusalOf(await signed(), door)).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
  });

  test("an inactive key is unknown", async () => {
    const alice = identities.users.get("alice");
    if (!alice) throw new Error("there is no alice");
    const accessKeys = alice.accessKeys.map((key) => ({ ...key, active: false }));
    const users = new Map([["alice", { ...alice, accessKeys }]]);
    const door = frontDoor({ identities: () => ({ ...identities, users }) });
    expect(await refusalOf(await signed(form({ credentials: ALICE })), door)).toMatchObject({
      code: "InvalidClientTokenId",
      message: "The security token included in the request is invalid.",
    });
  });

  test("is never denied to who holds no policies", async () => {
    expect((await handle(await signed(form({ credentials: IDLE })))).status).toBe(200);
  });

  test("the envelope is the service's own", async () => {
    const reply = await handle(await signed(form({ credentials: { ...ALICE, secretAccessKey: "x" } })));
    expect(await text(reply)).toBe(
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
        `<Code>SignatureDoesNotMatch</Code><Message>${NO_MATCH}</Message></Error>` +
        `<RequestId>${header(reply.rawHeaders, "x-amzn-requestid")}</RequestId></ErrorResponse>`,
    );
    expect(header(reply.rawHeaders, "content-type")).toBe("text/xml");
  });
});
