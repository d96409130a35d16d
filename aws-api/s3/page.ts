// What does a page of a listing show? Keys, and for those that go on beyond a delimiter their common beginning, once each. What
// is under a common prefix is leapt over, so that a page costs what it shows, however much the bucket holds.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html

import { invalidArgument } from "./errors.ts";
import { compareUtf8, type SortedMap } from "./sorted-map.ts";

export interface ListQuery {
  /** "" for all keys. */
  readonly prefix: string;
  /** "" for none. */
  readonly delimiter: string;
  /** A key or common prefix, which need not exist: only what comes after it is listed. "" for all. */
  readonly after: string;
}

/** A key with its value, or a common prefix. */
export type Listed<Value> =
  | { readonly key: string; readonly value: Value }
  | { readonly prefix: string; readonly value?: never };

export interface Page<Entry> {
  readonly entries: readonly Entry[];
  readonly truncated: boolean;
}

/** Keys and common prefixes in the order of their bytes. The map must not change meanwhile. */
export function* listed<Value>(map: SortedMap<Value>, query: ListQuery): Generator<Listed<Value>> {
  const { prefix, delimiter, after } = query;
  let isBefore = (key: string) => compareUtf8(key, prefix) < 0 || compareUtf8(key, after) <= 0;
  for (;;) {
    let common: string | undefined;
    for (const [key, value] of map.entriesFrom(isBefore)) {
      if (!key.startsWith(prefix)) return;
      common = commonPrefix(key, prefix, delimiter);
      if (common !== undefined) break;
      yield { key, value };
    }
    if (common === undefined) return;
    const leapt = common;
    // A marker below it means that an earlier page has shown it.
    if (compareUtf8(leapt, after) > 0) yield { prefix: leapt };
    isBefore = (key) => compareUtf8(key, leapt) < 0 || key.startsWith(leapt);
  }
}

/** Up to and with the first delimiter behind the prefix. */
function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

/** The first `limit` entries. A page of none is never said to be truncated, because nothing would ever come. */
export function pageOf<Entry>(entries: Iterator<Entry>, limit: number): Page<Entry> {
  const shown: Entry[] = [];
  if (limit === 0) return { entries: shown, truncated: false };
  for (let next = entries.next(); !next.done; next = entries.next()) {
    if (shown.length === limit) return { entries: shown, truncated: true };
    shown.push(next.value);
  }
  return { entries: shown, truncated: false };
}

const PAGE_LIMIT = 1000;

/** A limit that a client asked for: at most 1,000, which is also what it gets without asking. @throws AwsError InvalidArgument */
export function limitOf(asked: number | undefined, argument: string): number {
  if (asked === undefined) return PAGE_LIMIT;
  if (asked < 0 || asked >= 2 ** 31) {
    throw invalidArgument(`Argument ${argument} must be an integer between 0 and 2147483647`, argument, asked);
  }
  return Math.min(asked, PAGE_LIMIT);
}

/**
 * How keys are written in a listing: as they are, or percent-encoded, where the client cannot read every key in XML.
 * @throws AwsError InvalidArgument
 */
export function encoderOf(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType === "url") return urlEncoded;
  throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encodingType);
}

/** As Java's URLEncoder does it, with a plus for a space, but slashes stay. */
export function urlEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+")
    .replaceAll("%2F", "/");
}

/** Listings show whole seconds: `.000Z` always. */
export const wholeSecond = (instant: number) => Math.floor(instant / 1000) * 1000;
