import { describe, expect, test } from "vitest";
import type { Members } from "../../../aws-api/call.ts";
import { ACCOUNT, AT, type CallOptions, type Outcome, S3World } from "./world.ts";

// Three parts of the letter a, as LocalStack's TestS3MultipartUploadChecksum sends them to AWS; what is expected below is what
// AWS answered (tests/aws/services/s3/test_s3.snapshot.json, 2026).
const LARGE = Buffer.alloc(5 * 1024 ** 2 + 1, "a");
const SMALL = Buffer.alloc(10, "a");
const LARGE_TAG = "c4c753e69bb853187f5854c46cf801c6";
const SMALL_TAG = "e09c80c42fda55f9d992e59ca6b3307d";
const WHOLE_TAG = '"4d45984fc3feb2ac9b22683c49674b56-3"';

interface Recorded {
  readonly type: "COMPOSITE" | "FULL_OBJECT";
  readonly algorithm: string;
  readonly large: string;
  readonly small: string;
  readonly whole: string;
}
const recorded = (type: Recorded["type"], algorithm: string, large: string, small: string, whole: string): Recorded => {
  return { type, algorithm, large, small, whole };
};
const RECORDED: readonly Recorded[] = [
  recorded("COMPOSITE", "CRC32", "NRU+Sw==", "TBHN8A==", "5FRUiw==-3"),
  recorded("COMPOSITE", "CRC32C", "2/Ckiw==", "5yZkMA==", "XF5+4A==-3"),
  recorded(
    "COMPOSITE",
    "SHA1",
    "bH71WIZUKQtUwR2wKSSkFjCRBPM=",
    "NJX/adNGcdHhWzOmPBN5/e3Toyo=",
    "AyE60nyQoBgJcwsyPHWu7aJuxBs=-3",
  ),
  recorded(
    "COMPOSITE",
    "SHA256",
    "DjU70AB1bON8k0n0fVHv2PJQVWcA/jWsITp6ti20Tbs=",
    "vyy1imj2hNlaO3jvj2Ycmk5bCegsyPnMiMzpBSjK6yc=",
    "9o++y6AejqboiJ7MZCx0fahK2Vu5YC/qnNhhYsCLciI=-3",
  ),
  recorded("FULL_OBJECT", "CRC32", "NRU+Sw==", "TBHN8A==", "qSEQSA=="),
  recorded("FULL_OBJECT", "CRC32C", "2/Ckiw==", "5yZkMA==", "eTdAQA=="),
  recorded("FULL_OBJECT", "CRC64NVME", "Kg7TOs6algM=", "DBqAA21lxVU=", "ZMNX55lZurA="),
];

const header = (algorithm: string, value: unknown) => ({
  [`x-amz-checksum-${algorithm.toLowerCase()}`]: String(value),
});

async function begin(world: S3World, input: Members = {}, Key = "key"): Promise<string> {
  const { UploadId } = await world.run("CreateMultipartUpload", { Key, ...input });
  return String(UploadId);
}

function upload(
  world: S3World,
  UploadId: string,
  PartNumber: number,
  body: string | Buffer,
  options: CallOptions = {},
) {
  return world.run("UploadPart", { Key: "key", UploadId, PartNumber }, { body, ...options });
}

function complete(world: S3World, UploadId: string, Parts: readonly object[] | undefined, input: Members = {}) {
  return world.run("CompleteMultipartUpload", {
    Key: "key",
    UploadId,
    ...(Parts && { MultipartUpload: { Parts } }),
    ...input,
  });
}

const listed = (answer: Outcome, PartNumber: number, ...members: string[]) => ({
  PartNumber,
  ETag: answer.ETag,
  ...Object.fromEntries(members.map((member) => [member, answer[member]])),
});

