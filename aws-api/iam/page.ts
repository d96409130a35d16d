// How are long lists given? In pages of at most 1000, each with a marker for the next one.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html

import type { Call, Members } from "../call.ts";
import { validationError } from "./errors.ts";
import { inputOf } from "./operation.ts";

interface PageInput extends Members {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

const DEFAULT_ITEMS = 100;

/** Lower case first, so that the order is that of names whatever their case. */
const sortKey = (key: string) => `${key.toLowerCase()} ${key}`;

/** Items on a page, and what the answer says of further ones. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly more: { readonly IsTruncated: boolean; readonly Marker?: string };
}

/**
 * The page that the call asks for, of items in the order of their keys.
 * @throws AwsError ValidationError for a marker that is none of ours
 */
export function pageOf<Item>(call: Call, all: Iterable<Item>, keyOf: (item: Item) => string): Page<Item> {
  const { Marker, MaxItems = DEFAULT_ITEMS } = inputOf<PageInput>(call);
  const after = Marker === undefined ? "" : readMarker(Marker);
  const sorted = Array.from(all, (item) => ({ item, key: sortKey(keyOf(item)) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const shown = sorted.slice(0, MaxItems);
  const items = shown.map(({ item }) => item);
  if (sorted.length === shown.length) return { items, more: { IsTruncated: false } };
  return { items, more: { IsTruncated: true, Marker: Buffer.from(shown.at(-1)?.key ?? "").toString("base64") } };
}

/** The same as an answer of one list: under `member`, as `show` shows each. */
export function page<Item>(
  call: Call,
  member: string,
  all: Iterable<Item>,
  keyOf: (item: Item) => string,
  show: (item: Item) => unknown,
): Members {
  const { items, more } = pageOf(call, all, keyOf);
  return { [member]: items.map(show), ...more };
}

export const byName = ({ name }: { readonly name: string }): string => name;

function readMarker(marker: string): string {
  const key = Buffer.from(marker, "base64").toString();
  // The words are a guess.
  if (Buffer.from(key).toString("base64") !== marker) throw validationError("Invalid Marker.");
  return key;
}
