// How are long lists told? A page at a time, each with a token for the next one.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination

import type { Call } from "../call.ts";
import { invalidNextToken, invalidParameterValue } from "./errors.ts";
import { inputOf } from "./operation.ts";

interface PageInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** EC2 itself breaks off a list of thousands that nobody asked to have in pages. */
const MAX_RESULTS = 1000;

export interface Page<Shown> {
  readonly shown: readonly Shown[];
  /** Of an output, where there is more. */
  readonly more: { readonly NextToken?: string };
}

/**
 * As many items as the call asks for, as `show` gives them; it gives undefined for what is not wanted. The items are looked at as far as need
 * be: of a fleet of 100,000 the first page costs a page.
 * @throws AwsError InvalidNextToken; InvalidParameterValue for pages of nothing. Which least size each operation has, AWS does not say of all
 */
export function pageOf<Item, Shown>(
  call: Call,
  items: Iterable<Item>,
  show: (item: Item) => Shown | undefined,
): Page<Shown> {
  const { MaxResults = MAX_RESULTS, NextToken } = inputOf<PageInput>(call);
  if (MaxResults < 1) {
    throw invalidParameterValue(
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value greater than 0.`,
    );
  }
  const from = NextToken === undefined ? 0 : readToken(NextToken);
  const shown: Shown[] = [];
  let place = 0;
  for (const item of items) {
    if (place >= from) {
      const made = show(item);
      if (made !== undefined) {
        if (shown.length === MaxResults) return { shown, more: { NextToken: token(place) } };
        shown.push(made);
      }
    }
    place++;
  }
  return { shown, more: {} };
}

const PREFIX = "after ";
const token = (place: number) => Buffer.from(PREFIX + place).toString("base64");

function readToken(text: string): number {
  const [, digits] = new RegExp(`^${PREFIX}(\\d{1,9})$`).exec(Buffer.from(text, "base64").toString()) ?? [];
  const place = Number(digits);
  if (token(place) !== text) throw invalidNextToken();
  return place;
}
