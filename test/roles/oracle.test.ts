// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like that

// The engine against the oracle, on policies, callers and requests that dice make. A failure shows the seed and the whole case.
// MAYFLY_ORACLE_CASES says how many there are of each seed.

import { expect, test } from "vitest";
import { type Dice, dice } from "../../entropy/dice.ts";
import { authorize } from "../../roles/authorize.ts";
import type { Group, Identities, ManagedPolicy, Principal, Role, User } from "../../roles/model.ts";
import { ANONYMOUS, principalOfRoot } from "../../roles/principal.ts";
import {
  oracle,
  type PlainCaller,
  type PlainCase,
  type PlainDocument,
  type PlainRequest,
  type PlainStatement,
} from "./oracle.ts";
import { rolePrincipal, userPrincipal, world } from "./world.ts";

const ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "iam:GetUser"];
const ACTION_PATTERNS = [
  ...["*", "*:*", "s3:*", "S3:get*", "s3:?etObject", "s3:GetObject", "iam:*", "s3:*Object", "s3:*t*e*", "iam:Get?????"],
];
const RESOURCES = [
  ...["*", "arn:aws:s3:::b", "arn:aws:s3:::b/alice/x", "arn:aws:s3:::b/a*c", "arn:aws:s3:::b/x:y", "arn:aws:s3:::b/"],
  ...["arn:aws:iam::123456789012:user/alice", "arn:aws-cn:s3:::b/alice/x"],
];
const RESOURCE_PATTERNS = [
  ...[
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/*",
    "arn:*:s3:::b/*x",
    "arn:aws:s3:::b/?",
    "arn:aws:s3*",
  ],
  ...["arn:aws:s3:::b/${test:name}/*", "arn:aws:s3:::b/${test:star}", "arn:aws:s3:::b/a${*}c", "arn:aws:iam::*:user/*"],
  ...["arn:aws:s3:::b/${test:none, 'alice'}/x", "arn:aws:s3:::${test:many}", "arn:aws:iam::1*:user/${test:name}"],
];
const KEYS = ["test:name", "test:star", "test:many", "test:none", "test:number", "test:date", "test:ip", "test:arn"];
const TEXTS = [
  ...["alice", "Alice", "a*c", "abc", "a*", "*", "", "${test:name}", "${test:star}", "${test:none}", "a${?}c", "b${$}"],
];
const NUMBERS = ["1", "2", "10", "2.0", "-1", "1e1"];
const DATES = ["2026-11-24T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-24", "1795478400", "2026"];
const RANGES = ["10.0.0.0/8", "10.0.0.1", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32", "::/0"];
const ARNS = ["arn:aws:s3:::b", "arn:aws:s3:::*", "arn:*:iam::*:role/*", "arn:aws:iam*", "${test:arn}", "no:arn"];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  String: TEXTS,
  Numeric: NUMBERS,
  Date: DATES,
  IpAddress: RANGES,
  NotIpAddress: RANGES,
  Arn: ARNS,
  Bool: ["true", "false", "TRUE"],
  Binary: ["YWxpY2U=", "alice"],
  Null: ["true", "false"],
};
const REQUEST_VALUES = [
  ...["alice", "ALICE", "a*c", "abc", "", "*", "${test:name}", "1", "2", "10", "2026-11-24T00:00:00Z", "1795478400"],
  ...[
    "10.0.0.1",
    "192.0.2.9",
    "2001:db8::1",
    "arn:aws:s3:::b",
    "arn:aws:iam::123456789012:role/a/b",
    "true",
    "false",
    "YWxpY2U=",
  ],
];
const COMPARISONS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
const OPERATORS = [
  ...["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike"],
  ...[
    "StringNotLike",
    "BinaryEquals",
    "Bool",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
  ],
  ...COMPARISONS.flatMap((comparison) => [`Numeric${comparison}`, `Date${comparison}`]),
];

const some = <Choice>({ integer, pick }: Dice, choices: readonly Choice[], most: number): Choice[] =>
  Array.from({ length: 1 + integer(most) }, () => pick(choices));

function makeCondition(throws: Dice): NonNullable<PlainStatement["Condition"]> {
  const { pick, chance } = throws;
  const blocks = Array.from({ length: throws.integer(3) }, () => {
    const base = chance(0.1) ? "Null" : pick(OPERATORS);
    const type = Object.keys(VALUES).find((name) => base.startsWith(name)) as string;
    const quantified = base === "Null" ? base : `${pick(["", "", "ForAllValues:", "ForAnyValue:"])}${base}`;
    const operator = base !== "Null" && chance(0.2) ? `${quantified}IfExists` : quantified;
    return [operator, { [pick(KEYS)]: some(throws, VALUES[type] as readonly string[], 3) }];
  });
  return Object.fromEntries(blocks);
}

function makeStatement(throws: Dice): PlainStatement {
  const { pick, chance } = throws;
  const list = (choices: readonly string[]) => (chance(0.4) ? pick(choices) : some(throws, choices, 3));
  return {
    Effect: chance(0.3) ? "Deny" : "Allow",
    [chance(0.15) ? "NotAction" : "Action"]: list(ACTION_PATTERNS),
    [chance(0.15) ? "NotResource" : "Resource"]: list(RESOURCE_PATTERNS),
    Condition: makeCondition(throws),
  };
}

function makeRequest({ pick, integer, chance }: Dice): PlainRequest {
  const named: [string, readonly string[]][] = [
    ["test:name", ["alice"]],
    ["test:star", ["a*c"]],
    ["test:many", ["b", "alice"]],
  ];
  const others = KEYS.slice(3).map((key): [string, string[]] => [
    key,
    chance(0.4) ? [] : Array.from({ length: 1 + integer(2) }, () => pick(REQUEST_VALUES)),
  ]);
  const keys = Object.fromEntries([...named, ...others].filter(() => chance(0.85)));
  return { action: pick(ACTIONS), resource: pick(RESOURCES), keys };
}

const version = ({ chance }: Dice) => (chance(0.15) ? "2008-10-17" : "2012-10-17");

const makeDocuments = (throws: Dice, most: number): PlainDocument[] =>
  Array.from({ length: 1 + throws.integer(most) }, () => ({
    Version: version(throws),
    Statement: Array.from({ length: 1 + throws.integer(3) }, () => makeStatement(throws)),
  }));

const account = world({
  users: { alice: { path: "/staff/" }, bob: {} },
  groups: { staff: {} },
  roles: { r: { path: "/apps/", trust: "ec2.amazonaws.com" } },
});
const [alice, role] = [account.users.get("alice") as User, account.roles.get("r") as Role];
const ACCOUNT = account.accountId;
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.example.com`;
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
const session = rolePrincipal(account, "r", "session");
const guest: Principal = {
  kind: "federated-user",
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
  userId: `${ACCOUNT}:guest`,
  userName: "alice",
  grantingUserId: alice.id,
};

/** The same callers, as either side knows them. */
const CALLERS: readonly (readonly [Principal, PlainCaller])[] = [
  [userPrincipal(account, "alice"), { kind: "user", arn: alice.arn, id: alice.id, account: ACCOUNT }],
  [session, { kind: "session", arn: "arn" in session ? session.arn : "", account: ACCOUNT, of: role }],
  [guest, { kind: "federated", arn: guest.arn, account: ACCOUNT, of: alice }],
  [ANONYMOUS, { kind: "anonymous" }],
  [ANONYMOUS, { kind: "anonymous", provider: PROVIDER }],
  [principalOfRoot(account), { kind: "root", account: ACCOUNT }],
];

const AWS_NAMES = [
  ...[alice.arn, alice.id, role.arn, role.id, "arn" in session ? session.arn : "", guest.arn, "*", ACCOUNT],
  ...[`arn:aws:iam::${ACCOUNT}:root`, "999999999999", `arn:aws:iam::${ACCOUNT}:user/bob`, "AIDAABCDEFGHIJKLMNOPQ"],
  ...[`arn:aws:iam::${ACCOUNT}:user/former`],
];
const BOUND = [alice.arn, role.arn, `arn:aws:iam::${ACCOUNT}:user/former`];
const IDS = [alice.id, role.id, "AIDAABCDEFGHIJKLMNOPQ"];

function makePrincipals(throws: Dice): Pick<PlainStatement, "Principal" | "NotPrincipal"> {
  const { pick, chance } = throws;
  const listed = {
    AWS: some(throws, AWS_NAMES, 3),
    ...(chance(0.2) && { Service: "ec2.amazonaws.com" }),
    ...(chance(0.4) && { Federated: pick([PROVIDER, "accounts.google.com"]) }),
  };
  if (chance(0.1)) return { Principal: "*" };
  return chance(0.15) ? { NotPrincipal: listed } : { Principal: listed };
}

const TRUST_ACTIONS = ["sts:AssumeRole", "sts:*", "STS:assume*", "sts:TagSession", "sts:AssumeRole?"];

function makeResource(throws: Dice): NonNullable<PlainCase["resource"]> {
  const { pick, integer, chance } = throws;
  const kind = chance(0.35) ? "trust" : "resource";
  const statement = () => {
    const { Resource, NotResource, NotAction, Action, ...made } = makeStatement(throws);
    const place = kind === "trust" ? { Action: pick(TRUST_ACTIONS) } : { Action, Resource, NotResource, NotAction };
    return { ...made, ...makePrincipals(throws), ...JSON.parse(JSON.stringify(place)) };
  };
  const document = { Version: version(throws), Statement: Array.from({ length: 1 + integer(3) }, statement) };
  const ids = Object.fromEntries(BOUND.flatMap((arn) => (chance(0.4) ? [[arn, pick(IDS)] as const] : [])));
  return { kind, document, ids };
}

interface MadeCase extends PlainCase {
  readonly principal: Principal;
}

function makeCase(throws: Dice): MadeCase {
  const { pick, chance } = throws;
  const [principal, caller] = chance(0.5) ? (CALLERS[0] as (typeof CALLERS)[number]) : pick(CALLERS);
  const request = makeRequest(throws);
  const hasOwn = caller.kind !== "anonymous" && caller.kind !== "root";
  const resource = chance(0.6) ? makeResource(throws) : undefined;
  return {
    principal,
    caller,
    request: resource?.kind === "trust" ? { ...request, action: "sts:AssumeRole" } : request,
    identity: hasOwn ? makeDocuments(throws, 2) : [],
    boundary: hasOwn && chance(0.3) ? makeDocuments(throws, 1) : undefined,
    session: hasOwn && chance(0.4) ? makeDocuments(throws, 1) : undefined,
    ...(resource && { resource }),
  };
}

const managed = (name: string, document: PlainDocument): ManagedPolicy => ({
  ...{ name, path: "/", arn: `arn:aws:iam::${ACCOUNT}:policy/${name}`, id: `ANPA${name}`, createdAt: 0, updatedAt: 0 },
  ...{ tags: [], versions: [{ versionId: "v1", document: JSON.stringify(document), createdAt: 0 }] },
  ...{ defaultVersionId: "v1", versionsMade: 1 },
});

/** The documents where they stand in an account: the first inline, the others attached, or a group's for a user. */
function accountWith({ identity: [first, ...others], boundary = [] }: PlainCase): Identities {
  const inlinePolicies = first ? [{ name: "own", document: JSON.stringify(first) }] : [];
  const attached = others.map((document, index) => managed(`attached${index}`, document));
  const limits = boundary.map((document) => managed("boundary", document));
  const attachedPolicies = attached.map(({ arn }) => arn);
  const own = { inlinePolicies, ...(limits.length > 0 && { permissionsBoundary: BOUNDARY }) };
  const group = { ...(account.groups.get("staff") as Group), attachedPolicies };
  return {
    ...account,
    managedPolicies: new Map([...attached, ...limits].map((policy) => [policy.name, policy])),
    groups: new Map([["staff", group]]),
    users: new Map([["alice", { ...alice, ...own, groups: ["staff"] }]]),
    roles: new Map([["r", { ...role, ...own, attachedPolicies }]]),
  };
}

function decided(made: MadeCase): string {
  const { principal, caller, request, session, resource } = made;
  const [document, ...others] = session ?? [];
  const identities = accountWith(made);
  const arns = others.map((_, index) => `arn:aws:iam::${ACCOUNT}:policy/session${index}`);
  const policies = others.map((each, index) => [`session${index}`, managed(`session${index}`, each)] as const);
  const decision = authorize({
    identities: { ...identities, managedPolicies: new Map([...identities.managedPolicies, ...policies]) },
    principal,
    action: request.action,
    resource: request.resource,
    context: new Map(Object.entries(request.keys)),
    sessionPolicies: document && { document: JSON.stringify(document), arns },
    resourcePolicy: resource && { document: JSON.stringify(resource.document), principalIds: resource.ids },
    resourcePolicyKind: resource?.kind,
    federatedProvider: caller.kind === "anonymous" ? caller.provider : undefined,
  });
  return decision.outcome === "allowed" ? "allowed" : `${decision.outcome} ${decision.policyType}`;
}

const CASES = Number(process.env.MAYFLY_ORACLE_CASES ?? 2000);
const SEEDS = process.env.MAYFLY_TEST_SEED ? [process.env.MAYFLY_TEST_SEED] : ["1", "2"];
const OUTCOMES = [
  ...["allowed", "explicit-deny identity", "explicit-deny boundary", "explicit-deny session", "explicit-deny resource"],
  ...["explicit-deny trust", "implicit-deny identity", "implicit-deny boundary", "implicit-deny session"],
  "implicit-deny trust",
];

test.each(SEEDS)(`${CASES} cases of seed %s are decided as the oracle decides`, { timeout: 0 }, (seed) => {
  const throws = dice(`${seed}/policies`);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < CASES; round++) {
    const made = makeCase(throws);
    const expected = oracle(made);
    const outcome = decided(made);
    if (outcome !== expected) {
      expect.fail(`seed ${seed}, round ${round}: ${outcome}, not ${expected}: ${JSON.stringify(made)}`);
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  // Each outcome must come up often enough, or the cases show little.
  const rare = OUTCOMES.filter((outcome) => (outcomes.get(outcome) ?? 0) < CASES / 250);
  expect([rare, [...outcomes]], `seed ${seed}`).toEqual([[], [...outcomes]]);
});
