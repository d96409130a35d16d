// Where in the text of a policy does a statement stand? AWS's simulator tells it for those that decided.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Position.html

/** Both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From behind the bracket, comma or colon before it to behind its closing brace: so it was recorded of AWS. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** The statements of a document in their order; `text` is known to be a policy. */
export function statementSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let depth = 0;
  let before = "";
  let key = "";
  // How deep a statement is: below the document, or in a list in it. Undefined outside of `Statement`.
  let level: number | undefined;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const end = index + token.length;
    if (token === ":" && depth === 1) {
      key = before;
      level = key === '"Statement"' ? 1 : undefined;
      start = end;
    }
    if (token === "[" && depth === 1 && level !== undefined) {
      level = 2;
      start = end;
    }
    if (token === "," && depth === level) start = end;
    if (token === "{" || token === "[") depth++;
    if (token === "}" || token === "]") depth--;
    if (token === "}" && depth === level) spans.push({ start: positionAt(text, start), end: positionAt(text, end) });
    before = token;
  }
  return spans;
}
