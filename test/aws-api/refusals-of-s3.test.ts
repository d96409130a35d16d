// Every reason to refuse, in S3's words, and what else the answer carries. Texts are of responses recorded from AWS in LocalStack's
// snapshots and in https://github.com/versity/versitygw.

import { describe, expect, test } from "vitest";
import { header } from "../../network/message.ts";
import { authorization, handle, headers, MINUTE, refusalOf, target } from "./refusal.ts";
import { AT, type Draft, IDLE, ROLE, signed, text } from "./world.ts";

const SCOPE = "20261124/us-east-1";
const S3_PRESIGNED = { target: "/mybucket/key", presigned: true } as const;
const MALFORMED = "The authorization header is malformed; ";
const UNPARSED = "Error parsing the X-Amz-Credential parameter; ";
const QUERY_PARTS =
  "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";
const VERSION_2 = "/mybucket/key?AWSAccessKeyId=AKIAALICEALICEALICE1&Signature=c2lnbmF0dXJl&Expires=";
const unsigned = (path: string) => target(() => path);
const PUT = { method: "PUT", body: "hello", headers: { "content-length": "5" } } as const;
const sha256 = "x-amz-content-sha256";
const XML = { method: "POST", target: "/mybucket?delete" } as const;

describe("S3", () => {
  test.each<[string, Draft, number, string, string, Record<string, unknown>?]>([
    ["a bad escape", unsigned("/mybucket/%zz"), 400, "InvalidURI", "Couldn't parse the specified URI."],
    ["bytes that are no text", unsigned("/mybucket/%ff"), 400, "InvalidURI", "Couldn't parse the specified URI."],
    [
      "two mechanisms",
      unsigned("/mybucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256"),
      400,
      "InvalidArgument",
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
      { ArgumentName: "Authorization", ArgumentValue: expect.stringMatching(/^AWS4-HMAC-SHA256 Cred/) },
    ],
    [
      "no signature",
      headers({ authorization: undefined, "x-amz-security-token": undefined }),
      403,
      "AccessDenied",
      "Access Denied",
    ],
    [
      "no signature for what is not served",
      { ...headers({ authorization: undefined }), target: "/mybucket?acl" },
      403,
      "AccessDenied",
      "Access Denied",
    ],
    [
      "another algorithm in the header",
      authorization((sent) => sent.replace("AWS4-HMAC-SHA256", "AWS5")),
      400,
      "InvalidArgument",
      "Unsupported Authorization Type",
      { ArgumentName: "Authorization", ArgumentValue: "AWS5" },
    ],
    [
      "version 2 in the header",
      authorization(() => "AWS AKIAALICEALICEALICE1:c2lnbmF0dXJl"),
      400,
      "InvalidRequest",
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    ],
    [
      "version 4a",
      authorization((sent) => sent.replace("HMAC", "ECDSA-P256")),
      400,
      "InvalidRequest",
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    ],
    [
      "another algorithm in the query",
      { ...S3_PRESIGNED, ...target((sent) => sent.replace("AWS4-HMAC-SHA256", "AWS5")) },
      400,
      "AuthorizationQueryParametersError",
      'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
    ],
    [
      "no equal-sign",
      authorization((sent) => `${sent}, Rest`),
      400,
      "AuthorizationHeaderMalformed",
      `${MALFORMED}the authorization component "Rest" is malformed.`,
    ],
    [
      "no signature in the header",
      authorization((sent) => sent.replace(/, Signature=.*/, "")),
      400,
      "AuthorizationHeaderMalformed",
      `${MALFORMED}the authorization header requires three components: Credential, SignedHeaders, and Signature.`,
    ],
    [
      "no date",
      headers({ "x-amz-date": undefined }),
      403,
      "AccessDenied",
      "AWS authentication requires a valid Date or x-amz-date header",
    ],
    [
      "a date that is none",
      headers({ "x-amz-date": "today" }),
      403,
      "AccessDenied",
      "AWS authentication requires a valid Date or x-amz-date header",
    ],
    [
      "parts missing in the query",
      { ...S3_PRESIGNED, ...target((sent) => sent.replace("X-Amz-Expires", "Expires")) },
      400,
      "AuthorizationQueryParametersError",
      QUERY_PARTS,
    ],
    [
      "a life that is no number",
      { ...S3_PRESIGNED, ...target((sent) => sent.replace("X-Amz-Expires=60", "X-Amz-Expires=soon")) },
      400,
      "AuthorizationQueryParametersError",
      "X-Amz-Expires should be a number",
    ],
    [
      "a negative life",
      { ...S3_PRESIGNED, ...target((sent) => sent.replace("X-Amz-Expires=60", "X-Amz-Expires=-1")) },
      400,
      "AuthorizationQueryParametersError",
      "X-Amz-Expires must be non-negative",
    ],
    [
      "a life too long",
      { ...S3_PRESIGNED, ...target((sent) => sent.replace("X-Amz-Expires=60", "X-Amz-Expires=604801")) },
      400,
      "AuthorizationQueryParametersError",
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    ],
    [
      "a presigned URL past its life",
      { ...S3_PRESIGNED, signedAt: AT - 61_000 },
      403,
      "AccessDenied",
      "Request has expired",
      { "X-Amz-Expires": "60", Expires: "2026-11-24T11:59:59Z", ServerTime: "2026-11-24T12:00:00Z" },
    ],
    [
      "a presigned URL from the future",
      { ...S3_PRESIGNED, signedAt: AT + 16 * MINUTE },
      403,
      "AccessDenied",
      "Request is not valid yet",
    ],
    [
      "version 2 past its life",
      unsignedQuery(`${VERSION_2}${AT / 1000 - 1}`),
      403,
      "AccessDenied",
      "Request has expired",
      { Expires: "2026-11-24T11:59:59Z", ServerTime: "2026-11-24T12:00:00Z" },
    ],
    [
      "version 2 with another life",
      unsignedQuery(`${VERSION_2}soon`),
      403,
      "AccessDenied",
      "Invalid date (should be seconds since epoch): soon",
    ],
    [
      "version 2 with parts missing",
      unsignedQuery(VERSION_2.replace("&Expires=", "")),
      403,
      "AccessDenied",
      "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
    ],
    [
      "headers not signed",
      headers({ "x-amz-meta-color": "red", "x-amz-acl": "private" }),
      403,
      "AccessDenied",
      "There were headers present in the request which were not signed",
      { HeadersNotSigned: "x-amz-acl, x-amz-meta-color" },
    ],
    [
      "a host that is not signed",
      authorization((sent) => sent.replace("host;", "")),
      403,
      "AccessDenied",
      "There were headers present in the request which were not signed",
      { HeadersNotSigned: "host" },
    ],
    [
      "no payload hash",
      {
        tamper: ({ headers: { [sha256]: _, ...kept }, ...sent }) => ({
          ...sent,
          headers: { ...kept, authorization: (kept.authorization ?? "").replace(`${sha256};`, "") },
        }),
      },
      400,
      "InvalidRequest",
      "Missing required header for this request: x-amz-content-sha256",
    ],
    [
      "a payload hash that is none",
      { headers: { [sha256]: "abc" } },
      400,
      "InvalidArgument",
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.",
      { ArgumentName: sha256, ArgumentValue: "abc" },
    ],
    [
      "chunks signed by 4a",
      { headers: { [sha256]: "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" } },
      501,
      "NotImplemented",
      "The chunk encoding algorithm STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD is not supported.",
    ],
    [
      "skew",
      { signedAt: AT - 16 * MINUTE },
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      { RequestTime: "20261124T114400Z", ServerTime: "2026-11-24T12:00:00Z", MaxAllowedSkewMilliseconds: "900000" },
    ],
    [
      "skew to the future",
      { signedAt: AT + 16 * MINUTE },
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    ],
    [
      "a scope of other form",
      authorization((sent) => sent.replace(`${SCOPE}/`, "20261124/")),
      400,
      "AuthorizationHeaderMalformed",
      `${MALFORMED}the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
    ],
    [
      "another region",
      { region: "aws-global" },
      400,
      "AuthorizationHeaderMalformed",
      `${MALFORMED}the region 'aws-global' is wrong; expecting 'us-east-1'`,
      { Region: "us-east-1" },
    ],
    [
      "another region in the query",
      { ...S3_PRESIGNED, region: "eu-west-1" },
      400,
      "AuthorizationQueryParametersError",
      `${UNPARSED}the region 'eu-west-1' is wrong; expecting 'us-east-1'`,
      { Region: "us-east-1" },
    ],
    [
      "another terminator",
      authorization((sent) => sent.replace("aws4_request", "aws3_request")),
      400,
      "AuthorizationHeaderMalformed",
      `${MALFORMED}incorrect terminal "aws3_request". This endpoint uses "aws4_request".`,
    ],
    [
      "another date",
      authorization((sent) => sent.replace("20261124", "20261123")),
      400,
      "AuthorizationHeaderMalformed",
      `${MALFORMED}Invalid credential date "20261123". This date is not the same as X-Amz-Date: "20261124".`,
    ],
    [
      "an unknown key",
      { credentials: { accessKeyId: "AKIANOBODYNOBODYNOB1", secretAccessKey: "x" } },
      403,
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      { AWSAccessKeyId: "AKIANOBODYNOBODYNOB1" },
    ],
    [
      "a temporary key without its token",
      { credentials: { accessKeyId: ROLE.accessKeyId, secretAccessKey: ROLE.secretAccessKey } },
      403,
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      { AWSAccessKeyId: ROLE.accessKeyId },
    ],
    [
      "a tampered token",
      { credentials: { ...ROLE, sessionToken: "other" } },
      400,
      "InvalidToken",
      "The provided token is malformed or otherwise invalid.",
      { "Token-0": "other" },
    ],
    [
      "an expired session",
      { at: AT + 60 * MINUTE },
      400,
      "ExpiredToken",
      "The provided token has expired.",
      { "Token-0": ROLE.sessionToken as string },
    ],
    [
      "an expired session, even with a bad signature",
      { at: AT + 60 * MINUTE, credentials: { ...ROLE, secretAccessKey: "x" } },
      400,
      "ExpiredToken",
      "The provided token has expired.",
    ],
    [
      "what is not served",
      { target: "/mybucket/key?acl" },
      501,
      "NotImplemented",
      "A header you provided implies functionality that is not implemented",
      { Header: "acl", additionalMessage: "Mayfly does not serve GetObjectAcl" },
    ],
    [
      "a copy",
      { ...PUT, headers: { ...PUT.headers, "x-amz-copy-source": "/a/b" } },
      501,
      "NotImplemented",
      "A header you provided implies functionality that is not implemented",
      { Header: "x-amz-copy-source", additionalMessage: "Mayfly does not serve CopyObject" },
    ],
    [
      "a method that is not there",
      { method: "PATCH", target: "/mybucket" },
      405,
      "MethodNotAllowed",
      "The specified method is not allowed against this resource.",
      { Method: "PATCH", ResourceType: "BUCKET" },
    ],
    [
      "an upload without a length",
      { ...PUT, headers: {} },
      411,
      "MissingContentLength",
      "You must provide the Content-Length HTTP header.",
    ],
    [
      "a body of another hash",
      { ...PUT, tamper: (sent) => ({ ...sent, body: "jello" }) },
      400,
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      {
        ClientComputedContentSHA256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        S3ComputedContentSHA256: "187c9bceeb919e1b3e6d20fa50ecabf7d9d50b5343e8f9a3d912abb13929102e",
      },
    ],
    [
      "chunks without a decoded length",
      { ...PUT, headers: { [sha256]: "STREAMING-UNSIGNED-PAYLOAD-TRAILER" } },
      411,
      "MissingContentLength",
      "You must provide the Content-Length HTTP header.",
    ],
    [
      "a decoded length that is none",
      { ...PUT, headers: { [sha256]: "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length": "x" } },
      400,
      "InvalidArgument",
      "x-amz-decoded-content-length must be a number of bytes.",
      { ArgumentName: "x-amz-decoded-content-length", ArgumentValue: "x" },
    ],
    [
      "fewer bytes than announced",
      {
        ...PUT,
        body: "2\r\nhe\r\n0\r\n\r\n",
        headers: { [sha256]: "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length": "5" },
      },
      400,
      "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header",
    ],
    [
      "other trailers than announced",
      {
        ...PUT,
        body: "5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:AAAAAA==\r\n\r\n",
        headers: {
          [sha256]: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
          "x-amz-decoded-content-length": "5",
          "x-amz-trailer": "x-amz-checksum-crc32",
        },
      },
      400,
      "MalformedTrailerError",
      "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    ],
    [
      "XML that is none",
      { ...XML, body: "<Delete>" },
      400,
      "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema",
    ],
    ["no XML", XML, 400, "MissingRequestBodyError", "Request Body is empty"],
    [
      "XML too large",
      { ...XML, body: "x".repeat((4 << 20) + 1) },
      400,
      "MaxMessageLengthExceeded",
      "Your request was too big.",
      { MaxMessageLengthBytes: "4194304" },
    ],
  ])("refuses %s", async (_, draft, status, code, message, fields) => {
    const refusal = await refusalOf(await signed(draft));
    expect(refusal).toMatchObject({ status, code, message });
    if (fields) expect(refusal.fields).toEqual(fields);
  });

  test("shows what it calculated of a signature that does not match", async () => {
    const refusal = await refusalOf(
      await signed({ target: "/mybucket/%C3%A9", credentials: { ...ROLE, secretAccessKey: "x" } }),
    );
    expect(refusal).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
      message:
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    });
    const { AWSAccessKeyId, StringToSign = "", StringToSignBytes, CanonicalRequest = "", ...rest } = refusal.fields;
    const { CanonicalRequestBytes, SignatureProvided } = rest;
    expect(AWSAccessKeyId).toBe(ROLE.accessKeyId);
    expect(StringToSign).toMatch(
      /^AWS4-HMAC-SHA256\n20261124T120000Z\n20261124\/us-east-1\/s3\/aws4_request\n[0-9a-f]{64}$/,
    );
    expect(CanonicalRequest).toMatch(/^GET\n\/mybucket\/%C3%A9\n\nhost:127.0.0.1:4566\n/);
    expect(SignatureProvided).toMatch(/^[0-9a-f]{64}$/);
    const spaced = (value: string) =>
      [...Buffer.from(value)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    expect([StringToSignBytes, CanonicalRequestBytes]).toEqual([spaced(StringToSign), spaced(CanonicalRequest)]);
  });

  test("does not ask for a byte of a body that it refuses by the head", async () => {
    for (const changed of [
      { credentials: { ...ROLE, secretAccessKey: "x" } },
      { at: AT + 60 * MINUTE },
      { credentials: IDLE },
      { target: "/mybucket/key?acl" },
      { headers: {} },
      headers({ authorization: undefined }),
    ]) {
      const request = await signed({ ...PUT, ...changed });
      const { status } = await handle(request);
      expect([status >= 400, request.body.read]).toEqual([true, false]);
    }
    const taken = await signed(PUT);
    await handle(taken);
    expect(taken.body.read).toBe(true);
  });

  test("answers HEAD with the status alone", async () => {
    const denied = await handle(await signed({ method: "HEAD", target: "/other" }));
    const expired = await handle(await signed({ method: "HEAD", target: "/mybucket", at: AT + 60 * MINUTE }));
    expect([denied.status, denied.body, denied.facts?.errorCode]).toEqual([403, "", "AccessDenied"]);
    expect(denied.facts?.reason).toContain("because no identity-based policy allows the s3:ListBucket action");
    expect([expired.status, expired.body, expired.facts?.errorCode]).toEqual([400, "", "ExpiredToken"]);
  });

  test("the envelope is S3's own", async () => {
    const reply = await handle(await signed({ target: "/mybucket/key?acl" }));
    expect(await text(reply)).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>NotImplemented<\/Code><Message>.*<\/Message><Header>acl<\/Header><additionalMessage>.*<\/additionalMessage><RequestId>[A-Z2-7]{16}<\/RequestId><HostId>[\w+/]{64}<\/HostId><\/Error>$/,
    );
    expect(header(reply.rawHeaders, "content-type")).toBe("application/xml");
  });
});

/** A request whose query alone signs it. */
function unsignedQuery(path: string): Draft {
  return { tamper: (sent) => ({ ...sent, target: path, headers: { host: sent.headers.host ?? "" } }) };
}

const SESSION = "arn:aws:sts::123456789012:assumed-role/mybucket-access/i-0123456789abcdef0";
const refuses = (action: string) => `User: ${SESSION} is not authorized to perform: ${action}`;

describe("AccessDenied says why", () => {
  test.each<[string, Draft, string]>([
    [
      "no policy allows",
      { target: "/other/key" },
      `${refuses("s3:GetObject")} on resource: "arn:aws:s3:::other/key" because no identity-based policy allows the s3:GetObject action`,
    ],
    [
      "an inline policy denies",
      { target: "/mybucket/inline/key" },
      `${refuses("s3:GetObject")} on resource: "arn:aws:s3:::mybucket/inline/key" with an explicit deny in an identity-based policy`,
    ],
    [
      "a managed policy denies",
      { target: "/mybucket/managed/key" },
      `${refuses("s3:GetObject")} on resource: "arn:aws:s3:::mybucket/managed/key" with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/NoSecrets`,
    ],
    [
      "an action on all buckets",
      { target: "/" },
      `${refuses("s3:ListAllMyBuckets")} because no identity-based policy allows the s3:ListAllMyBuckets action`,
    ],
    [
      "of a user",
      { credentials: IDLE },
      'User: arn:aws:iam::123456789012:user/idle is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::mybucket/key" because no identity-based policy allows the s3:GetObject action',
    ],
    ["nothing to a stranger", headers({ authorization: undefined }), "Access Denied"],
  ])("%s", async (_, draft, message) => {
    expect(await refusalOf(await signed(draft))).toEqual({ status: 403, code: "AccessDenied", message, fields: {} });
  });
});
