// CompleteMultipartUpload: do these parts make an object? They become its pieces where they lie: no byte is copied.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html

import { md5 } from "../../entropy/hash.ts";
import type { Call, Members } from "../call.ts";
import { conditionContext, creates } from "./attributes.ts";
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumMembers,
  DEFAULT_ALGORITHM,
  joinChecksums,
} from "./checksums.ts";
import { checkWrite, type WriteConditions } from "./conditions.ts";
import { badDigest, entityTooSmall, invalidPart, invalidPartOrder, invalidRequest, malformedXml } from "./errors.ts";
import { bucketOf, inputOf, onObject, type S3Operation, type UploadInput, uploadOf } from "./operation.ts";
import { sizeOf } from "./range.ts";
import type { Checksum, ObjectContent, Part, S3State, Upload } from "./state.ts";

/** 5 MiB; the last part may be smaller. */
const PART_MINIMUM_BYTES = 5 * 1024 ** 2;

interface CompletedPart extends Members {
  readonly PartNumber?: number;
  readonly ETag?: string;
}

interface CompleteInput extends UploadInput, WriteConditions {
  readonly MultipartUpload?: { readonly Parts?: readonly CompletedPart[] };
  readonly ChecksumType?: string;
  readonly MpuObjectSize?: number;
}

export const CompleteMultipartUpload: S3Operation = {
  permissions: (call, state) => [
    onObject(call, state, "s3:PutObject", { ...conditionContext(call.input), ...creates(true) }),
  ],
  async act(call, parts) {
    const { Bucket, Key, UploadId: uploadId } = inputOf<CompleteInput>(call);
    const { at } = call.request;
    const { etag, checksum } = await parts.commit((state) => {
      const object = complete(call, state);
      return { events: [{ type: "upload.completed", at, bucket: Bucket, uploadId, object }], result: object };
    });
    const Location = `https://${Bucket}.s3.${call.region}.amazonaws.com/${encodeURIComponent(Key)}`;
    const ETag = `"${etag}"`;
    const output = { Location, Bucket, Key, ETag, ...checksumMembers(checksum), ServerSideEncryption: "AES256" };
    return { output };
  },
};

/** @throws AwsError for all that can be wrong, in the order in which S3 looks */
function complete(call: Call, state: S3State): ObjectContent {
  const input = inputOf<CompleteInput>(call);
  const upload = uploadOf(call, state);
  checkWrite(input, bucketOf(call, state), upload.key, upload);
  const wanted = input.MultipartUpload?.Parts ?? [];
  checkList(wanted, upload);
  checkType(input, upload);
  const parts = wanted.map((part, index) => partOf(part, upload, index === wanted.length - 1));
  const sizeBytes = sizeOf(parts);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== sizeBytes) {
    const values = `value ${input.MpuObjectSize} does not match what was computed: ${sizeBytes}`;
    throw invalidRequest(`The provided 'x-amz-mp-object-size' header ${values}`);
  }
  const { algorithm, type } = upload.checksum ?? { algorithm: DEFAULT_ALGORITHM, type: "FULL_OBJECT" };
  const checksum = joinChecksums(algorithm, type, parts);
  checkWhole(input, upload, checksum);
  const digest = md5(Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex"))));
  const pieces = parts.map(({ hash, sizeBytes: size, checksum: own }) => {
    return { hash, sizeBytes: size, ...(type === "COMPOSITE" && { checksum: own }) };
  });
  const etag = `${digest.toString("hex")}-${parts.length}`;
  const { attributes, tags } = upload;
  return { pieces, sizeBytes, etag, checksum, attributes, ...(tags && { tags }) };
}

function checkList(wanted: readonly CompletedPart[], { uploadId }: Upload): void {
  if (wanted.length === 0) throw invalidRequest("You must specify at least one part");
  let last = 0;
  for (const { PartNumber, ETag } of wanted) {
    if (PartNumber === undefined || ETag === undefined) throw malformedXml();
    if (PartNumber <= last) throw invalidPartOrder(uploadId);
    last = PartNumber;
  }
}

function checkType({ ChecksumType }: CompleteInput, { checksum }: Upload): void {
  if (ChecksumType === undefined || ChecksumType === checksum?.type) return;
  throw invalidRequest(
    `The upload was created using the ${checksum?.type ?? "null"} checksum mode. ` +
      "The complete request must use the same checksum mode.",
  );
}

/** The checksums among the members of a request or of a part in it. */
function givenIn(members: Members): readonly ChecksumAlgorithm[] {
  return CHECKSUM_ALGORITHMS.filter((algorithm) => members[`Checksum${algorithm}`] !== undefined);
}

/** The uploaded part that an entry of the list means. */
function partOf(wanted: CompletedPart, upload: Upload, isLast: boolean): Part {
  const number = wanted.PartNumber as number;
  const etag = (wanted.ETag as string).replaceAll('"', "");
  const part = upload.parts.get(number);
  const { checksum: plan } = upload;
  const given = givenIn(wanted);
  if (part?.etag !== etag || (!plan && given.length > 0)) throw invalidPart(upload.uploadId, number, etag);
  if (plan) checkPartChecksum(wanted, part, plan, upload.uploadId);
  if (!isLast && part.sizeBytes < PART_MINIMUM_BYTES) {
    throw entityTooSmall(part.sizeBytes, PART_MINIMUM_BYTES, number, etag);
  }
  return part;
}

function checkPartChecksum(
  wanted: CompletedPart,
  part: Part,
  { algorithm, type }: NonNullable<Upload["checksum"]>,
  uploadId: string,
): void {
  const number = wanted.PartNumber as number;
  const value = wanted[`Checksum${algorithm}`];
  if (value !== undefined && value !== part.checksum) throw invalidPart(uploadId, number, part.etag);
  if (value !== undefined || type === "FULL_OBJECT") return;
  const [other] = givenIn(wanted);
  if (other) {
    throw badDigest(`The ${other.toLowerCase()} you specified for part ${number} did not match what we received.`);
  }
  throw invalidRequest(
    `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the ` +
      `checksum for each part. It was missing for part ${number} in the request.`,
  );
}

/** What the request says of the whole. For a full-object checksum S3 believes the value only with its type beside it. */
function checkWhole(input: CompleteInput, { checksum: plan }: Upload, { algorithm, type, value }: Checksum): void {
  const others = givenIn(input).some((each) => each !== algorithm);
  const own = input[`Checksum${algorithm}`];
  const typeless = plan && type === "FULL_OBJECT" && input.ChecksumType === undefined;
  if ((plan && others) || (own !== undefined && (typeless || own !== value))) {
    throw badDigest(`The ${algorithm.toLowerCase()} you specified did not match the calculated checksum.`);
  }
}
