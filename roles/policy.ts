// What does a policy document say? Its statements, parsed once for each document object.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html

import { didYouMean } from "./did-you-mean.ts";
import { isObject, listOf } from "./json.ts";
import { MALFORMED, MalformedPolicy } from "./malformed-policy.ts";
import type { PolicyDocument } from "./model.ts";
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
  if (written.length === 0) throw new MalformedPolicy(MALFORMED.syntax, [], "needs a Statement");
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

const parsed: Readonly<Record<PolicyKind, WeakMap<PolicyDocument, readonly Statement[]>>> = {
  identity: new WeakMap(),
  trust: new WeakMap(),
};

/**
 * The statements of a document in their order. Remembered for as long as the document object lives, so that it must not be
 * changed afterwards.
 * @throws MalformedPolicy
 */
export function parsePolicy(document: PolicyDocument, kind: PolicyKind): readonly Statement[] {
  const known = parsed[kind].get(document);
  if (known) return known;
  const statements = parse(document, kind);
  parsed[kind].set(document, statements);
  return statements;
}
