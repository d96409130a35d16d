import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { S3World } from "./world.ts";

// Recorded for `test data..`: TestS3PutObjectChecksum in LocalStack's tests/aws/services/s3/test_s3.snapshot.json (2026).
const RECORDED: readonly [algorithm: string, value: string][] = [
  ["CRC32", "cZWHwQ=="],
  ["CRC32C", "Pf4upw=="],
  ["CRC64NVME", "qUVrWYOrIAM="],
  ["SHA1", "B++3uSfJMSHWToQMQ1g6lIJY5Eo="],
  ["SHA256", "2l26x0trnT0r2AvakoFk2MB7eKVKzYESLMxSAKAzoik="],
];
const BODY = "test data..";
const name = (algorithm: string) => `x-amz-checksum-${algorithm.toLowerCase()}`;
const BAD_REQUEST = { code: "InvalidRequest", status: 400 };
const md5 = (text: string) => createHash("md5").update(text).digest("base64");

/** Nothing of a refused body is kept. */
async function refused(options: object, expected: object) {
  const world = new S3World();
  expect(await world.run("PutObject", { Key: "key" }, { body: BODY, ...options })).toEqual(expected);
  expect(await world.named()).toEqual(new Set());
  expect(world.blobs).toEqual(new Set());
}

describe.each(RECORDED)("%s", (algorithm, value) => {
  const bad = {
    code: "BadDigest",
    status: 400,
    message: `The ${algorithm} you specified did not match the calculated checksum.`,
  };
  const shown = { [`Checksum${algorithm}`]: value, ChecksumType: "FULL_OBJECT" };
  const other = (RECORDED.find(([, each]) => each.length === value.length && each !== value) ?? [])[1];
  const wrong = other ?? Buffer.alloc(Buffer.from(value, "base64").length).toString("base64");

  test("in a header is checked, kept and given back", async () => {
    const world = new S3World();
    const put = await world.run("PutObject", { Key: "key" }, { body: BODY, headers: { [name(algorithm)]: value } });
    expect(put).toEqual({ ETag: '"e6d9226c2a86b7232933663c13467527"', ...shown, ServerSideEncryption: "AES256" });
    expect(await world.run("HeadObject", { Key: "key", ChecksumMode: "ENABLED" })).toMatchObject(shown);
    expect(await world.run("HeadObject", { Key: "key" })).not.toHaveProperty("ChecksumType");
    await refused({ headers: { [name(algorithm)]: wrong } }, bad);
  });

  test("behind the body too", async () => {
    const world = new S3World();
    const headers = { "x-amz-trailer": name(algorithm), "x-amz-sdk-checksum-algorithm": algorithm };
    const trailers = { [name(algorithm)]: value };
    expect(await world.run("PutObject", { Key: "key" }, { body: BODY, headers, trailers })).toMatchObject(shown);
    await refused({ headers, trailers: { [name(algorithm)]: wrong } }, bad);
    const malformed = { ...BAD_REQUEST, message: `Value for ${name(algorithm)} trailing header is invalid.` };
    await refused({ headers }, malformed);
    await refused({ headers, trailers: { [name(algorithm)]: "!" } }, malformed);
  });

  test.each(["", "bad", "AAAA", `${value}=`, value.slice(1)])("%j is no value of it", async (text) => {
    const message = `Value for ${name(algorithm)} header is invalid.`;
    await refused({ headers: { [name(algorithm)]: text } }, { ...BAD_REQUEST, message });
  });
});

describe("checksums", () => {
  test("an object without any gets CRC64NVME", async () => {
    const world = new S3World();
    expect(await world.run("PutObject", { Key: "key" }, { body: BODY })).toMatchObject({
      ChecksumCRC64NVME: "qUVrWYOrIAM=",
    });
  });

  test("one at a time, and one of those that S3 knows", async () => {
    await refused(
      { headers: { "x-amz-checksum-crc32": "cZWHwQ==", "x-amz-checksum-sha1": "B++3uSfJMSHWToQMQ1g6lIJY5Eo=" } },
      {
        ...BAD_REQUEST,
        message: "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
      },
    );
    const unsupported = {
      ...BAD_REQUEST,
      message:
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: " +
        "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    };
    await refused({ headers: { "x-amz-checksum-xxhash64": "AAAAAAAAAAA=" } }, unsupported);
    await refused({ headers: { "x-amz-trailer": "x-amz-checksum-toString" } }, unsupported);
    await refused(
      { headers: { "x-amz-trailer": "x-amz-meta-late" } },
      { ...BAD_REQUEST, message: "The value specified in the x-amz-trailer header is not supported" },
    );
    await refused(
      { headers: { "x-amz-sdk-checksum-algorithm": "CRC32" } },
      {
        ...BAD_REQUEST,
        message:
          "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
      },
    );
  });
});

describe("Content-MD5", () => {
  test("is checked", async () => {
    const world = new S3World();
    const headers = { "Content-MD5": md5(BODY) };
    expect(await world.run("PutObject", { Key: "key" }, { body: BODY, headers })).toHaveProperty("ETag");
    await refused(
      { headers: { "Content-MD5": md5("other") } },
      {
        code: "BadDigest",
        status: 400,
        message: "The Content-MD5 you specified did not match what we received.",
        ExpectedDigest: md5("other"),
        CalculatedDigest: md5(BODY),
      },
    );
  });

  // Recorded: test_s3_invalid_content_md5.
  test.each(["__invalid__", "000", "not base64 encoded checksum", "MTIz", "dGVzdC1zdHJpbmc="])(
    "%s is none",
    async (text) => {
      await refused(
        { headers: { "Content-MD5": text } },
        {
          code: "InvalidDigest",
          status: 400,
          message: "The Content-MD5 you specified was invalid.",
          "Content-MD5": text,
        },
      );
    },
  );
});
