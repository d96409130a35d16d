// CreateMultipartUpload, UploadPart and AbortMultipartUpload: how does an object come in parts?
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html

import { derivedHexId } from "../../entropy/derive.ts";
import type { Call } from "../call.ts";
import { type Announced, announcedIn } from "./announced.ts";
import { attributesOf, creates, writerPermissions } from "./attributes.ts";
import {
  type ChecksumAlgorithm,
  DEFAULT_ALGORITHM,
  isChecksumAlgorithm,
  isTypePossible,
  usualType,
} from "./checksums.ts";
import { invalidArgument, invalidRequest, unsupportedChecksum } from "./errors.ts";
import {
  bucketOf,
  inputOf,
  keyOf,
  type ObjectInput,
  onObject,
  type S3Operation,
  type UploadInput,
  uploadOf,
} from "./operation.ts";
import { initiatorOf } from "./owner.ts";
import { bodyOf, receive } from "./receive.ts";
import type { ChecksumType, UploadPlan } from "./state.ts";

const PARTS_LIMIT = 10_000;

interface CreateInput extends ObjectInput {
  readonly ChecksumAlgorithm?: string;
  readonly ChecksumType?: string;
}

export const CreateMultipartUpload: S3Operation = {
  permissions: (call, state) => writerPermissions(call, state, creates(false)),
  async act(call, parts) {
    const { Bucket: bucket } = inputOf<CreateInput>(call);
    const key = keyOf(call);
    const checksum = checksumPlan(inputOf<CreateInput>(call));
    const plan = { key, initiator: initiatorOf(call), ...attributesOf(call), ...(checksum && { checksum }) };
    const { at } = call.request;
    const { uploadId } = await parts.commit((state) => {
      bucketOf(call, state);
      const id = derivedHexId("", 64, "upload", bucket, key, call.requestId, state.changes);
      const upload: UploadPlan = { ...plan, uploadId: id };
      return { events: [{ type: "upload.created", at, bucket, upload }], result: upload };
    });
    const shown = checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type };
    return { output: { Bucket: bucket, Key: key, UploadId: uploadId, ServerSideEncryption: "AES256", ...shown } };
  },
};

/** @throws AwsError InvalidRequest for what does not go together */
function checksumPlan({ ChecksumAlgorithm: algorithm, ChecksumType: type }: CreateInput): UploadPlan["checksum"] {
  if (algorithm === undefined) {
    if (type === undefined) return undefined;
    throw invalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
  }
  if (!isChecksumAlgorithm(algorithm)) throw unsupportedChecksum();
  if (type === undefined) return { algorithm, type: usualType(algorithm) };
  if (!isChecksumType(type)) throw invalidRequest("Value for x-amz-checksum-type header is invalid.");
  if (isTypePossible(algorithm, type)) return { algorithm, type };
  throw invalidRequest(
    `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
}

const isChecksumType = (type: string): type is ChecksumType => type === "FULL_OBJECT" || type === "COMPOSITE";

interface PartInput extends UploadInput {
  readonly PartNumber: number;
}

export const UploadPart: S3Operation = {
  permissions: (call, state) => [onObject(call, state, "s3:PutObject", creates(false))],
  async act(call, parts) {
    const { Bucket: bucket, UploadId: uploadId, PartNumber: partNumber } = inputOf<PartInput>(call);
    const { checksum: plan } = uploadOf(call, parts.state());
    checkPartNumber(partNumber);
    const announced = announcedIn(call.request);
    checkAlgorithm(announced, plan);
    const algorithm = plan?.algorithm ?? DEFAULT_ALGORITHM;
    using body = await receive(bodyOf(call), parts.blobs, announced, [algorithm], call.trailers);
    const { hash, sizeBytes, etag } = body;
    const part = { hash, sizeBytes, etag, checksum: body.checksums.get(algorithm) as string };
    await parts.commit((state) => {
      uploadOf(call, state);
      const { at } = call.request;
      return { events: [{ type: "part.put", at, bucket, uploadId, partNumber, part }], result: undefined };
    });
    const shown = announced.algorithm ?? plan?.algorithm;
    const value = shown && { [`Checksum${shown}`]: body.checksums.get(shown) };
    return { output: { ETag: `"${etag}"`, ...value, ServerSideEncryption: "AES256" } };
  },
};

/** @throws AwsError InvalidArgument */
export function checkPartNumber(partNumber: number): void {
  if (partNumber >= 1 && partNumber <= PARTS_LIMIT) return;
  const text = "Part number must be an integer between 1 and 10000, inclusive";
  throw invalidArgument(text, "partNumber", partNumber);
}

/** A composite checksum needs that of each part; for one of the whole S3 computes what is missing. */
function checkAlgorithm({ algorithm }: Announced, plan: UploadPlan["checksum"]): void {
  if (!plan || algorithm === plan.algorithm) return;
  if (algorithm === undefined && plan.type === "FULL_OBJECT") return;
  const name = (each: ChecksumAlgorithm | undefined) => each?.toLowerCase() ?? "null";
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${name(plan.algorithm)}, ` +
      `actual checksum Type: ${name(algorithm)}`,
  );
}

export const AbortMultipartUpload: S3Operation = {
  permissions: (call, state) => [onObject(call, state, "s3:AbortMultipartUpload")],
  async act(call: Call, parts) {
    const { Bucket: bucket, UploadId: uploadId } = inputOf<UploadInput>(call);
    await parts.commit((state) => {
      uploadOf(call, state);
      return { events: [{ type: "upload.aborted", at: call.request.at, bucket, uploadId }], result: undefined };
    });
    return {};
  },
};
