// What a request claims, what is wrong with it, and which of several faults comes first.

import { describe, expect, test } from "vitest";
import { readSignature } from "../../signing/read-signature.ts";
import type { SignatureFault, SignedRequest } from "../../signing/signature.ts";

const SIGNED_AT = Date.UTC(2015, 7, 30, 12, 36);
const INSTANTS = { at: SIGNED_AT, realAt: SIGNED_AT };
const LATER = { at: SIGNED_AT + 3_600_000, realAt: SIGNED_AT + 3_600_000 };
const HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

interface Parts {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

const request = ({ method, target, headers }: Parts): SignedRequest => ({
  method,
  target,
  rawHeaders: Object.entries(headers).flat(),
});

const authorization = (service: string, signedHeaders = "host;x-amz-date") =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request, SignedHeaders=${signedHeaders}, Signature=abc`;

const sts: Parts = {
  method: "POST",
  target: "/?b=2&a=1",
  headers: { Host: "localhost:4566", "X-Amz-Date": "20150830T123600Z", Authorization: authorization("sts") },
};

const S3_SIGNED = "host;x-amz-content-sha256;x-amz-date";
const s3: Parts = {
  method: "PUT",
  target: "/mybucket/a//b",
  headers: {
    Host: "localhost:4566",
    "X-Amz-Date": "20150830T123600Z",
    "X-Amz-Content-SHA256": HASH,
    Authorization: authorization("s3", S3_SIGNED),
  },
};

const query = (service: string, change: Readonly<Record<string, string | undefined>> = {}): Parts => {
  const parameters = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `AKIDEXAMPLE%2F20150830%2Fus-east-1%2F${service}%2Faws4_request`,
    "X-Amz-Date": "20150830T123600Z",
    "X-Amz-Expires": "3600",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "abc",
    ...change,
  };
  const pairs = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return {
    method: "GET",
    target: `/mybucket/key?${pairs.map(([name, value]) => `${name}=${value}`).join("&")}`,
    headers: { Host: "localhost:4566" },
  };
};

const withHeaders = (parts: Parts, headers: Readonly<Record<string, string | undefined>>): Parts => {
  const all: Record<string, string | undefined> = { ...parts.headers, ...headers };
  const present = Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined);
  return { ...parts, headers: Object.fromEntries(present) };
};

const read = (parts: Parts, instants = INSTANTS) => readSignature(request(parts), instants);

describe("a signature in the header", () => {
  test("is taken apart", () => {
    expect(read(sts)).toEqual({
      version: "AWS4-HMAC-SHA256",
      carriedBy: "header",
      accessKeyId: "AKIDEXAMPLE",
      date: "20150830",
      region: "us-east-1",
      service: "sts",
      terminator: "aws4_request",
      signedHeaders: ["host", "x-amz-date"],
      signature: "abc",
      signedAt: SIGNED_AT,
      timestamp: "20150830T123600Z",
      canonical: {
        method: "POST",
        uri: "/",
        query: "a=1&b=2",
        headers: "host:localhost:4566\nx-amz-date:20150830T123600Z\n",
      },
    });
  });

  test("has, for S3, the payload hash and the path as it is", () => {
    expect(read(s3)).toMatchObject({ service: "s3", payloadHash: HASH, canonical: { uri: "/mybucket/a//b" } });
  });

  test("comes with its session token, signed or not", () => {
    expect(read(withHeaders(sts, { "X-Amz-Security-Token": "abc==" }))).toMatchObject({ sessionToken: "abc==" });
  });

  test.each([
    ["Date alone", { "X-Amz-Date": undefined, Date: "Sun, 30 Aug 2015 12:36:00 GMT" }],
    ["Date in ISO form", { "X-Amz-Date": undefined, Date: "2015-08-30T12:36:00Z" }],
    ["X-Amz-Date before Date", { Date: "Mon, 24 Nov 2025 00:00:00 GMT" }],
    ["the extended form", { "X-Amz-Date": "2015-08-30T12:36:00Z" }],
  ])("takes its date from %s, and signs the basic form", (_, headers) => {
    expect(read(withHeaders(sts, headers))).toMatchObject({ signedAt: SIGNED_AT, timestamp: "20150830T123600Z" });
  });

  test.each([
    ["no spaces", authorization("sts").replaceAll(", ", ",")],
    ["a comma at the end", `${authorization("sts")},`],
    ["the last of two signatures", authorization("sts").replace("Signature=", "Signature=first, Signature=")],
    ["upper case among the signed headers", authorization("sts", "Host;X-Amz-Date")],
  ])("is read with %s", (_, header) => {
    expect(read(withHeaders(sts, { Authorization: header }))).toEqual(read(sts));
  });

  test("joins repeated headers and trims white space, but not the bytes of UTF-8", () => {
    const parts = withHeaders(sts, {
      "My-Header": "  a \t b  ",
      Authorization: authorization("sts", "host;my-header"),
    });
    const { rawHeaders, ...rest } = request(parts);
    const repeated = { ...rest, rawHeaders: [...rawHeaders, "MY-HEADER", " \u00c3\u00a0", "my-header", ""] };
    expect(readSignature(repeated, INSTANTS)).toMatchObject({
      canonical: { headers: "host:localhost:4566\nmy-header:a b,\u00c3\u00a0,\n" },
    });
  });
});

describe("a signature in the query", () => {
  test("is taken apart", () => {
    expect(read(query("s3", { "X-Amz-Security-Token": "a%2Bb%3D%3D" }))).toMatchObject({
      carriedBy: "query",
      accessKeyId: "AKIDEXAMPLE",
      expiresSeconds: 3600,
      sessionToken: "a+b==",
      payloadHash: "UNSIGNED-PAYLOAD",
      signature: "abc",
      signedHeaders: ["host"],
    });
  });

  test("takes a payload hash from the query, or from a signed header", () => {
    expect(read(query("s3", { "X-Amz-Content-Sha256": HASH }))).toMatchObject({ payloadHash: HASH });
    const signed = query("s3", { "X-Amz-SignedHeaders": "host%3Bx-amz-content-sha256" });
    expect(read(withHeaders(signed, { "x-amz-content-sha256": HASH }))).toMatchObject({ payloadHash: HASH });
  });

  test("counts the first of each parameter", () => {
    const parts = query("s3");
    const twice = { ...parts, target: `${parts.target}&X-Amz-Signature=second&X-Amz-Expires=x&X-Amz-Algorithm=x` };
    expect(read(twice)).toMatchObject({ signature: "abc", expiresSeconds: 3600 });
  });

  test("has a life of its own with S3 only", () => {
    expect(read(query("s3", { "X-Amz-Expires": "7200" }), LATER)).toMatchObject({ expiresSeconds: 7200 });
    expect(read(query("sts", { "X-Amz-Expires": "7200" }), LATER)).toMatchObject({ fault: "signature-expired" });
    const plain = read(query("sts", { "X-Amz-Expires": undefined }));
    expect(plain).toMatchObject({ service: "sts" });
    expect(plain).not.toHaveProperty("expiresSeconds");
    expect(plain).not.toHaveProperty("payloadHash");
  });
});

describe("a request without a signature", () => {
  const unsigned: Parts = { method: "GET", target: "/mybucket/key?x=1", headers: { Host: "localhost" } };

  test("claims nothing", () => {
    expect(read(unsigned)).toBeUndefined();
  });

  test("is still at fault where nothing could be read of it", () => {
    expect(read({ ...unsigned, target: "/a%" })).toEqual({ fault: "invalid-path", reason: "bad-escape" });
    expect(read({ ...unsigned, target: "*" })).toEqual({ fault: "invalid-path", reason: "not-absolute" });
    expect(read({ ...unsigned, target: "/?a=%" })).toMatchObject({ fault: "malformed-query" });
  });
});

describe("faults", () => {
  const header = (value: string) => withHeaders(sts, { Authorization: value });
  const known = { service: "sts", accessKeyId: "AKIDEXAMPLE" };
  const faults: readonly [string, Parts, SignatureFault][] = [
    ["a bad escape in the path", { ...sts, target: "/%zz" }, { fault: "invalid-path", reason: "bad-escape", ...known }],
    ["no path", { ...sts, target: "http://a/" }, { fault: "invalid-path", reason: "not-absolute", ...known }],
    ["a path above the root", { ...sts, target: "/.." }, { fault: "invalid-path", reason: "above-root", ...known }],
    [
      "half an escape in the query",
      { ...sts, target: "/?a=%4" },
      { fault: "malformed-query", reason: "incomplete-escape", escape: "%4", ...known },
    ],
    [
      "no escape in the query",
      { ...sts, target: "/?a=%4z" },
      { fault: "malformed-query", reason: "illegal-escape", escape: "%4z", ...known },
    ],
    ["both mechanisms", { ...sts, target: query("sts").target }, { fault: "two-mechanisms", ...known }],
    [
      "both mechanisms, the query's version 2",
      { ...sts, target: "/?AWSAccessKeyId=x&Signature=x&Expires=1" },
      { fault: "two-mechanisms", ...known },
    ],
    [
      "a bearer token",
      header("Bearer abc"),
      { fault: "unsupported-algorithm", carriedBy: "header", algorithm: "Bearer" },
    ],
    ["an empty header", header(""), { fault: "unsupported-algorithm", carriedBy: "header", algorithm: "" }],
    [
      "an unknown algorithm in the query",
      query("sts", { "X-Amz-Algorithm": "AWS4" }),
      { fault: "unsupported-algorithm", carriedBy: "query", algorithm: "AWS4", ...known },
    ],
    [
      "version 4a in the header",
      header(authorization("sts").replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")),
      { fault: "signature-version-4a", carriedBy: "header", algorithm: "AWS4-ECDSA-P256-SHA256", ...known },
    ],
    [
      "version 4a in the query",
      query("s3", { "X-Amz-Algorithm": "AWS4-ECDSA-P256-SHA256" }),
      {
        fault: "signature-version-4a",
        carriedBy: "query",
        algorithm: "AWS4-ECDSA-P256-SHA256",
        ...known,
        service: "s3",
      },
    ],
    ["version 2 in the header", header("AWS AKIDEXAMPLE:abc="), { fault: "signature-version-2-header" }],
    [
      "a part that is no pair",
      header(`${authorization("sts")}, Oops, Again`),
      { fault: "not-a-pair", pair: "Oops", authorization: `${authorization("sts")}, Oops, Again`, ...known },
    ],
    [
      "an algorithm and nothing else",
      withHeaders(header("AWS4-HMAC-SHA256"), { "X-Amz-Date": undefined }),
      {
        fault: "missing-parts",
        version: "AWS4-HMAC-SHA256",
        carriedBy: "header",
        missing: ["Credential", "Signature", "SignedHeaders", "Date"],
      },
    ],
    [
      "missing parts of the query",
      query("sts", { "X-Amz-Date": undefined, "X-Amz-Signature": undefined, "X-Amz-Expires": undefined }),
      {
        fault: "missing-parts",
        version: "AWS4-HMAC-SHA256",
        carriedBy: "query",
        missing: ["X-Amz-Signature", "X-Amz-Date"],
        ...known,
      },
    ],
    [
      "no life, with S3",
      query("s3", { "X-Amz-Expires": undefined }),
      {
        fault: "missing-parts",
        version: "AWS4-HMAC-SHA256",
        carriedBy: "query",
        missing: ["X-Amz-Expires"],
        ...known,
        service: "s3",
      },
    ],
    ["a host that is not signed", header(authorization("sts", "x-amz-date")), { fault: "host-not-signed", ...known }],
    ["no signed headers", header(authorization("sts", "")), { fault: "host-not-signed", ...known }],
    [
      "headers of S3 that are not signed",
      withHeaders(s3, { "X-Amz-Meta-B": "1", "x-amz-acl": "private", Range: "bytes=0-1" }),
      { fault: "headers-not-signed", headers: ["x-amz-acl", "x-amz-meta-b"], ...known, service: "s3" },
    ],
    [
      "no payload hash for S3",
      withHeaders(s3, { "X-Amz-Content-SHA256": undefined }),
      { fault: "missing-payload-hash", ...known, service: "s3" },
    ],
    ...["", "abc", `${HASH}0`, "STREAMING-AWS4-HMAC-SHA512-PAYLOAD"].map(
      (payloadHash): [string, Parts, SignatureFault] => [
        `the payload hash ${payloadHash || "''"}`,
        withHeaders(s3, { "X-Amz-Content-SHA256": payloadHash }),
        { fault: "invalid-payload-hash", payloadHash, ...known, service: "s3" },
      ],
    ),
    ...["STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"].map(
      (payloadHash): [string, Parts, SignatureFault] => [
        payloadHash,
        withHeaders(s3, { "X-Amz-Content-SHA256": payloadHash }),
        { fault: "unsupported-chunk-encoding", payloadHash, ...known, service: "s3" },
      ],
    ),
    ...(
      [
        ["soon", "not-a-number"],
        ["", "not-a-number"],
        ["1.5", "not-a-number"],
        ["-1", "negative"],
        ["604801", "too-long"],
      ] as const
    ).map(([expires, reason]): [string, Parts, SignatureFault] => [
      `a life of '${expires}'`,
      query("s3", { "X-Amz-Expires": expires }),
      { fault: "invalid-expires", version: "AWS4-HMAC-SHA256", reason, expires, ...known, service: "s3" },
    ]),
    [
      "no date",
      withHeaders(sts, { "X-Amz-Date": "yesterday" }),
      { fault: "invalid-date", date: "yesterday", ...known },
    ],
    [
      "a scope of four parts",
      header(authorization("sts").replace("/us-east-1", "")),
      { fault: "malformed-scope", credential: "AKIDEXAMPLE/20150830/sts/aws4_request", accessKeyId: "AKIDEXAMPLE" },
    ],
    [
      "a scope of six parts",
      query("sts", { "X-Amz-Credential": "AKIDEXAMPLE%2F1%2F2%2F3%2F4%2F5" }),
      { fault: "malformed-scope", credential: "AKIDEXAMPLE/1/2/3/4/5", accessKeyId: "AKIDEXAMPLE" },
    ],
  ];

  test.each(faults)("%s", (_, parts, fault) => {
    expect(read(parts)).toEqual(fault);
  });

  test("a date out of time", () => {
    expect(read(sts, LATER)).toMatchObject({ fault: "signature-expired", signedAt: SIGNED_AT, ...known });
    expect(read(query("s3", { "X-Amz-Expires": "60" }), LATER)).toMatchObject({ fault: "presigned-expired" });
    const stayed = { at: LATER.at, realAt: SIGNED_AT };
    expect(read(sts, stayed)).toMatchObject({ version: "AWS4-HMAC-SHA256" });
    expect(readSignature(request(sts), stayed, { strictClock: true })).toMatchObject({ fault: "signature-expired" });
  });
});

describe("the order of faults", () => {
  /** Steps that repair one fault each: before each of them, its fault is the first of all that are left. */
  function climb(worst: Parts, steps: readonly [string, (parts: Parts) => Parts][]) {
    const seen: unknown[] = [];
    let parts = worst;
    for (const [, repair] of steps) {
      seen.push((read(parts, LATER) as SignatureFault).fault);
      parts = repair(parts);
    }
    return [seen, read(parts, LATER)];
  }
  const later = "20150830T133600Z";

  test("in the header, as the query services have it", () => {
    const steps: [string, (parts: Parts) => Parts][] = [
      ["invalid-path", (parts) => ({ ...parts, target: "/../?a=%&X-Amz-Algorithm=x" })],
      ["malformed-query", (parts) => ({ ...parts, target: "/?a=%&X-Amz-Algorithm=x" })],
      ["malformed-query", (parts) => ({ ...parts, target: "/?X-Amz-Algorithm=x" })],
      ["two-mechanisms", (parts) => ({ ...parts, target: "/" })],
      ["unsupported-algorithm", (parts) => withHeaders(parts, { Authorization: "AWS4-HMAC-SHA256 Oops, Signature=a" })],
      ["not-a-pair", (parts) => withHeaders(parts, { Authorization: "AWS4-HMAC-SHA256 Signature=a" })],
      [
        "missing-parts",
        (parts) =>
          withHeaders(parts, { Authorization: "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=x, Signature=a" }),
      ],
      [
        "host-not-signed",
        (parts) =>
          withHeaders(parts, { Authorization: "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=a" }),
      ],
      ["invalid-date", (parts) => withHeaders(parts, { "X-Amz-Date": "20150830T123600Z" })],
      ["signature-expired", (parts) => withHeaders(parts, { "X-Amz-Date": later })],
      ["malformed-scope", (parts) => withHeaders(parts, { Authorization: authorization("sts") })],
    ];
    const worst: Parts = {
      method: "GET",
      target: "/%/?a=%&X-Amz-Algorithm=x",
      headers: { Host: "localhost", Authorization: "Bearer Oops, Signature=a", "X-Amz-Date": "never" },
    };
    const [seen, last] = climb(worst, steps);
    expect(seen).toEqual(steps.map(([fault]) => fault));
    expect(last).toMatchObject({ service: "sts" });
  });

  test("in S3's presigned URLs", () => {
    const change = (change: Readonly<Record<string, string>>) => (parts: Parts) => ({
      ...parts,
      target: query("s3", { ...wrong, ...Object.assign(repaired, change) }).target,
    });
    const wrong = {
      "X-Amz-Algorithm": "x",
      "X-Amz-Signature": undefined,
      "X-Amz-SignedHeaders": "x",
      "X-Amz-Content-Sha256": "x",
      "X-Amz-Expires": "x",
      "X-Amz-Date": "x",
    };
    const repaired = {};
    const steps: [string, (parts: Parts) => Parts][] = [
      ["unsupported-algorithm", change({ "X-Amz-Algorithm": "AWS4-HMAC-SHA256" })],
      ["missing-parts", change({ "X-Amz-Signature": "abc" })],
      ["host-not-signed", change({ "X-Amz-SignedHeaders": "host" })],
      ["headers-not-signed", (parts) => withHeaders(parts, { "x-amz-acl": undefined })],
      ["invalid-payload-hash", change({ "X-Amz-Content-Sha256": HASH })],
      ["invalid-expires", change({ "X-Amz-Expires": "60" })],
      ["invalid-date", change({ "X-Amz-Date": "20150830T123600Z" })],
      ["presigned-expired", change({ "X-Amz-Date": later })],
    ];
    const [seen, last] = climb(withHeaders(query("s3", wrong), { "x-amz-acl": "private" }), steps);
    expect(seen).toEqual(steps.map(([fault]) => fault));
    expect(last).toMatchObject({ service: "s3", expiresSeconds: 60 });
  });
});
