// Requests that are right go through the front door, each step seen from outside.

import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { header } from "../../network/message.ts";
import { ALICE, AT, form, frontDoor, httpRequest, identities, ROLE, session, signed, text } from "./world.ts";

const handle = frontDoor();
const headersOf = (rawHeaders: readonly string[]) =>
  Object.fromEntries(rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1]]] : [])));

describe("GetCallerIdentity", () => {
  test("tells an instance's role", async () => {
    const reply = await handle(await signed(form()));
    expect(await text(reply)).toBe(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        `<UserId>${identities.roles.get("mybucket-access")?.id}:i-0123456789abcdef0</UserId>` +
        "<Account>123456789012</Account>" +
        "<Arn>arn:aws:sts::123456789012:assumed-role/mybucket-access/i-0123456789abcdef0</Arn>" +
        `</GetCallerIdentityResult><ResponseMetadata><RequestId>${reply.rawHeaders[1]}</RequestId></ResponseMetadata>` +
        "</GetCallerIdentityResponse>",
    );
    expect(reply.status).toBe(200);
    expect(headersOf(reply.rawHeaders)).toEqual({
      "x-amzn-RequestId": expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      "Content-Type": "text/xml",
      "Content-Length": String((await text(reply)).length),
      Date: "Tue, 24 Nov 2026 12:00:00 GMT",
    });
    expect({ ...reply.facts, asked: undefined }).toEqual({
      instanceId: "i-0123456789abcdef0",
      accessKeyId: ROLE.accessKeyId,
      keyIssuedAt: session.issuedAt,
      keyExpiresAt: session.expiresAt,
      action: "sts:GetCallerIdentity",
      principal: "arn:aws:sts::123456789012:assumed-role/mybucket-access/i-0123456789abcdef0",
    });
  });

  test.each([
    ["a user", form({ credentials: ALICE })],
    ["the global endpoint", form({ credentials: ALICE, region: "us-east-1" })],
    ["a query", { ...form({ credentials: ALICE }), method: "GET", target: "/?Action=GetCallerIdentity", body: "" }],
    [
      "a presigned query",
      { service: "sts", target: "/?Action=GetCallerIdentity&Version=2011-06-15", presigned: true, credentials: ALICE },
    ],
  ])("by %s", async (_, draft) => {
    const reply = await handle(await signed(draft));
    expect(await text(reply)).toContain("<Arn>arn:aws:iam::123456789012:user/alice</Arn>");
    expect(reply.status).toBe(200);
  });

  test("is served in another region under its own name and the global ones", async () => {
    const abroad = frontDoor({ region: "eu-west-1" });
    for (const region of ["eu-west-1", "us-east-1", "aws-global"]) {
      expect((await abroad(await signed(form({ region })))).status).toBe(200);
    }
    for (const region of ["eu-west-2", "aws-cn-global"]) {
      expect((await abroad(await signed(form({ region })))).status).toBe(403);
    }
  });
});

