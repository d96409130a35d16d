// In which words is it told that a value is not what its schema wants? For whatever people write.

import type { z } from "zod";

const KINDS: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

const SIZES: Readonly<Record<string, string>> = { string: "have a length of at", array: "have a length of at" };

/** The words for what the schemas leave to zod. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      return `must be ${KINDS[issue.expected] ?? issue.expected}${quotesHint(issue.expected, issue.input)}`;
    case "invalid_value":
      return `must be ${issue.values.join(" or ")}`;
    case "too_small":
      return `must ${SIZES[issue.origin] ?? "be at"} least ${issue.minimum}`;
    case "too_big":
      return `must ${SIZES[issue.origin] ?? "be at"} most ${issue.maximum}`;
    case "invalid_key":
      return issue.issues.map(({ message }) => message).join("; ");
    case "unrecognized_keys":
      return `there is no ${issue.keys.map((key) => `"${key}"`).join(", no ")}`;
    default:
      return undefined;
  }
}

/** YAML reads 5, true and 2026 as what they look like. */
const quotesHint = (expected: string, input: unknown) =>
  expected === "string" && ["number", "boolean"].includes(typeof input) ? "; put it in quotes" : "";