const noUpload = (UploadId: string) => ({
  code: "NoSuchUpload",
  status: 404,
  message:
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  UploadId,
});
const badPart = (UploadId: string, PartNumber: string, ETag: string) => ({
  code: "InvalidPart",
  status: 400,
  message:
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  UploadId,
  PartNumber,
  ETag,
});
const invalid = (message: string) => ({ code: "InvalidRequest", status: 400, message });

describe.each(RECORDED)("$type $algorithm", ({ type, algorithm, large, small, whole }) => {
  const member = `Checksum${algorithm}`;

  test("is that of AWS, of parts and whole", async () => {
    const world = new S3World();
    const plan = { ChecksumAlgorithm: algorithm, ChecksumType: type };
    const created = await world.run("CreateMultipartUpload", { Key: "key", ...plan });
    expect(created).toMatchObject({ Bucket: "mybucket", Key: "key", ServerSideEncryption: "AES256", ...plan });
    const id = String(created.UploadId);
    const parts: Outcome[] = [];
    for (const [index, body] of [LARGE, LARGE, SMALL].entries()) {
      const value = body === LARGE ? large : small;
      parts.push(await upload(world, id, index + 1, body, { headers: header(algorithm, value) }));
      expect(parts[index]).toMatchObject({ ETag: `"${body === LARGE ? LARGE_TAG : SMALL_TAG}"`, [member]: value });
    }
    expect(await world.run("ListParts", { Key: "key", UploadId: id })).toMatchObject({
      ...plan,
      Parts: [
        { PartNumber: 1, Size: LARGE.length, ETag: `"${LARGE_TAG}"`, [member]: large, LastModified: AT },
        { PartNumber: 2, [member]: large },
        { PartNumber: 3, Size: 10, [member]: small },
      ],
    });
    const wrong = parts.map((part, index) => ({ ...listed(part, index + 1), [member]: "other" }));
    expect(await complete(world, id, wrong)).toEqual(badPart(id, "1", LARGE_TAG));
    const right = parts.map((part, index) => listed(part, index + 1, member));
    const shown = { [member]: whole, ChecksumType: type };
    expect(await complete(world, id, right, { ChecksumType: type, [member]: whole })).toEqual({
      Location: "https://mybucket.s3.us-east-1.amazonaws.com/key",
      Bucket: "mybucket",
      Key: "key",
      ETag: WHOLE_TAG,
      ...shown,
      ServerSideEncryption: "AES256",
    });
    const head = { ETag: WHOLE_TAG, ContentLength: 10_485_772, ...shown };
    expect(await world.run("HeadObject", { Key: "key", ChecksumMode: "ENABLED" })).toMatchObject(head);
    const third = await world.run("GetObject", { Key: "key", ChecksumMode: "ENABLED", PartNumber: 3 });
    expect(third).toMatchObject({
      status: 206,
      Body: "aaaaaaaaaa",
      ContentRange: "bytes 10485762-10485771/10485772",
      PartsCount: 3,
    });
    expect(third[member]).toBe(type === "COMPOSITE" ? small : undefined);
  });
});

