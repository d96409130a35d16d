// Bodies of S3 requests: AWS's own examples to the byte, then generated ones, cut by the network wherever it pleases.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { seededEntropy } from "../../entropy/random.ts";
import { type DecodedPayload, decodePayload, PayloadFault, type PayloadFaultData } from "../../signing/payload.ts";
import { readSignature } from "../../signing/read-signature.ts";
import type { Signature4, SignedRequest } from "../../signing/signature.ts";
import { verifySignature } from "../../signing/verify-signature.ts";
import { chunkedBody } from "./chunked-upload.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const AT = Date.UTC(2013, 4, 24);
const SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
const SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
const UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/** PUT /examplebucket/chunkObject.txt with the headers of AWS's examples and the given ones, all signed. */
function example(signature: string, headers: Readonly<Record<string, string>>): SignedRequest {
  const all: Record<string, string> = {
    Host: "s3.amazonaws.com",
    "x-amz-date": "20130524T000000Z",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    "Content-Encoding": "aws-chunked",
    ...headers,
  };
  const names = Object.keys(all).map((name) => name.toLowerCase());
  const credential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names.sort().join(";")},Signature=${signature}`;
  return {
    method: "PUT",
    target: "/examplebucket/chunkObject.txt",
    rawHeaders: [...Object.entries(all).flat(), "Authorization", authorization],
  };
}

const read = (request: SignedRequest) => readSignature(request, { at: AT, realAt: AT }) as Signature4;

async function* pieces(...bytes: readonly Uint8Array[]) {
  yield* bytes;
}

async function drain({ body, trailers }: DecodedPayload) {
  const parts: Uint8Array[] = [];
  for await (const bytes of body) parts.push(bytes);
  return { body: Buffer.concat(parts), trailers: Object.fromEntries(trailers) };
}

const faultOf = async (reading: () => Promise<unknown>): Promise<PayloadFaultData> => {
  const thrown = await reading().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof PayloadFault)) throw new Error(`no PayloadFault but ${thrown}`);
  return thrown.data;
};

describe("AWS's examples", () => {
  const data = [Buffer.alloc(65_536, "a"), Buffer.alloc(1024, "a")];

  test("a chunked upload", async () => {
    const seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    const request = example(seed, {
      "x-amz-content-sha256": SIGNED,
      "x-amz-decoded-content-length": "66560",
      "Content-Length": "66824",
    });
    const signature = read(request);
    expect(verifySignature(signature, SECRET)).toBeUndefined();
    const body = Buffer.concat([
      Buffer.from("10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"),
      data[0] as Buffer,
      Buffer.from("\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"),
      data[1] as Buffer,
      Buffer.from("\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"),
    ]);
    expect(body).toHaveLength(66_824);
    const payload = decodePayload(signature, { ...request, body: pieces(body) }, SECRET);
    expect(payload.length).toBe(66_560);
    expect((await drain(payload)).body).toEqual(Buffer.concat(data));
    // The uploader that the other tests use makes the same bytes.
    const signer = { secretAccessKey: SECRET, timestamp: "20130524T000000Z", region: "us-east-1", seed };
    expect(chunkedBody(data, [], signer)).toEqual(body);
  });

  test("a chunked upload with a trailer", async () => {
    const seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    const request = example(seed, {
      "x-amz-content-sha256": SIGNED_TRAILER,
      "x-amz-decoded-content-length": "66560",
      "x-amz-trailer": "x-amz-checksum-crc32c",
    });
    const signature = read(request);
    expect(verifySignature(signature, SECRET)).toBeUndefined();
    const body = Buffer.concat([
      Buffer.from("10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"),
      data[0] as Buffer,
      Buffer.from("\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n"),
      data[1] as Buffer,
      Buffer.from("\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"),
      Buffer.from("x-amz-checksum-crc32c:sOO8/Q==\n\r\n"),
      Buffer.from("x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"),
    ]);
    const payload = decodePayload(signature, { ...request, body: pieces(body) }, SECRET);
    expect(await drain(payload)).toEqual({
      body: Buffer.concat(data),
      trailers: { "x-amz-checksum-crc32c": "sOO8/Q==" },
    });
  });
});

describe("generated uploads", () => {
  const seed = process.env.MAYFLY_TEST_SEED ?? String(process.pid);
  const signer = { secretAccessKey: SECRET, timestamp: "20130524T000000Z", region: "us-east-1", seed: "0".repeat(64) };
  const crc = "x-amz-checksum-crc32:DsAIRA==";

  const requestFor = (encoding: string, length: number, trailers: readonly string[] = []) =>
    example(signer.seed, {
      "x-amz-content-sha256": encoding,
      "x-amz-decoded-content-length": String(length),
      ...(trailers.length > 0 && { "x-amz-trailer": trailers.map((line) => line.split(":")[0]).join(", ") }),
    });
  const decode = (request: SignedRequest, body: AsyncIterable<Uint8Array>) =>
    decodePayload(read(request), { ...request, body }, SECRET);

  /** Each encoding with chunks of these sizes. */
  const uploads = (sizes: readonly number[], bytes: (size: number) => Buffer) => {
    const chunks = sizes.map(bytes);
    const whole = Buffer.concat(chunks);
    const second = "x-amz-checksum-sha256:x y";
    return [
      { encoding: SIGNED, trailers: [], wire: chunkedBody(chunks, [], signer) },
      { encoding: SIGNED_TRAILER, trailers: [crc], wire: chunkedBody(chunks, [crc], signer) },
      { encoding: SIGNED_TRAILER, trailers: [second, crc], wire: chunkedBody(chunks, [second, crc], signer) },
      { encoding: UNSIGNED_TRAILER, trailers: [crc], wire: chunkedBody(chunks, [crc]) },
    ].map((upload) => ({ ...upload, whole, request: requestFor(upload.encoding, whole.length, upload.trailers) }));
  };
  const expected = (trailers: readonly string[]) => Object.fromEntries(trailers.map((line) => line.split(":")));
  const random = seededEntropy(seed);

  test.each(uploads([8192, 3], (size) => random.bytes(size)).map((upload, i) => [`${upload.encoding} ${i}`, upload]))(
    `%s is the same wherever it is cut, MAYFLY_TEST_SEED=${seed}`,
    async (_, { wire, whole, request, trailers }) => {
      // Cuts within data differ in nothing; around heads and ends, each position is tried.
      const positions = Array.from({ length: wire.length + 1 }, (_, at) => at).filter(
        (at) => at < 200 || at > 8100 || at % 97 === 0,
      );
      for (const at of positions) {
        const cut = pieces(wire.subarray(0, at), wire.subarray(at));
        const got = await drain(decode(request, cut));
        expect(got.body.equals(whole), `cut at ${at}`).toBe(true);
        expect(got.trailers).toEqual(expected(trailers));
      }
      const single = Array.from(wire.subarray(0, 100), (byte) => Buffer.of(byte));
      const got = await drain(decode(request, pieces(...single, Buffer.alloc(0), wire.subarray(100))));
      expect(got.body.equals(whole)).toBe(true);
    },
  );

  test(`of any sizes in any pieces, MAYFLY_TEST_SEED=${seed}`, async () => {
    const { integer } = dice(`${seed}/uploads`);
    for (let round = 0; round < 40; round++) {
      const sizes = Array.from({ length: integer(4) }, () => 8192 + integer(20_000));
      if (integer(2)) sizes.push(1 + integer(8191));
      for (const { wire, whole, request, trailers } of uploads(sizes, (size) => random.bytes(size))) {
        const cut: Buffer[] = [];
        for (let at = 0; at < wire.length; ) {
          const size = integer(integer(2) ? 20 : 9000);
          cut.push(wire.subarray(at, at + size));
          at += size;
        }
        const got = await drain(decode(request, pieces(...cut)));
        expect(got.body.equals(whole), `sizes ${sizes}`).toBe(true);
        expect(got.trailers).toEqual(expected(trailers));
      }
    }
  });

  test(`with any byte changed, a signed one is refused, MAYFLY_TEST_SEED=${seed}`, async () => {
    for (const { wire, request, encoding } of uploads([8192, 3], (size) => random.bytes(size)).slice(0, 2)) {
      for (let at = 0; at < wire.length; at = at < 100 || at > 8280 ? at + 1 : at + 89) {
        const changed = Buffer.from(wire);
        // Upper and lower case of a size or of a trailer's name are the same; every other bit counts.
        changed[at] = (changed[at] as number) ^ 0x41;
        await faultOf(() => drain(decode(request, pieces(changed)))).catch((error: Error) => {
          throw new Error(`${encoding}, byte ${at}: ${error.message}`);
        });
      }
    }
  });

  test("cut short anywhere before its last line end, it is refused", async () => {
    for (const { wire, request } of uploads([8192, 3], (size) => random.bytes(size))) {
      for (
        let length = 0;
        length < wire.length - 4;
        length = length < 200 || length > 8200 ? length + 1 : length + 97
      ) {
        await faultOf(() => drain(decode(request, pieces(wire.subarray(0, length)))));
      }
    }
  });

  test("takes the last chunk without a line end, as AWS does", async () => {
    const [{ wire, whole, request }] = uploads([10], (size) => random.bytes(size)) as [ReturnType<typeof uploads>[0]];
    const got = await drain(decode(request, pieces(wire.subarray(0, -2))));
    expect(got.body).toEqual(whole);
  });

  const chunks = (...sizes: number[]) => sizes.map((size) => Buffer.alloc(size, "x"));
  const head = (size: number) => `${size.toString(16)}\r\n`;
  const crcOnly = [crc];
  test.each<[string, string, number, readonly string[], Buffer | string, PayloadFaultData]>([
    [
      "a small chunk before the last",
      SIGNED,
      5,
      [],
      chunkedBody(chunks(3, 2), [], signer),
      { fault: "chunk-too-small", chunk: 2, badChunkSize: 3 },
    ],
    [
      "the same unsigned",
      UNSIGNED_TRAILER,
      24_575,
      crcOnly,
      chunkedBody(chunks(8192, 8191, 8192), crcOnly),
      { fault: "chunk-too-small", chunk: 3, badChunkSize: 8191 },
    ],
    [
      "too few bytes",
      UNSIGNED_TRAILER,
      11,
      crcOnly,
      chunkedBody(chunks(10), crcOnly),
      { fault: "incomplete-body", expectedLength: 11, receivedLength: 10 },
    ],
    [
      "too many bytes",
      UNSIGNED_TRAILER,
      9,
      crcOnly,
      chunkedBody(chunks(10), crcOnly),
      { fault: "incomplete-body", expectedLength: 9, receivedLength: 10 },
    ],
    ["no bytes", SIGNED, 0, [], "", { fault: "incomplete-body", expectedLength: 0, receivedLength: 0 }],
    [
      "an end within a chunk",
      UNSIGNED_TRAILER,
      10,
      crcOnly,
      `${head(10)}12345`,
      { fault: "incomplete-body", expectedLength: 10, receivedLength: 5 },
    ],
    [
      "an end after a chunk",
      UNSIGNED_TRAILER,
      5,
      crcOnly,
      `${head(5)}12345`,
      { fault: "incomplete-body", expectedLength: 5, receivedLength: 5 },
    ],
    ["no size", UNSIGNED_TRAILER, 5, crcOnly, "five\r\n12345\r\n", { fault: "malformed-chunk" }],
    ["a size beyond all sizes", UNSIGNED_TRAILER, 5, crcOnly, `${"f".repeat(13)}\r\n`, { fault: "malformed-chunk" }],
    ["a negative size", UNSIGNED_TRAILER, 5, crcOnly, "-5\r\n12345\r\n", { fault: "malformed-chunk" }],
    ["a line without end", UNSIGNED_TRAILER, 5, crcOnly, "5".repeat(100_000), { fault: "malformed-chunk" }],
    ["more data than the size", UNSIGNED_TRAILER, 5, crcOnly, `${head(5)}123456\r\n`, { fault: "malformed-chunk" }],
    ["unsigned chunks in a signed body", SIGNED, 5, [], chunkedBody(chunks(5), []), { fault: "malformed-chunk" }],
    [
      "another chunk after the last",
      SIGNED,
      5,
      [],
      `${chunkedBody(chunks(5), [], signer)}${head(5)}`,
      { fault: "malformed-chunk" },
    ],
    [
      "trailers that were not announced",
      SIGNED,
      5,
      [],
      `${chunkedBody(chunks(5), [], signer)}${crc}\r\n`,
      { fault: "malformed-chunk" },
    ],
    [
      "a trailer without a colon",
      UNSIGNED_TRAILER,
      5,
      crcOnly,
      `${head(5)}12345\r\n0\r\noops\r\n\r\n`,
      { fault: "malformed-chunk" },
    ],
    [
      "empty lines without end",
      UNSIGNED_TRAILER,
      0,
      crcOnly,
      `0\r\n${"\r\n".repeat(1000)}`,
      { fault: "malformed-chunk" },
    ],
    [
      "another trailer",
      UNSIGNED_TRAILER,
      1,
      ["x-amz-checksum-sha1:x"],
      chunkedBody(chunks(1), crcOnly),
      { fault: "malformed-trailer", expected: ["x-amz-checksum-sha1"], received: ["x-amz-checksum-crc32"] },
    ],
    [
      "no trailer",
      UNSIGNED_TRAILER,
      1,
      crcOnly,
      chunkedBody(chunks(1), []),
      { fault: "malformed-trailer", expected: ["x-amz-checksum-crc32"], received: [] },
    ],
  ])("%s", async (_, encoding, length, trailers, body, fault) => {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const request = requestFor(encoding, length, trailers);
    expect(await faultOf(() => drain(decode(request, pieces(bytes))))).toEqual(fault);
  });

  test("signed by someone else", async () => {
    const body = chunkedBody(chunks(5), crcOnly, { ...signer, secretAccessKey: `${SECRET}x` });
    const fault = await faultOf(() => drain(decode(requestFor(SIGNED_TRAILER, 5, crcOnly), pieces(body))));
    expect(fault).toMatchObject({ fault: "chunk-signature-mismatch" });
    expect(fault).toHaveProperty(
      "stringToSign",
      expect.stringMatching(/^AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n/),
    );
  });

  test("without or with another signature of its trailers", async () => {
    const body = chunkedBody(chunks(5), crcOnly, signer).toString("latin1");
    const request = requestFor(SIGNED_TRAILER, 5, crcOnly);
    for (const changed of [body.replace(/x-amz-trailer-signature.*\r\n/, ""), body.replace("DsAI", "DsAJ")]) {
      const fault = await faultOf(() => drain(decode(request, pieces(Buffer.from(changed, "latin1")))));
      expect(fault).toMatchObject({ fault: "trailer-signature-mismatch" });
    }
  });

  test("a head that says no length, or none that counts", () => {
    const without = example(signer.seed, { "x-amz-content-sha256": SIGNED });
    expect(() => decode(without, pieces())).toThrow(new PayloadFault({ fault: "missing-decoded-length" }));
    const wrong = example(signer.seed, { "x-amz-content-sha256": SIGNED, "x-amz-decoded-content-length": "-1" });
    expect(() => decode(wrong, pieces())).toThrow(PayloadFault);
  });

  test("in constant memory: a chunk of 256 MB goes through piece by piece", async () => {
    const piece = Buffer.alloc(65_536);
    const count = 4096;
    async function* stream() {
      yield Buffer.from(head(piece.length * count));
      for (let i = 0; i < count; i++) yield piece;
      yield Buffer.from(`\r\n0\r\n${crc}\r\n\r\n`);
    }
    const payload = decode(requestFor(UNSIGNED_TRAILER, piece.length * count, crcOnly), stream());
    let length = 0;
    for await (const bytes of payload.body) {
      expect(bytes.length).toBeLessThanOrEqual(piece.length);
      length += bytes.length;
    }
    expect(length).toBe(piece.length * count);
  });

  test("lets go of the stream when the reader stops early", async () => {
    let released = false;
    async function* stream() {
      try {
        yield Buffer.from(`${head(10)}1234`);
        yield Buffer.from("567890");
      } finally {
        released = true;
      }
    }
    for await (const _ of decode(requestFor(UNSIGNED_TRAILER, 10, crcOnly), stream()).body) break;
    expect(released).toBe(true);
  });
});

describe("plain bodies", () => {
  const body = Buffer.from("Welcome to Amazon S3.");
  const hash = createHash("sha256").update(body).digest("hex");
  const plain = (contentHash: string, length = body.length) => {
    const request = example("0".repeat(64), { "x-amz-content-sha256": contentHash, "Content-Length": String(length) });
    return decodePayload(read(request), { ...request, body: pieces(body.subarray(0, 3), body.subarray(3)) }, SECRET);
  };

  test.each([hash, hash.toUpperCase(), "UNSIGNED-PAYLOAD"])("%s", async (contentHash) => {
    const payload = plain(contentHash);
    expect(payload.length).toBe(body.length);
    expect(await drain(payload)).toEqual({ body, trailers: {} });
  });

  test("whose hash is another give all bytes, then the fault", async () => {
    const claimed = hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    const got: Uint8Array[] = [];
    const fault = await faultOf(async () => {
      for await (const bytes of plain(claimed).body) got.push(bytes);
    });
    expect(fault).toEqual({ fault: "payload-hash-mismatch", claimed, computed: hash });
    expect(Buffer.concat(got)).toEqual(body);
  });

  test("of anonymous requests", async () => {
    const anonymous = (headers: readonly string[], bytes: Buffer) =>
      decodePayload(undefined, { rawHeaders: headers, body: pieces(bytes) }, undefined);
    expect((await drain(anonymous([], body))).body).toEqual(body);
    expect((await drain(anonymous(["x-amz-content-sha256", hash], body))).body).toEqual(body);
    const chunked = ["x-amz-content-sha256", UNSIGNED_TRAILER, "x-amz-decoded-content-length", String(body.length)];
    expect((await drain(anonymous(chunked, chunkedBody([body], [])))).body).toEqual(body);
    const signed = ["x-amz-content-sha256", SIGNED, "x-amz-decoded-content-length", "1"];
    expect(() => anonymous(signed, body)).toThrow(new PayloadFault({ fault: "chunks-without-signature" }));
  });
});
