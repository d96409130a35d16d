// The policy language once more, as plainly as it can be said and as slowly: what the engine is compared with. It shares
// nothing with roles/ and takes only well-formed documents.

import { BlockList, isIPv4 } from "node:net";

type Keys = Readonly<Record<string, readonly string[]>>;
type Text = string | readonly string[];

export interface PlainStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: Text;
  readonly NotAction?: Text;
  readonly Resource?: Text;
  readonly NotResource?: Text;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Text>>>>;
}

export interface PlainDocument {
  readonly Version: string;
  readonly Statement: readonly PlainStatement[];
}

export interface PlainRequest {
  readonly action: string;
  readonly resource: string;
  readonly keys: Keys;
}

/** One character each: a literal one, or a wildcard. */
type Letter = { readonly literal: string } | "*" | "?";

const literals = (text: string): Letter[] => [...text].map((literal) => ({ literal }));

function letters(text: string, variables: boolean, keys: Keys): Letter[] | undefined {
  if (text === "") return [];
  const [whole = "", key = "", fallback] = (variables && /^\$\{([^},]+)(?:, '([^']*)')?\}/.exec(text)) || [];
  if (whole === "") {
    const rest = letters(text.slice(1), variables, keys);
    const first = text[0] as string;
    return rest && [first === "*" || first === "?" ? first : { literal: first }, ...rest];
  }
  const values = "*?$".includes(key) ? [key] : (keys[key.toLowerCase()] ?? []);
  const value = values.length === 0 ? fallback : values.length === 1 ? values[0] : undefined;
  const rest = letters(text.slice(whole.length), variables, keys);
  return value === undefined ? undefined : rest && [...literals(value), ...rest];
}

function like(pattern: readonly Letter[], text: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text === "";
  if (first === "*") return like(rest, text) || (text !== "" && like(pattern, text.slice(1)));
  return text !== "" && (first === "?" || first.literal === text[0]) && like(rest, text.slice(1));
}

/** Cuts at the first five colons. */
function cut<Piece>(pieces: readonly Piece[], isColon: (piece: Piece) => boolean): Piece[][] {
  const parts: Piece[][] = [[]];
  for (const piece of pieces) {
    if (isColon(piece) && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(piece);
  }
  return parts;
}

function arnLike(pattern: readonly Letter[], text: string): boolean {
  const wanted = cut(pattern, (letter) => typeof letter === "object" && letter.literal === ":");
  const given = cut([...text], (letter) => letter === ":").map((part) => part.join(""));
  if (!text.startsWith("arn:") || given.length < 6) return false;
  if (wanted.length < 6 && pattern.at(-1) !== "*") return false;
  return wanted.every((part, index) => like(part, given[index] as string));
}

const plain = (pattern: readonly Letter[]) =>
  pattern.map((letter) => (typeof letter === "string" ? letter : letter.literal)).join("");

function inRange(range: string, address: string): boolean {
  const [network = "", bits] = range.split("/");
  const family = (text: string) => (isIPv4(text) ? "ipv4" : "ipv6");
  if (family(network) !== family(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits ?? (isIPv4(network) ? 32 : 128)), family(network));
  return list.check(address, family(address));
}

const number = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));
const date = (text: string) => (/^\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text));

function ordered(operator: string, value: number, limit: number): boolean {
  if (operator.endsWith("LessThan")) return value < limit;
  if (operator.endsWith("LessThanEquals")) return value <= limit;
  if (operator.endsWith("GreaterThan")) return value > limit;
  if (operator.endsWith("GreaterThanEquals")) return value >= limit;
  return value === limit;
}

/** Whether one value of the policy matches one of the request, under an operator without `Not`. */
function same(operator: string, policyValue: string, value: string, variables: boolean, keys: Keys): boolean {
  if (operator.startsWith("Numeric")) return ordered(operator, number(value), number(policyValue));
  if (operator.startsWith("Date")) return ordered(operator, date(value), date(policyValue));
  if (operator === "IpAddress") return inRange(policyValue, value);
  const pattern = letters(policyValue, variables, keys);
  if (!pattern) return false;
  if (operator.startsWith("Arn")) return arnLike(pattern, value);
  if (operator === "StringLike") return like(pattern, value);
  if (operator === "StringEquals") return plain(pattern) === value;
  return plain(pattern).toLowerCase() === value.toLowerCase();
}

function conditionHolds(written: string, key: string, policyValues: Text, variables: boolean, keys: Keys): boolean {
  const values = keys[key.toLowerCase()] ?? [];
  const listed = [policyValues].flat();
  if (written === "Null") return listed.includes(values.length === 0 ? "true" : "false");
  const quantifier = written.includes(":") ? written.split(":")[0] : "";
  const ifExists = written.endsWith("IfExists");
  const operator = written.replace(/^.*:/, "").replace(/IfExists$/, "");
  const negated = operator.includes("Not");
  const positive = operator.replace("Not", "");
  const matchesAny = (value: string) => listed.some((each) => same(positive, each, value, variables, keys));
  if (values.length === 0) {
    if (ifExists || quantifier === "ForAllValues") return true;
    return quantifier === "" && negated;
  }
  if (quantifier === "ForAllValues") return values.every((value) => matchesAny(value) !== negated);
  if (quantifier === "ForAnyValue") return values.some((value) => matchesAny(value) !== negated);
  const some = values.some(matchesAny);
  return negated ? !some : some;
}

function resourceMatches(pattern: string, resource: string, variables: boolean, keys: Keys): boolean {
  if (pattern === "*") return true;
  const [, place = pattern, own = ""] = /^((?:[^:]*:){5})(.*)$/.exec(pattern) ?? [];
  const head = letters(place, false, keys);
  const tail = letters(own, variables, keys);
  return head !== undefined && tail !== undefined && arnLike([...head, ...tail], resource);
}

function applies(statement: PlainStatement, variables: boolean, { action, resource, keys }: PlainRequest): boolean {
  const isAction = (pattern: string) => like(letters(pattern.toLowerCase(), false, {}) ?? [], action.toLowerCase());
  const isResource = (pattern: string) => resourceMatches(pattern, resource, variables, keys);
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  if (Action && ![Action].flat().some(isAction)) return false;
  if (NotAction && [NotAction].flat().some(isAction)) return false;
  if (Resource && ![Resource].flat().some(isResource)) return false;
  if (NotResource && [NotResource].flat().some(isResource)) return false;
  return Object.entries(Condition).every(([operator, block]) =>
    Object.entries(block).every(([key, values]) => conditionHolds(operator, key, values, variables, keys)),
  );
}

export function oracle(documents: readonly PlainDocument[], request: PlainRequest): string {
  const effects = documents.flatMap(({ Version, Statement }) =>
    Statement.filter((each) => applies(each, Version === "2012-10-17", request)).map(({ Effect }) => Effect),
  );
  if (effects.includes("Deny")) return "explicit-deny";
  return effects.includes("Allow") ? "allowed" : "implicit-deny";
}