describe("CreateMultipartUpload", () => {
  test.each([
    [{ ChecksumAlgorithm: "CRC32" }, "COMPOSITE"],
    [{ ChecksumAlgorithm: "CRC32C" }, "COMPOSITE"],
    [{ ChecksumAlgorithm: "SHA1" }, "COMPOSITE"],
    [{ ChecksumAlgorithm: "SHA256" }, "COMPOSITE"],
    [{ ChecksumAlgorithm: "CRC64NVME" }, "FULL_OBJECT"],
    [{}, undefined],
  ])("%j has the type %s", async (input, expected) => {
    const { ChecksumType } = await new S3World().run("CreateMultipartUpload", { Key: "key", ...input });
    expect(ChecksumType).toBe(expected);
  });

  test.each([
    [
      { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" },
      "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.",
    ],
    [
      { ChecksumAlgorithm: "SHA1", ChecksumType: "FULL_OBJECT" },
      "The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.",
    ],
    [
      { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" },
      "The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.",
    ],
    [{ ChecksumAlgorithm: "CRC32", ChecksumType: "HALF" }, "Value for x-amz-checksum-type header is invalid."],
    [
      { ChecksumType: "COMPOSITE" },
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    ],
    [
      { ChecksumAlgorithm: "TEST" },
      "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
    ],
  ])("%j is refused", async (input, message) => {
    expect(await new S3World().run("CreateMultipartUpload", { Key: "key", ...input })).toEqual(invalid(message));
  });

  test("gives the object its headers, and no two uploads one id", async () => {
    const world = new S3World();
    const input = { ContentType: "text/css", Metadata: { a: "b" }, StorageClass: "STANDARD_IA" };
    const id = await begin(world, input);
    expect(await begin(world, input)).not.toBe(id);
    const part = await upload(world, id, 1, "part");
    await complete(world, id, [listed(part, 1)]);
    expect(await world.run("GetObject", { Key: "key" })).toMatchObject({ ...input, Body: "part" });
  });
});

describe("UploadPart", () => {
  test("needs its upload, its key and a number", async () => {
    const world = new S3World();
    const id = await begin(world);
    expect(await upload(world, "fakeid", 1, "x")).toEqual(noUpload("fakeid"));
    expect(await world.run("UploadPart", { Key: "other", UploadId: id, PartNumber: 1 }, { body: "x" })).toEqual(
      noUpload(id),
    );
    for (const number of [-1, 0, 10_001]) {
      expect(await upload(world, id, number, "x")).toEqual({
        code: "InvalidArgument",
        status: 400,
        message: "Part number must be an integer between 1 and 10000, inclusive",
        ArgumentName: "partNumber",
        ArgumentValue: `${number}`,
      });
    }
  });

  test("replaces the part of that number", async () => {
    const world = new S3World();
    const id = await begin(world);
    await upload(world, id, 1, "first");
    const second = await upload(world, id, 1, "second");
    await complete(world, id, [listed(second, 1)]);
    expect(await world.run("GetObject", { Key: "key" })).toMatchObject({ Body: "second" });
    expect(world.blobs).toEqual(await world.named());
    expect(world.blobs.size).toBe(1);
  });

  test("keeps to the algorithm of the upload", async () => {
    const world = new S3World();
    const crc32 = { headers: header("CRC32", "NSRBwg==") };
    const composite = await begin(world, { ChecksumAlgorithm: "SHA256" });
    const mismatch = "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type:";
    expect(await upload(world, composite, 1, "abc", crc32)).toEqual(invalid(`${mismatch} crc32`));
    expect(await upload(world, composite, 1, "abc")).toEqual(invalid(`${mismatch} null`));
    const full = await begin(world, { ChecksumAlgorithm: "CRC32C", ChecksumType: "FULL_OBJECT" });
    expect(await upload(world, full, 1, "abc")).toMatchObject({ ChecksumCRC32C: "Nks/tw==" });
    const open = await begin(world);
    expect(await upload(world, open, 1, "abc", crc32)).toMatchObject({ ChecksumCRC32: "NSRBwg==" });
  });
});

describe("CompleteMultipartUpload", () => {
  const BAD_DIGEST = {
    code: "BadDigest",
    status: 400,
    message: "The crc32c you specified did not match the calculated checksum.",
  };

  // Recorded: test_multipart_parts_checksum_exceptions_full_object, in that order, all of `abc`.
  test("believes a checksum of the whole only with its type", async () => {
    const world = new S3World();
    const id = await begin(world, { ChecksumAlgorithm: "CRC32C", ChecksumType: "FULL_OBJECT" });
    const part = await upload(world, id, 1, "abc", { headers: header("CRC32C", "Nks/tw==") });
    const parts = [listed(part, 1, "ChecksumCRC32C")];
    expect(await complete(world, id, parts, { ChecksumType: "COMPOSITE" })).toEqual(
      invalid(
        "The upload was created using the FULL_OBJECT checksum mode. The complete request must use the same checksum mode.",
      ),
    );
    for (const input of [
      { ChecksumCRC32C: "AAAAAA==-1" },
      { ChecksumCRC32C: "Nks/tw==" },
      { ChecksumCRC64NVME: "BeXKuz/B+us=" },
      { ChecksumCRC32C: "AAAAAA==", ChecksumType: "FULL_OBJECT" },
      { ChecksumCRC32: "AAAAAA==", ChecksumType: "FULL_OBJECT" },
    ]) {
      expect(await complete(world, id, parts, input), JSON.stringify(input)).toEqual(BAD_DIGEST);
    }
    expect(await complete(world, id, parts, { ChecksumCRC32C: "Nks/tw==", ChecksumType: "FULL_OBJECT" })).toMatchObject(
      {
        ETag: '"af5da9f45af7a300e3aded972f8ff687-1"',
        ChecksumCRC32C: "Nks/tw==",
      },
    );
  });

  // Recorded: test_multipart_parts_checksum_exceptions_composite.
  test("wants the checksum of each part for a composite one", async () => {
    const world = new S3World();
    const id = await begin(world, { ChecksumAlgorithm: "CRC32" });
    const part = await upload(world, id, 1, "abc", { headers: header("CRC32", "NSRBwg==") });
    expect(
      await complete(world, id, [
        { ...listed(part, 1), ChecksumSHA256: "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=" },
      ]),
    ).toMatchObject({
      code: "BadDigest",
      message: "The sha256 you specified for part 1 did not match what we received.",
    });
    expect(await complete(world, id, [listed(part, 1)])).toEqual(
      invalid(
        "The upload was created using a crc32 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.",
      ),
    );
    const parts = [listed(part, 1, "ChecksumCRC32")];
    expect(await complete(world, id, parts, { ChecksumCRC32: "AAAAAA==-1" })).toMatchObject({ code: "BadDigest" });
    expect(await complete(world, id, parts)).toMatchObject({ ChecksumType: "COMPOSITE" });
  });

  // Recorded: test_complete_multipart_parts_checksum_default, all of `aaa`.
  test("gives CRC64NVME where no checksum was asked for, and then wants none", async () => {
    const world = new S3World();
    const id = await begin(world);
    const part = await upload(world, id, 1, "aaa", { headers: header("CRC32C", "45fn2Q==") });
    expect((await world.run("ListParts", { Key: "key", UploadId: id })).Parts).toEqual([
      { PartNumber: 1, LastModified: AT, ETag: '"47bce5c74f589f4867dbd57e9ca9f808"', Size: 3 },
    ]);
    const bad = badPart(id, "1", "47bce5c74f589f4867dbd57e9ca9f808");
    expect(await complete(world, id, [listed(part, 1, "ChecksumCRC32C")])).toEqual(bad);
    for (const ChecksumType of ["FULL_OBJECT", "COMPOSITE"]) {
      expect(await complete(world, id, [listed(part, 1)], { ChecksumType })).toEqual(
        invalid(
          "The upload was created using the null checksum mode. The complete request must use the same checksum mode.",
        ),
      );
    }
    expect(await complete(world, id, [listed(part, 1)], { ChecksumCRC32C: "xxx-2" })).toMatchObject({
      ChecksumCRC64NVME: "Rnr2/5P7Gsk=",
      ChecksumType: "FULL_OBJECT",
      ETag: '"e2c3da976e66ec9e7dc128fbc782fc91-1"',
    });
  });

  test("wants its parts in order, present and large", async () => {
    const world = new S3World();
    const id = await begin(world);
    const [one, two] = [await upload(world, id, 1, "data"), await upload(world, id, 2, "data")];
    const none = invalid("You must specify at least one part");
    expect(await complete(world, id, undefined)).toEqual(none);
    expect(await complete(world, id, [])).toEqual(none);
    const order = {
      code: "InvalidPartOrder",
      status: 400,
      message: "The list of parts was not in ascending order. Parts must be ordered by part number.",
      UploadId: id,
    };
    expect(await complete(world, id, [listed(two, 2), listed(one, 1)])).toEqual(order);
    expect(await complete(world, id, [listed(one, 1), listed(one, 1)])).toEqual(order);
    expect(await complete(world, id, [{ PartNumber: 1 }])).toMatchObject({ code: "MalformedXML" });
    expect(await complete(world, id, [listed(one, 3)])).toEqual(badPart(id, "3", "8d777f385d3dfec8815d20f7496026dc"));
    expect(await complete(world, id, [{ PartNumber: 1, ETag: '"other"' }])).toEqual(badPart(id, "1", "other"));
    expect(await complete(world, id, [listed(one, 1), listed(two, 2)])).toEqual({
      code: "EntityTooSmall",
      status: 400,
      message: "Your proposed upload is smaller than the minimum allowed size",
      ETag: "8d777f385d3dfec8815d20f7496026dc",
      MinSizeAllowed: "5242880",
      PartNumber: "1",
      ProposedSize: "4",
    });
    expect(await complete(world, id, [listed(two, 2)], { MpuObjectSize: 5 })).toEqual(
      invalid("The provided 'x-amz-mp-object-size' header value 5 does not match what was computed: 4"),
    );
    // Not all that was uploaded need be used, and numbers may be left out; what is left over goes.
    expect(await complete(world, id, [listed(two, 2)], { MpuObjectSize: 4 })).toHaveProperty("ETag");
    expect(await complete(world, id, [listed(two, 2)])).toEqual(noUpload(id));
    expect(await upload(world, id, 3, "late")).toEqual(noUpload(id));
    expect(world.blobs).toEqual(await world.named());
  });

  test("ranges run over the parts", async () => {
    const world = new S3World();
    const id = await begin(world);
    const first = await upload(world, id, 3, LARGE);
    const last = await upload(world, id, 7, "end");
    await complete(world, id, [listed(first, 3), listed(last, 7)]);
    const get = (Range: string) => world.run("GetObject", { Key: "key", Range });
    expect(await get(`bytes=${LARGE.length - 2}-${LARGE.length}`)).toMatchObject({ Body: "aae" });
    expect(await get("bytes=-2")).toMatchObject({ Body: "nd" });
    expect(await get("bytes=0-1")).toMatchObject({ Body: "aa" });
    expect(await world.run("HeadObject", { Key: "key", PartNumber: 3 })).toMatchObject({
      code: "InvalidPartNumber",
      ActualPartCount: "2",
    });
  });
});

// Recorded: test_multipart_if_none_match_* and test_multipart_if_match_* in test_s3_api.snapshot.json.
describe("conditions on completion", () => {
  const put = (world: S3World, body = "test") => world.run("PutObject", { Key: "key" }, { body });
  const remove = (world: S3World) => world.run("DeleteObject", { Key: "key" });
  const failed = (Condition: string) => ({ code: "PreconditionFailed", status: 412, Condition });
  const conflict = (Condition: string) => ({ code: "ConditionalRequestConflict", status: 409, Condition, Key: "key" });
  const tag = (outcome: Outcome) => ({ IfMatch: String(outcome.ETag) });

  async function partly(world: S3World) {
    const id = await begin(world);
    const part = await upload(world, id, 1, "test");
    return (input: Members) => complete(world, id, [listed(part, 1)], input);
  }

  test("what must not be there", async () => {
    const world = new S3World();
    await put(world);
    const first = await partly(world);
    expect(await first({ IfNoneMatch: "*" })).toMatchObject(failed("If-None-Match"));
    await remove(world);
    expect(await first({ IfNoneMatch: "*" })).toMatchObject(conflict("If-None-Match"));
    const second = await partly(world);
    expect(await second({ IfNoneMatch: "*" })).toHaveProperty("ETag");
  });

  test("what must be there", async () => {
    const world = new S3World();
    const before = await put(world);
    const first = await partly(world);
    const during = await put(world, "during");
    expect(await first(tag(before))).toMatchObject(failed("If-Match"));
    expect(await first(tag(during))).toMatchObject(conflict("If-Match"));
    await remove(world);
    expect(await first(tag(during))).toMatchObject({ code: "NoSuchKey", status: 404 });
    const again = await put(world);
    const second = await partly(world);
    expect(await second(tag(again))).toMatchObject({ ETag: '"60cd54a928cbbcbb6e7b5595bab46a9e-1"' });
  });
});

describe("AbortMultipartUpload", () => {
  test("lets the parts go", async () => {
    const world = new S3World();
    const id = await begin(world);
    await upload(world, id, 1, "part");
    expect(await world.run("AbortMultipartUpload", { Key: "key", UploadId: id })).toEqual({});
    expect(await world.run("AbortMultipartUpload", { Key: "key", UploadId: id })).toEqual(noUpload(id));
    expect(await world.named()).toEqual(new Set());
    expect(world.blobs).toEqual(new Set());
  });
});

describe("ListParts", () => {
  // Recorded: test_list_parts_pagination.
  test("goes page by page", async () => {
    const world = new S3World();
    const id = await begin(world);
    const list = (input: Members = {}) => world.run("ListParts", { Key: "key", UploadId: id, ...input });
    const arn = `arn:aws:iam::${ACCOUNT}:user/alice`;
    const always = {
      Bucket: "mybucket",
      Key: "key",
      UploadId: id,
      StorageClass: "STANDARD",
      Initiator: { ID: arn, DisplayName: "alice" },
      Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) },
      IsTruncated: false,
    };
    const page = { PartNumberMarker: 0, NextPartNumberMarker: 0, MaxParts: 1000 };
    expect(await list()).toEqual({ ...always, ...page });
    const shown = (PartNumber: number) => {
      return { PartNumber, ETag: '"8d777f385d3dfec8815d20f7496026dc"', LastModified: AT, Size: 4 };
    };
    await upload(world, id, 2, "data");
    await upload(world, id, 1, "data");
    expect(await list()).toEqual({ ...always, ...page, NextPartNumberMarker: 2, Parts: [shown(1), shown(2)] });
    expect(await list({ MaxParts: 1 })).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: 1,
      Parts: [shown(1)],
    });
    const second = await list({ MaxParts: 1, PartNumberMarker: 1 });
    expect(second).toMatchObject({
      IsTruncated: false,
      PartNumberMarker: 1,
      NextPartNumberMarker: 2,
      Parts: [shown(2)],
    });
    const beyond = await list({ MaxParts: 1, PartNumberMarker: 10 });
    expect(beyond).toEqual({ ...always, PartNumberMarker: 10, NextPartNumberMarker: 0, MaxParts: 1 });
  });
});

