import { describe, expect, test } from "vitest";
import { type AuthorizationRequest, authorize } from "../../roles/authorize.ts";
import { bindPrincipals } from "../../roles/bound-principals.ts";
import type { Identities, PolicyDocument, Principal, ResourcePolicy, SessionPolicies } from "../../roles/model.ts";
import { ANONYMOUS, principalOfRoot } from "../../roles/principal.ts";
import { rolePrincipal, userPrincipal, world } from "./world.ts";

const ACCOUNT = "123456789012";
const statement = (Effect: string, Action: string, more: object = {}) => ({ Effect, Action, ...more });
const policy = (...Statement: object[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
const everywhere = { Resource: "*" };

const base = world({
  policies: {
    OnlyLists: policy(statement("Allow", "s3:List*", everywhere)),
    Reads: policy(statement("Allow", "s3:Get*", everywhere)),
  },
  groups: { Readers: { policies: { read: policy(statement("Allow", "s3:GetObject", everywhere)) } } },
  users: {
    bare: {},
    reader: { groups: ["Readers"] },
    denied: { policies: { no: policy(statement("Deny", "s3:*", everywhere)) } },
  },
  roles: {
    bare: { path: "/apps/", trust: "ec2.amazonaws.com" },
    reader: { trust: "ec2.amazonaws.com", policies: { read: policy(statement("Allow", "s3:GetObject", everywhere)) } },
  },
});

/** The account with a boundary on everyone, which only lets list. */
const bounded: Identities = {
  ...base,
  users: new Map(Array.from(base.users, ([name, user]) => [name, { ...user, permissionsBoundary: boundary() }])),
  roles: new Map(Array.from(base.roles, ([name, role]) => [name, { ...role, permissionsBoundary: boundary() }])),
};
function boundary() {
  return `arn:aws:iam::${ACCOUNT}:policy/OnlyLists`;
}

const federated = (userName: string): Principal => ({
  kind: "federated-user",
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
  userId: `${ACCOUNT}:guest`,
  userName,
  grantingUserId: base.users.get(userName)?.id ?? "",
});
const user = userPrincipal(base, "bare");
const role = rolePrincipal(base, "bare", "session");

const USER = `arn:aws:iam::${ACCOUNT}:user/bare`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/apps/bare`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/bare/session`;
const GUEST = `arn:aws:sts::${ACCOUNT}:federated-user/guest`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;

const SESSION_LISTS: SessionPolicies = { arns: [boundary()] };
const SESSION_READS: SessionPolicies = {
  arns: [boundary()],
  document: JSON.stringify(policy(statement("Allow", "s3:GetObject", everywhere))),
};

const granting = (principals: object, effect = "Allow"): ResourcePolicy =>
  bindPrincipals(JSON.stringify(policy(statement(effect, "s3:GetObject", { ...principals, ...everywhere }))), base);

function outcome(
  principal: Principal,
  resourcePolicy: ResourcePolicy | undefined,
  more: Partial<AuthorizationRequest> = {},
) {
  const asked = { action: "s3:GetObject", resource: "arn:aws:s3:::b/k", context: new Map() };
  const decision = authorize({ identities: base, principal, resourcePolicy, ...asked, ...more });
  return decision.outcome === "allowed" ? "allowed" : `${decision.outcome} ${decision.policyType}`;
}
const ALL_ALLOWED = ["allowed", "allowed", "allowed", "allowed"] as const;
const aws = (AWS: string | string[]) => ({ Principal: { AWS } });

describe("an Allow of a resource's policy, for who has none of their own", () => {
  // by whom it means; alone; with a boundary that does not allow; with session policies that do not; with session policies that do
  const no = "implicit-deny identity";
  test.each([
    ["a user by ARN", user, aws(USER), "allowed", "allowed", "allowed", "allowed"],
    ["a user by id", user, aws(base.users.get("bare")?.id ?? ""), "allowed", "allowed", "allowed", "allowed"],
    ["a user by *", user, { Principal: "*" }, "allowed", "allowed", "allowed", "allowed"],
    ["a user by AWS: *", user, aws("*"), "allowed", "allowed", "allowed", "allowed"],
    ["a user by the account", user, aws(ACCOUNT), no, no, no, no],
    ["a user by root", user, aws(ROOT), no, no, no, no],
    ["a user by root and ARN", user, aws([ROOT, USER]), "allowed", "allowed", "allowed", "allowed"],
    ["another user", user, aws(USER.replace("bare", "reader")), no, no, no, no],
    ["another account", user, aws("999999999999"), no, no, no, no],
    ["a session by its ARN", role, aws(SESSION), "allowed", "allowed", "allowed", "allowed"],
    ["another session", role, aws(`${SESSION}s`), no, no, no, no],
    ["a session by its role", role, aws(ROLE), "allowed", "implicit-deny boundary", "implicit-deny session", "allowed"],
    [
      "a session by *",
      role,
      { Principal: "*" },
      "allowed",
      "implicit-deny boundary",
      "implicit-deny session",
      "allowed",
    ],
    ["a session by the account", role, aws(ACCOUNT), no, no, no, no],
    ["a federated user by ARN", federated("bare"), aws(GUEST), "allowed", "allowed", "allowed", "allowed"],
    [
      "a federated user by the user",
      federated("bare"),
      aws(USER),
      ...(["implicit-deny session", "implicit-deny boundary", "implicit-deny session", "allowed"] as const),
    ],
    ["nobody by *", ANONYMOUS, { Principal: "*" }, "allowed", "allowed", "allowed", "allowed"],
    ["nobody by the account", ANONYMOUS, aws(ACCOUNT), no, no, no, no],
    [
      "a user who is not excepted",
      user,
      { NotPrincipal: { AWS: [ROLE, "999999999999"] } },
      "allowed",
      "allowed",
      "allowed",
      "allowed",
    ],
    ["a user who is excepted", user, { NotPrincipal: { AWS: USER } }, no, no, no, no],
    ["a user of whom only the account is excepted", user, { NotPrincipal: { AWS: ROOT } }, ...ALL_ALLOWED],
    ["a service", user, { Principal: { Service: "ec2.amazonaws.com" } }, no, no, no, no],
  ] as const)("%s", (_, principal, principals, alone, boundary, listing, reading) => {
    const policy = granting(principals);
    expect([
      outcome(principal, policy),
      outcome(principal, policy, { identities: bounded }),
      outcome(principal, policy, { sessionPolicies: SESSION_LISTS }),
      outcome(principal, policy, { sessionPolicies: SESSION_READS }),
    ]).toEqual([alone, boundary, listing, reading]);
  });

  test("leaves what it gives to the account to identity policies", () => {
    const delegating = granting(aws(ROOT));
    expect(outcome(userPrincipal(base, "reader"), delegating)).toBe("allowed");
    expect(outcome(rolePrincipal(base, "reader"), delegating)).toBe("allowed");
    expect(outcome(userPrincipal(base, "reader"), undefined)).toBe("allowed");
    expect(outcome(userPrincipal(base, "reader"), delegating, { identities: bounded })).toBe("implicit-deny boundary");
  });

  test("never wins over a Deny", () => {
    const denied = userPrincipal(base, "denied");
    expect(outcome(denied, granting({ Principal: "*" }))).toBe("explicit-deny identity");
    const denying = (principals: object) => granting(principals, "Deny");
    const reader = userPrincipal(base, "reader");
    expect(outcome(reader, denying(aws(ROOT)))).toBe("explicit-deny resource");
    expect(outcome(denied, denying({ Principal: "*" }))).toBe("explicit-deny resource");
    expect(outcome(reader, denying(aws(USER)))).toBe("allowed");
    expect(outcome(reader, denying({ NotPrincipal: { AWS: USER } }))).toBe("explicit-deny resource");
    expect(outcome(principalOfRoot(base), denying({ Principal: "*" }))).toBe("explicit-deny resource");
    expect(outcome(principalOfRoot(base), granting(aws(USER)))).toBe("allowed");
  });

  test("spares with NotPrincipal whom it lists, by more than their account, unless they have a boundary", () => {
    const sparing = (...AWS: string[]) => granting({ NotPrincipal: { AWS } }, "Deny");
    const READER = USER.replace("bare", "reader");
    const READER_ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
    const [reader, session] = [userPrincipal(base, "reader"), rolePrincipal(base, "reader", "session")];
    const denied = "explicit-deny resource";
    // AWS's example: Bob and his account are listed, and the others of the account are denied.
    expect(outcome(reader, sparing(READER, ROOT))).toBe("allowed");
    expect(outcome(reader, sparing(USER, ROOT))).toBe(denied);
    expect(outcome(reader, sparing(ACCOUNT))).toBe(denied);
    expect(outcome(session, sparing(READER_ROLE, ROOT))).toBe("allowed");
    expect(outcome(session, sparing(SESSION.replace("bare", "reader"), READER_ROLE, ROOT))).toBe("allowed");
    expect(outcome(session, sparing(USER, ROOT))).toBe(denied);
    expect(outcome(principalOfRoot(base), sparing(ROOT))).toBe("allowed");
    expect(outcome(principalOfRoot(base), sparing(USER))).toBe(denied);
    expect(outcome(reader, sparing(READER, ROOT), { identities: bounded })).toBe(denied);
    expect(outcome(reader, sparing("*"))).toBe("allowed");
  });

  test("means whom it meant when it was put", () => {
    const byArn = granting(aws([USER, ROLE]));
    expect(Object.keys(byArn.principalIds)).toEqual([USER, ROLE]);
    const anew = (id: string) => ({ ...byArn, principalIds: { [USER]: id, [ROLE]: id } });
    expect(outcome(user, anew("AIDAAAAAAAAAAAAAAAAAA"))).toBe(no);
    expect(outcome(role, anew("AROAAAAAAAAAAAAAAAAAA"))).toBe(no);
    // Renamed since, the same user is still meant.
    const id = base.users.get("bare")?.id ?? "";
    const renamed: Principal = { ...userPrincipal(base, "bare"), arn: `${USER}-new` } as Principal;
    expect(outcome(renamed, byArn)).toBe("allowed");
    expect(outcome(renamed, { ...byArn, principalIds: {} })).toBe(no);
    expect(outcome(renamed, granting(aws(id)))).toBe("allowed");
  });
});

describe("boundaries and session policies", () => {
  const reader = userPrincipal(base, "reader");
  const instance = rolePrincipal(base, "reader");
  test.each([
    ["both allow", reader, base, undefined, "allowed"],
    ["the boundary does not", reader, bounded, undefined, "implicit-deny boundary"],
    ["the boundary of a role does not", instance, bounded, undefined, "implicit-deny boundary"],
    ["the session does not", instance, base, SESSION_LISTS, "implicit-deny session"],
    ["one of the session's policies does", instance, base, SESSION_READS, "allowed"],
    [
      "the session has policies that are not there",
      instance,
      base,
      { arns: ["arn:aws:iam::1:policy/x"] },
      "implicit-deny session",
    ],
    ["the session allows more than the role", role, base, SESSION_READS, "implicit-deny identity"],
    ["a federated user without a session policy", federated("reader"), base, undefined, "implicit-deny session"],
    ["a federated user with one", federated("reader"), base, SESSION_READS, "allowed"],
    ["a federated user whose user may not", federated("bare"), base, SESSION_READS, "implicit-deny identity"],
    [
      "a federated user whose user has a boundary",
      federated("reader"),
      bounded,
      SESSION_READS,
      "implicit-deny boundary",
    ],
    [
      "a federated user whose user is gone",
      { ...federated("reader"), grantingUserId: "AIDA" },
      base,
      SESSION_READS,
      "implicit-deny identity",
    ],
  ] as [string, Principal, Identities, SessionPolicies | undefined, string][])(
    "%s",
    (_, principal, identities, sessionPolicies, expected) => {
      expect(outcome(principal, undefined, { identities, sessionPolicies })).toBe(expected);
    },
  );

  test("a boundary that is gone allows nothing", () => {
    expect(outcome(reader, undefined, { identities: { ...bounded, managedPolicies: new Map() } })).toBe(
      "implicit-deny boundary",
    );
  });

  test("a change of a boundary's policy counts at once", () => {
    const own = bounded.managedPolicies.get("OnlyLists");
    const reads = base.managedPolicies.get("Reads");
    if (!own || !reads) throw new RangeError("the policies are gone");
    const wider = { ...own, versions: reads.versions };
    expect(outcome(reader, undefined, { identities: bounded })).toBe("implicit-deny boundary");
    const managedPolicies = new Map([...bounded.managedPolicies, ["OnlyLists", wider]]);
    expect(outcome(reader, undefined, { identities: { ...bounded, managedPolicies } })).toBe("allowed");
  });
});

describe("who may assume a role", () => {
  const assumer = world({
    users: {
      bare: {},
      able: { policies: { assume: policy(statement("Allow", "sts:AssumeRole", everywhere)) } },
      unable: { policies: { no: policy(statement("Deny", "sts:AssumeRole", everywhere)) } },
    },
    roles: { bare: { trust: "ec2.amazonaws.com" } },
  });
  const trust = (principals: object, action = "sts:AssumeRole", more = {}) =>
    bindPrincipals(JSON.stringify(policy({ Effect: "Allow", Action: action, ...principals, ...more })), assumer);
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.example.com`;
  const [bare, able, unable] = ["bare", "able", "unable"].map((name) => userPrincipal(assumer, name));
  const session = rolePrincipal(assumer, "bare", "session");
  const userArn = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;

  test.each([
    ["who is named needs nothing else", bare, trust(aws(userArn("bare"))), "allowed"],
    ["who is named and may", able, trust(aws(userArn("able"))), "allowed"],
    ["who is named and must not", unable, trust(aws(userArn("unable"))), "explicit-deny identity"],
    ["one of the account who may", able, trust(aws(ROOT)), "allowed"],
    ["one of the account who may not", bare, trust(aws(ROOT)), "implicit-deny identity"],
    ["who may, but is not trusted", able, trust(aws(userArn("bare"))), "implicit-deny trust"],
    [
      "who may, where a service is trusted",
      able,
      trust({ Principal: { Service: "ec2.amazonaws.com" } }),
      "implicit-deny trust",
    ],
    ["everyone", bare, trust({ Principal: "*" }), "allowed"],
    ["a role's session by its role", session, trust(aws(`arn:aws:iam::${ACCOUNT}:role/bare`)), "allowed"],
    ["a role's session by its own ARN", session, trust(aws(SESSION)), "allowed"],
    ["a role's session by the account", session, trust(aws(ACCOUNT)), "implicit-deny identity"],
    [
      "a condition that fails",
      bare,
      trust(aws(userArn("bare")), "sts:AssumeRole", { Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
      "implicit-deny trust",
    ],
    ["another action", bare, trust(aws(userArn("bare")), "sts:TagSession"), "implicit-deny trust"],
    ["root, untrusted", principalOfRoot(assumer), trust(aws(userArn("bare"))), "implicit-deny trust"],
  ] as [string, Principal, ResourcePolicy, string][])("%s", (_, principal, resourcePolicy, expected) => {
    expect(
      outcome(principal, resourcePolicy, {
        identities: assumer,
        action: "sts:AssumeRole",
        resource: ROLE,
        resourcePolicyKind: "trust",
      }),
    ).toBe(expected);
  });

  test("a web identity is who its provider vouches for", () => {
    const action = "sts:AssumeRoleWithWebIdentity";
    const ask = (resourcePolicy: ResourcePolicy, federatedProvider?: string) =>
      outcome(ANONYMOUS, resourcePolicy, {
        identities: assumer,
        action,
        resource: ROLE,
        resourcePolicyKind: "trust",
        federatedProvider,
      });
    const trusting = trust({ Principal: { Federated: provider } }, action);
    expect(ask(trusting, provider)).toBe("allowed");
    expect(ask(trusting, `${provider}x`)).toBe("implicit-deny trust");
    expect(ask(trusting)).toBe("implicit-deny trust");
  });
});
