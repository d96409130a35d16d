// Which items does the caller want? Filters of the Describe operations: a name leads to values in what would be told of an item, any of
// those given may be one of them, and `*` and `?` stand for anything.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html

import { parsePattern, wildcardTest } from "../../roles/wildcard.ts";
import type { Call, Members } from "../call.ts";
import { isoMilliseconds } from "../wire/scalars.ts";
import { invalidParameterValue } from "./errors.ts";
import { inputOf } from "./operation.ts";

/** By the filter's name the path in an item, `NetworkInterfaces.VpcId` through lists; `@` before it for an instant. */
export type FilterPaths = Readonly<Record<string, string>>;

export interface Filter {
  readonly Name?: string;
  readonly Values?: readonly string[];
}

/** Those of everything that has tags. */
export const TAG_FILTERS: FilterPaths = { "tag-key": "Tags.Key", tag: "Tags" };

type Test = (item: Members) => boolean;

/**
 * Whether an item is wanted by all filters of the call.
 * @throws AwsError InvalidParameterValue for a filter that the operation does not have
 */
export function filterOf(call: Call, paths: FilterPaths): Test {
  const { Filters = [] } = inputOf<{ Filters?: readonly Filter[] }>(call);
  const tests = Filters.map(({ Name = "", Values = [] }) => testOf(Name, Values, paths));
  return (item) => tests.every((test) => test(item));
}

/** Captured of the profile associations, whose filters have no other words for it. */
export const NO_VALUES =
  "Invalid value 'null/empty' for 'filter'. Invalid filter - one of more name/value pair was incomplete";

function testOf(name: string, values: readonly string[], paths: FilterPaths): Test {
  if (values.length === 0) throw invalidParameterValue(NO_VALUES);
  const matches = anyOf(values);
  if (name.startsWith("tag:") && paths.tag !== undefined) {
    const key = name.slice("tag:".length);
    return (item) => tagsAt(item, paths.tag as string).some((tag) => tag.Key === key && matches(String(tag.Value)));
  }
  const path = name === "tag" ? undefined : paths[name];
  if (path === undefined) throw invalidParameterValue(`The filter '${name}' is invalid`);
  return (item) => valuesAt(item, path).some(matches);
}

function anyOf(values: readonly string[]): (text: string) => boolean {
  const tests = values.map((value) => wildcardTest(parsePattern(value)));
  return (text) => tests.some((matches) => matches(text));
}

const tagsAt = (item: Members, path: string) => followed(item, path.split(".")) as { Key: string; Value: string }[];

/** What stands at a path, as texts. */
export function valuesAt(item: Members, path: string): string[] {
  const isInstant = path.startsWith("@");
  const found = followed(item, (isInstant ? path.slice(1) : path).split("."));
  return found.map((value) => (isInstant ? isoMilliseconds(value as number) : String(value)));
}

function followed(value: unknown, [name, ...rest]: readonly string[]): unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((each) => followed(each, name === undefined ? [] : [name, ...rest]));
  return name === undefined ? [value] : followed((value as Members)[name], rest);
}
