// An uploader of aws-chunked bodies, written from AWS's description and not from our decoder.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html

import { createHash, createHmac } from "node:crypto";

export interface ChunkSigner {
  readonly secretAccessKey: string;
  /** `20130524T000000Z` */
  readonly timestamp: string;
  readonly region: string;
  /** Of the request's head. */
  readonly seed: string;
}

const hex = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();

/** Signs what follows the head of the request, link after link. */
function chain({ secretAccessKey, timestamp, region, seed }: ChunkSigner) {
  const scope = [timestamp.slice(0, 8), region, "s3", "aws4_request"];
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  let previous = seed;
  return (algorithm: string, ...hashes: string[]) => {
    const signed = [algorithm, timestamp, scope.join("/"), previous, ...hashes].join("\n");
    previous = hmac(key, signed).toString("hex");
    return previous;
  };
}

/** The body with the given chunks, the empty one at its end and the trailers (`name:value`); signed where a signer is given. */
export function chunkedBody(chunks: readonly Buffer[], trailers: readonly string[], signer?: ChunkSigner): Buffer {
  const sign = signer && chain(signer);
  const parts = [...chunks, Buffer.alloc(0)].flatMap((data) => {
    const signature = sign ? `;chunk-signature=${sign("AWS4-HMAC-SHA256-PAYLOAD", hex(""), hex(data))}` : "";
    const end = data.length > 0 ? "\r\n" : "";
    return [Buffer.from(`${data.length.toString(16)}${signature}\r\n`), data, Buffer.from(end)];
  });
  const lines = trailers.map((line) => `${line}\r\n`);
  if (sign && trailers.length > 0) {
    const hash = hex(trailers.map((line) => `${line}\n`).join(""));
    lines.push(`x-amz-trailer-signature:${sign("AWS4-HMAC-SHA256-TRAILER", hash)}\r\n`);
  }
  return Buffer.concat([...parts, Buffer.from(`${lines.join("")}\r\n`)]);
}