describe("ListMultipartUploads", () => {
  async function several() {
    const world = new S3World();
    const ids: string[] = [];
    for (const key of ["c", "b", "a", "a", "a"]) ids.push(await begin(world, {}, key));
    const list = (input: Members = {}) => world.run("ListMultipartUploads", input);
    const places = (outcome: Outcome) =>
      ((outcome.Uploads ?? []) as { Key: string; UploadId: string }[]).map(({ Key, UploadId }) => [
        Key,
        ids.indexOf(UploadId),
      ]);
    return { world, ids, list, places };
  }

  // Recorded: test_list_multiparts_next_marker.
  test("goes by key and by age, page by page", async () => {
    const { world, ids, list, places } = await several();
    const all = await list();
    expect(places(all)).toEqual([
      ["a", 2],
      ["a", 3],
      ["a", 4],
      ["b", 1],
      ["c", 0],
    ]);
    expect(all).toMatchObject({
      IsTruncated: false,
      KeyMarker: "",
      UploadIdMarker: "",
      NextKeyMarker: "c",
      NextUploadIdMarker: ids[0],
      MaxUploads: 1000,
    });
    const next = async (input: Members) => {
      const page = await list({ MaxUploads: 1, ...input });
      return [...places(page), page.NextKeyMarker, ids.indexOf(String(page.NextUploadIdMarker)), page.IsTruncated];
    };
    expect(await next({})).toEqual([["a", 2], "a", 2, true]);
    expect(await next({ KeyMarker: "a" })).toEqual([["b", 1], "b", 1, true]);
    expect(await next({ KeyMarker: "a", UploadIdMarker: ids[2] })).toEqual([["a", 3], "a", 3, true]);
    expect(await next({ KeyMarker: "a", UploadIdMarker: ids[4] })).toEqual([["b", 1], "b", 1, true]);
    expect(await next({ KeyMarker: "b", UploadIdMarker: ids[1] })).toEqual([["c", 0], "c", 0, false]);
    expect(await next({ UploadIdMarker: ids[1] })).toEqual([["a", 2], "a", 2, true]);
    expect(await next({ KeyMarker: "c" })).toEqual(["", -1, false]);
    expect(await list({ KeyMarker: "a", UploadIdMarker: ids[1] })).toEqual({
      code: "InvalidArgument",
      status: 400,
      message: "Invalid uploadId marker",
      ArgumentName: "upload-id-marker",
      ArgumentValue: ids[1],
    });
    expect(await list({ KeyMarker: "a", UploadIdMarker: "none" })).toMatchObject({
      message: "Invalid uploadId marker",
    });
    await world.run("AbortMultipartUpload", { Key: "a", UploadId: ids[2] });
    expect(await next({ KeyMarker: "a", UploadIdMarker: ids[2] })).toEqual([["a", 3], "a", 3, true]);
  });

  test("says what each is", async () => {
    const world = new S3World();
    expect(await world.run("ListMultipartUploads")).toEqual({
      Bucket: "mybucket",
      IsTruncated: false,
      KeyMarker: "",
      MaxUploads: 1000,
      NextKeyMarker: "",
      NextUploadIdMarker: "",
      UploadIdMarker: "",
    });
    const id = await begin(world, { ChecksumAlgorithm: "CRC32C", ChecksumType: "FULL_OBJECT" }, "a b");
    expect((await world.run("ListMultipartUploads", { EncodingType: "url" })).Uploads).toEqual([
      {
        Key: "a+b",
        UploadId: id,
        Initiated: AT,
        Initiator: { ID: `arn:aws:iam::${ACCOUNT}:user/alice`, DisplayName: "alice" },
        Owner: { ID: expect.any(String) },
        StorageClass: "STANDARD",
        ChecksumAlgorithm: "CRC32C",
        ChecksumType: "FULL_OBJECT",
      },
    ]);
  });

  // Recorded: test_list_multipart_uploads_marker_common_prefixes; S3 gives no marker behind a common prefix.
  test("rolls up what goes on behind a delimiter", async () => {
    const world = new S3World();
    for (const key of ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"]) {
      await begin(world, {}, key);
    }
    const list = (input: Members) =>
      world.run("ListMultipartUploads", { Prefix: "folder/", Delimiter: "/", MaxUploads: 1, ...input });
    expect(await list({})).toEqual({
      Bucket: "mybucket",
      CommonPrefixes: [{ Prefix: "folder/aSubfolder/" }],
      Delimiter: "/",
      IsTruncated: true,
      KeyMarker: "",
      MaxUploads: 1,
      NextKeyMarker: "",
      NextUploadIdMarker: "",
      Prefix: "folder/",
      UploadIdMarker: "",
    });
    for (const KeyMarker of ["folder/aSubfolder/", "folder/aSubfolder/subFile1"]) {
      const page = await list({ KeyMarker });
      expect(page).toMatchObject({ KeyMarker, NextKeyMarker: "folder/file1", IsTruncated: true });
      expect(page).not.toHaveProperty("CommonPrefixes");
    }
  });
});
