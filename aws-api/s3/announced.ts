// What did the client say its bytes are? Content-MD5 and one checksum, in a header or after the body, and whether it is so.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html

import { md5 } from "../../entropy/hash.ts";
import { header } from "../../network/message.ts";
import type { Call } from "../call.ts";
import { type ChecksumAlgorithm, checksumHasher, isBase64, isChecksumAlgorithm, isChecksumValue } from "./checksums.ts";
import { badDigest, invalidDigest, invalidRequest, unsupportedChecksum } from "./errors.ts";

/** What a body must turn out to have. Nothing of it is compulsory. */
export interface Announced {
  /** Content-MD5, in Base64. */
  readonly md5?: string;
  readonly algorithm?: ChecksumAlgorithm;
  /** Base64; absent where it comes behind the body. */
  readonly value?: string;
}

/** What a body turned out to have. */
export interface Digests {
  readonly md5: Buffer;
  /** Base64. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm, string>;
}

const PREFIX = "x-amz-checksum-";
/** Headers with this beginning that are no checksum. */
const OTHERS = ["algorithm", "mode", "type"];

/**
 * What the head of a request announces.
 * @throws AwsError InvalidDigest; InvalidRequest for a checksum that is malformed, unknown, or one of several
 */
export function announcedIn({ rawHeaders }: Call["request"]): Announced {
  const md5 = header(rawHeaders, "content-md5");
  if (md5 !== undefined && !isBase64(md5, 16)) throw invalidDigest(md5);
  return { ...(md5 !== undefined && { md5 }), ...checksumIn(rawHeaders) };
}

function checksumIn(rawHeaders: readonly string[]): Omit<Announced, "md5"> {
  const found = checksumHeaders(rawHeaders);
  if (found.length > 1) {
    throw invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  }
  const [inHeader] = found;
  if (inHeader) {
    const algorithm = algorithmOf(inHeader.name);
    if (!isChecksumValue(algorithm, inHeader.value)) {
      throw invalidRequest(`Value for ${PREFIX}${inHeader.name} header is invalid.`);
    }
    return { algorithm, value: inHeader.value };
  }
  const trailer = header(rawHeaders, "x-amz-trailer")?.trim().toLowerCase();
  if (trailer?.startsWith(PREFIX)) return { algorithm: algorithmOf(trailer.slice(PREFIX.length)) };
  if (trailer !== undefined) throw invalidRequest("The value specified in the x-amz-trailer header is not supported");
  if (header(rawHeaders, "x-amz-sdk-checksum-algorithm") !== undefined) {
    throw invalidRequest(
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  return {};
}

function checksumHeaders(rawHeaders: readonly string[]): { readonly name: string; readonly value: string }[] {
  const found: { name: string; value: string }[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const full = (rawHeaders[i] as string).toLowerCase();
    const name = full.slice(PREFIX.length);
    if (full.startsWith(PREFIX) && !OTHERS.includes(name)) found.push({ name, value: rawHeaders[i + 1] as string });
  }
  return found;
}

function algorithmOf(name: string): ChecksumAlgorithm {
  const algorithm = name.toUpperCase();
  if (!isChecksumAlgorithm(algorithm)) throw unsupportedChecksum();
  return algorithm;
}

/**
 * Refuses a body that is not as announced.
 * @throws AwsError BadDigest; InvalidRequest for a malformed checksum behind the body
 */
export function checkAnnounced(announced: Announced, digests: Digests, trailers: ReadonlyMap<string, string>): void {
  const { md5: expected, algorithm } = announced;
  const calculated = digests.md5.toString("base64");
  if (expected !== undefined && expected !== calculated) {
    throw badDigest("The Content-MD5 you specified did not match what we received.", {
      ExpectedDigest: expected,
      CalculatedDigest: calculated,
    });
  }
  if (algorithm === undefined) return;
  const name = `${PREFIX}${algorithm.toLowerCase()}`;
  const value = announced.value ?? trailers.get(name) ?? "";
  if (!isChecksumValue(algorithm, value)) throw invalidRequest(`Value for ${name} trailing header is invalid.`);
  if (value !== digests.checksums.get(algorithm)) {
    throw badDigest(`The ${algorithm} you specified did not match the calculated checksum.`);
  }
}

/**
 * Refuses a document that is not as announced.
 * @throws AwsError as `announcedIn` and `checkAnnounced`
 */
export function checkPayload({ request, payload, trailers }: Call): "checked" | "nothing announced" {
  const announced = announcedIn(request);
  const { algorithm } = announced;
  if (announced.md5 === undefined && algorithm === undefined) return "nothing announced";
  const hasher = algorithm && checksumHasher(algorithm);
  hasher?.update(payload);
  const checksums = new Map(hasher && [[algorithm, hasher.digest().toString("base64")]]);
  checkAnnounced(announced, { md5: md5(payload), checksums }, trailers);
  return "checked";
}
