// What does a refusal say to those who may know all of it? Who asked what, in which context, and which statements denied it: as JSON,
// encoded so that whoever was refused learns nothing of it.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html

import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { SecretKey } from "../entropy/hash.ts";
import type { Context } from "../roles/context.ts";
import type { Decision, Rule } from "../roles/decision.ts";
import { isObject, listOf } from "../roles/json.ts";
import type { Principal } from "../roles/model.ts";
import { openBytes, sealBytes } from "../signing/sealed-bytes.ts";

/** What was asked and decided. */
export interface DecidedRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  readonly decision: Decision;
}

const PURPOSE = "authorization message";

/** As `EncodedMessage` must be, at most. */
const LONGEST_MESSAGE = 10_240;
/** Keeps a small message from unpacking into a large one; ours are far below. */
const LONGEST_TEXT = 1 << 20;

const items = <Item>(all: readonly Item[]) => ({ items: all });
const values = (all: readonly unknown[]) => items(all.map((value) => ({ value: String(value) })));

/** The shape that AWS's messages have; what is in the items of `matchedStatements` is not documented. */
function messageOf({ principal, action, resource, context, decision }: DecidedRequest) {
  const denied = decision.outcome === "explicit-deny" ? decision.statements : [];
  return {
    allowed: decision.outcome === "allowed",
    explicitDeny: decision.outcome === "explicit-deny",
    matchedStatements: items(denied.map((rule) => matchedStatement(rule, principal))),
    failures: items([]),
    context: {
      principal: principalOf(principal),
      action,
      resource,
      conditions: items(Array.from(context, ([key, all]) => ({ key, values: values(all) }))),
    },
  };
}

function principalOf(principal: Principal) {
  if (principal.kind === "anonymous") return { id: "anonymous" };
  const name = principal.kind === "user" ? { name: principal.userName } : {};
  return { id: principal.userId, ...name, arn: principal.arn };
}

const userIdOf = (principal: Principal) => (principal.kind === "anonymous" ? "*" : principal.userId.split(":")[0]);

function matchedStatement({ statement }: Rule, principal: Principal) {
  const { Action, NotAction, Resource, NotResource, Condition } = statement.written;
  const conditions = Object.values(isObject(Condition) ? Condition : {}).flatMap((keys) =>
    Object.entries(keys as Readonly<Record<string, unknown>>).map(([key, all]) => ({
      key,
      values: values(listOf(all)),
    })),
  );
  return {
    statementId: statement.sid ?? "",
    effect: "DENY",
    principals: values([userIdOf(principal)]),
    principalGroups: items([]),
    actions: values(listOf(Action ?? NotAction ?? [])),
    resources: values(listOf(Resource ?? NotResource ?? [])),
    conditions: items(conditions),
  };
}

/** URL-safe base64 without padding; the same for the same request and decision. */
export function encodeAuthorizationMessage(masterKey: SecretKey, request: DecidedRequest): string {
  const packed = deflateRawSync(JSON.stringify(messageOf(request)));
  return sealBytes(masterKey, PURPOSE, packed).toString("base64url");
}

/** The JSON of a message; undefined when it is none of this world's, which STS refuses with InvalidAuthorizationMessageException (400). */
export function decodeAuthorizationMessage(masterKey: SecretKey, encodedMessage: string): string | undefined {
  if (encodedMessage.length > LONGEST_MESSAGE) return undefined;
  const sealed = Buffer.from(encodedMessage, "base64url");
  // Node takes stray characters as well; a message is this text and no other.
  const packed = sealed.toString("base64url") === encodedMessage ? openBytes(masterKey, PURPOSE, sealed) : undefined;
  return packed && inflateRawSync(packed, { maxOutputLength: LONGEST_TEXT }).toString();
}
