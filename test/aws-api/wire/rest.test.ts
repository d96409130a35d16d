// S3's requests find their operation and their members, and its answers their places, by the model.

import { describe, expect, test } from "vitest";
import { loadModel } from "../../../aws-api/wire/model.ts";
import { compileRestReader } from "../../../aws-api/wire/rest-read.ts";
import { bucketOfHost, compileRouter, readRestTarget } from "../../../aws-api/wire/rest-route.ts";
import { compileRestWriter } from "../../../aws-api/wire/rest-write.ts";

const model = loadModel("s3");
const route = compileRouter(model);
const BUCKET = "mybucket";

describe("the bucket of a host", () => {
  test.each<[string | undefined, string | undefined]>([
    ["mybucket.s3.us-east-1.amazonaws.com", BUCKET],
    ["mybucket.s3.amazonaws.com", BUCKET],
    ["mybucket.s3-eu-west-1.amazonaws.com", BUCKET],
    ["my.dotted.bucket.s3.us-east-1.example.test:4566", "my.dotted.bucket"],
    ["mybucket.s3.localhost:4566", BUCKET],
    ["mybucket.localhost:4566", BUCKET],
    ["MyBucket.localhost", BUCKET],
    ["s3.us-east-1.amazonaws.com", undefined],
    ["s3.localhost:4566", undefined],
    ["localhost:4566", undefined],
    ["127.0.0.1:4566", undefined],
    ["[::1]:4566", undefined],
    ["example.test", undefined],
    [undefined, undefined],
  ])("%s is %s", (host, bucket) => {
    expect(bucketOfHost(host)).toBe(bucket);
  });
});

describe("a target", () => {
  test.each<[string, string | undefined, object]>([
    ["/", undefined, {}],
    ["/mybucket", undefined, { bucket: BUCKET }],
    ["/mybucket/", undefined, { bucket: BUCKET }],
    ["/mybucket//", undefined, { bucket: BUCKET, key: "/" }],
    ["/mybucket/a/b%20c%2Fd+e", undefined, { bucket: BUCKET, key: "a/b c/d+e" }],
    ["/mybucket/a/../b//c", undefined, { bucket: BUCKET, key: "a/../b//c" }],
    ["/mybucket/%E6%97%A5", undefined, { bucket: BUCKET, key: "日" }],
    ["/", BUCKET, { bucket: BUCKET }],
    ["/a/b", BUCKET, { bucket: BUCKET, key: "a/b" }],
    ["//a", BUCKET, { bucket: BUCKET, key: "/a" }],
  ])("%s at host bucket %s", (target, host, parts) => {
    expect(readRestTarget(target, host)).toEqual({ ...parts, query: new Map() });
  });

  test("has its query decoded", () => {
    const { query } = readRestTarget("/mybucket?prefix=a%2Fb+c&delete&x=1=2", undefined);
    expect([...query]).toEqual([
      ["prefix", "a/b c"],
      ["delete", ""],
      ["x", "1=2"],
    ]);
  });

  test.each(["mybucket/key", "*", "", "//key", "/b/%", "/b/%zz", "/b/%ff", "/b?x=%f"])("%s is no URI", (target) => {
    expect(() => readRestTarget(target, undefined)).toThrow(
      expect.objectContaining({ code: "InvalidURI", status: 400 }),
    );
  });
});

