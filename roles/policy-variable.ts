// What does `${aws:username}` in a policy stand for? Variables are filled in from the request's context, as literal text.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html

import type { Context } from "./context.ts";
import { type Pattern, type PatternPart, parsePattern } from "./wildcard.ts";

interface Variable {
  /** In lower case, as the context has it. */
  readonly key: string;
  /** `${aws:PrincipalTag/team, 'company-wide'}` */
  readonly otherwise?: string;
}

/** A text of a policy: literal parts, wildcards and variables. */
export type Template = readonly (PatternPart | Variable)[];

/** How a text is read: whether `*` and `?` are wildcards there, and whether `${…}` is a variable. */
export interface Reading {
  readonly wildcards: boolean;
  readonly variables: boolean;
}

/** `${*}`, `${?}`, `${$}`, or a key with or without a default. */
const VARIABLE = /\$\{(?:([*?$])|([^{}',]+?)(?:\s*,\s*'([^']*)')?)\}/g;

const isVariable = (part: PatternPart | Variable): part is Variable => typeof part === "object";

/** Whether there is no variable in it. */
export const isPattern = (template: Template): template is Pattern => !template.some(isVariable);

export function parseTemplate(text: string, { wildcards, variables }: Reading): Template {
  const literal = (part: string): Pattern => (wildcards ? parsePattern(part) : [part]);
  if (!variables) return literal(text);
  const parts: (PatternPart | Variable)[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: escaped, 2: key, 3: otherwise } of text.matchAll(VARIABLE)) {
    parts.push(...literal(text.slice(from, index)));
    if (escaped) parts.push(escaped);
    else if (key) parts.push({ key: key.toLowerCase(), ...(otherwise !== undefined && { otherwise }) });
    from = index + whole.length;
  }
  parts.push(...literal(text.slice(from)));
  return parts;
}

/** The literal text that it begins with. */
export function beginningOf(template: Template): string {
  const end = template.findIndex((part) => typeof part !== "string");
  return template.slice(0, end < 0 ? template.length : end).join("");
}

/** The keys that the variables of a text stand for, as written. */
export const variablesIn = (text: string): string[] =>
  Array.from(text.matchAll(VARIABLE), ([, , key]) => key ?? []).flat();

/** The template with its variables filled in; undefined when the request has no value for one, or several. */
function fillIn(template: Template, context: Context): Pattern | undefined {
  const filled: PatternPart[] = [];
  for (const part of template) {
    if (!isVariable(part)) filled.push(part);
    else {
      const values = context.get(part.key);
      const value = values?.length ? values : [part.otherwise];
      if (value.length !== 1 || value[0] === undefined) return undefined;
      filled.push(value[0]);
    }
  }
  return filled;
}

/**
 * Makes something of a template: once and for all where it has no variable, anew at each request where it has. What the
 * returned function gives is undefined when a variable has no value.
 */
export function bind<Made>(
  template: Template,
  make: (pattern: Pattern) => Made,
): (context: Context) => Made | undefined {
  if (isPattern(template)) {
    const made = make(template);
    return () => made;
  }
  return (context) => {
    const pattern = fillIn(template, context);
    return pattern && make(pattern);
  };
}
