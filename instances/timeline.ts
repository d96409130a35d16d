// What holds from when on? Values in the order of their instants; a value holds until the next one, and some may lie ahead.

/** Ascending. Before the first one nothing is said. */
export type Timeline<Value> = readonly { readonly from: number; readonly value: Value }[];

/** How many values of the past are kept: what was long ago is asked for by nobody. */
const KEPT = 100;

/** With a new value from that instant on; what was planned for later is given up. Of several of one instant the last holds. */
export function continued<Value>(timeline: Timeline<Value>, from: number, value: Value): Timeline<Value> {
  return [...timeline.filter((each) => each.from <= from), { from, value }].slice(-KEPT);
}

/** The value at an instant; undefined before the first one. */
export const valueAt = <Value>(timeline: Timeline<Value>, at: number): Value | undefined =>
  timeline.findLast(({ from }) => from <= at)?.value;

/** The second in which it lies: EC2 dates launches so. */
export const wholeSecond = (instant: number) => Math.floor(instant / 1000) * 1000;