describe("a route", () => {
  const KEY = "/mybucket/key";
  test.each<[string, string, string | undefined, string?]>([
    ["GET", "/", "ListBuckets"],
    ["GET", "/?x-id=ListBuckets", "ListBuckets"],
    ["PUT", "/mybucket", "CreateBucket"],
    ["HEAD", "/mybucket", "HeadBucket"],
    ["DELETE", "/mybucket", "DeleteBucket"],
    ["GET", "/mybucket", "ListObjects"],
    ["GET", "/mybucket?prefix=a", "ListObjects"],
    ["GET", "/mybucket/?list-type=2&prefix=", "ListObjectsV2"],
    ["GET", "/mybucket?list-type=3", "ListObjects"],
    ["GET", "/mybucket?location", "GetBucketLocation"],
    ["GET", "/mybucket?uploads", "ListMultipartUploads"],
    ["POST", "/mybucket?delete", "DeleteObjects"],
    ["POST", "/mybucket/?delete=", "DeleteObjects"],
    ["GET", `${KEY}?x-id=GetObject`, "GetObject"],
    ["GET", `${KEY}?partNumber=1`, "GetObject"],
    ["HEAD", KEY, "HeadObject"],
    ["PUT", `${KEY}?x-id=PutObject`, "PutObject"],
    ["DELETE", KEY, "DeleteObject"],
    ["POST", `${KEY}?uploads`, "CreateMultipartUpload"],
    ["PUT", `${KEY}?partNumber=1&uploadId=u`, "UploadPart"],
    ["POST", `${KEY}?uploadId=u`, "CompleteMultipartUpload"],
    ["DELETE", `${KEY}?uploadId=u`, "AbortMultipartUpload"],
    ["GET", `${KEY}?uploadId=u`, "ListParts"],
    // Not served, and never taken for what is.
    ["PUT", KEY, "CopyObject", "x-amz-copy-source"],
    ["PUT", `${KEY}?partNumber=1&uploadId=u`, "UploadPartCopy", "x-amz-copy-source"],
    ["GET", `${KEY}?acl`, "GetObjectAcl"],
    ["DELETE", "/mybucket?policy", "DeleteBucketPolicy"],
    ["DELETE", "/mybucket?analytics", "DeleteBucketAnalyticsConfiguration"],
    ["PUT", `${KEY}?renameObject`, "RenameObject"],
    ["GET", "/mybucket?versions", "ListObjectVersions"],
    // No such method there.
    ["POST", "/", undefined],
    ["PUT", "/", undefined],
    ["POST", "/mybucket", undefined],
    ["PATCH", KEY, undefined],
    ["OPTIONS", KEY, undefined],
  ])("%s %s is %s", (method, target, operation, header) => {
    expect(route(method, readRestTarget(target, undefined), (name) => name === header)).toBe(operation);
  });
});

const inputOf = (operation: string) => compileRestReader(model, model.operations[operation]?.input);
const readHead = (operation: string, target: string, rawHeaders: string[] = []) =>
  inputOf(operation).readHead(readRestTarget(target, undefined), rawHeaders);

describe("a head", () => {
  test("gives members of path, query and headers with their types", () => {
    const headers = ["Host", "h", "IF-MATCH", '"e"', "If-Modified-Since", "Tue, 24 Nov 2026 00:00:00 GMT"];
    expect(readHead("GetObject", "/b/k?partNumber=2&response-content-type=text%2Fplain&x-id=1", headers)).toEqual({
      Bucket: "b",
      Key: "k",
      PartNumber: 2,
      ResponseContentType: "text/plain",
      IfMatch: '"e"',
      IfModifiedSince: 1_795_478_400_000,
    });
  });

  test("gives metadata by lower-case name, repeated ones joined", () => {
    const headers = ["X-Amz-Meta-Color", "red", "x-amz-meta-color", "blue", "x-amz-meta-__proto__", "p"];
    const { Metadata } = readHead("PutObject", "/b/k", headers) as { Metadata: Record<string, string> };
    expect(Object.entries(Metadata)).toEqual([
      ["color", "red,blue"],
      ["__proto__", "p"],
    ]);
  });

  test("lets an invalid conditional date be, and takes the first of repeated headers", () => {
    const headers = ["If-Modified-Since", "yesterday", "Range", "bytes=0-1", "range", "bytes=2-3"];
    expect(readHead("GetObject", "/b/k", headers)).toEqual({ Bucket: "b", Key: "k", Range: "bytes=0-1" });
  });

  test("splits a list in a header, and joins it from several", () => {
    const name = "x-amz-optional-object-attributes";
    for (const headers of [
      [name, "A, B"],
      [name, "A", "Host", "h", name, "B"],
    ]) {
      expect(readHead("ListObjectsV2", "/b?list-type=2&fetch-owner=true", headers)).toEqual({
        ...{ Bucket: "b", FetchOwner: true, OptionalObjectAttributes: ["A", "B"] },
      });
    }
  });

  test.each([
    ["/b?list-type=2&max-keys=ten", "Provided max-keys not an integer or within integer range", "max-keys", "ten"],
    ["/b?list-type=2&max-keys=", "Provided max-keys not an integer or within integer range", "max-keys", ""],
    ["/b?list-type=2&fetch-owner=1", "Invalid value for fetch-owner", "fetch-owner", "1"],
  ])("refuses %s", (target, message, ArgumentName, ArgumentValue) => {
    expect(() => readHead("ListObjectsV2", target)).toThrow(
      expect.objectContaining({
        code: "InvalidArgument",
        status: 400,
        message,
        fields: { ArgumentName, ArgumentValue },
      }),
    );
  });
});

