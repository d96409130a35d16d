// Does this text match that pattern? `*` stands for any characters, also none, `?` for exactly one.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
//
// A pattern is a list of literal texts and wildcards, not one string: what a policy variable puts in is literal, even when
// it holds a `*` of its own.

export const ANY_CHARACTERS = Symbol("*");
export const ONE_CHARACTER = Symbol("?");

export type PatternPart = string | typeof ANY_CHARACTERS | typeof ONE_CHARACTER;
export type Pattern = readonly PatternPart[];
export type TextTest = (text: string) => boolean;

const WILDCARDS: ReadonlyMap<string, PatternPart> = new Map<string, PatternPart>([
  ["*", ANY_CHARACTERS],
  ["?", ONE_CHARACTER],
]);

/** `arn:*:s?` as `["arn:", ANY_CHARACTERS, ":s", ONE_CHARACTER]`. */
export function parsePattern(text: string): Pattern {
  return text
    .split(/([*?])/)
    .filter(Boolean)
    .map((part) => WILDCARDS.get(part) ?? part);
}

/** What stands between two `*`; `holes` are the places of a `?` in it, where `text` has a filler. */
interface Chunk {
  readonly text: string;
  readonly holes: readonly number[];
}

function chunksOf(pattern: Pattern): [Chunk, ...Chunk[]] {
  let last = { text: "", holes: [] as number[] };
  const chunks: [Chunk, ...Chunk[]] = [last];
  for (const part of pattern) {
    if (part === ANY_CHARACTERS) {
      last = { text: "", holes: [] };
      chunks.push(last);
    } else if (part === ONE_CHARACTER) {
      last.holes.push(last.text.length);
      last.text += " ";
    } else last.text += part;
  }
  return chunks;
}

function standsAt({ text: wanted, holes }: Chunk, text: string, start: number): boolean {
  if (holes.length === 0) return text.startsWith(wanted, start);
  if (start + wanted.length > text.length) return false;
  let from = 0;
  for (const hole of holes) {
    if (!text.startsWith(wanted.slice(from, hole), start + from)) return false;
    from = hole + 1;
  }
  return text.startsWith(wanted.slice(from), start + from);
}

function firstPlace(chunk: Chunk, text: string, start: number): number {
  if (chunk.holes.length === 0) return text.indexOf(chunk.text, start);
  for (let place = start; place + chunk.text.length <= text.length; place++) {
    if (standsAt(chunk, text, place)) return place;
  }
  return -1;
}

/**
 * A test for whole texts, case-sensitive, made once for a pattern. It never goes back over a `*`: the leftmost place of
 * each chunk is as good as any other. So it takes time in proportion to the text, times the longest chunk at the worst.
 */
export function wildcardTest(pattern: Pattern): TextTest {
  const [first, ...middle] = chunksOf(pattern);
  const last = middle.pop();
  if (!last) return (text) => text.length === first.text.length && standsAt(first, text, 0);
  return (text) => {
    const end = text.length - last.text.length;
    let place = first.text.length;
    if (!standsAt(first, text, 0) || !standsAt(last, text, end)) return false;
    for (const chunk of middle) {
      const found = firstPlace(chunk, text, place);
      if (found < 0) return false;
      place = found + chunk.text.length;
    }
    return place <= end;
  };
}
