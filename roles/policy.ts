// What does a policy document say? Its statements, parsed once for each text.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html

import { LRUCache } from "lru-cache";
import { didYouMean } from "./did-you-mean.ts";
import { isObject, listOf } from "./json.ts";
import { inWordsOfBuckets, MALFORMED, MalformedPolicy } from "./malformed-policy.ts";
import { type PolicyKind, parseStatement, type Statement } from "./statement.ts";

const ELEMENTS = ["Version", "Id", "Statement"];

/** Whether a version has policy variables; without `Version` a document is of 2008. */
const VERSIONS: ReadonlyMap<unknown, { readonly variables: boolean }> = new Map([
  ["2012-10-17", { variables: true }],
  ["2008-10-17", { variables: false }],
]);

function version(value: unknown) {
  const found = VERSIONS.get(value);
  if (found) return found;
  const detail = `must be "2012-10-17" or "2008-10-17", not ${JSON.stringify(value)}`;
  throw new MalformedPolicy(MALFORMED.syntax, ["Version"], detail);
}

/**
 * The statements of a document in their order.
 * @throws MalformedPolicy, for the policy of a resource in S3's words
 */
export function parsePolicy(document: unknown, kind: PolicyKind): readonly Statement[] {
  return inWordsOf(kind, () => parse(document, kind));
}

function inWordsOf<Parsed>(kind: PolicyKind, read: () => Parsed): Parsed {
  try {
    return read();
  } catch (problem) {
    throw kind === "resource" && problem instanceof MalformedPolicy ? inWordsOfBuckets(problem) : problem;
  }
}

function parse(document: unknown, kind: PolicyKind): readonly Statement[] {
  if (!isObject(document)) throw new MalformedPolicy(MALFORMED.syntax, [], "must be a mapping");
  const unknown = Object.keys(document).find((name) => !ELEMENTS.includes(name));
  if (unknown !== undefined) {
    const detail = `a policy has no element "${unknown}"${didYouMean(unknown, ELEMENTS)}`;
    throw new MalformedPolicy(MALFORMED.syntax, [], detail);
  }
  const { variables } = version(document.Version ?? "2008-10-17");
  if (document.Id !== undefined && typeof document.Id !== "string") {
    throw new MalformedPolicy(MALFORMED.syntax, ["Id"], "must be a string");
  }
  const written = document.Statement === undefined ? [] : listOf(document.Statement);
  if (written.length === 0) {
    const text = kind === "resource" ? "Missing required field Statement" : MALFORMED.syntax;
    throw new MalformedPolicy(text, [], "needs a Statement");
  }
  const statements = written.map((statement, index) => {
    const path = Array.isArray(document.Statement) ? ["Statement", index] : ["Statement"];
    return parseStatement(statement, index, { kind, variables, path });
  });
  const sids = statements.flatMap(({ sid }) => sid ?? []);
  const twice = sids.find((sid, index) => sids.indexOf(sid) < index);
  if (twice !== undefined)
    throw new MalformedPolicy(MALFORMED.sids, ["Statement"], `the Sid "${twice}" is there twice`);
  return statements;
}

const PARSED_KEPT = 4096;
const parsed = new LRUCache<string, readonly Statement[]>({ max: PARSED_KEPT });

/**
 * The statements of a policy by its text, in their order; each text is parsed once.
 * @throws MalformedPolicy
 */
export function readPolicy(text: string, kind: PolicyKind): readonly Statement[] {
  const key = `${kind} ${text}`;
  const known = parsed.get(key);
  if (known) return known;
  const statements = inWordsOf(kind, () => parse(parseJson(text), kind));
  parsed.set(key, statements);
  return statements;
}

/**
 * The same for a policy that IAM is given now for a user, group or role, or as a managed one: of the version of 2008 it takes no new
 * ones, though those that are there go on. Of several faults the version comes after those of syntax.
 * @throws MalformedPolicy
 */
export function readNewPolicy(text: string): readonly Statement[] {
  try {
    const statements = readPolicy(text, "identity");
    demandNewVersion(text);
    return statements;
  } catch (problem) {
    if (!(problem instanceof MalformedPolicy) || !isSyntax(problem)) demandNewVersion(text);
    throw problem;
  }
}

function demandNewVersion(text: string): void {
  const { Version } = parseJson(text) as { readonly Version?: unknown };
  if (Version !== "2012-10-17") throw new MalformedPolicy(MALFORMED.version, ["Version"], 'must be "2012-10-17"');
}

const isSyntax = ({ message }: MalformedPolicy) => message === MALFORMED.json || message === MALFORMED.syntax;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedPolicy(MALFORMED.json, [], "must be JSON");
  }
}
