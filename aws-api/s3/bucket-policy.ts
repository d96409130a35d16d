// Is this a policy that S3 would take for that bucket? In S3's words, which are others than IAM's.
// Recorded: LocalStack's test_bucket_policy_exc. Those of single elements are told by others: https://github.com/versity/versitygw (auth/).

import { type Bindable, unknownPrincipals } from "../../roles/bound-principals.ts";
import { isObject, listOf } from "../../roles/json.ts";
import { MalformedPolicy } from "../../roles/malformed-policy.ts";
import type { Identities } from "../../roles/model.ts";
import { readPolicy } from "../../roles/policy.ts";
import { parsePattern, wildcardTest } from "../../roles/wildcard.ts";
import { AwsError } from "../call.ts";
import { ACCOUNT_ACTIONS, BUCKET_ACTIONS, OBJECT_ACTIONS } from "./policy-terms.ts";

const SIZE_LIMIT_BYTES = 20_480;

type Json = Readonly<Record<string, unknown>>;

const malformed = (message: string) => new AwsError("MalformedPolicy", 400, message);

const INVALID_PRINCIPAL = "Invalid principal in policy";

/**
 * The text of a policy as S3 keeps it: without white space, elements in S3's own order. It names no one who is not there.
 * @param arn of the bucket
 * @throws AwsError MalformedPolicy
 */
export function checkedBucketPolicy(
  text: string,
  arn: string,
  account: Bindable & Pick<Identities, "accountId">,
): string {
  const normal = normalBucketPolicy(text, arn);
  if (unknownPrincipals(normal, account).length > 0) throw malformed(INVALID_PRINCIPAL);
  return normal;
}

/** The same, whoever is named. */
export function normalBucketPolicy(text: string, arn: string): string {
  const document = parse(text);
  const statements = listOf(document.Statement) as readonly Json[];
  for (const statement of statements) checkElements(statement);
  for (const statement of statements) checkResources(statement, arn);
  for (const statement of statements) checkActions(statement, arn);
  const normal = normalized(document, statements);
  if (Buffer.byteLength(normal) > SIZE_LIMIT_BYTES) {
    throw malformed(`Normalized policy document exceeds the maximum allowed size of ${SIZE_LIMIT_BYTES} bytes`);
  }
  checkLanguage(normal);
  return normal;
}

function parse(text: string): Json {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {}
  if (!text.startsWith("{") || !isObject(document)) {
    throw malformed("Policies must be valid JSON and the first byte must be '{'");
  }
  if (document.Statement === undefined) throw malformed("Missing required field Statement");
  const statements = listOf(document.Statement);
  if (statements.length === 0) throw malformed("Could not parse the policy: Statement is empty!");
  if (!statements.every(isObject)) throw malformed("Invalid policy syntax.");
  if (document.Version !== undefined && !["2012-10-17", "2008-10-17"].includes(String(document.Version))) {
    throw malformed("The policy must contain a valid version string");
  }
  return document;
}

function checkElements(statement: Json): void {
  const { Effect } = statement;
  if (Effect === undefined) throw malformed("Missing required field Effect");
  if (Effect !== "Allow" && Effect !== "Deny") throw malformed(`Invalid effect: ${Effect}`);
  for (const name of ["Principal", "Action", "Resource"]) {
    const elements = [statement[name], statement[`Not${name}`]];
    if (elements.includes(null)) throw malformed("Invalid policy syntax.");
    if (elements.every((element) => element === undefined)) throw malformed(`Missing required field ${name}`);
  }
  if (Effect === "Allow" && statement.NotPrincipal !== undefined) {
    throw malformed("Allow with NotPrincipal is not allowed.");
  }
}

const textsOf = (element: unknown) => listOf(element ?? []).map(String);

/** Only of this bucket, with or without what is in it. */
function checkResources({ Resource, NotResource }: Json, arn: string): void {
  const isOwn = (resource: string) => resource === arn || /^[/*?]/.test(resource.slice(arn.length));
  const named = textsOf(Resource ?? NotResource);
  if (named.length > 0 && named.every((resource) => resource.startsWith(arn) && isOwn(resource))) return;
  throw malformed("Policy has invalid resource");
}

/** Each action must be S3's, and one on what the statement names: on the bucket, or on objects. */
function checkActions({ Action, Resource }: Json, arn: string): void {
  const resources = textsOf(Resource).map((resource) => resource.slice(arn.length));
  // A bare wildcard stands for a slash with a key, too.
  const applying = [
    ...(resources.some((rest) => !rest.startsWith("/")) ? BUCKET_ACTIONS : []),
    ...(resources.some((rest) => rest !== "") ? OBJECT_ACTIONS : []),
  ];
  for (const action of textsOf(Action)) {
    if (action === "*") continue;
    const [service, name = ""] = action.split(":");
    const isMeant = wildcardTest(parsePattern(name.toLowerCase()));
    const meansOneOf = (names: readonly string[]) => names.some((each) => isMeant(each.toLowerCase()));
    if (service?.toLowerCase() !== "s3" || !meansOneOf([...BUCKET_ACTIONS, ...OBJECT_ACTIONS, ...ACCOUNT_ACTIONS])) {
      throw malformed("Policy has invalid action");
    }
    if (Resource !== undefined && !meansOneOf(applying)) {
      throw malformed("Action does not apply to any resource(s) in statement");
    }
  }
}

/** What is left is the language that all policies have. */
function checkLanguage(text: string): void {
  try {
    readPolicy(text, "resource");
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    throw malformed(error.path.some((name) => /Principal$/.test(String(name))) ? INVALID_PRINCIPAL : error.message);
  }
}

const ORDER = [
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"],
];

function normalized({ Version, Id, ...others }: Json, statements: readonly Json[]): string {
  const ordered = statements.map((statement) => {
    const known = ORDER.filter((name) => statement[name] !== undefined).map((name) => [name, statement[name]]);
    return { ...Object.fromEntries(known), ...statement };
  });
  return JSON.stringify({ Version, Id, ...others, Statement: ordered });
}
