// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like that

// The engine against the oracle, on policies and requests that dice make. A failure shows the seed and the whole case.

import { expect, test } from "vitest";
import { type Dice, dice } from "../../entropy/dice.ts";
import { oracle, type PlainDocument, type PlainRequest, type PlainStatement } from "./oracle.ts";
import { decideWith } from "./world.ts";

const ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "iam:GetUser"];
const ACTION_PATTERNS = [
  ...["*", "*:*", "s3:*", "S3:get*", "s3:?etObject", "s3:GetObject", "iam:*", "s3:*Object", "s3:*t*e*", "iam:Get?????"],
];
const RESOURCES = [
  ...["*", "arn:aws:s3:::b", "arn:aws:s3:::b/alice/x", "arn:aws:s3:::b/a*c", "arn:aws:s3:::b/x:y", "arn:aws:s3:::b/"],
  ...["arn:aws:iam::123456789012:user/alice", "arn:aws-cn:s3:::b/alice/x"],
];
const RESOURCE_PATTERNS = [
  ...[
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/*",
    "arn:*:s3:::b/*x",
    "arn:aws:s3:::b/?",
    "arn:aws:s3*",
  ],
  ...["arn:aws:s3:::b/${test:name}/*", "arn:aws:s3:::b/${test:star}", "arn:aws:s3:::b/a${*}c", "arn:aws:iam::*:user/*"],
  ...["arn:aws:s3:::b/${test:none, 'alice'}/x", "arn:aws:s3:::${test:many}", "arn:aws:iam::1*:user/${test:name}"],
];
const KEYS = ["test:name", "test:star", "test:many", "test:none", "test:number", "test:date", "test:ip", "test:arn"];
const TEXTS = [
  ...["alice", "Alice", "a*c", "abc", "a*", "*", "", "${test:name}", "${test:star}", "${test:none}", "a${?}c", "b${$}"],
];
const NUMBERS = ["1", "2", "10", "2.0", "-1", "1e1"];
const DATES = ["2026-11-24T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-24", "1795478400", "2026"];
const RANGES = ["10.0.0.0/8", "10.0.0.1", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32", "::/0"];
const ARNS = ["arn:aws:s3:::b", "arn:aws:s3:::*", "arn:*:iam::*:role/*", "arn:aws:iam*", "${test:arn}", "no:arn"];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  String: TEXTS,
  Numeric: NUMBERS,
  Date: DATES,
  IpAddress: RANGES,
  NotIpAddress: RANGES,
  Arn: ARNS,
  Bool: ["true", "false", "TRUE"],
  Null: ["true", "false"],
};
const REQUEST_VALUES = [
  ...["alice", "ALICE", "a*c", "abc", "", "*", "${test:name}", "1", "2", "10", "2026-11-24T00:00:00Z", "1795478400"],
  ...["10.0.0.1", "192.0.2.9", "2001:db8::1", "arn:aws:s3:::b", "arn:aws:iam::123456789012:role/a/b", "true", "false"],
];
const COMPARISONS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
const OPERATORS = [
  ...["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike"],
  ...["StringNotLike", "Bool", "IpAddress", "NotIpAddress", "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
  ...COMPARISONS.flatMap((comparison) => [`Numeric${comparison}`, `Date${comparison}`]),
];

const some = <Choice>({ integer, pick }: Dice, choices: readonly Choice[], most: number): Choice[] =>
  Array.from({ length: 1 + integer(most) }, () => pick(choices));

function makeCondition(throws: Dice): NonNullable<PlainStatement["Condition"]> {
  const { pick, chance } = throws;
  const blocks = Array.from({ length: throws.integer(3) }, () => {
    const base = chance(0.1) ? "Null" : pick(OPERATORS);
    const type = Object.keys(VALUES).find((name) => base.startsWith(name)) as string;
    const quantified = base === "Null" ? base : `${pick(["", "", "ForAllValues:", "ForAnyValue:"])}${base}`;
    const operator = base !== "Null" && chance(0.2) ? `${quantified}IfExists` : quantified;
    return [operator, { [pick(KEYS)]: some(throws, VALUES[type] as readonly string[], 3) }];
  });
  return Object.fromEntries(blocks);
}

function makeStatement(throws: Dice): PlainStatement {
  const { pick, chance } = throws;
  const list = (choices: readonly string[]) => (chance(0.4) ? pick(choices) : some(throws, choices, 3));
  return {
    Effect: chance(0.3) ? "Deny" : "Allow",
    [chance(0.15) ? "NotAction" : "Action"]: list(ACTION_PATTERNS),
    [chance(0.15) ? "NotResource" : "Resource"]: list(RESOURCE_PATTERNS),
    Condition: makeCondition(throws),
  };
}

function makeCase(throws: Dice): { documents: PlainDocument[]; request: PlainRequest } {
  const { pick, integer, chance } = throws;
  const documents = Array.from({ length: 1 + integer(2) }, () => ({
    Version: chance(0.15) ? "2008-10-17" : "2012-10-17",
    Statement: Array.from({ length: 1 + integer(3) }, () => makeStatement(throws)),
  }));
  const named: [string, readonly string[]][] = [
    ["test:name", ["alice"]],
    ["test:star", ["a*c"]],
    ["test:many", ["b", "alice"]],
  ];
  const others = KEYS.slice(3).map((key): [string, string[]] => [
    key,
    chance(0.4) ? [] : Array.from({ length: 1 + integer(2) }, () => pick(REQUEST_VALUES)),
  ]);
  const keys = Object.fromEntries([...named, ...others].filter(() => chance(0.85)));
  return { documents, request: { action: pick(ACTIONS), resource: pick(RESOURCES), keys } };
}

test.each([1, 2, 3, 4])("5,000 cases of seed %i are decided as the oracle decides", (seed) => {
  const throws = dice(`${seed}/policies`);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 5000; round++) {
    const { documents, request } = makeCase(throws);
    const { action, resource, keys } = request;
    const expected = oracle(documents, request);
    const { outcome } = decideWith(
      documents.map((document) => ({ ...document })),
      action,
      resource,
      new Map(Object.entries(keys)),
    );
    if (outcome !== expected) {
      expect.fail(
        `seed ${seed}, round ${round}: ${outcome}, not ${expected}: ${JSON.stringify({ documents, request })}`,
      );
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  // Each outcome must be common, or the cases show little.
  for (const outcome of ["allowed", "explicit-deny", "implicit-deny"]) {
    expect(outcomes.get(outcome)).toBeGreaterThan(500);
  }
});
