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

/**
 * The items of the page that the call asks for, in the order of their keys, under `member` with `IsTruncated` and `Marker`.
 * @throws AwsError ValidationError for a marker that is none of ours
 */
export function page<Item>(
  call: Call,
  member: string,
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
  show: (item: Item) => unknown,
): Members {
  const { Marker, MaxItems = DEFAULT_ITEMS } = inputOf<PageInput>(call);
  const after = Marker === undefined ? "" : readMarker(Marker);
  const sorted = Array.from(items, (item) => ({ item, key: sortKey(keyOf(item)) }))
    .filter(({ key }) => key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const shown = sorted.slice(0, MaxItems);
  const more = sorted.length > shown.length;
  return {
    [member]: shown.map(({ item }) => show(item)),
    IsTruncated: more,
    ...(more && { Marker: Buffer.from(shown.at(-1)?.key ?? "").toString("base64") }),
  };
}

function readMarker(marker: string): string {
  const key = Buffer.from(marker, "base64").toString();
  if (Buffer.from(key).toString("base64") !== marker) throw validationError("Invalid Marker.");
  return key;
}
