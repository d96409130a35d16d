import { describe, expect, test } from "vitest";
import { dice } from "../../entropy/dice.ts";
import { ANY_CHARACTERS, ONE_CHARACTER, type Pattern, parsePattern, wildcardTest } from "../../roles/wildcard.ts";

const matches = (pattern: string, text: string) => wildcardTest(parsePattern(pattern))(text);

describe("wildcards", () => {
  test.each([
    ["", "", true],
    ["", "a", false],
    ["a", "a", true],
    ["a", "A", false],
    ["a", "", false],
    ["a", "aa", false],
    ["*", "", true],
    ["*", "anything/at:all", true],
    ["?", "", false],
    ["?", "a", true],
    ["?", "ab", false],
    ["a*", "a", true],
    ["a*", "abc", true],
    ["a*", "ba", false],
    ["*a", "bca", true],
    ["*a", "bcab", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["ab*ba", "aba", false],
    ["a**b", "ab", true],
    ["a*?b", "ab", false],
    ["a*?b", "acb", true],
    ["?*", "", false],
    ["?*?", "ab", true],
    ["*ab*ab*", "abab", true],
    ["*ab*ab*", "aab", false],
    ["*a?c*", "xxabxabcx", true],
    ["*ab", "abab", true],
    ["*?b*b", "xbb", true],
    ["*?b*b", "bb", false],
    ["constructor*", "constructors", true],
    ["__proto__", "__proto__", true],
    ["s3:Get*", "s3:GetObject", true],
    ["s3:*Object", "s3:GetObjectAcl", false],
  ])("%j against %j is %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test("literal parts keep their asterisks", () => {
    const pattern: Pattern = ["home/", "a*b?", "/", ANY_CHARACTERS];
    expect(wildcardTest(pattern)("home/a*b?/x")).toBe(true);
    expect(wildcardTest(pattern)("home/axbx/x")).toBe(false);
  });

  test("a hostile pattern takes no time to speak of", () => {
    const pattern = `${"a*".repeat(3000)}b`;
    const text = "a".repeat(100_000);
    expect(matches(pattern, text)).toBe(false);
    expect(matches(`*${"?".repeat(50)}b`, text)).toBe(false);
  });
});

/** The rule as one would say it: a star takes nothing, or a character and then perhaps more. */
function obvious(pattern: Pattern, text: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text === "";
  if (first === ANY_CHARACTERS) return obvious(rest, text) || (text !== "" && obvious(pattern, text.slice(1)));
  if (first === ONE_CHARACTER) return text !== "" && obvious(rest, text.slice(1));
  return text.startsWith(first) && obvious(rest, text.slice(first.length));
}

test.each([1, 2, 3])("10,000 patterns of seed %i match what the obvious rule matches", (seed) => {
  const { integer, pick } = dice(`${seed}/wildcard`);
  const letters = (length: number, choices: string) => Array.from({ length }, () => pick([...choices])).join("");
  let hits = 0;
  for (let round = 0; round < 10_000; round++) {
    const pattern = letters(integer(8), "ab*?");
    const text = letters(integer(9), "aab");
    const expected = obvious(parsePattern(pattern), text);
    if (matches(pattern, text) !== expected) expect.fail(`${JSON.stringify([pattern, text])} should be ${expected}`);
    if (expected) hits += 1;
  }
  expect(hits).toBeGreaterThan(500);
});
