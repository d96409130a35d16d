import { describe, expect, test } from "vitest";
import { defaultDocument } from "../../roles/authorize.ts";
import { awsManagedPolicy, awsManagedPolicyByArn, awsManagedPolicyNames } from "../../roles/aws-managed-policies.ts";
import { requestContext } from "../../roles/context.ts";
import { createLayer, decide } from "../../roles/decision.ts";
import { readPolicy } from "../../roles/policy.ts";
import { oracleOfIdentity, type PlainDocument } from "./oracle.ts";
import { AT, rolePrincipal, world } from "./world.ts";

const names = [...awsManagedPolicyNames()];
const identities = world({ roles: { r: { trust: "ec2.amazonaws.com" } } });
const context = requestContext(identities, rolePrincipal(identities, "r"), {
  at: AT,
  sourceIp: "10.0.0.10",
  secureTransport: true,
  requestedRegion: "us-east-1",
  session: { issuedAt: AT, delivery: "2.0" },
});

function documentOf(name: string): string {
  const policy = awsManagedPolicy(name);
  if (!policy) throw new RangeError(`there is no policy ${name}`);
  return defaultDocument(policy);
}

function outcome(name: string, action: string, resource = "*", document = documentOf(name)): string {
  const statements = readPolicy(document, "identity");
  return decide({ identity: createLayer("identity", [{ name, document, statements }]) }, { action, resource, context })
    .outcome;
}

/** With `Statement` as a list, and all values of conditions as text, as the oracle wants it. */
function plain(name: string): PlainDocument {
  const document = JSON.parse(documentOf(name), (_, value) => (typeof value === "boolean" ? String(value) : value));
  return { ...document, Statement: [document.Statement].flat() };
}

/** One action that each pattern covers; of a NotAction one that it does not cover. */
const actionsOf = ({ Statement }: PlainDocument): string[] =>
  Statement.flatMap(({ Action = "nobody:HasThis" }) => [Action].flat()).map((action) =>
    action === "*" ? "nobody:HasThis" : action.replaceAll("*", "Any"),
  );

describe("AWS's managed policies", () => {
  test("are all there, and all parse", () => {
    expect(names).toHaveLength(1594);
    const statements = names.flatMap((name) => readPolicy(documentOf(name), "identity"));
    expect(statements).toHaveLength(8853);
    expect(statements.filter(({ effect }) => effect === "Deny")).toHaveLength(80);
  });

  test("all evaluate as the oracle does, each for the actions that it names, and written again they decide alike", () => {
    const keys = Object.fromEntries(context);
    const outcomes = new Map<string, number>();
    for (const name of names) {
      const document = plain(name);
      const again = JSON.stringify(JSON.parse(documentOf(name)));
      for (const action of actionsOf(document).slice(0, 2)) {
        for (const resource of ["*", "arn:aws:s3:::mybucket/key"]) {
          const decided = outcome(name, action, resource);
          expect([name, action, outcome(name, action, resource, again)]).toEqual([name, action, decided]);
          expect([name, action, decided]).toEqual([
            name,
            action,
            oracleOfIdentity([document], { action, resource, keys }),
          ]);
          outcomes.set(decided, (outcomes.get(decided) ?? 0) + 1);
        }
      }
    }
    for (const each of ["allowed", "explicit-deny", "implicit-deny"]) expect(outcomes.get(each)).toBeGreaterThan(40);
  });

  test.each([
    ["AdministratorAccess", "iam:CreateUser", "*", "allowed"],
    ["AWSDenyAll", "s3:GetObject", "*", "explicit-deny"],
    ["ReadOnlyAccess", "s3:GetObject", "arn:aws:s3:::mybucket/key", "allowed"],
    ["ReadOnlyAccess", "s3:PutObject", "arn:aws:s3:::mybucket/key", "implicit-deny"],
    ["PowerUserAccess", "ec2:RunInstances", "*", "allowed"],
    ["PowerUserAccess", "iam:CreateUser", "*", "implicit-deny"],
    ["AmazonS3ReadOnlyAccess", "s3:ListAllMyBuckets", "arn:aws:s3:::*", "allowed"],
    ["AmazonS3ReadOnlyAccess", "s3:DeleteObject", "arn:aws:s3:::mybucket/key", "implicit-deny"],
    ["AmazonSSMManagedInstanceCore", "ssm:UpdateInstanceInformation", "*", "allowed"],
    ["IAMUserChangePassword", "iam:ChangePassword", "arn:aws:iam::123456789012:user/alice", "implicit-deny"],
  ])("%s: %s on %s is %s", (name, action, resource, expected) => {
    expect(outcome(name, action, resource)).toBe(expected);
  });

  test("are found by name and by ARN, in any partition, but only on their own path", () => {
    const policy = awsManagedPolicy("AmazonEC2RoleforSSM");
    expect(policy).toMatchObject({
      name: "AmazonEC2RoleforSSM",
      path: "/service-role/",
      arn: "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM",
      createdAt: Date.parse("2015-05-29T17:48:35.000Z"),
    });
    expect(policy?.id).toMatch(/^ANPA[A-Z2-7]{17}$/);
    expect(awsManagedPolicyByArn("arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM")).toBe(policy);
    expect(awsManagedPolicyByArn("arn:aws-cn:iam::aws:policy/service-role/AmazonEC2RoleforSSM")).toBe(policy);
    expect(awsManagedPolicyByArn("arn:aws:iam::aws:policy/AmazonEC2RoleforSSM")).toBeUndefined();
    expect(awsManagedPolicyByArn("arn:aws:iam::123456789012:policy/AdministratorAccess")).toBeUndefined();
    expect(awsManagedPolicy("Nothing")).toBeUndefined();
  });
});
