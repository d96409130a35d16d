import { describe, expect, test } from "vitest";
import { authorize } from "../../roles/authorize.ts";
import { type RequestFacts, requestContext, withKeys } from "../../roles/context.ts";
import type { Principal } from "../../roles/model.ts";
import { ANONYMOUS, principalOfRoot } from "../../roles/principal.ts";
import { AT, rolePrincipal, userPrincipal, world } from "./world.ts";

const identities = world({
  roles: { "mybucket-access": { path: "/apps/", trust: "ec2.amazonaws.com", tags: { Team: "blue" } } },
  users: { alice: { path: "/staff/", tags: { Team: "red" } } },
});
const role = identities.roles.get("mybucket-access");
const alice = identities.users.get("alice");

const facts: RequestFacts = {
  at: AT + 1999,
  sourceIp: "::ffff:10.0.0.10",
  secureTransport: false,
  requestedRegion: "eu-west-1",
  userAgent: "aws-cli/2",
};
const every = {
  "aws:currenttime": ["2026-11-24T00:00:01Z"],
  "aws:epochtime": [String(AT / 1000 + 1)],
  "aws:sourceip": ["10.0.0.10"],
  "aws:securetransport": ["false"],
  "aws:useragent": ["aws-cli/2"],
  "aws:requestedregion": ["eu-west-1"],
  "aws:resourceaccount": ["123456789012"],
  "aws:viaawsservice": ["false"],
};
const session = {
  issuedAt: AT,
  delivery: "2.0",
  sourceInstanceArn: "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0",
  sourceVpcId: "vpc-1",
  sourcePrivateIpv4: "10.0.0.10",
} as const;

const keysOf = (principal: Principal, more: Partial<RequestFacts> = {}) =>
  Object.fromEntries(requestContext(identities, principal, { ...facts, ...more }));

describe("the context of a request", () => {
  test("of a session with tags of its own, which come before the role's", () => {
    const tags = { team: "green", "kubernetes-namespace": "default" };
    expect(keysOf(rolePrincipal(identities, "mybucket-access"), { session: { issuedAt: AT, tags } })).toMatchObject({
      "aws:principaltag/team": ["green"],
      "aws:principaltag/kubernetes-namespace": ["default"],
    });
  });

  test("of an instance's role", () => {
    expect(keysOf(rolePrincipal(identities, "mybucket-access"), { session })).toEqual({
      ...every,
      "aws:principaltype": ["AssumedRole"],
      "aws:principalaccount": ["123456789012"],
      "aws:principalarn": ["arn:aws:iam::123456789012:role/apps/mybucket-access"],
      "aws:principalisawsservice": ["false"],
      "aws:principaltag/team": ["blue"],
      "aws:userid": [`${role?.id}:i-0123456789abcdef0`],
      "aws:tokenissuetime": ["2026-11-24T00:00:00Z"],
      "aws:multifactorauthpresent": ["false"],
      "ec2:roledelivery": ["2.0"],
      "ec2:sourceinstancearn": [session.sourceInstanceArn],
      "aws:ec2instancesourcevpc": ["vpc-1"],
      "aws:ec2instancesourceprivateipv4": ["10.0.0.10"],
    });
  });

  test("of a session that a code of an MFA device was given for", () => {
    const mfa = (mfaAuthenticatedAt: number) =>
      keysOf(userPrincipal(identities, "alice"), { session: { issuedAt: AT, mfaAuthenticatedAt } });
    expect(mfa(AT - 60_000)).toMatchObject({
      "aws:username": ["alice"],
      "aws:tokenissuetime": ["2026-11-24T00:00:00Z"],
      "aws:multifactorauthpresent": ["true"],
      "aws:multifactorauthage": ["61"],
    });
    expect(mfa(AT)).toMatchObject({ "aws:multifactorauthage": ["1"] });
  });

  test("of a session that somebody else is behind", () => {
    const provider = "arn:aws:iam::123456789012:oidc-provider/token.example.com";
    const keys = { "token.example.com:sub": ["repo:x"], "token.example.com:amr": ["a", "b"] };
    const session = { issuedAt: AT, sourceIdentity: "dana", federatedProvider: provider, keys };
    expect(keysOf(rolePrincipal(identities, "mybucket-access"), { session })).toMatchObject({
      "aws:sourceidentity": ["dana"],
      "aws:federatedprovider": [provider],
      "token.example.com:sub": ["repo:x"],
      "token.example.com:amr": ["a", "b"],
    });
  });

  test("of a federated user: the tags of the user behind it, and no user name", () => {
    const guest: Principal = {
      kind: "federated-user",
      accountId: "123456789012",
      arn: "arn:aws:sts::123456789012:federated-user/guest",
      userId: "123456789012:guest",
      userName: "alice",
      grantingUserId: alice?.id ?? "",
    };
    const keys = keysOf(guest, { session: { issuedAt: AT } });
    expect(keys).toMatchObject({
      "aws:principaltype": ["FederatedUser"],
      "aws:principalarn": [guest.arn],
      "aws:userid": ["123456789012:guest"],
      "aws:principaltag/team": ["red"],
    });
    expect(keys).not.toHaveProperty("aws:username");
  });

  test("of a user with a long-term key: nothing of a session", () => {
    expect(keysOf(userPrincipal(identities, "alice"))).toEqual({
      ...every,
      "aws:principaltype": ["User"],
      "aws:principalaccount": ["123456789012"],
      "aws:principalarn": ["arn:aws:iam::123456789012:user/staff/alice"],
      "aws:principalisawsservice": ["false"],
      "aws:principaltag/team": ["red"],
      "aws:userid": [alice?.id],
      "aws:username": ["alice"],
    });
  });

  test("of root and of nobody", () => {
    expect(keysOf(principalOfRoot(identities))).toMatchObject({
      "aws:principaltype": ["Account"],
      "aws:principalarn": ["arn:aws:iam::123456789012:root"],
      "aws:userid": ["123456789012"],
    });
    const { "aws:useragent": _, ...rest } = every;
    expect(keysOf(ANONYMOUS, { userAgent: undefined })).toEqual({
      ...rest,
      "aws:principaltype": ["Anonymous"],
      "aws:principalaccount": ["anonymous"],
      "aws:userid": ["anonymous"],
    });
  });

  test("takes an action's own keys, whatever their case", () => {
    const context = requestContext(identities, ANONYMOUS, facts);
    const more = withKeys(context, { "s3:Prefix": ["a/"], "aws:UserAgent": ["other"] });
    expect(more.get("s3:prefix")).toEqual(["a/"]);
    expect(more.get("aws:useragent")).toEqual(["other"]);
    expect(context.get("aws:useragent")).toEqual(["aws-cli/2"]);
  });
});

