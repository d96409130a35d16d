// Does this ARN match that one of a policy? The two are compared component by component up to the fifth colon, each with its
// own wildcards; behind it `*` crosses slashes and colons.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN

import { ANY_CHARACTERS, type Pattern, type PatternPart, type TextTest, wildcardTest } from "./wildcard.ts";

/** A test of the six components of an ARN (see `arnComponents`). */
export type ArnTest = (components: readonly string[]) => boolean;

const always = () => true;

function componentTest(pattern: Pattern): TextTest {
  if (pattern.length === 1 && pattern[0] === ANY_CHARACTERS) return always;
  if (!pattern.every((part) => typeof part === "string")) return wildcardTest(pattern);
  const literal = pattern.join("");
  return (text) => text === literal;
}

/** The pattern cut at its first five colons. */
function componentPatterns(pattern: Pattern): Pattern[] {
  const components: PatternPart[][] = [[]];
  for (const part of pattern) {
    const pieces: readonly PatternPart[] = typeof part === "string" ? part.split(":") : [part];
    for (const [index, piece] of pieces.entries()) {
      const last = components.at(-1) as PatternPart[];
      if (index === 0) last.push(piece);
      else if (components.length < 6) components.push([piece]);
      else last.push(":", piece);
    }
  }
  return components.map((parts) => parts.filter((part) => part !== ""));
}

/**
 * A pattern with fewer than six components stands for the longer ones when it ends in `*`, which then goes on over the
 * colons: `arn:aws:ec2:us-east-1:*`. Otherwise it matches no ARN.
 */
export function arnTest(pattern: Pattern): ArnTest {
  const patterns = componentPatterns(pattern);
  if (patterns.length < 6 && pattern.at(-1) !== ANY_CHARACTERS) return () => false;
  const tests = patterns.map(componentTest);
  return (components) => {
    // The resource first: it tells most ARNs apart.
    for (let index = tests.length - 1; index >= 0; index--) {
      if (!tests[index]?.(components[index] as string)) return false;
    }
    return true;
  };
}
