import { expect, test } from "vitest";
import { type Dice, dice } from "../../entropy/dice.ts";
import { arnComponents } from "../../roles/arn.ts";
import { createLayer, type Layer, type Rule } from "../../roles/decision.ts";
import { parsePolicy } from "../../roles/policy.ts";

const SEED = process.env.MAYFLY_TEST_SEED ?? String(Date.now());
const ACTION = "s3:getobject";

const layerOf = (...Resources: readonly object[]): Layer => {
  const Statement = Resources.map((each) => ({ Effect: "Allow", Action: "s3:GetObject", ...each }));
  const statements = parsePolicy({ Version: "2012-10-17", Statement }, "identity");
  return createLayer("identity", [{ name: "many", document: "", statements }]);
};

const CONTEXT = new Map([["aws:username", ["alice"]]]);
const speaking = (rules: readonly Rule[], resource: string) =>
  rules.filter(({ statement }) => statement.hasResource(arnComponents(resource), CONTEXT));

const variable = (name: string) => `$\{${name}}`;
const PATTERNS = [
  "*",
  "arn:aws:s3:::*",
  "arn:*",
  "arn:aws:s3:::b?",
  `arn:aws:s3:::b${variable("*")}`,
  `arn:aws:s3:::${variable("aws:username")}`,
];
const pattern = ({ pick, integer, chance }: Dice): string => {
  if (chance(0.1)) return pick(PATTERNS);
  return `arn:${pick(["aws", "a*"])}:s3:::b${integer(20)}${pick(["", "*", "/*", "/a", `/${variable("aws:username")}`, "/?"])}`;
};
const resource = ({ pick, integer }: Dice): string =>
  pick([
    "*",
    "arn:aws:s3:::b",
    "junk",
    "arn:aws:s3:::alice",
    `arn:aws:s3:::b${integer(20)}${pick(["", "/a", "/alice", "/b/c"])}`,
  ]);

test(`of many rules those are found that speak of a resource, in their order, seed ${SEED}`, () => {
  const throws = dice(SEED);
  for (let round = 0; round < 60; round++) {
    const made = Array.from({ length: 1 + throws.integer(60) }, () => ({
      [throws.chance(0.1) ? "NotResource" : "Resource"]: Array.from({ length: 1 + throws.integer(3) }, () =>
        pattern(throws),
      ),
    }));
    const layer = layerOf(...made);
    for (let asked = 0; asked < 20; asked++) {
      const one = resource(throws);
      expect(speaking(layer.rulesOn(ACTION, one), one), `${one} of ${JSON.stringify(made)}`).toEqual(
        speaking(layer.rulesFor(ACTION), one),
      );
    }
  }
});

test("of five hundred that name a bucket each one is asked", () => {
  const layer = layerOf(
    ...Array.from({ length: 500 }, (_, index) => ({ Resource: `arn:aws:s3:::bucket-${index}/*` })),
    { Resource: "*" },
  );
  const found = layer.rulesOn(ACTION, "arn:aws:s3:::bucket-77/key");
  expect(found.map(({ statement }) => statement.index)).toEqual([77, 500]);
  expect(layer.rulesFor(ACTION)).toHaveLength(501);
});
