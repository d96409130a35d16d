// The policy language and the whole decision once more, as plainly as it can be said and as slowly: what the engine is compared with.
// It shares nothing with roles/ and takes only well-formed documents.

import { BlockList, isIPv4 } from "node:net";

type Keys = Readonly<Record<string, readonly string[]>>;
type Text = string | readonly string[];

type Names = "*" | Readonly<Record<string, Text>>;

export interface PlainStatement {
  readonly Principal?: Names;
  readonly NotPrincipal?: Names;
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
  if (operator === "BinaryEquals") return policyValue === value;
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

/** Who asks, with the two names that all of them have (an ARN and an account) and those of whom they are a session. */
export type PlainCaller =
  | { readonly kind: "user"; readonly arn: string; readonly id: string; readonly account: string }
  | {
      readonly kind: "session" | "federated";
      readonly arn: string;
      readonly account: string;
      /** The role, or the user who asked for it. */
      readonly of: { readonly arn: string; readonly id: string };
    }
  | { readonly kind: "root"; readonly account: string }
  | { readonly kind: "anonymous"; readonly provider?: string };

export interface PlainCase {
  readonly caller: PlainCaller;
  readonly request: PlainRequest;
  readonly identity: readonly PlainDocument[];
  readonly boundary?: readonly PlainDocument[] | undefined;
  readonly session?: readonly PlainDocument[] | undefined;
  readonly resource?: {
    readonly kind: "resource" | "trust";
    readonly document: PlainDocument;
    /** ARN → id, of those who are meant by their ids. */
    readonly ids: Readonly<Record<string, string>>;
  };
}

/** What each name of a Principal is to the caller. */
type Means = "not them" | "their account" | "everyone" | "them" | "whose session they are";

function meaning(type: string, name: string, caller: PlainCaller, ids: Readonly<Record<string, string>>): Means {
  if (name === "*" && (type === "AWS" || type === "*")) return "everyone";
  if (caller.kind === "anonymous") return type === "Federated" && name === caller.provider ? "them" : "not them";
  if (type !== "AWS") return "not them";
  if (name === caller.account || name === `arn:aws:iam::${caller.account}:root`) return "their account";
  if (caller.kind === "root") return "not them";
  const isOne = ({ arn, id }: { arn: string; id: string }) =>
    name in ids ? ids[name] === id : [arn, id].includes(name);
  if (caller.kind === "user") return isOne(caller) ? "them" : "not them";
  if (name === caller.arn) return "them";
  return isOne(caller.of) ? "whose session they are" : "not them";
}

function meanings(names: Names, caller: PlainCaller, ids: Readonly<Record<string, string>>): Means[] {
  if (names === "*") return ["everyone"];
  return Object.entries(names).flatMap(([type, list]) => [list].flat().map((name) => meaning(type, name, caller, ids)));
}

/** What a statement of a resource's policy means by its principals; "not them" where it is not about the caller. */
function meant(
  { Effect, Principal, NotPrincipal }: PlainStatement,
  { caller, resource, boundary }: PlainCase,
): Means[] {
  const ids = resource?.ids ?? {};
  if (Principal) return meanings(Principal, caller, ids);
  if (Effect === "Deny" && boundary) return ["everyone"];
  const spared = meanings(NotPrincipal ?? {}, caller, ids).some(
    (means) => means !== "not them" && (means !== "their account" || caller.kind === "root"),
  );
  return spared ? ["not them"] : ["everyone"];
}

function isSaid(effect: "Allow" | "Deny", documents: readonly PlainDocument[], request: PlainRequest): boolean {
  return documents.some(({ Version, Statement }) =>
    Statement.some((each) => each.Effect === effect && applies(each, Version === "2012-10-17", request)),
  );
}

/** `allowed`, or the outcome with the type of policy that is named. */
export function oracle(asked: PlainCase): string {
  const { caller, request, identity, boundary, session, resource } = asked;
  const variables = resource?.document.Version === "2012-10-17";
  const speaking = (resource?.document.Statement ?? [])
    .filter((each) => applies(each, variables, request))
    .map((each) => ({ ...each, means: meant(each, asked) }))
    .filter(({ means }) => means.some((one) => one !== "not them"));
  const grants = speaking.filter(({ Effect }) => Effect === "Allow").flatMap(({ means }) => means);

  if (speaking.some(({ Effect }) => Effect === "Deny")) return `explicit-deny ${resource?.kind}`;
  if (isSaid("Deny", identity, request)) return "explicit-deny identity";
  if (isSaid("Deny", boundary ?? [], request)) return "explicit-deny boundary";
  if (isSaid("Deny", session ?? [], request)) return "explicit-deny session";

  if (resource?.kind === "trust" && grants.every((means) => means === "not them")) return "implicit-deny trust";
  if (caller.kind === "root") return "allowed";
  if (grants.includes("them")) return "allowed";
  const isSession = caller.kind === "session" || caller.kind === "federated";
  if (grants.includes("everyone") && !isSession) return "allowed";

  const granted = grants.includes("everyone") || grants.includes("whose session they are");
  if (!granted && !isSaid("Allow", identity, request)) return "implicit-deny identity";
  if (boundary && !isSaid("Allow", boundary, request)) return "implicit-deny boundary";
  const limits = session ?? (caller.kind === "federated" ? [] : undefined);
  if (limits && !isSaid("Allow", limits, request)) return "implicit-deny session";
  return "allowed";
}

/** The decision where only identity-based policies speak. */
export function oracleOfIdentity(documents: readonly PlainDocument[], request: PlainRequest): string {
  const caller = {
    kind: "user",
    arn: "arn:aws:iam::123456789012:user/x",
    id: "AIDA",
    account: "123456789012",
  } as const;
  return oracle({ caller, request, identity: documents }).replace(" identity", "");
}
