// Which condition operators are there, and when does a value of the request satisfy one?
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

import ipaddr from "ipaddr.js";
import { arnComponents } from "./arn.ts";
import { arnTest } from "./arn-pattern.ts";
import type { Reading } from "./policy-variable.ts";
import { type Pattern, type TextTest, wildcardTest } from "./wildcard.ts";

/** The type of value that an operator compares. */
export interface Comparison {
  /** How the policy's value is read. */
  readonly reading: Reading;
  /** What the policy's value must be: "must be …". */
  readonly wanted: string;
  /** A test of the request's value; undefined when the policy's value is not of this type. */
  readonly test: (value: Pattern) => TextTest | undefined;
}

export interface ConditionOperator {
  readonly compares: Comparison;
  /** `…Not…`: holds when no value matches, also when the key is missing. */
  readonly negated?: true;
}

const TEXT = { wildcards: false, variables: true };
const TEXT_WITH_WILDCARDS = { wildcards: true, variables: true };
const PLAIN = { wildcards: false, variables: false };

const equal: Comparison = {
  reading: TEXT,
  wanted: "a string",
  test: (pattern) => {
    const wanted = pattern.join("");
    return (text) => text === wanted;
  },
};

const equalIgnoringCase: Comparison = {
  reading: TEXT,
  wanted: "a string",
  test: (pattern) => {
    const wanted = pattern.join("").toLowerCase();
    return (text) => text.toLowerCase() === wanted;
  },
};

const like: Comparison = { reading: TEXT_WITH_WILDCARDS, wanted: "a string", test: wildcardTest };

const truth: Comparison = {
  reading: TEXT,
  wanted: "true or false",
  test: (pattern) => {
    const wanted = pattern.join("").toLowerCase();
    return wanted === "true" || wanted === "false" ? (text) => text.toLowerCase() === wanted : undefined;
  },
};

/** Base64 on both sides. */
const binary: Comparison = { ...equal, reading: PLAIN, wanted: "base64" };

const arn: Comparison = {
  reading: TEXT_WITH_WILDCARDS,
  wanted: "an ARN",
  test: (pattern) => {
    const matches = arnTest(pattern);
    return (text) => {
      const components = arnComponents(text);
      return components !== undefined && matches(components);
    };
  },
};

type Measure = (text: string) => number | undefined;
type Order = (value: number, policyValue: number) => boolean;

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

export const numberOf: Measure = (text) => (NUMBER.test(text) ? Number(text) : undefined);

/** https://www.w3.org/TR/NOTE-datetime; without a zone it is UTC. */
const DATE = /^\d{4}(-\d\d(-(\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const EPOCH_SECONDS = /^\d+(\.\d+)?$/;

/** Epoch milliseconds of a date as ISO 8601 writes it, or of epoch seconds; four digits are a year. */
export const instantOf: Measure = (text) => {
  const [date, , , day, time, , , zone] = DATE.exec(text.toUpperCase()) ?? [];
  if (date === undefined) return EPOCH_SECONDS.test(text) ? Number(text) * 1000 : undefined;
  const instant = Date.parse(time && !zone ? `${date}Z` : date);
  // Date.parse takes February 30 for March 1.
  if (Number.isNaN(instant) || (day && new Date(Date.parse(date.slice(0, 10))).getUTCDate() !== Number(day))) {
    return undefined;
  }
  return instant;
};

const measured = (measure: Measure, wanted: string, order: Order): Comparison => ({
  reading: PLAIN,
  wanted,
  test: (pattern) => {
    const limit = measure(pattern.join(""));
    if (limit === undefined) return undefined;
    return (text) => {
      const value = measure(text);
      return value !== undefined && order(value, limit);
    };
  },
});

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** `10.0.0.0/8`, `2001:db8::/32` or one address; `::ffff:10.0.0.0/104` is `10.0.0.0/8`. */
function networkOf(text: string): Network | undefined {
  const written = text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`;
  const valid = ipaddr.IPv4.isValidCIDRFourPartDecimal(written) || ipaddr.IPv6.isValidCIDR(written);
  if (!valid) return undefined;
  const [address, bits] = ipaddr.parseCIDR(written);
  const mapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96;
  return mapped ? [address.toIPv4Address(), bits - 96] : [address, bits];
}

const ipAddress: Comparison = {
  reading: PLAIN,
  wanted: "an IP address or a range such as 10.0.0.0/8",
  test: (pattern) => {
    const network = networkOf(pattern.join(""));
    if (!network) return undefined;
    return (text) => {
      if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return false;
      const address = ipaddr.process(text);
      return address.kind() === network[0].kind() && address.match([...network]);
    };
  },
};

const same: Order = (value, limit) => value === limit;

const ORDERS: Readonly<Record<string, Order>> = {
  Equals: same,
  LessThan: (value, limit) => value < limit,
  LessThanEquals: (value, limit) => value <= limit,
  GreaterThan: (value, limit) => value > limit,
  GreaterThanEquals: (value, limit) => value >= limit,
};

function ordered(type: string, measure: Measure, wanted: string): [string, ConditionOperator][] {
  const operators = Object.entries(ORDERS).map(([name, order]): [string, ConditionOperator] => [
    `${type}${name}`,
    { compares: measured(measure, wanted, order) },
  ]);
  return [...operators, [`${type}NotEquals`, { compares: measured(measure, wanted, same), negated: true }]];
}

/** All but `Null`, which looks at the presence of a key and not at its values. */
export const CONDITION_OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map<string, ConditionOperator>([
  ["StringEquals", { compares: equal }],
  ["StringNotEquals", { compares: equal, negated: true }],
  ["StringEqualsIgnoreCase", { compares: equalIgnoringCase }],
  ["StringNotEqualsIgnoreCase", { compares: equalIgnoringCase, negated: true }],
  ["StringLike", { compares: like }],
  ["StringNotLike", { compares: like, negated: true }],
  ...ordered("Numeric", numberOf, "a number"),
  ...ordered("Date", instantOf, "a date such as 2026-11-24T00:00:00Z, or epoch seconds"),
  ["Bool", { compares: truth }],
  ["BinaryEquals", { compares: binary }],
  ["IpAddress", { compares: ipAddress }],
  ["NotIpAddress", { compares: ipAddress, negated: true }],
  ["ArnEquals", { compares: arn }],
  ["ArnLike", { compares: arn }],
  ["ArnNotEquals", { compares: arn, negated: true }],
  ["ArnNotLike", { compares: arn, negated: true }],
]);