describe("S3", () => {
  test("gives an object, by path and by host", async () => {
    const byPath = await handle(await signed({ target: "/mybucket/a%20b" }));
    const byHost = await handle(await signed({ target: "/a%20b", headers: { host: "mybucket.s3.localhost:4566" } }));
    const presigned = await handle(await signed({ target: "/mybucket/a%20b?x-id=GetObject", presigned: true }));
    for (const reply of [byPath, byHost, presigned]) {
      expect([reply.status, await text(reply)]).toEqual([200, "mybucket/a b"]);
    }
    expect(headersOf(byPath.rawHeaders)).toEqual({
      "x-amz-id-2": expect.stringMatching(/^[\w+/]{64}$/),
      "x-amz-request-id": expect.stringMatching(/^[A-Z2-7]{16}$/),
      Date: "Tue, 24 Nov 2026 12:00:00 GMT",
      Server: "AmazonS3",
      "Content-Length": "12",
      "Content-Type": "text/plain",
    });
    expect({ ...byPath.facts, asked: undefined }).toEqual({
      instanceId: "i-0123456789abcdef0",
      accessKeyId: ROLE.accessKeyId,
      keyIssuedAt: session.issuedAt,
      keyExpiresAt: session.expiresAt,
      action: "s3:GetObject",
      principal: "arn:aws:sts::123456789012:assumed-role/mybucket-access/i-0123456789abcdef0",
    });
  });

  test("opens to a URL of version 2, by path and by host", async () => {
    const expires = AT / 1000 + 60;
    const { accessKeyId, secretAccessKey } = ALICE;
    const signature = createHmac("sha1", secretAccessKey).update(`GET\n\n\n${expires}\n/mybucket/key`).digest("base64");
    const query = new URLSearchParams({ AWSAccessKeyId: accessKeyId, Signature: signature, Expires: String(expires) });
    for (const [path, host] of [
      ["/mybucket/key", "127.0.0.1:4566"],
      ["/key", "mybucket.s3.localhost:4566"],
    ] as const) {
      const reply = await handle(
        httpRequest({ method: "GET", target: `${path}?${query}`, headers: { host }, body: "" }),
      );
      expect([reply.status, await text(reply)]).toEqual([200, "mybucket/key"]);
    }
  });

  test("takes an object's bytes as they come", async () => {
    const draft = { method: "PUT", body: "hello", headers: { "content-length": "5", "content-encoding": "gzip" } };
    const reply = await handle(await signed(draft));
    expect(header(reply.rawHeaders, "etag")).toBe('["hello",5,"gzip"]');
    expect(header(reply.rawHeaders, "content-length")).toBe("0");
  });

  test("undoes aws-chunked, and hands over the trailers", async () => {
    const headers = {
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": "5",
      "x-amz-trailer": "x-amz-checksum-crc32",
      "transfer-encoding": "chunked",
    };
    const body = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    const reply = await handle(await signed({ method: "PUT", body, headers }));
    expect(header(reply.rawHeaders, "etag")).toBe('["hello",5,null,"x-amz-checksum-crc32","NhCmhg=="]');
  });

  test("reads a document, and asks for each key by itself", async () => {
    const body = "<Delete><Object><Key>a</Key></Object></Delete>";
    const deleted = async (credentials: typeof ALICE) =>
      text(await handle(await signed({ method: "POST", target: "/mybucket/?delete=", body, credentials })));
    expect(await deleted(ROLE)).toContain("<Deleted><Key>a</Key><VersionId>false</VersionId>");
    expect(await deleted(ALICE)).toContain("<VersionId>true</VersionId>");
    expect(await deleted(ALICE)).toContain(`<DeleteMarkerVersionId>${body.length}</DeleteMarkerVersionId>`);
  });

  test("judges by how the credentials were delivered and how they signed", async () => {
    expect((await handle(await signed({ target: "/other/from-imds-v2" }))).status).toBe(200);
    expect((await handle(await signed({ target: "/other/from-imds-v2", presigned: true }))).status).toBe(403);
  });

  test("answers HEAD without a body", async () => {
    const reply = await handle(await signed({ method: "HEAD", target: "/mybucket" }));
    expect([reply.status, reply.body, header(reply.rawHeaders, "x-amz-bucket-region")]).toEqual([200, "", "us-east-1"]);
  });
});

test("the same entropy gives the same answer to the byte", async () => {
  const request = await signed(form());
  const replies = await Promise.all([frontDoor()(request), frontDoor()(await signed(form()))]);
  expect(replies[0]).toEqual(replies[1]);
});

test("a defect is an internal error that tells nothing, and is reported with its step", async () => {
  const steps: string[] = [];
  const broken = frontDoor({ reportDefect: (error, step) => steps.push(`${step}: ${error}`) });
  const s3 = await broken(await signed({ target: "/mybucket/defect" }));
  expect(s3.status).toBe(500);
  expect(await text(s3)).toMatch(/<Code>InternalError<\/Code><Message>We encountered an internal error/);
  expect(await text(s3)).not.toMatch(/secret|Error:|\.ts/);
  expect(s3.facts?.errorCode).toBe("InternalError");
  const noIdentities = frontDoor({
    identities: () => {
      throw new Error("a secret of ours");
    },
    reportDefect: (error, step) => steps.push(`${step}: ${error}`),
  });
  const sts = await noIdentities(await signed(form({ credentials: ALICE })));
  expect([sts.status, await text(sts)]).toEqual([
    500,
    expect.stringContaining("<Type>Receiver</Type><Code>InternalFailure"),
  ]);
  expect(steps).toEqual(["act: Error: a secret of ours", "key: Error: a secret of ours"]);
});

test("unsigned requests are for STS by host, form or action, else for S3", async () => {
  const send = async (method: string, target: string, headers: Record<string, string>, body = "") =>
    (await handle(httpRequest({ method, target, headers, body }, AT))).facts?.errorCode;
  const formType = { "content-type": "application/x-www-form-urlencoded" };
  expect(await send("POST", "/", { host: "127.0.0.1", ...formType }, "Action=X")).toBe("MissingAuthenticationToken");
  expect(await send("GET", "/?Version=1&Action=X", { host: "127.0.0.1" })).toBe("MissingAuthenticationToken");
  expect(await send("POST", "/", { host: "sts.us-east-1.amazonaws.com" })).toBe("MissingAuthenticationToken");
  expect(await send("GET", "/mybucket?prefix=Action=", { host: "127.0.0.1" })).toBe("AccessDenied");
  expect(await send("GET", "/", { host: "127.0.0.1" })).toBe("AccessDenied");
});
