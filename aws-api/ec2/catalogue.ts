// What else is there in an account? Lists that one can only look at, each a row: what its items are, what chooses among them, and what EC2 says
// of an id that is not there.

import type { AwsError, Call, Members } from "../call.ts";
import { type FilterPaths, filterOf, valuesAt } from "./filters.ts";
import { describes, type Ec2, type Ec2Operation } from "./operation.ts";
import { pageOf } from "./page.ts";

export interface Catalogue {
  /** Of the output. */
  readonly member: string;
  /** Parameters that give values, by where these stand in an item. */
  readonly chosenBy: Readonly<Record<string, readonly [path: string, unknown: (value: string) => AwsError]>>;
  readonly filters: FilterPaths;
  items(ec2: Ec2, call: Call): Iterable<Members>;
}

/** The operation that tells of the list. */
export const describesAll = ({ member, chosenBy, filters, items }: Catalogue): Ec2Operation =>
  describes((call, ec2) => {
    const isWanted = filterOf(call, filters);
    const all = chosen(call, items(ec2, call), chosenBy);
    const { shown, more } = pageOf(call, all, (item) => (isWanted(item) ? item : undefined));
    return { [member]: shown, ...more };
  });

/** Those that all given parameters name. Where none is given the items come as they are needed: of a large fleet a page costs a page. */
function chosen(call: Call, items: Iterable<Members>, chosenBy: Catalogue["chosenBy"]): Iterable<Members> {
  let left = items;
  for (const [parameter, [path, unknown]] of Object.entries(chosenBy)) {
    const given = new Set((call.input[parameter] ?? []) as readonly string[]);
    if (given.size === 0) continue;
    const named = Array.from(left).map((item) => ({ item, values: valuesAt(item, path) }));
    const known = new Set(named.flatMap(({ values }) => values));
    const missing = given.values().find((value) => !known.has(value));
    if (missing !== undefined) throw unknown(missing);
    left = named.filter(({ values }) => values.some((value) => given.has(value))).map(({ item }) => item);
  }
  return left;
}
