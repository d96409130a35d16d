// Which bytes does a reader want? Range and partNumber, and the stretches of blobs where those bytes are.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/range-get-olap.html

import type { Stretch } from "./blob-keeper.ts";
import { invalidPartNumber, invalidRange, invalidRequest } from "./errors.ts";
import type { Piece, StoredObject } from "./state.ts";

/** Both ends are inclusive; an empty object's only extent is 0 to -1. */
export interface Extent {
  readonly start: number;
  readonly end: number;
  /** Whether it was asked for, so that the answer is 206 with Content-Range, even where it is the whole. */
  readonly partial: boolean;
}

export interface RangeInput {
  readonly Range?: string;
  readonly PartNumber?: number;
}

/** @throws AwsError InvalidRange, InvalidPartNumber; InvalidRequest for both at once */
export function extentOf(object: StoredObject, { Range, PartNumber }: RangeInput): Extent {
  if (PartNumber === undefined) {
    return (Range !== undefined && rangeExtent(Range, object.sizeBytes)) || wholeExtent(object);
  }
  if (Range !== undefined) throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  const parts = isMultipart(object) ? object.pieces : [object];
  const piece = parts[PartNumber - 1];
  if (!piece) throw invalidPartNumber(PartNumber, parts.length);
  const start = sizeOf(parts.slice(0, PartNumber - 1));
  // HTTP has no Content-Range for no bytes.
  return { start, end: start + piece.sizeBytes - 1, partial: piece.sizeBytes > 0 };
}

/** Whether it came in parts. A copy of such an object has its pieces, but came in one. */
export const isMultipart = ({ etag }: StoredObject) => etag.includes("-");

const wholeExtent = ({ sizeBytes }: StoredObject): Extent => ({ start: 0, end: sizeBytes - 1, partial: false });

/** Undefined for what is no range of ours, several ranges included: S3 then answers with the whole. */
function rangeExtent(range: string, sizeBytes: number): Extent | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  // `-n` are the last n bytes; of an empty object they are the whole: https://github.com/apache/arrow-rs-object-store/issues/846
  if (first === "" && sizeBytes === 0 && Number(last) > 0) return undefined;
  const start = first === "" ? Math.max(sizeBytes - Number(last), 0) : Number(first);
  if (start >= sizeBytes) throw invalidRange(range, sizeBytes);
  const end = first === "" || last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  return { start, end, partial: true };
}

/** The stretches of the pieces that an extent covers, in order. */
export function stretchesOf(pieces: readonly Piece[], { start, end }: Extent): Stretch[] {
  const stretches: Stretch[] = [];
  let offset = 0;
  for (const { hash, sizeBytes } of pieces) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, sizeBytes - 1);
    if (from <= to) stretches.push({ hash, start: from, end: to });
    offset += sizeBytes;
  }
  return stretches;
}

export const sizeOf = (pieces: readonly { readonly sizeBytes: number }[]) =>
  pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