test.each(["a\r\nx-evil: 1", "日本.txt", "\0"])("a header that a query wants must be one: %j", (value) => {
  const target = `/b/k?response-content-disposition=${encodeURIComponent(value)}`;
  expect(() => readHead("GetObject", target)).toThrow(
    expect.objectContaining({
      code: "InvalidArgument",
      message: "Header value cannot be represented using ISO-8859-1.",
      fields: { ArgumentName: "response-content-disposition", ArgumentValue: value },
    }),
  );
  expect(readHead("GetObject", "/b/k?response-content-disposition=caf%C3%A9")).toMatchObject({
    ResponseContentDisposition: "café",
  });
});

describe("a document", () => {
  const readBody = async (operation: string, xml: string) => await inputOf(operation).readBody?.(Buffer.from(xml));
  const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

  test.each<[string, string, object]>([
    [
      "DeleteObjects",
      `<?xml version="1.0" encoding="UTF-8"?>\n<Delete ${NAMESPACE}>\n <Object><Key> a&amp;b&#xA;&#13; </Key></Object>\n <Object><Key>c</Key></Object><Quiet>true</Quiet></Delete>`,
      { Delete: { Objects: [{ Key: " a&b\n\r " }, { Key: "c" }], Quiet: true } },
    ],
    [
      "DeleteObjects",
      "<Delete><Object><Key>one</Key><Unknown>x</Unknown></Object></Delete>",
      { Delete: { Objects: [{ Key: "one" }] } },
    ],
    [
      "DeleteObjects",
      "<Delete><Object><Key>日本😀</Key></Object></Delete>",
      { Delete: { Objects: [{ Key: "日本😀" }] } },
    ],
    [
      "CompleteMultipartUpload",
      "<CompleteMultipartUpload><Part><ETag>&quot;e&quot;</ETag><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>",
      { MultipartUpload: { Parts: [{ ETag: '"e"', PartNumber: 1 }] } },
    ],
    ["CompleteMultipartUpload", "<CompleteMultipartUpload/>", { MultipartUpload: {} }],
    ["CompleteMultipartUpload", "", {}],
    [
      "CreateBucket",
      `<CreateBucketConfiguration ${NAMESPACE}><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>`,
      { CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } },
    ],
  ])("of %s: %s", async (operation, xml, members) => {
    expect(await readBody(operation, xml)).toEqual(members);
  });

  test.each([
    "garbage",
    "<Delete>",
    "<Remove><Object><Key>a</Key></Object></Remove>",
    "<Delete></Delete>",
    "<Delete><Object></Object></Delete>",
    "<Delete><Object>text</Object></Delete>",
    "<Delete><Object><Key><b/></Key></Object></Delete>",
    "<Delete><Object><Key>a</Key></Object><Quiet>maybe</Quiet></Delete>",
    "<Delete><Object><Key>a</Key></Object><Quiet>constructor</Quiet></Delete>",
    '<!DOCTYPE x [<!ENTITY e "boom">]><Delete><Object><Key>&e;</Key></Object></Delete>',
    "<Delete><__proto__><Key>a</Key></__proto__></Delete>",
    `${"<Delete>".repeat(5000)}${"</Delete>".repeat(5000)}`,
  ])("is malformed: %s", async (xml) => {
    await expect(readBody("DeleteObjects", xml)).rejects.toThrow(
      expect.objectContaining({ code: "MalformedXML", status: 400 }),
    );
  });

  test("that is a text is taken as it is", async () => {
    for (const text of ['{"Id": "ü"}', "", "<no policy>"]) {
      expect(await readBody("PutBucketPolicy", text)).toEqual({ Policy: text });
    }
  });

  test("that must be there is missed", async () => {
    await expect(readBody("DeleteObjects", "")).rejects.toThrow(
      expect.objectContaining({ code: "MissingRequestBodyError", status: 400, message: "Request Body is empty" }),
    );
  });
});

