// How do the bytes of a blob's file come out again? A short range at once, a long one chunk by chunk, neither more nor less than asked.

import { closeSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { JournalError } from "./journal.ts";

/** Up to here a range is read within the call: from the page cache that costs less than a turn through the thread pool. */
const SHORT_BYTES = 64 * 1024;
const CHUNK_BYTES = 256 * 1024;

const readAsync = promisify(read);
const NONE = new Uint8Array();

/**
 * The bytes of the file from `start` to `end`, both inclusive. It is open from this call on, so that removing the file takes
 * nothing from this reader. JournalError when the file is not there or is shorter.
 */
export function openRange(file: string, start: number, end: number): AsyncIterable<Uint8Array> | Uint8Array {
  checkRange(start, end);
  if (end < start) return NONE;
  const descriptor = openFile(file);
  if (end - start < SHORT_BYTES) return readShort(descriptor, file, start, end);
  const bytes = readLong(descriptor, file, start, end);
  void bytes.next();
  return bytes;
}

/** RangeError unless it is `start` to `end`, with `end` not below `start - 1`. */
export function checkRange(start: number, end: number): void {
  if (start < 0 || end < start - 1) throw new RangeError(`bytes ${start} to ${end} are no range`);
}

function openFile(file: string): number {
  try {
    return openSync(file, "r");
  } catch (cause) {
    throw new JournalError(`a blob could not be read: ${(cause as Error).message}`, { cause });
  }
}

function readShort(descriptor: number, file: string, start: number, end: number): Uint8Array {
  try {
    const bytes = Buffer.allocUnsafe(end - start + 1);
    for (let filled = 0; filled < bytes.length; ) {
      filled += atLeastOne(readSync(descriptor, bytes, filled, bytes.length - filled, start + filled), file);
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

// The first yield is taken by openRange: a generator that was never started would not close the file when it is ended.
async function* readLong(descriptor: number, file: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  try {
    yield NONE;
    for (let position = start; position <= end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position + 1));
      const { bytesRead } = await readAsync(descriptor, chunk, 0, chunk.length, position);
      position += atLeastOne(bytesRead, file);
      yield bytesRead === chunk.length ? chunk : chunk.subarray(0, bytesRead);
    }
  } finally {
    closeSync(descriptor);
  }
}

function atLeastOne(bytesRead: number, file: string): number {
  if (bytesRead === 0) throw new JournalError(`${file} ends before the bytes that were asked for`);
  return bytesRead;
}