describe("policies of AWS's documentation over it", () => {
  const decision = (statement: object, more: Partial<RequestFacts>, who: "alice" | "role" = "role") => {
    const policies = {
      all: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
      deny: { Version: "2012-10-17", Statement: { Effect: "Deny", Action: "*", Resource: "*", ...statement } },
    };
    const built = world({ roles: { role: { trust: "ec2.amazonaws.com", policies } }, users: { alice: { policies } } });
    const principal = who === "alice" ? userPrincipal(built, "alice") : rolePrincipal(built, "role");
    const context = requestContext(built, principal, { ...facts, ...more });
    return authorize({ identities: built, principal, action: "s3:GetObject", resource: "*", context }).outcome;
  };

  test("AWSRevokeOlderSessions denies sessions issued before, and nobody else", () => {
    const revoke = { Condition: { DateLessThan: { "aws:TokenIssueTime": "2026-11-24T00:00:00Z" } } };
    expect(decision(revoke, { session: { ...session, issuedAt: AT - 1000 } })).toBe("explicit-deny");
    expect(decision(revoke, { session: { ...session, issuedAt: AT } })).toBe("allowed");
    expect(decision(revoke, {}, "alice")).toBe("allowed");
  });

  test("credentials delivered by IMDSv1 are denied", () => {
    const version2 = { Condition: { NumericLessThan: { "ec2:RoleDelivery": "2.0" } } };
    expect(decision(version2, { session: { ...session, delivery: "1.0" } })).toBe("explicit-deny");
    expect(decision(version2, { session })).toBe("allowed");
    expect(decision(version2, {}, "alice")).toBe("allowed");
  });

  test("a missing MFA is denied: with IfExists to long-term keys, without it only to sessions", () => {
    const mfa = (operator: string) => ({ Condition: { [operator]: { "aws:MultiFactorAuthPresent": "false" } } });
    expect(decision(mfa("BoolIfExists"), {}, "alice")).toBe("explicit-deny");
    expect(decision(mfa("Bool"), {}, "alice")).toBe("allowed");
    expect(decision(mfa("Bool"), { session })).toBe("explicit-deny");
    const authenticated = { issuedAt: AT, mfaAuthenticatedAt: AT };
    expect(decision(mfa("BoolIfExists"), { session: authenticated }, "alice")).toBe("allowed");
    const old = { Condition: { NumericGreaterThan: { "aws:MultiFactorAuthAge": "3600" } } };
    expect(decision(old, { session: authenticated, at: AT + 3_600_999 }, "alice")).toBe("allowed");
    expect(decision(old, { session: authenticated, at: AT + 3_601_000 }, "alice")).toBe("explicit-deny");
  });

  test("plain HTTP and far addresses are denied", () => {
    const insecure = { Condition: { Bool: { "aws:SecureTransport": "false" } } };
    expect(decision(insecure, {})).toBe("explicit-deny");
    expect(decision(insecure, { secureTransport: true })).toBe("allowed");
    const far = { Condition: { NotIpAddress: { "aws:SourceIp": ["10.0.0.0/8"] } } };
    expect(decision(far, {})).toBe("allowed");
    expect(decision(far, { sourceIp: "192.0.2.1" })).toBe("explicit-deny");
  });
});
