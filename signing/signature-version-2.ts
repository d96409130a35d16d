// Who signed a URL in S3's old way? Version 2 in the query, which boto3 and `aws s3 presign` (v1) still make by default.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html

import { createHmac } from "node:crypto";
import { headerValues, trimEnds } from "./header-values.ts";
import { judgeTime } from "./judge-time.ts";
import { decodeBytes } from "./percent-encoding.ts";
import { type Parameter, parameter, type RequestTarget } from "./request-target.ts";
import type { Instants, MissingPart, Signature2, SignatureFault } from "./signature.ts";

/** Parameters that name another resource than the object itself, and are therefore signed. */
const SIGNED_PARAMETERS: ReadonlySet<string> = new Set(
  (
    "accelerate acl analytics cors defaultObjectAcl delete inventory lifecycle location logging metrics notification " +
    "object-lock partNumber policy replication requestPayment response-cache-control response-content-disposition " +
    "response-content-encoding response-content-language response-content-type response-expires restore select " +
    "select-type storageClass tagging torrent uploadId uploads versionId versioning versions website"
  ).split(" "),
);

export function hasVersion2(target: RequestTarget): boolean {
  return target.parameters.some(({ name }) => name === "AWSAccessKeyId" || name === "Signature");
}

export function readVersion2(
  method: string,
  target: RequestTarget,
  rawHeaders: readonly string[],
  instants: Instants,
  strict: boolean,
): Signature2 | SignatureFault {
  const accessKeyId = parameter(target, "AWSAccessKeyId");
  const signature = parameter(target, "Signature");
  const expires = parameter(target, "Expires");
  const claimed = { service: "s3" as const, ...(accessKeyId !== undefined && { accessKeyId }) };
  const version = "AWS2";
  if (accessKeyId === undefined || signature === undefined || expires === undefined) {
    const parts: Partial<Record<MissingPart, unknown>> = {
      Signature: signature,
      Expires: expires,
      AWSAccessKeyId: accessKeyId,
    };
    const missing = (Object.keys(parts) as MissingPart[]).filter((part) => parts[part] === undefined);
    return { fault: "missing-parts", version, carriedBy: "query", missing, ...claimed };
  }
  // Ten digits reach the year 2286.
  if (!/^\d{1,10}$/.test(expires)) {
    const reason = /^\d+$/.test(expires) ? "too-long" : "not-a-number";
    return { fault: "invalid-expires", version, reason, expires, ...claimed };
  }
  const expiresAt = Number(expires) * 1000;
  const verdict = judgeTime({ expiresAt }, instants, strict);
  if (verdict) return { ...claimed, ...verdict };
  const headers = headerValues(rawHeaders, trimEnds);
  const amz = amzHeaders(target, headers);
  const sessionToken = amz.get("x-amz-security-token");
  return {
    version,
    carriedBy: "query",
    accessKeyId,
    service: "s3",
    signature,
    expiresAt,
    ...(sessionToken !== undefined && { sessionToken }),
    canonical: {
      head: canonicalHead(method, target, headers, expires, amz),
      resource: target.path + signedParameters(target.parameters),
    },
  };
}

/** Of header and query together: botocore moves headers into the URL that it signs. */
function amzHeaders(target: RequestTarget, headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, value: string) => {
    if (!name.startsWith("x-amz-")) return;
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before},${value}`);
  };
  for (const [name, value] of headers) add(name, value);
  for (const { name, value } of target.parameters) add(name, trimEnds(decodeBytes(value)));
  return found;
}

function canonicalHead(
  method: string,
  target: RequestTarget,
  headers: ReadonlyMap<string, string>,
  expires: string,
  amz: ReadonlyMap<string, string>,
): string {
  const standard = (name: string) => headers.get(name) ?? parameter(target, name) ?? "";
  const lines = [...amz.keys()].sort().map((name) => `${name}:${amz.get(name)}\n`);
  return `${method}\n${standard("content-md5")}\n${standard("content-type")}\n${expires}\n${lines.join("")}`;
}

function signedParameters(parameters: readonly Parameter[]): string {
  const signed = parameters.filter(({ name }) => SIGNED_PARAMETERS.has(name));
  if (signed.length === 0) return "";
  const sorted = signed.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  // botocore signs `?acl` without an equals sign and `?acl=` with one.
  return `?${sorted.map(({ name, value, hasValue }) => (hasValue ? `${name}=${decodeBytes(value)}` : name)).join("&")}`;
}

/** The string to sign and its signature in base64. `hostBucket` is the bucket, where the Host names it. */
export function signVersion2(
  { canonical }: Signature2,
  secretAccessKey: string,
  hostBucket: string | undefined,
): { readonly stringToSign: string; readonly signature: string } {
  // A path that is only a bucket's is signed with a slash behind it, sent or not (botocore's handlers.py).
  const resource =
    hostBucket === undefined
      ? canonical.resource.replace(/^\/[^/?]+(?=\?|$)/, "$&/")
      : `/${hostBucket}${canonical.resource}`;
  const stringToSign = canonical.head + resource;
  const signature = createHmac("sha1", secretAccessKey).update(stringToSign, "latin1").digest("base64");
  return { stringToSign, signature };
}
