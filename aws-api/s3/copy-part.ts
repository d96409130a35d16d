// UploadPartCopy: a part of an upload that is an object, or a range of one.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html

import { creates } from "./attributes.ts";
import { DEFAULT_ALGORITHM } from "./checksums.ts";
import { type CopyInput, copyContext, copySourceOf, shownSource, sourcePermission } from "./copy-source.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { checkPartNumber } from "./multipart.ts";
import { inputOf, onObject, type S3Operation, uploadOf } from "./operation.ts";
import { wholeSecond } from "./page.ts";
import { type Extent, stretchesOf } from "./range.ts";
import { receive } from "./receive.ts";
import type { StoredObject } from "./state.ts";

interface PartCopyInput extends CopyInput {
  readonly UploadId: string;
  readonly PartNumber: number;
  readonly CopySourceRange?: string;
}

export const UploadPartCopy: S3Operation = {
  permissions: (call, state) => [
    sourcePermission(call, state),
    onObject(call, state, "s3:PutObject", { ...copyContext(call), ...creates(false) }),
  ],
  async act(call, parts) {
    const {
      Bucket: bucket,
      UploadId: uploadId,
      PartNumber: partNumber,
      CopySourceRange,
    } = inputOf<PartCopyInput>(call);
    const { checksum: plan } = uploadOf(call, parts.state());
    checkPartNumber(partNumber);
    const source = copySourceOf(call, parts.state());
    const bytes = parts.blobs.read(stretchesOf(source.pieces, extentOf(source, CopySourceRange)));
    const algorithm = plan?.algorithm ?? DEFAULT_ALGORITHM;
    using body = await receive(bytes, parts.blobs, {}, [algorithm]);
    const { hash, sizeBytes, etag } = body;
    const part = { hash, sizeBytes, etag, checksum: body.checksums.get(algorithm) as string };
    const { at } = call.request;
    await parts.commit((state) => {
      uploadOf(call, state);
      return { events: [{ type: "part.put", at, bucket, uploadId, partNumber, part }], result: undefined };
    });
    const checksum = plan && { [`Checksum${algorithm}`]: part.checksum };
    const CopyPartResult = { ETag: `"${etag}"`, LastModified: wholeSecond(at), ...checksum };
    return { output: { CopyPartResult, ...shownSource(call), ServerSideEncryption: "AES256" } };
  },
};

/** Both ends must be there, unlike in a reader's range. Texts are recorded: LocalStack's test_upload_part_copy_range. */
function extentOf({ sizeBytes }: StoredObject, range: string | undefined): Extent {
  if (range === undefined) return { start: 0, end: sizeBytes - 1, partial: false };
  const refuse = (message: string) => invalidArgument(message, "x-amz-copy-source-range", range);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  const [start, end] = [Number(first), Number(last)];
  if (first === undefined || end < start) {
    throw refuse(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based " +
        "offsets of the first and last bytes to copy",
    );
  }
  if (start >= sizeBytes) throw invalidRequest("The specified copy range is invalid for the source object size");
  if (end >= sizeBytes) throw refuse(`Range specified is not valid for source object of size: ${sizeBytes}`);
  return { start, end, partial: true };
}
