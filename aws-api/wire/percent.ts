// What do percent escapes and form bodies say? Strict where URLSearchParams guesses: a bad escape is refused, as AWS refuses it.

/** Says no to a text that is not properly encoded: given why, in the words of AWS's query services, the error to throw. */
export type Refuse = (why: string) => Error;

/** Undoes percent encoding. Throws what `refuse` gives. */
export function decodePercent(text: string, refuse: Refuse): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuse(percentFault(text));
  }
}

function percentFault(text: string): string {
  const bad = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(text);
  if (bad && bad.index + 3 > text.length) return "Incomplete trailing escape % sequence";
  // Well-formed escapes that are no UTF-8 are shown from the first on.
  const shown = bad ?? /(?:%[0-9A-Fa-f]{2})+/.exec(text);
  return `Illegal hex character in escape % pattern: ${shown?.[0]}`;
}

/**
 * Parameters of a query string or of an application/x-www-form-urlencoded body; of a repeated name the first counts, and the
 * ones that `into` has already stay. Throws what `refuse` gives.
 */
export function parseForm(text: string, refuse: Refuse, into = new Map<string, string>()): Map<string, string> {
  const decode = (part: string) => decodePercent(part.includes("+") ? part.replaceAll("+", " ") : part, refuse);
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (!into.has(name)) into.set(name, equals < 0 ? "" : decode(pair.slice(equals + 1)));
  }
  return into;
}