describe("an output", () => {
  const write = (operation: string, output: object) =>
    compileRestWriter(model, model.operations[operation] as (typeof model.operations)[string])({ ...output });
  const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
  const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

  test("of an object is headers and its own bytes", () => {
    const body = Buffer.from("hello");
    const output = {
      Body: body,
      ContentLength: 5,
      ETag: '"e"',
      LastModified: 1_795_478_400_999,
      Metadata: { color: "red" },
      BucketKeyEnabled: false,
      VersionId: undefined,
    };
    const written = write("GetObject", output);
    expect(written.body).toBe(body);
    expect(written.rawHeaders).toEqual([
      ...["Content-Length", "5", "ETag", '"e"', "Last-Modified", "Tue, 24 Nov 2026 00:00:00 GMT"],
      ...["x-amz-meta-color", "red", "x-amz-server-side-encryption-bucket-key-enabled", "false"],
    ]);
  });

  test.each<[string, object, string]>([
    [
      "ListBuckets",
      { Buckets: [{ Name: "a", CreationDate: 1_795_478_400_000 }], Owner: { ID: "o" } },
      `<ListAllMyBucketsResult ${NAMESPACE}><Buckets><Bucket><Name>a</Name><CreationDate>2026-11-24T00:00:00.000Z</CreationDate></Bucket></Buckets><Owner><ID>o</ID></Owner></ListAllMyBucketsResult>`,
    ],
    [
      "ListObjectsV2",
      { Name: "b", Contents: [{ Key: "a&b", Size: 1 }, { Key: "c" }], CommonPrefixes: [{ Prefix: "p/" }], Prefix: "" },
      `<ListBucketResult ${NAMESPACE}><Contents><Key>a&amp;b</Key><Size>1</Size></Contents><Contents><Key>c</Key></Contents><Name>b</Name><Prefix></Prefix><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListBucketResult>`,
    ],
    [
      "DeleteObjects",
      { Deleted: [{ Key: "a" }], Errors: [{ Key: "b", Code: "AccessDenied" }] },
      `<DeleteResult ${NAMESPACE}><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code></Error></DeleteResult>`,
    ],
    ["GetBucketLocation", {}, `<LocationConstraint ${NAMESPACE}></LocationConstraint>`],
    [
      "GetBucketLocation",
      { LocationConstraint: "eu-west-1" },
      `<LocationConstraint ${NAMESPACE}>eu-west-1</LocationConstraint>`,
    ],
    [
      "CreateMultipartUpload",
      { Bucket: "b", Key: "k", UploadId: "u" },
      `<InitiateMultipartUploadResult ${NAMESPACE}><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>`,
    ],
    [
      "CopyObject",
      { CopyObjectResult: { ETag: '"e"', LastModified: 1_795_478_400_000 } },
      `<CopyObjectResult ${NAMESPACE}><ETag>&quot;e&quot;</ETag><LastModified>2026-11-24T00:00:00.000Z</LastModified></CopyObjectResult>`,
    ],
    [
      "GetBucketOwnershipControls",
      { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
      `<OwnershipControls ${NAMESPACE}><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>`,
    ],
    [
      "GetBucketAcl",
      { Grants: [{ Grantee: { ID: "o", Type: "CanonicalUser" }, Permission: "READ" }] },
      `<AccessControlPolicy ${NAMESPACE}><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>o</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`,
    ],
  ])("of %s is a document", (operation, output, xml) => {
    expect(write(operation, output).body).toBe(XML + xml);
  });

  test("of GetBucketPolicy is the policy", () => {
    expect(write("GetBucketPolicy", { Policy: '{"Version":"2012-10-17"}' }).body).toBe('{"Version":"2012-10-17"}');
  });

  test.each(["PutObject", "DeleteObject", "HeadBucket", "DeleteBucket", "CreateBucket"])(
    "of %s has no body",
    (operation) => {
      expect(write(operation, {})).toEqual({ rawHeaders: [], body: "" });
    },
  );
});
